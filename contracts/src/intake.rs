//! What clients publish to the exchange `orders`, and what they are answered.
//!
//! One flat object, checked field by field so that a refusal can name the field, the value and
//! the rule. Whether the order is *allowed* is ordering's business, not decided here.

use crate::refusal::quoted;
use crate::{
    Code, Order, OrderId, OrderStatus, OrderType, Price, Quantity, Refusal, Side, Symbol, TimeInForce,
    UserId, json,
};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, str::FromStr};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientMessage {
    PlaceOrder(NewOrder),
    CancelOrder { order_id: OrderId, user_id: UserId },
}

/// An order as its client wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOrder {
    pub order_id: OrderId,
    pub user_id: UserId,
    pub symbol: Symbol,
    pub side: Side,
    pub order_type: OrderType,
    pub time_in_force: TimeInForce,
    pub post_only: bool,
    pub quantity: Quantity,
    pub limit_price: Option<Price>,
}

/// The wire form. Amounts stay text until they are checked.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Body<'a> {
    #[serde(rename = "type", borrow)]
    pub kind: Cow<'a, str>,
    #[serde(borrow)]
    pub order_id: Cow<'a, str>,
    #[serde(borrow)]
    pub user_id: Cow<'a, str>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub symbol: Option<Cow<'a, str>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub side: Option<Cow<'a, str>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub order_type: Option<Cow<'a, str>>,
    /// Of a limit order `gtc` unless it says otherwise, of a market order `ioc`.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub time_in_force: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post_only: Option<bool>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Cow<'a, str>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub limit_price: Option<Cow<'a, str>>,
}

pub fn decode(json: &[u8]) -> Result<ClientMessage, Refusal> {
    json::read::<Body>(json)?.check()
}

