//! What matching says: everything that happens in a book, in the order in which it happened.

mod words;

pub use words::Words;

use crate::order::wire_enum;
use crate::{Code, OrderId, Price, Quantity, Side, Symbol, Timestamp, TradeId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `matching.j>*`. `sequence` counts a book's events without gaps: depth is their sum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchingEvent {
    OrderOpened(OrderOpened),
    OrderFilled(OrderFilled),
    OrderLeftBook(OrderLeftBook),
    OrderArmed(OrderArmed),
    OrderTriggered(OrderTriggered),
    OrderReduced(OrderReduced),
    OrderAmended(OrderAmended),
    OrderRefreshed(OrderRefreshed),
    AmendmentRefused(AmendmentRefused),
    PhaseChanged(PhaseChanged),
    AuctionIndicated(AuctionIndicated),
}

macro_rules! of_each {
    ($self:ident, $field:ident) => {
        match $self {
            MatchingEvent::OrderOpened(event) => event.$field,
            MatchingEvent::OrderFilled(event) => event.$field,
            MatchingEvent::OrderLeftBook(event) => event.$field,
            MatchingEvent::OrderArmed(event) => event.$field,
            MatchingEvent::OrderTriggered(event) => event.$field,
            MatchingEvent::OrderReduced(event) => event.$field,
            MatchingEvent::OrderAmended(event) => event.$field,
            MatchingEvent::OrderRefreshed(event) => event.$field,
            MatchingEvent::AmendmentRefused(event) => event.$field,
            MatchingEvent::PhaseChanged(event) => event.$field,
            MatchingEvent::AuctionIndicated(event) => event.$field,
        }
    };
}

impl MatchingEvent {
    pub fn symbol(&self) -> Symbol {
        of_each!(self, symbol)
    }

    pub fn sequence(&self) -> u64 {
        of_each!(self, sequence)
    }

    /// What it changes in the depth: of a side and a price, how much came or, negative, went. Two
    /// at most.
    pub fn depth_changes(&self) -> impl Iterator<Item = (Side, Price, i64)> + use<> {
        let none = (Side::Buy, Price::ZERO, 0);
        let changes = match self {
            MatchingEvent::OrderOpened(e) => [(e.side, e.price, e.visible().micros()), none],
            MatchingEvent::OrderFilled(e) => match e.auction {
                None => [(e.taker_side.opposite(), e.price, -e.quantity.micros()), none],
                Some(Auction { bid, ask }) => {
                    [(Side::Buy, bid, -e.quantity.micros()), (Side::Sell, ask, -e.quantity.micros())]
                }
            },
            MatchingEvent::OrderLeftBook(e) => [(e.side, e.price, -e.visible().micros()), none],
            MatchingEvent::OrderTriggered(e) => [e.was.of(e.side), none],
            MatchingEvent::OrderReduced(e) => [(e.side, e.price, -e.visible_by.micros()), none],
            MatchingEvent::OrderAmended(e) => [e.was.of(e.side), none],
            MatchingEvent::OrderRefreshed(e) => [(e.side, e.price, e.visible.micros()), none],
            MatchingEvent::OrderArmed(_)
            | MatchingEvent::AmendmentRefused(_)
            | MatchingEvent::PhaseChanged(_)
            | MatchingEvent::AuctionIndicated(_) => [none, none],
        };
        changes.into_iter().filter(|(_, _, by)| *by != 0)
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
    /// Its limit; of a repriced order, where it rests.
    pub price: Price,
    /// What rests.
    pub quantity: Quantity,
    /// As much as others see of it, where that is not all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visible: Option<Quantity>,
    /// Rests elsewhere than at its limit: who keeps its limit or holds for it reads on.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub repriced: bool,
}

impl OrderOpened {
    pub fn visible(&self) -> Quantity {
        self.visible.unwrap_or(self.quantity)
    }
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
    /// Both rested: an auction brought them together, and nobody took.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auction: Option<Auction>,
}

/// Where the two orders of an auction's trade rested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Auction {
    pub bid: Price,
    pub ask: Price,
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
    /// As much as others saw of it, where that was not all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visible: Option<Quantity>,
    /// `canceled_by_user`, `self_trade`, `no_liquidity`, `expired` and others.
    pub reason: Code,
    /// Of an order that left as `replaced`: which comes in its place, right after this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<OrderId>,
}

impl OrderLeftBook {
    pub fn visible(&self) -> Quantity {
        if self.rested { self.visible.unwrap_or(self.quantity) } else { Quantity::ZERO }
    }
}

