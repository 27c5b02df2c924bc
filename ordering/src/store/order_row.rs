//! An order's row, as every query reads it.

use super::codes::{Coded, parsed};
use crate::domain::ticket::Ticket;
use chassis::Fault;
use contracts::{
    Money, OrderId, OrderStatus, OrderType, Price, Quantity, Refusal, Side, TimeInForce, Timestamp, UserId,
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

pub const PLAIN_COLUMNS: &str = "order_id, user_id, created_at, updated_at, quantity, price, \
    filled_quantity, notional, book_sequence, partition, side, order_type, time_in_force, post_only, \
    status, symbol";
pub const REASON_COLUMNS: &str = "reason_code, reason_message, reason_field";

#[derive(FromQueryResult)]
pub struct OrderRow {
    order_id: Uuid,
    user_id: Uuid,
    created_at: Timestamp,
    updated_at: Timestamp,
    quantity: i64,
    price: i64,
    filled_quantity: i64,
    notional: i64,
    book_sequence: i64,
    partition: i32,
    side: i16,
    order_type: i16,
    time_in_force: i16,
    post_only: bool,
    status: i16,
    symbol: String,
    reason_code: Option<String>,
    reason_message: Option<String>,
    reason_field: Option<String>,
}

impl OrderRow {
    pub fn into_ticket(self) -> Result<Ticket, Fault> {
        let reason = match (self.reason_code, self.reason_message) {
            (Some(code), Some(message)) => {
                Some(Refusal { code: parsed(&code)?, message, field: self.reason_field })
            }
            (None, None) | (Some(_), None) | (None, Some(_)) => None,
        };
        Ok(Ticket {
            order_id: OrderId(self.order_id),
            user_id: UserId(self.user_id),
            ordering: u16::try_from(self.partition).map_err(|e| Fault::new("read a partition", e))?,
            symbol: parsed(&self.symbol)?,
            side: Side::from_code(self.side)?,
            order_type: OrderType::from_code(self.order_type)?,
            time_in_force: TimeInForce::from_code(self.time_in_force)?,
            post_only: self.post_only,
            quantity: Quantity::from_micros(self.quantity),
            price: Price::from_micros(self.price),
            status: OrderStatus::from_code(self.status)?,
            filled_quantity: Quantity::from_micros(self.filled_quantity),
            notional: Money::from_micros(self.notional),
            book_sequence: self.book_sequence as u64,
            reason,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}
