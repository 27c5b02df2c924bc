//! One symbol's book: who trades with whom, at which price, in which order.
//!
//! **Invariant** While it trades, the best bid is below the best ask after every command.
//! **Invariant** `sequence` rises by one with every event, and never starts again; nothing changes
//! without an event.
//! **Invariant** No order id is placed twice while the book knows it.

pub mod ahead;
mod amend;
mod auction;
mod canonical;
mod engine;
mod entering;
mod events;
mod exact;
mod extras;
mod fetch;
mod ids;
mod index;
mod levels;
mod market;
mod orders;
mod replace;
mod slab;
mod stops;
mod time;
mod trade_id;
mod triggers;
mod users;
mod view;

pub use engine::{Engine, Fill, Stopped};
pub use fetch::fetch;
pub use market::{Hours, Settings};
pub(in crate::domain) use replace::name_successor;
pub use stops::TRAILING_MAX;
pub use view::Live;

use super::command::Command;
use contracts::matching::MatchingEvent;
use contracts::{OrderId, Price, Quantity, Symbol, Timestamp};
use exact::Exact;
use extras::Extras;
use ids::{Ids, Name};
pub(in crate::domain) use market::Market;
use std::collections::VecDeque;
use users::Users;

#[derive(Debug)]
pub struct Book {
    symbol: Symbol,
    trade_seed: u64,
    /// The units in which prices and quantities are whole; 0 before the first order.
    tick: i64,
    lot: i64,
    by_tick: Exact,
    by_lot: Exact,
    sequence: u64,
    /// Of the last trade; 0 before the first.
    last_price: Price,
    engine: Engine<Name>,
    users: Users,
    ids: Ids,
    extras: Extras,
    market: Market,
    /// Exits whose entries have ended, with what those were filled by. Empty between two commands.
    exits: VecDeque<(OrderId, Quantity)>,
}

impl Book {
    pub fn new(symbol: Symbol) -> Self {
        Self::with_capacity(symbol, 0)
    }

    fn with_capacity(symbol: Symbol, orders: usize) -> Self {
        Book {
            symbol,
            trade_seed: trade_id::seed(symbol),
            tick: 0,
            lot: 0,
            by_tick: Exact::by(0),
            by_lot: Exact::by(0),
            sequence: 0,
            last_price: Price::ZERO,
            engine: Engine::with_capacity(orders),
            users: Users::new(),
            ids: Ids::with_capacity(orders),
            extras: Extras::default(),
            market: Market::default(),
            exits: VecDeque::new(),
        }
    }

    /// A batch of commands, which may be none: then it is only the time that has gone on.
    pub fn run_batch(&mut self, commands: &[Command], now: Timestamp, events: &mut Vec<MatchingEvent>) {
        let before = self.sequence;
        self.advance(now, events);
        if self.is_worth_looking_ahead(commands) {
            self.run_foreseen(commands, now, events);
        } else {
            commands.iter().for_each(|command| self.run(command, now, events));
        }
        if self.sequence != before {
            self.indicate(events);
        }
    }

    /// Carries out a command and adds what happened to `events`.
    pub fn run(&mut self, command: &Command, now: Timestamp, events: &mut Vec<MatchingEvent>) {
        match command {
            Command::Place(order) => self.place(order, now, events),
            Command::Cancel { order_id, user_id } => self.cancel(*order_id, *user_id, events),
            Command::Amend(amend) => self.amend(amend, now, events),
            Command::Replace(replacement) => self.replace(replacement, now, events),
            Command::Configure(settings) => {
                self.market.configure(settings.clone(), now);
                self.advance(now, events);
            }
        }
        self.follow_up(now, events);
    }
}

pub(in crate::domain) fn common_divisor(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { common_divisor(b, a % b) }
}
