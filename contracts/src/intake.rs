//! What clients publish to the exchange `orders`, and what they are answered.
//!
//! One flat object, checked field by field so that a refusal can name the field, the value and
//! the rule. Whether the order is *allowed* is ordering's business, not decided here.

mod shape;

pub use shape::{Need, enters, prices, waiting};

use crate::refusal::quoted;
use crate::{
    Code, Order, OrderId, OrderStatus, OrderType, Price, Quantity, Refusal, Side, Symbol, Terms, Timestamp,
    UserId, json,
};
use chrono::{Datelike, SubsecRound, Utc};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, str::FromStr};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientMessage {
    PlaceOrder(NewOrder),
    CancelOrder { order_id: OrderId, user_id: UserId },
    AmendOrder(Amend),
    CancelOrders(CancelOrders),
}

/// An order as its client wrote it. Its fields belong together (`shape.rs`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOrder {
    pub order_id: OrderId,
    pub user_id: UserId,
    pub symbol: Symbol,
    pub side: Side,
    pub order_type: OrderType,
    pub quantity: Quantity,
    pub limit_price: Option<Price>,
    pub terms: Terms,
    /// The order in whose place it is to come.
    pub replaces: Option<OrderId>,
}

/// What is not named stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amend {
    pub order_id: OrderId,
    pub user_id: UserId,
    /// Of the whole order, what has been filled included.
    pub quantity: Option<Quantity>,
    pub limit_price: Option<Price>,
}

/// All live orders of the user, or those of a symbol or a side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CancelOrders {
    pub user_id: UserId,
    pub symbol: Option<Symbol>,
    pub side: Option<Side>,
}

type Text<'a> = Option<Cow<'a, str>>;

/// The wire form. Amounts stay text until they are checked.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body<'a> {
    #[serde(rename = "type", borrow)]
    pub kind: Cow<'a, str>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub order_id: Text<'a>,
    #[serde(borrow)]
    pub user_id: Cow<'a, str>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub symbol: Text<'a>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub side: Text<'a>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub order_type: Text<'a>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub quantity: Text<'a>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub limit_price: Text<'a>,
    /// Unless it says otherwise, an order waits until it is canceled, and a market order does not.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub time_in_force: Text<'a>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Text<'a>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post_only: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reprice: Option<bool>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub display_quantity: Text<'a>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub stop_price: Text<'a>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub trail_amount: Text<'a>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub stop_limit_price: Text<'a>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub self_trade_prevention: Text<'a>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub exit_order_id: Text<'a>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub take_profit_price: Text<'a>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub stop_loss_price: Text<'a>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub replaces: Text<'a>,
}

pub fn decode(json: &[u8]) -> Result<ClientMessage, Refusal> {
    json::read::<Body>(json)?.check()
}

