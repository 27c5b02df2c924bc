//! Tests of the books: scenarios as text, properties against a naive book, what is kept as bytes.

mod at_once;
mod bytes;
pub mod commands;
mod coverage;
mod edges;
mod exits;
mod own_orders;
mod phases;
mod properties;
mod replacements;
mod resting;
mod scenario;
mod scenarios;
mod stops;
mod words;

use super::{Command, Incoming, Terms};
use contracts::matching::Party;
use contracts::{OrderId, Price, Quantity, Side, Symbol, Timestamp, UserId};
use uuid::Uuid;

fn symbol() -> Symbol {
    "TEST".parse().unwrap()
}

fn at(ms: i64) -> Timestamp {
    Timestamp::from_timestamp_millis(1_760_000_000_000 + ms).unwrap()
}

fn order_id(n: u64) -> OrderId {
    OrderId(Uuid::from_u64_pair(7, n))
}

fn user_id(n: u64) -> UserId {
    UserId(Uuid::from_u64_pair(9, n))
}

/// An order in ticks of 0.01 and lots of 1.
fn order(id: u64, user: u64, side: Side, terms: Terms, (cents, shares): (i64, i64)) -> Incoming {
    let party = Party { order_id: order_id(id), user_id: user_id(user), ordering: 0 };
    let amounts = (Price::from_micros(cents * 10_000), Quantity::from_micros(shares * 1_000_000));
    let units = (Price::from_micros(10_000), Quantity::from_micros(1_000_000));
    Incoming::new(party, (side, terms), amounts, units).unwrap()
}

fn cancel(id: u64, user: u64) -> Command {
    Command::Cancel { order_id: order_id(id), user_id: user_id(user) }
}
