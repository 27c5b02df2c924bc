//! An order's row, as every query reads it.

use super::codes::{Coded, parsed};
use super::special::Special;
use crate::domain::ticket::Ticket;
use chassis::Fault;
use contracts::{
    Money, OrderId, OrderStatus, OrderType, Price, Quantity, Refusal, Side, Terms, TimeInForce, Timestamp,
    UserId,
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

pub const PLAIN_COLUMNS: &str = "order_id, user_id, created_at, updated_at, quantity, price, \
    filled_quantity, notional, book_sequence, partition, side, order_type, time_in_force, post_only, \
    status, symbol";
pub const REASON_COLUMNS: &str = "reason_code, reason_message, reason_field";

/// All that an `OrderRow` reads.
pub fn select(from: &str) -> String {
    format!("select {PLAIN_COLUMNS}, {REASON_COLUMNS}, special::text as special from {from}")
}

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
    special: Option<String>,
}

impl OrderRow {
    pub fn into_ticket(self) -> Result<Ticket, Fault> {
        let reason = match (self.reason_code, self.reason_message) {
            (Some(code), Some(message)) => {
                Some(Refusal { code: parsed(&code)?, message, field: self.reason_field })
            }
            (None, None) | (Some(_), None) | (None, Some(_)) => None,
        };
        let special = Special::read(self.special.as_deref())?;
        let order_type = OrderType::from_code(self.order_type)?;
        let price = Price::from_micros(self.price);
        let limit_price = match order_type {
            OrderType::Limit => Some(price),
            OrderType::Market
            | OrderType::Stop
            | OrderType::StopLimit
            | OrderType::TrailingStop
            | OrderType::Oco => special.limit_price,
        };
        let time_in_force = TimeInForce::from_code(self.time_in_force)?;
        let terms = special.terms.unwrap_or(Terms::of(time_in_force));
        Ok(Ticket {
            order_id: OrderId(self.order_id),
            user_id: UserId(self.user_id),
            ordering: u16::try_from(self.partition).map_err(|e| Fault::new("read a partition", e))?,
            symbol: parsed(&self.symbol)?,
            side: Side::from_code(self.side)?,
            order_type,
            terms: Terms { time_in_force, post_only: self.post_only, ..terms },
            quantity: Quantity::from_micros(self.quantity),
            limit_price,
            price,
            worst_price: special.worst_price.unwrap_or(price),
            status: OrderStatus::from_code(self.status)?,
            filled_quantity: Quantity::from_micros(self.filled_quantity),
            notional: Money::from_micros(self.notional),
            book_sequence: self.book_sequence as u64,
            trigger: special.trigger,
            triggered: special.triggered,
            entry_order_id: special.entry_order_id,
            replaces: special.replaces,
            replaced_by: special.replaced_by,
            amendment: special.amendment,
            placed: special.placed,
            reason,
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}

/// As it would come back from the database.
#[cfg(test)]
pub fn read_back(ticket: &Ticket) -> Ticket {
    let row = OrderRow {
        order_id: ticket.order_id.0,
        user_id: ticket.user_id.0,
        created_at: ticket.created_at,
        updated_at: ticket.updated_at,
        quantity: ticket.quantity.micros(),
        price: ticket.price.micros(),
        filled_quantity: ticket.filled_quantity.micros(),
        notional: ticket.notional.micros(),
        book_sequence: ticket.book_sequence as i64,
        partition: i32::from(ticket.ordering),
        side: ticket.side.code(),
        order_type: ticket.order_type.code(),
        time_in_force: ticket.terms.time_in_force.code(),
        post_only: ticket.terms.post_only,
        status: ticket.status.code(),
        symbol: ticket.symbol.to_string(),
        reason_code: ticket.reason.as_ref().map(|reason| reason.code.to_string()),
        reason_message: ticket.reason.as_ref().map(|reason| reason.message.clone()),
        reason_field: ticket.reason.as_ref().and_then(|reason| reason.field.clone()),
        special: Some(super::special::written(ticket)).filter(|special| !special.is_empty()),
    };
    row.into_ticket().expect("what was written can be read")
}