impl Body<'_> {
    pub fn check(&self) -> Result<ClientMessage, Refusal> {
        let user_id = parse("user_id", &self.user_id)?;
        match &*self.kind {
            "place_order" => {
                if self.replaces.is_some() {
                    let rule = "only a \"replace_order\" names the order in whose place it comes";
                    return Err(Refusal::of_field(Code::UnexpectedField, "replaces", rule));
                }
                Ok(ClientMessage::PlaceOrder(self.check_order(user_id, None)?))
            }
            "replace_order" => {
                let replaces = required("replaces", &self.replaces)?;
                Ok(ClientMessage::PlaceOrder(self.check_order(user_id, Some(replaces))?))
            }
            "cancel_order" => {
                self.has_only(&["order_id"], "a cancel names only the order and its user")?;
                Ok(ClientMessage::CancelOrder { order_id: required("order_id", &self.order_id)?, user_id })
            }
            "amend_order" => {
                let rule = "an amendment names the order, its user, and a quantity or a limit price";
                self.has_only(&["order_id", "quantity", "limit_price"], rule)?;
                let order_id = required("order_id", &self.order_id)?;
                let (quantity, limit_price) =
                    (optional("quantity", &self.quantity)?, optional("limit_price", &self.limit_price)?);
                if quantity.is_none() && limit_price.is_none() {
                    return Err(Refusal::of_field(Code::MissingField, "quantity", rule));
                }
                Ok(ClientMessage::AmendOrder(Amend { order_id, user_id, quantity, limit_price }))
            }
            "cancel_orders" => {
                let rule = "a cancel of many names only the user, a symbol and a side";
                self.has_only(&["symbol", "side"], rule)?;
                let (symbol, side) = (optional("symbol", &self.symbol)?, optional("side", &self.side)?);
                Ok(ClientMessage::CancelOrders(CancelOrders { user_id, symbol, side }))
            }
            other => {
                let known = "\"place_order\", \"replace_order\", \"cancel_order\", \"amend_order\" or \
                             \"cancel_orders\"";
                let rule = format!("expected {known}, got {}", quoted(other));
                Err(Refusal::of_field(Code::InvalidValue, "type", rule))
            }
        }
    }

    fn check_order(&self, user_id: UserId, replaces: Option<OrderId>) -> Result<NewOrder, Refusal> {
        let order_id = required("order_id", &self.order_id)?;
        let order_type = required("order_type", &self.order_type)?;
        let terms = self.check_terms(order_type)?;
        let order = NewOrder {
            order_id,
            user_id,
            symbol: required("symbol", &self.symbol)?,
            side: required("side", &self.side)?,
            order_type,
            quantity: required("quantity", &self.quantity)?,
            limit_price: optional("limit_price", &self.limit_price)?,
            terms,
            replaces,
        };
        order.check_shape()?;
        Ok(order)
    }

    fn check_terms(&self, order_type: OrderType) -> Result<Terms, Refusal> {
        Ok(Terms {
            time_in_force: optional("time_in_force", &self.time_in_force)?
                .unwrap_or(shape::usual_time_in_force(order_type)),
            expires_at: optional::<Moment>("expires_at", &self.expires_at)?.map(|Moment(at)| at),
            post_only: self.post_only.unwrap_or(false),
            reprice: self.reprice.unwrap_or(false),
            display_quantity: optional("display_quantity", &self.display_quantity)?,
            stop_price: optional("stop_price", &self.stop_price)?,
            trail_amount: optional("trail_amount", &self.trail_amount)?,
            stop_limit_price: optional("stop_limit_price", &self.stop_limit_price)?,
            self_trade_prevention: optional("self_trade_prevention", &self.self_trade_prevention)?
                .unwrap_or_default(),
            exit_order_id: optional("exit_order_id", &self.exit_order_id)?,
            take_profit_price: optional("take_profit_price", &self.take_profit_price)?,
            stop_loss_price: optional("stop_loss_price", &self.stop_loss_price)?,
        })
    }

    /// Besides kind and user.
    fn has_only(&self, fields: &[&str], rule: &str) -> Result<(), Refusal> {
        let texts = [
            ("order_id", &self.order_id),
            ("symbol", &self.symbol),
            ("side", &self.side),
            ("order_type", &self.order_type),
            ("quantity", &self.quantity),
            ("limit_price", &self.limit_price),
            ("time_in_force", &self.time_in_force),
            ("expires_at", &self.expires_at),
            ("display_quantity", &self.display_quantity),
            ("stop_price", &self.stop_price),
            ("trail_amount", &self.trail_amount),
            ("stop_limit_price", &self.stop_limit_price),
            ("self_trade_prevention", &self.self_trade_prevention),
            ("exit_order_id", &self.exit_order_id),
            ("take_profit_price", &self.take_profit_price),
            ("stop_loss_price", &self.stop_loss_price),
            ("replaces", &self.replaces),
        ];
        let flags = [("post_only", self.post_only), ("reprice", self.reprice)];
        let texts = texts.into_iter().filter(|(_, value)| value.is_some()).map(|(field, _)| field);
        let flags = flags.into_iter().filter(|(_, value)| value.is_some()).map(|(field, _)| field);
        match texts.chain(flags).find(|field| !fields.contains(field)) {
            Some(field) => Err(Refusal::of_field(Code::UnexpectedField, field, rule)),
            None => Ok(()),
        }
    }
}

fn required<T: FromStr<Err: std::fmt::Display>>(
    field: &str,
    text: &Option<Cow<'_, str>>,
) -> Result<T, Refusal> {
    match text {
        Some(text) => parse(field, text),
        None => Err(Refusal::of_field(Code::MissingField, field, "this field is required")),
    }
}

fn optional<T: FromStr<Err: std::fmt::Display>>(
    field: &str,
    text: &Option<Cow<'_, str>>,
) -> Result<Option<T>, Refusal> {
    text.as_deref().map(|text| parse(field, text)).transpose()
}

fn parse<T: FromStr<Err: std::fmt::Display>>(field: &str, text: &str) -> Result<T, Refusal> {
    text.parse().map_err(|rule| Refusal::of_field(Code::InvalidValue, field, format!("{rule}")))
}

/// A time as RFC 3339 writes it, with any offset. Postgres keeps no more than microseconds.
struct Moment(Timestamp);

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let at = chrono::DateTime::parse_from_rfc3339(text).ok().map(|at| at.with_timezone(&Utc));
        // An offset may lead to a year that cannot be written the same way.
        at.filter(|at| (0..=9999).contains(&at.year()))
            .map(|at| Moment(at.trunc_subsecs(6)))
            .ok_or_else(|| format!("expected a time such as \"2026-11-21T21:00:00Z\", got {}", quoted(text)))
    }
}

/// The answer to a client's message, sent after ordering's commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntakeReply {
    /// Absent when the message was too broken to tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<OrderId>,
    pub status: OrderStatus,
    /// Of a cancel of many: how many orders it has reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Code>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The whole order, for web only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Order>,
}

impl IntakeReply {
    pub fn accepted(order: Order) -> Self {
        IntakeReply {
            order_id: Some(order.order_id),
            status: order.status,
            count: None,
            code: None,
            message: None,
            field: None,
            order: Some(order),
        }
    }

    /// The cancels of these many orders are on their way.
    pub fn canceling(count: u32) -> Self {
        IntakeReply {
            order_id: None,
            status: OrderStatus::Pending,
            count: Some(count),
            code: None,
            message: None,
            field: None,
            order: None,
        }
    }

    pub fn rejected(order_id: Option<OrderId>, refusal: Refusal) -> Self {
        IntakeReply {
            order_id,
            status: OrderStatus::Rejected,
            count: None,
            code: Some(refusal.code),
            message: Some(refusal.message),
            field: refusal.field,
            order: None,
        }
    }
}

#[cfg(test)]
mod tests;
