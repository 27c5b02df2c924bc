//! One symbol's book: who trades with whom, at which price, in which order.
//!
//! **Invariant** After every command the best bid is below the best ask.
//! **Invariant** `sequence` rises by one with every event, and never starts again.
//! **Invariant** No order id is placed twice while the book knows it.

mod canonical;
mod engine;
mod events;
mod index;
mod levels;
mod slab;
mod trade_id;
mod view;

pub use engine::{Engine, Fill, Stopped};
pub use view::Resting;

use super::command::{Command, Incoming, Terms};
use contracts::matching::{MatchingEvent, Party};
use contracts::{Code, OrderId, Side, Symbol, Timestamp, UserId};
use index::Index;
use std::collections::VecDeque;

/// Streams bring nothing twice; this catches an order that was said twice all the same. A second
/// of a very busy symbol, a hundred bytes each.
const FINISHED_KNOWN_MAX: usize = 1024;

#[derive(Debug)]
pub struct Book {
    symbol: Symbol,
    trade_seed: u64,
    /// The units in which prices and quantities are whole; 0 before the first order.
    tick: i64,
    lot: i64,
    sequence: u64,
    engine: Engine,
    /// Whose each of the engine's orders is, by its number.
    parties: Vec<Party>,
    /// The numbers of the orders that rest, and of those that left lately, by id.
    index: Index,
    /// Those that left lately, oldest first.
    finished: VecDeque<u32>,
}

impl Book {
    pub fn new(symbol: Symbol) -> Self {
        Self::with_capacity(symbol, 0)
    }

    fn with_capacity(symbol: Symbol, orders: usize) -> Self {
        let numbers = orders + FINISHED_KNOWN_MAX;
        Book {
            symbol,
            trade_seed: trade_id::seed(symbol),
            tick: 0,
            lot: 0,
            sequence: 0,
            engine: Engine::with_capacity(numbers),
            parties: Vec::with_capacity(numbers),
            index: Index::with_capacity(numbers),
            finished: VecDeque::with_capacity(FINISHED_KNOWN_MAX + 1),
        }
    }

    /// Carries out a command and adds what happened to `events`.
    pub fn run(&mut self, command: &Command, now: Timestamp, events: &mut Vec<MatchingEvent>) {
        match command {
            Command::Place(order) => self.place(order, now, events),
            Command::Cancel { order_id, user_id } => self.cancel(*order_id, *user_id, events),
        }
    }

    /// Trades what crosses; then rests, or leaves with the reason. An id that the book knows does nothing.
    fn place(&mut self, order: &Incoming, now: Timestamp, events: &mut Vec<MatchingEvent>) {
        let units = (order.tick_size().micros(), order.lot_size().micros());
        if (self.tick, self.lot) != units && !self.knows(order.party().order_id) {
            self.refine_units(units);
        }
        let (price, lots) = (order.price().micros() / self.tick, order.quantity().micros() / self.lot);
        let Some(at) = self.admit(order.party(), order.side(), price, lots) else { return };
        match self.forbids(at, order.terms()) {
            Some(reason) => self.give_up(at, reason, events),
            None => self.trade(at, order, now, events),
        }
        self.forget_oldest();
    }

    /// Why an order does not even begin to trade.
    fn forbids(&self, at: u32, terms: Terms) -> Option<Code> {
        match terms {
            Terms::Rest | Terms::Immediate => None,
            Terms::PostOnly => self.engine.crosses(at).then_some(Code::WouldTrade),
            Terms::AllOrNothing => {
                let user_id = self.parties[at as usize].user_id;
                let is_own = |maker: u32| self.parties[maker as usize].user_id == user_id;
                (!self.engine.fills(at, is_own)).then_some(Code::NotFillable)
            }
        }
    }

    fn trade(&mut self, at: u32, order: &Incoming, now: Timestamp, events: &mut Vec<MatchingEvent>) {
        match (self.take(at, order.side(), now, events), order.terms()) {
            (Stopped::Filled, _) => self.finish(at),
            (Stopped::NobodyCrosses, Terms::Rest | Terms::PostOnly) => {
                self.engine.rest(at);
                events.push(self.opened(at));
            }
            (Stopped::NobodyCrosses, Terms::Immediate | Terms::AllOrNothing) => {
                self.give_up(at, Code::NoLiquidity, events);
            }
            (Stopped::OwnOrder, _) => self.give_up(at, Code::SelfTrade, events),
        }
    }

