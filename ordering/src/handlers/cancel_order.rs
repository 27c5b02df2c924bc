//! `CancelOrder`: passed on behind its order while the order lives. Whether it comes in time is
//! for the book to say, so nothing changes here.

use super::{Outcome, live_order};
use crate::domain::{desk::Desk, rows::Rows, sender::Sender};
use contracts::{
    OrderId, UserId,
    ordering::{CancelOrder, OrderCommand},
};

pub fn apply(desk: &Desk, rows: &Rows, sender: Sender, order_id: OrderId, user_id: UserId) -> Outcome {
    match live_order(desk, rows, sender, order_id, user_id) {
        Ok(ticket) => {
            let cancel = CancelOrder { order_id, user_id, symbol: ticket.symbol };
            Outcome::accepted(sender, ticket, Some(OrderCommand::CancelOrder(cancel)))
        }
        Err(refusal) => Outcome::refused(Some(order_id), refusal),
    }
}
