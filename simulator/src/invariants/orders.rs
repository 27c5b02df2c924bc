//! I6: an order's life goes forward only, and what it says of itself adds up.

use crate::exchange::Exchange;
use crate::twin::{Row, Tables, number, text, uuid};
use contracts::topology;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The numbers that stand for states in ordering's database.
pub const PENDING: i64 = 0;
pub const OPEN: i64 = 1;
const CLOSED: i64 = 2;
const CANCELED: i64 = 3;
const REJECTED: i64 = 4;
const EXPIRED: i64 = 5;
/// A book looks at the time once a second, by a clock that may differ by some.
const OVERDUE: chrono::TimeDelta = chrono::TimeDelta::seconds(10);

/// Every order as it was seen last.
#[derive(Default)]
pub struct Lives(BTreeMap<Uuid, (i64, i64)>);

impl Lives {
    pub fn go_on(&mut self, tables: &Tables) -> Result<(), String> {
        let mut seen = 0;
        for row in tables.rows("orders") {
            let (id, now) = (uuid(row, "order_id"), (number(row, "status"), number(row, "filled_quantity")));
            let before = self.0.insert(id, now).unwrap_or((PENDING, 0));
            seen += 1;
            let legal = match before.0 {
                PENDING => true,
                OPEN => matches!(now.0, OPEN | CLOSED | CANCELED | EXPIRED),
                _ => now == before,
            };
            if !legal || now.1 < before.1 {
                return Err(format!("order {id} went from {before:?} to {now:?} (state, filled)"));
            }
            adds_up(row)?;
        }
        if seen < self.0.len() {
            return Err(format!("of {} orders that were stored, {seen} are left", self.0.len()));
        }
        Ok(())
    }
}

fn adds_up(row: &Row) -> Result<(), String> {
    let (status, filled, quantity) =
        (number(row, "status"), number(row, "filled_quantity"), number(row, "quantity"));
    if (status == CLOSED) != (filled == quantity && quantity > 0) {
        return Err(format!("an order is closed exactly when it is filled: {row:?}"));
    }
    let has_a_reason = matches!(status, CANCELED | REJECTED | EXPIRED);
    if has_a_reason != text(row, "reason_code").is_some() {
        return Err(format!("an order has a reason exactly when it ended without all its fills: {row:?}"));
    }
    if status == REJECTED && filled > 0 {
        return Err(format!("a rejected order was filled: {row:?}"));
    }
    Ok(())
}

/// What a plain order does without, as ordering keeps it.
fn special(row: &Row) -> serde_json::Value {
    text(row, "special").map_or(serde_json::Value::Null, |json| serde_json::from_str(json).expect("JSON"))
}

fn price(value: &serde_json::Value) -> Option<i64> {
    Some(value.as_str()?.parse::<contracts::Price>().expect("a price").micros())
}

/// Nobody waits for what will not come: a change is done or refused, and a time that has come is over.
fn nothing_is_forgotten(exchange: &Exchange) -> Result<(), String> {
    let long_ago = exchange.clock(0) - OVERDUE;
    let state = exchange.databases[topology::ORDERING].lock();
    for order in state.tables.rows("orders").filter(|row| number(row, "status") <= OPEN) {
        let special = special(order);
        let amendment = &special["amendment"];
        if amendment.is_object() && !amendment["refused"].is_object() {
            return Err(format!("a change is neither done nor refused: {order:?}"));
        }
        let expires_at = special["terms"]["expires_at"].as_str();
        let expires_at = expires_at.map(|at| at.parse::<contracts::Timestamp>().expect("a time"));
        if expires_at.is_some_and(|at| at < long_ago) {
            return Err(format!("at {long_ago} an order had outlived its time: {order:?}"));
        }
    }
    Ok(())
}

/// Each order's fills are what it was filled, at prices that it agreed to.
pub fn check(exchange: &mut Exchange) -> Result<(), String> {
    nothing_is_forgotten(exchange)?;
    let state = exchange.databases[topology::ORDERING].lock();
    let mut fills = BTreeMap::<Uuid, i64>::new();
    for fill in state.tables.rows("fills") {
        let key = vec![crate::twin::part(&fill["order_id"])];
        let Some(order) = state.tables.get("orders", &key) else {
            return Err(format!("a fill of an order that is not stored: {fill:?}"));
        };
        let limit = self::price(&special(order)["worst_price"]).unwrap_or(number(order, "price"));
        let price = number(fill, "price");
        let sells = number(order, "side") == 1;
        if number(fill, "side") != number(order, "side")
            || (sells && price < limit)
            || (!sells && price > limit)
        {
            return Err(format!("a fill that its order did not agree to: {fill:?}, {order:?}"));
        }
        *fills.entry(uuid(fill, "order_id")).or_default() += number(fill, "quantity");
    }
    for order in state.tables.rows("orders") {
        let filled = fills.get(&uuid(order, "order_id")).copied().unwrap_or(0);
        if filled != number(order, "filled_quantity") {
            return Err(format!("an order's fills add up to {filled}: {order:?}"));
        }
    }
    Ok(())
}
