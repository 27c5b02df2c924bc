//! What of matching's events the public may see: no orders and no people. They are not even read,
//! which is also faster, because nothing is flattened.

use contracts::matching::{Auction, AuctionIndicated, PhaseChanged, Was};
use contracts::{Price, Quantity, Side, Symbol, TradeId};
use serde::Deserialize;

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BookEvent {
    OrderOpened(Opened),
    OrderFilled(Filled),
    OrderLeftBook(Left),
    OrderArmed(Unseen),
    OrderTriggered(Moved),
    OrderReduced(Reduced),
    OrderAmended(Moved),
    OrderRefreshed(Refreshed),
    AmendmentRefused(Unseen),
    PhaseChanged(PhaseChanged),
    AuctionIndicated(AuctionIndicated),
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Opened {
    pub symbol: Symbol,
    pub sequence: u64,
    pub side: Side,
    pub price: Price,
    pub quantity: Quantity,
    /// As much as others see of it, where that is not all.
    pub visible: Option<Quantity>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Filled {
    pub trade_id: TradeId,
    pub symbol: Symbol,
    pub sequence: u64,
    pub price: Price,
    pub quantity: Quantity,
    pub taker_side: Side,
    /// Both rested, and neither at the price of the trade.
    pub auction: Option<Auction>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Left {
    pub symbol: Symbol,
    pub sequence: u64,
    pub side: Side,
    pub price: Price,
    pub quantity: Quantity,
    pub rested: bool,
    pub visible: Option<Quantity>,
}

/// Nobody sees a difference; it counts all the same.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Unseen {
    pub symbol: Symbol,
    pub sequence: u64,
}

/// An order is gone from where it rested, if it did. Where it goes, the next events say.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Moved {
    pub symbol: Symbol,
    pub sequence: u64,
    pub side: Side,
    #[serde(default)]
    pub was: Was,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Reduced {
    pub symbol: Symbol,
    pub sequence: u64,
    pub side: Side,
    pub price: Price,
    #[serde(default)]
    pub visible_by: Quantity,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Refreshed {
    pub symbol: Symbol,
    pub sequence: u64,
    pub side: Side,
    pub price: Price,
    pub visible: Quantity,
}

/// Of a side and a price, how much came or, negative, went.
pub type DepthChange = (Side, Price, i64);

macro_rules! of_each {
    ($self:ident, $field:ident) => {
        match $self {
            BookEvent::OrderOpened(event) => event.$field,
            BookEvent::OrderFilled(event) => event.$field,
            BookEvent::OrderLeftBook(event) => event.$field,
            BookEvent::OrderArmed(event) | BookEvent::AmendmentRefused(event) => event.$field,
            BookEvent::OrderTriggered(event) | BookEvent::OrderAmended(event) => event.$field,
            BookEvent::OrderReduced(event) => event.$field,
            BookEvent::OrderRefreshed(event) => event.$field,
            BookEvent::PhaseChanged(event) => event.$field,
            BookEvent::AuctionIndicated(event) => event.$field,
        }
    };
}

impl BookEvent {
    pub fn symbol(&self) -> Symbol {
        of_each!(self, symbol)
    }

    pub fn sequence(&self) -> u64 {
        of_each!(self, sequence)
    }

    /// The same as `MatchingEvent::depth_changes`, from less.
    pub fn depth_changes(&self) -> impl Iterator<Item = DepthChange> + use<> {
        let none = (Side::Buy, Price::ZERO, 0);
        let changes = match self {
            BookEvent::OrderOpened(e) => [(e.side, e.price, e.visible.unwrap_or(e.quantity).micros()), none],
            BookEvent::OrderFilled(e) => match e.auction {
                None => [(e.taker_side.opposite(), e.price, -e.quantity.micros()), none],
                Some(Auction { bid, ask }) => {
                    [(Side::Buy, bid, -e.quantity.micros()), (Side::Sell, ask, -e.quantity.micros())]
                }
            },
            BookEvent::OrderLeftBook(e) if e.rested => {
                [(e.side, e.price, -e.visible.unwrap_or(e.quantity).micros()), none]
            }
            BookEvent::OrderTriggered(e) | BookEvent::OrderAmended(e) => {
                [(e.side, e.was.price, -e.was.visible.micros()), none]
            }
            BookEvent::OrderReduced(e) => [(e.side, e.price, -e.visible_by.micros()), none],
            BookEvent::OrderRefreshed(e) => [(e.side, e.price, e.visible.micros()), none],
            BookEvent::OrderLeftBook(_)
            | BookEvent::OrderArmed(_)
            | BookEvent::AmendmentRefused(_)
            | BookEvent::PhaseChanged(_)
            | BookEvent::AuctionIndicated(_) => [none, none],
        };
        changes.into_iter().filter(|(_, _, by)| *by != 0)
    }
}

#[cfg(test)]
#[path = "events_tests.rs"]
mod tests;