    /// Only by its user. An order that is not here, or no longer, is none of the book's business.
    fn cancel(&mut self, order_id: OrderId, user_id: UserId, events: &mut Vec<MatchingEvent>) {
        let Some(at) = self.index.find(order_id, &self.parties) else { return };
        if self.engine.lots(at) == 0 || self.parties[at as usize].user_id != user_id {
            return;
        }
        let lots = self.engine.unlink(at);
        events.push(self.left(at, lots, true, Code::CanceledByUser));
        self.finish(at);
        self.forget_oldest();
    }

    /// Trades with the best orders of the other side.
    fn take(&mut self, at: u32, side: Side, now: Timestamp, events: &mut Vec<MatchingEvent>) -> Stopped {
        let Book { engine, parties, finished, sequence, trade_seed, tick, lot, symbol, .. } = self;
        let taker = parties[at as usize];
        let is_own = |maker: u32| parties[maker as usize].user_id == taker.user_id;
        engine.take(at, is_own, |fill| {
            *sequence += 1;
            let maker = parties[fill.maker as usize];
            let trade_id = trade_id::trade_id(*trade_seed, *sequence, now);
            events.push(events::filled(
                trade_id,
                *symbol,
                *sequence,
                (*tick, *lot),
                &fill,
                side,
                maker,
                taker,
            ));
            if fill.maker_done {
                finished.push_back(fill.maker);
            }
        })
    }

    /// The rest of an order that did not come to rest is gone.
    fn give_up(&mut self, at: u32, reason: Code, events: &mut Vec<MatchingEvent>) {
        let lots = self.engine.give_up(at);
        events.push(self.left(at, lots, false, reason));
        self.finish(at);
    }

    /// Gives the order a number, unless the book knows its id.
    fn admit(&mut self, party: Party, side: Side, price: i64, lots: i64) -> Option<u32> {
        let vacant = self.index.vacant(party.order_id, &self.parties)?;
        let at = self.engine.admit(side, price, lots, user_tag(party.user_id));
        vacant.insert(at);
        match self.parties.get_mut(at as usize) {
            Some(place) => *place = party,
            None => self.parties.push(party),
        }
        Some(at)
    }

    fn knows(&self, order_id: OrderId) -> bool {
        self.index.find(order_id, &self.parties).is_some()
    }

    fn finish(&mut self, at: u32) {
        self.finished.push_back(at);
    }

    fn forget_oldest(&mut self) {
        while self.finished.len() > FINISHED_KNOWN_MAX {
            let at = self.finished.pop_front().expect("there are more than some");
            self.index.remove(at, &self.parties);
            self.engine.free(at);
        }
    }

    /// An instrument's tick or lot may change while orders rest: then the book counts in the largest
    /// units that fit the old orders and the new. Rare, and the only command that touches all orders.
    fn refine_units(&mut self, (tick, lot): (i64, i64)) {
        let (tick, lot) = (common_divisor(self.tick, tick), common_divisor(self.lot, lot));
        if (tick, lot) == (self.tick, self.lot) {
            return;
        }
        let resting: Vec<_> = self.resting().collect();
        let finished: Vec<_> = self.finished().collect();
        let anew = Self::with_capacity(self.symbol, resting.len());
        *self = Book { tick, lot, sequence: self.sequence, ..anew };
        finished.into_iter().for_each(|order_id| self.finish_again(order_id));
        resting.into_iter().for_each(|order| self.rest_again(order));
    }

    /// Puts an order last at its price, without an event.
    fn rest_again(&mut self, Resting { party, side, price, quantity }: Resting) {
        let (price, lots) = (price.micros() / self.tick, quantity.micros() / self.lot);
        let at = self.admit(party, side, price, lots).expect("an order rests once");
        self.engine.rest(at);
    }

    /// Of an order that has left only the id is of interest.
    fn finish_again(&mut self, order_id: OrderId) {
        let party = Party { order_id, user_id: UserId(uuid::Uuid::nil()), ordering: 0 };
        let at = self.admit(party, Side::Buy, 0, 0).expect("an order has left once");
        self.finish(at);
    }
}

/// What is compared before the ids are: most users differ in it.
fn user_tag(user_id: UserId) -> u32 {
    let (high, low) = user_id.0.as_u64_pair();
    (low ^ (low >> 32) ^ high) as u32
}

fn common_divisor(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { common_divisor(b, a % b) }
}