impl Body<'_> {
    pub fn check(&self) -> Result<ClientMessage, Refusal> {
        let order_id = parse("order_id", &self.order_id)?;
        let user_id = parse("user_id", &self.user_id)?;
        match &*self.kind {
            "place_order" => {
                let order_type = required("order_type", &self.order_type)?;
                let (time_in_force, post_only) = self.check_terms(order_type)?;
                Ok(ClientMessage::PlaceOrder(NewOrder {
                    order_id,
                    user_id,
                    symbol: required("symbol", &self.symbol)?,
                    side: required("side", &self.side)?,
                    order_type,
                    time_in_force,
                    post_only,
                    quantity: required("quantity", &self.quantity)?,
                    limit_price: optional("limit_price", &self.limit_price)?,
                }))
            }
            "cancel_order" => {
                let surplus = [
                    ("symbol", &self.symbol),
                    ("side", &self.side),
                    ("order_type", &self.order_type),
                    ("time_in_force", &self.time_in_force),
                    ("quantity", &self.quantity),
                    ("limit_price", &self.limit_price),
                ];
                let surplus = surplus.into_iter().map(|(field, value)| (field, value.is_some()));
                let mut surplus = surplus.chain([("post_only", self.post_only.is_some())]);
                if let Some((field, _)) = surplus.find(|(_, is_there)| *is_there) {
                    let rule = "a cancel names only the order and its user";
                    return Err(Refusal::of_field(Code::UnexpectedField, field, rule));
                }
                Ok(ClientMessage::CancelOrder { order_id, user_id })
            }
            other => {
                let rule = format!("expected \"place_order\" or \"cancel_order\", got {}", quoted(other));
                Err(Refusal::of_field(Code::InvalidValue, "type", rule))
            }
        }
    }

    fn check_terms(&self, order_type: OrderType) -> Result<(TimeInForce, bool), Refusal> {
        let usual = match order_type {
            OrderType::Limit => TimeInForce::Gtc,
            OrderType::Market => TimeInForce::Ioc,
        };
        let time_in_force = optional("time_in_force", &self.time_in_force)?.unwrap_or(usual);
        let post_only = self.post_only.unwrap_or(false);
        if order_type == OrderType::Market && time_in_force == TimeInForce::Gtc {
            let rule = "a market order does not wait: ioc or fok, got \"gtc\"";
            return Err(Refusal::of_field(Code::InvalidCombination, "time_in_force", rule));
        }
        if post_only && time_in_force != TimeInForce::Gtc {
            let rule = format!("only an order that waits can be post-only, this is {time_in_force}");
            return Err(Refusal::of_field(Code::InvalidCombination, "post_only", rule));
        }
        Ok((time_in_force, post_only))
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

/// The answer to an order or a cancel, sent after ordering's commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntakeReply {
    /// Absent when the message was too broken to tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<OrderId>,
    pub status: OrderStatus,
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
            code: None,
            message: None,
            field: None,
            order: Some(order),
        }
    }

    pub fn rejected(order_id: Option<OrderId>, refusal: Refusal) -> Self {
        IntakeReply {
            order_id,
            status: OrderStatus::Rejected,
            code: Some(refusal.code),
            message: Some(refusal.message),
            field: refusal.field,
            order: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDER: &str = r#"{"type":"place_order","order_id":"01890000-0000-7000-8000-00000000000a",
        "user_id":"01890000-0000-7000-8000-000000000001","symbol":"ACME","side":"buy",
        "order_type":"limit","quantity":"10","limit_price":"187.25"}"#;

    fn refusal(json: &str) -> String {
        decode(json.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn a_limit_order_is_read() {
        let ClientMessage::PlaceOrder(order) = decode(ORDER.as_bytes()).unwrap() else {
            panic!("not an order")
        };
        assert_eq!(order.quantity.to_string(), "10");
        assert_eq!(order.limit_price.unwrap().to_string(), "187.25");
    }

    #[test]
    fn an_order_waits_unless_it_is_a_market_order_or_says_otherwise() {
        let terms = |json: &str| match decode(json.as_bytes()).unwrap() {
            ClientMessage::PlaceOrder(order) => (order.time_in_force, order.post_only),
            other => panic!("{other:?}"),
        };
        assert_eq!(terms(ORDER), (TimeInForce::Gtc, false));
        assert_eq!(terms(&ORDER.replace("\"limit\"", "\"market\"")), (TimeInForce::Ioc, false));
        let post = ORDER.replace("\"side\"", r#""post_only":true,"side""#);
        assert_eq!(terms(&post), (TimeInForce::Gtc, true));
        let kill = ORDER.replace("\"side\"", r#""time_in_force":"fok","post_only":false,"side""#);
        assert_eq!(terms(&kill), (TimeInForce::Fok, false));
    }

    #[test]
    fn every_refusal_names_the_field_the_value_and_the_rule() {
        for (from, to, expected) in [
            (
                "\"10\"",
                "\"-10\"",
                "quantity: expected a decimal such as \"12.50\", got \"-10\" (invalid_value)",
            ),
            (
                "\"10\"",
                "\"NaN\"",
                "quantity: expected a decimal such as \"12.50\", got \"NaN\" (invalid_value)",
            ),
            (
                "\"10\"",
                "\"1e400\"",
                "quantity: expected a decimal such as \"12.50\", got \"1e400\" (invalid_value)",
            ),
            ("\"buy\"", "\"hold\"", "side: expected one of buy, sell, got \"hold\" (invalid_value)"),
            (
                "\"limit\"",
                "\"stop\"",
                "order_type: expected one of limit, market, got \"stop\" (invalid_value)",
            ),
            (
                "place_order",
                "amend",
                "type: expected \"place_order\" or \"cancel_order\", got \"amend\" (invalid_value)",
            ),
        ] {
            assert_eq!(refusal(&ORDER.replace(from, to)), expected);
        }
        for (terms, expected) in [
            (
                r#""time_in_force":"day","#,
                "time_in_force: expected one of gtc, ioc, fok, got \"day\" (invalid_value)",
            ),
            (
                r#""time_in_force":"fok","post_only":true,"#,
                "post_only: only an order that waits can be post-only, this is fok (invalid_combination)",
            ),
        ] {
            assert_eq!(refusal(&ORDER.replace("\"side\"", &format!("{terms}\"side\""))), expected);
        }
        let market = ORDER.replace(r#""limit","#, r#""market","time_in_force":"gtc","#);
        assert_eq!(
            refusal(&market),
            "time_in_force: a market order does not wait: ioc or fok, got \"gtc\" (invalid_combination)"
        );
        let extra = ORDER.replace("\"side\"", "\"filled_quantity\":\"1\",\"side\"");
        assert!(refusal(&extra).starts_with("filled_quantity: unknown field"), "{}", refusal(&extra));
        let missing = ORDER.replace("\"symbol\":\"ACME\",", "");
        assert_eq!(refusal(&missing), "symbol: this field is required (missing_field)");
        let number = ORDER.replace("\"10\"", "10");
        assert!(refusal(&number).contains("malformed"), "{}", refusal(&number));
    }
}
