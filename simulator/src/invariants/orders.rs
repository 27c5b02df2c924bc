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
                OPEN => matches!(now.0, OPEN | CLOSED | CANCELED),
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
    if (status == CLOSED) != (filled == quantity) {
        return Err(format!("an order is closed exactly when it is filled: {row:?}"));
    }
    if (status == CANCELED || status == REJECTED) != text(row, "reason_code").is_some() {
        return Err(format!("an order has a reason exactly when it was canceled or rejected: {row:?}"));
    }
    if status == REJECTED && filled > 0 {
        return Err(format!("a rejected order was filled: {row:?}"));
    }
    Ok(())
}

/// Each order's fills are what it was filled, at prices that it agreed to.
pub fn check(exchange: &mut Exchange) -> Result<(), String> {
    let state = exchange.databases[topology::ORDERING].lock();
    let mut fills = BTreeMap::<Uuid, i64>::new();
    for fill in state.tables.rows("fills") {
        let key = vec![crate::twin::part(&fill["order_id"])];
        let Some(order) = state.tables.get("orders", &key) else {
            return Err(format!("a fill of an order that is not stored: {fill:?}"));
        };
        let (price, limit) = (number(fill, "price"), number(order, "price"));
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