/// The book has the order, but in no queue: it waits for its stop price, or for its entry's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderArmed {
    #[serde(flatten)]
    pub party: Party,
    pub symbol: Symbol,
    pub sequence: u64,
    pub side: Side,
    pub quantity: Quantity,
}

/// Its stop price was met: what is left of it now trades, rests or leaves as a new order would.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderTriggered {
    #[serde(flatten)]
    pub party: Party,
    pub symbol: Symbol,
    pub sequence: u64,
    pub side: Side,
    /// As it was at the end, which of a trailing stop is not where it began.
    pub stop_price: Price,
    /// The worst price at which it trades from now on.
    pub price: Price,
    pub quantity: Quantity,
    /// Where it rested until now, if it did.
    #[serde(default, skip_serializing_if = "Was::is_nothing")]
    pub was: Was,
}

/// What others saw of an order until now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Was {
    pub price: Price,
    pub visible: Quantity,
}

impl Was {
    pub fn is_nothing(&self) -> bool {
        self.visible.is_zero()
    }

    fn of(self, side: Side) -> (Side, Price, i64) {
        (side, self.price, -self.visible.micros())
    }
}

/// An order is smaller by what nobody will ever fill. It keeps its place; one of which nothing is
/// left has left the book with this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderReduced {
    #[serde(flatten)]
    pub party: Party,
    pub symbol: Symbol,
    pub sequence: u64,
    pub side: Side,
    pub price: Price,
    pub by: Quantity,
    /// What is left of it now.
    pub quantity: Quantity,
    /// As much of `by` as others had seen.
    #[serde(default)]
    pub visible_by: Quantity,
    /// `amended_by_user`, `self_trade`, `entry_ended` or `filled_before_replaced`.
    pub reason: Code,
}

/// An order has other terms, and comes in anew with them: it trades, rests or leaves after this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderAmended {
    #[serde(flatten)]
    pub party: Party,
    pub symbol: Symbol,
    pub sequence: u64,
    pub side: Side,
    pub price: Price,
    /// What was left of it, and what is now.
    pub was_quantity: Quantity,
    pub quantity: Quantity,
    #[serde(default, skip_serializing_if = "Was::is_nothing")]
    pub was: Was,
}

/// An iceberg shows more of itself, behind all others at its price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRefreshed {
    #[serde(flatten)]
    pub party: Party,
    pub symbol: Symbol,
    pub sequence: u64,
    pub side: Side,
    pub price: Price,
    pub visible: Quantity,
}

/// The order stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AmendmentRefused {
    #[serde(flatten)]
    pub party: Party,
    pub symbol: Symbol,
    pub sequence: u64,
    pub reason: Code,
}

wire_enum!(
    /// What a book does with orders that come.
    #[derive(Default)]
    Phase {
        /// They trade with those that rest.
        #[default]
        Continuous = "continuous",
        /// They trade, but the best of one side is at the edge of the price band and finds nobody.
        LimitState = "limit_state",
        /// They rest, and wait for the end of the halt.
        Halted = "halted",
        /// They rest, and trade together at its end.
        Auction = "auction",
        /// They rest, and wait for the trading hours.
        Closed = "closed",
    }
);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhaseChanged {
    pub symbol: Symbol,
    pub sequence: u64,
    pub phase: Phase,
    /// When it will end by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// What the price band is around.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference_price: Option<Price>,
}

/// What an auction would do if it ended now. Without a price nobody would trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuctionIndicated {
    pub symbol: Symbol,
    pub sequence: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Price>,
    pub quantity: Quantity,
    /// What would be left over at that price, and on which side.
    pub imbalance: Quantity,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imbalance_side: Option<Side>,
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

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Depth {
    pub symbol: Symbol,
    /// Of the last event that this depth includes.
    pub sequence: u64,
    /// Best first.
    pub bids: Vec<(Price, Quantity)>,
    pub asks: Vec<(Price, Quantity)>,
    /// Programs of before do not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(ignore)]
    pub standing: Option<Standing>,
}

/// What a book's last `PhaseChanged` and `AuctionIndicated` said, for those who did not hear them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    pub phase: Phase,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference_price: Option<Price>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auction: Option<AuctionIndicated>,
}

/// Answers `Depths`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Depths {
    /// The position of `matching.j>*` that these depths include.
    pub seq: u64,
    pub depths: Vec<Depth>,
}
