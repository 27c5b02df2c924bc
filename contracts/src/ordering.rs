//! What ordering says: commands down the order's way, changes to web, answers to questions.

mod usual;

pub use usual::read_commands;

use crate::{
    Fill, Order, OrderId, OrderStatus, OrderType, Price, Quantity, SelfTradePrevention, Side, Symbol,
    TimeInForce, Timestamp, UserId,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `ordering.k>portfolio.i` and, once funded, `portfolio.i>matching.j`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderCommand {
    PlaceOrder(PlaceOrder),
    CancelOrder(CancelOrder),
    AmendOrder(AmendOrder),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceOrder {
    pub order_id: OrderId,
    pub user_id: UserId,
    /// Ordering's partition that keeps this order; matching's events bring it back.
    pub ordering: u16,
    pub symbol: Symbol,
    pub side: Side,
    #[serde(rename = "type")]
    pub order_type: OrderType,
    pub time_in_force: TimeInForce,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub post_only: bool,
    pub quantity: Quantity,
    /// The limit; without one the worst price it may trade at. A stop's is that after its trigger.
    pub price: Price,
    /// The instrument's units, so that the book needs no other source for them.
    pub tick_size: Price,
    pub lot_size: Quantity,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub special: Option<Box<Special>>,
}

/// What most orders do without.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Special {
    /// Of a post-only order: rather one tick away than not at all.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reprice: bool,
    #[serde(default, skip_serializing_if = "SelfTradePrevention::is_usual")]
    pub self_trade_prevention: SelfTradePrevention,
    /// How much of it others see at a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_quantity: Option<Quantity>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger: Option<Trigger>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit: Option<Exit>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<Replaces>,
}

/// The order whose place this one takes, of the same user, symbol and side: never do both trade. If
/// that has ended, this one does not come in; by what it was filled meanwhile, this one is smaller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replaces {
    pub order_id: OrderId,
    /// What was left of it when the replacement was asked for.
    pub left: Quantity,
}

/// What is met when a trade is at the stop price or beyond: above for a buyer, below for a seller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trigger {
    pub stop_price: Price,
    /// The stop price, and `price` with it, follow the market at this distance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trail_amount: Option<Price>,
    /// The worst price at which it trades from then on.
    pub price: Price,
    /// Whether what cannot trade at that price then rests at it.
    pub rests: bool,
}

/// An order of the other side that waits until its entry has ended, for as much as that was filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exit {
    pub order_id: OrderId,
    /// Where it rests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub take_profit_price: Option<Price>,
    /// What makes it a market order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_loss: Option<Trigger>,
}

impl PlaceOrder {
    /// The worst price at which it may ever trade.
    pub fn worst_price(&self) -> Price {
        let after = self.special.as_ref().and_then(|special| special.trigger).map(|trigger| trigger.price);
        worse(self.side, Some(self.price), after).expect("one of two prices")
    }
}

impl Exit {
    /// The worst price at which the exit of an entry of this side may ever trade.
    pub fn worst_price(&self, entry: Side) -> Option<Price> {
        worse(entry.opposite(), self.take_profit_price, self.stop_loss.map(|trigger| trigger.price))
    }
}

fn worse(side: Side, one: Option<Price>, other: Option<Price>) -> Option<Price> {
    let (Some(one), Some(other)) = (one, other) else { return one.or(other) };
    Some(match side {
        Side::Buy => one.max(other),
        Side::Sell => one.min(other),
    })
}

/// Another quantity or limit for an order that rests. Its place is kept where only the quantity falls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AmendOrder {
    pub order_id: OrderId,
    pub user_id: UserId,
    pub ordering: u16,
    pub symbol: Symbol,
    /// Of the whole order, as it was when the change was asked for and as it shall be. The book
    /// adds the difference to what it has left of the order, so that no fill meanwhile counts twice.
    pub was_quantity: Quantity,
    pub quantity: Quantity,
    pub price: Price,
    pub tick_size: Price,
    pub lot_size: Quantity,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CancelOrder {
    pub order_id: OrderId,
    pub user_id: UserId,
    pub symbol: Symbol,
}

/// `ordering.k>web`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::large_enum_variant, reason = "each is written or read at once, and never kept")]
pub enum OrderingEvent {
    OrderChanged(Order),
    OrderFilled(Fill),
}

/// Asked on `ordering.questions`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    Orders {
        user_id: UserId,
        #[serde(default)]
        status: Option<OrderStatus>,
        #[serde(default)]
        symbol: Option<Symbol>,
        /// The last order of the page before.
        #[serde(default)]
        cursor: Option<OrderId>,
        limit: u16,
    },
    OrderDetail {
        user_id: UserId,
        order_id: OrderId,
    },
    /// Where to ask for an order's journey. Of nobody's in particular only where an admin asks.
    OrderOrigin {
        order_id: OrderId,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        user_id: Option<UserId>,
    },
    Fills {
        user_id: UserId,
        /// As given by the page before.
        #[serde(default)]
        cursor: Option<String>,
        limit: u16,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OrderDetail {
    #[serde(flatten)]
    pub order: Order,
    pub fills: Vec<Fill>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderOrigin {
    /// The partition of ordering that keeps it.
    pub ordering: u16,
    pub detail: OrderDetail,
}

/// A bounded page of a list, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    pub items: Vec<T>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// The longest page that any list gives.
pub const PAGE_LENGTH_MAX: u16 = 200;
