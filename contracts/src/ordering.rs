//! What ordering says: commands down the order's way, changes to web, answers to questions.

use crate::{
    Fill, Order, OrderId, OrderStatus, OrderType, Price, Quantity, Side, Symbol, TimeInForce, UserId,
};
use serde::{Deserialize, Serialize};

/// `ordering.k>portfolio.i` and, once funded, `portfolio.i>matching.j`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderCommand {
    PlaceOrder(PlaceOrder),
    CancelOrder(CancelOrder),
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
    /// The limit; for a market order the worst price it may trade at.
    pub price: Price,
    /// The instrument's units, so that the book needs no other source for them.
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
    Fills {
        user_id: UserId,
        /// As given by the page before.
        #[serde(default)]
        cursor: Option<String>,
        limit: u16,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderDetail {
    #[serde(flatten)]
    pub order: Order,
    pub fills: Vec<Fill>,
}

/// A bounded page of a list, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    pub items: Vec<T>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// The longest page that any list gives.
pub const PAGE_LENGTH_MAX: u16 = 200;
