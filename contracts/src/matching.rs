//! What matching says: everything that happens in a book, in the order in which it happened.

use crate::{Code, OrderId, Price, Quantity, Side, Symbol, TradeId, UserId};
use serde::{Deserialize, Serialize};

/// `matching.j>*`. `sequence` counts a book's events without gaps: depth is their sum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchingEvent {
    OrderOpened(OrderOpened),
    OrderFilled(OrderFilled),
    OrderLeftBook(OrderLeftBook),
}

impl MatchingEvent {
    pub fn symbol(&self) -> Symbol {
        match self {
            MatchingEvent::OrderOpened(event) => event.symbol,
            MatchingEvent::OrderFilled(event) => event.symbol,
            MatchingEvent::OrderLeftBook(event) => event.symbol,
        }
    }

    pub fn sequence(&self) -> u64 {
        match self {
            MatchingEvent::OrderOpened(event) => event.sequence,
            MatchingEvent::OrderFilled(event) => event.sequence,
            MatchingEvent::OrderLeftBook(event) => event.sequence,
        }
    }
}

/// What is left of an order now rests in the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderOpened {
    #[serde(flatten)]
    pub party: Party,
    pub symbol: Symbol,
    pub sequence: u64,
    pub side: Side,
    pub price: Price,
    /// What rests.
    pub quantity: Quantity,
}

/// A trade: both orders filled by `quantity`, at the resting order's price. An order that is
/// wholly filled leaves the book with its last fill, without another event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderFilled {
    pub trade_id: TradeId,
    pub symbol: Symbol,
    pub sequence: u64,
    pub price: Price,
    pub quantity: Quantity,
    pub taker_side: Side,
    pub maker: Party,
    pub taker: Party,
}

impl OrderFilled {
    pub fn buyer(&self) -> &Party {
        match self.taker_side {
            Side::Buy => &self.taker,
            Side::Sell => &self.maker,
        }
    }

    pub fn seller(&self) -> &Party {
        match self.taker_side {
            Side::Buy => &self.maker,
            Side::Sell => &self.taker,
        }
    }
}

/// The rest of an order is gone without having been filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLeftBook {
    #[serde(flatten)]
    pub party: Party,
    pub symbol: Symbol,
    pub sequence: u64,
    pub side: Side,
    pub price: Price,
    /// What was left of it.
    pub quantity: Quantity,
    /// Whether that rest had been resting, and so counts in the depth until now.
    pub rested: bool,
    /// `canceled_by_user`, `self_trade` or `no_liquidity`.
    pub reason: Code,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    pub order_id: OrderId,
    pub user_id: UserId,
    /// Ordering's partition that keeps the order.
    pub ordering: u16,
}

/// Sent on `requests` to `matching.j`; answered between two steps, so that depth and sequence belong together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchingCommand {
    /// The depth of every book of the partition.
    Depths {},
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Depth {
    pub symbol: Symbol,
    /// Of the last event that this depth includes.
    pub sequence: u64,
    /// Best first.
    pub bids: Vec<(Price, Quantity)>,
    pub asks: Vec<(Price, Quantity)>,
}

/// Answers `Depths`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Depths {
    /// The position of `matching.j>*` that these depths include.
    pub seq: u64,
    pub depths: Vec<Depth>,
}
