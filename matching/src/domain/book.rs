//! One symbol's book: who trades with whom, at which price, in which order.
//!
//! **Invariant** After every command the best bid is below the best ask.
//! **Invariant** `sequence` rises by one with every event, and never starts again.
//! **Invariant** No order id is placed twice while the book knows it.

mod canonical;
mod events;
mod half;
mod slab;
mod trade_id;
mod view;

pub use view::Resting;

use super::command::{Command, Incoming};
use contracts::matching::MatchingEvent;
use contracts::{Code, OrderId, OrderType, Side, Symbol, Timestamp, UserId};
use half::Half;
use rustc_hash::FxHashMap;
use slab::{NONE, Slab, Slot};
use std::collections::VecDeque;

/// Streams bring nothing twice; this catches an order that was said twice all the same. A second
/// of a very busy symbol, sixteen bytes each.
const FINISHED_KNOWN_MAX: usize = 1024;
/// In the index: the order has left the book.
const FINISHED: u32 = NONE;

#[derive(Debug)]
pub struct Book {
    symbol: Symbol,
    trade_seed: u64,
    /// The units in which prices and quantities are whole; 0 before the first order.
    tick: i64,
    lot: i64,
    sequence: u64,
    bids: Half,
    asks: Half,
    orders: Slab,
    /// Every order that rests, and those that left lately.
    index: FxHashMap<OrderId, u32>,
    /// The ids that left lately, oldest first.
    finished: VecDeque<OrderId>,
}

/// Why an incoming order trades no further.
enum Stopped {
    Filled,
    NobodyCrosses,
    OwnOrder,
}

impl Book {
    pub fn new(symbol: Symbol) -> Self {
        Self::with_capacity(symbol, 0)
    }

    fn with_capacity(symbol: Symbol, orders: usize) -> Self {
        let mut index = FxHashMap::default();
        index.reserve(orders + FINISHED_KNOWN_MAX);
        Book {
            symbol,
            trade_seed: trade_id::seed(symbol),
            tick: 0,
            lot: 0,
            sequence: 0,
            bids: Half::new(Side::Buy),
            asks: Half::new(Side::Sell),
            orders: Slab::with_capacity(orders),
            index,
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
        let party = order.party();
        if self.index.contains_key(&party.order_id) {
            return;
        }
        self.refine_units(order.tick_size().micros(), order.lot_size().micros());
        let (side, limit) = (order.side(), order.price().micros() / self.tick);
        let mut lots = order.quantity().micros() / self.lot;
        match (self.take(order, limit, &mut lots, now, events), order.order_type()) {
            (Stopped::Filled, OrderType::Limit | OrderType::Market) => self.finish(party.order_id),
            (Stopped::NobodyCrosses, OrderType::Limit) => {
                let at = self.rest(Slot { party, side, price: limit, lots, earlier: NONE, later: NONE });
                events.push(self.opened(at));
            }
            (Stopped::NobodyCrosses, OrderType::Market) => {
                let rest = Slot { party, side, price: limit, lots, earlier: NONE, later: NONE };
                self.finish(party.order_id);
                events.push(self.left(&rest, false, Code::NoLiquidity));
            }
            (Stopped::OwnOrder, OrderType::Limit | OrderType::Market) => {
                let rest = Slot { party, side, price: limit, lots, earlier: NONE, later: NONE };
                self.finish(party.order_id);
                events.push(self.left(&rest, false, Code::SelfTrade));
            }
        }
    }

    /// Only by its user. An order that is not here, or no longer, is none of the book's business.
    fn cancel(&mut self, order_id: OrderId, user_id: UserId, events: &mut Vec<MatchingEvent>) {
        let Some(at) = self.index.get(&order_id).copied().filter(|at| *at != FINISHED) else {
            return;
        };
        if self.orders[at].party.user_id != user_id {
            return;
        }
        let order = self.unlink(at);
        events.push(self.left(&order, true, Code::CanceledByUser));
    }

    /// Trades with the best orders of the other side, each at its own price.
    fn take(
        &mut self,
        order: &Incoming,
        limit: i64,
        lots: &mut i64,
        now: Timestamp,
        events: &mut Vec<MatchingEvent>,
    ) -> Stopped {
        while *lots > 0 {
            let others = self.half(order.side().opposite());
            let Some(at) = others.best() else {
                return Stopped::NobodyCrosses;
            };
            let maker = self.orders[at];
            if !others.crosses(maker.price, limit) {
                return Stopped::NobodyCrosses;
            }
            if maker.party.user_id == order.party().user_id {
                return Stopped::OwnOrder;
            }
            let traded = maker.lots.min(*lots);
            *lots -= traded;
            self.fill(at, traded);
            events.push(self.filled(order, &maker, traded, now));
        }
        Stopped::Filled
    }

    fn fill(&mut self, at: u32, lots: i64) {
        let order = self.orders[at];
        if order.lots == lots {
            self.unlink(at);
            return;
        }
        let (half, orders) = self.half_and_orders(order.side);
        half.fill_best(orders, lots);
    }

    fn rest(&mut self, order: Slot) -> u32 {
        let at = self.orders.insert(order);
        self.index.insert(order.party.order_id, at);
        let (half, orders) = self.half_and_orders(order.side);
        half.push(orders, at);
        at
    }

    fn unlink(&mut self, at: u32) -> Slot {
        let side = self.orders[at].side;
        let (half, orders) = self.half_and_orders(side);
        half.unlink(orders, at);
        let order = self.orders.remove(at);
        self.finish(order.party.order_id);
        order
    }

    fn finish(&mut self, order_id: OrderId) {
        self.index.insert(order_id, FINISHED);
        self.finished.push_back(order_id);
        if self.finished.len() > FINISHED_KNOWN_MAX
            && let Some(oldest) = self.finished.pop_front()
        {
            self.index.remove(&oldest);
        }
    }

    fn half(&self, side: Side) -> &Half {
        match side {
            Side::Buy => &self.bids,
            Side::Sell => &self.asks,
        }
    }

    fn half_and_orders(&mut self, side: Side) -> (&mut Half, &mut Slab) {
        match side {
            Side::Buy => (&mut self.bids, &mut self.orders),
            Side::Sell => (&mut self.asks, &mut self.orders),
        }
    }

    /// An instrument's tick or lot may change while orders rest: then the book counts in the largest
    /// units that fit the old orders and the new. Rare, and the only command that touches all orders.
    fn refine_units(&mut self, tick: i64, lot: i64) {
        let (tick, lot) = (common_divisor(self.tick, tick), common_divisor(self.lot, lot));
        if (tick, lot) == (self.tick, self.lot) {
            return;
        }
        let resting: Vec<_> = self.resting().collect();
        let (bids, asks) = (Half::new(Side::Buy), Half::new(Side::Sell));
        (self.tick, self.lot, self.bids, self.asks) = (tick, lot, bids, asks);
        self.orders = Slab::with_capacity(resting.len());
        resting.into_iter().for_each(|order| self.rest_again(order));
    }

    /// Puts an order last at its price, without an event.
    fn rest_again(&mut self, Resting { party, side, price, quantity }: Resting) {
        let (price, lots) = (price.micros() / self.tick, quantity.micros() / self.lot);
        self.rest(Slot { party, side, price, lots, earlier: NONE, later: NONE });
    }
}

fn common_divisor(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { common_divisor(b, a % b) }
}
