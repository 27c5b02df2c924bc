//! `CancelOrder`: passed on behind its order while the order lives. Whether it comes in time is
//! for the book to say, so nothing changes here.

use super::Outcome;
use crate::domain::{desk::Desk, rows::Rows, sender::Sender, ticket::Ticket};
use contracts::{
    Code, OrderId, Refusal, UserId,
    ordering::{CancelOrder, OrderCommand},
};

pub fn apply(desk: &Desk, rows: &Rows, sender: Sender, order_id: OrderId, user_id: UserId) -> Outcome {
    match find(desk, rows, sender, order_id, user_id) {
        Ok(ticket) => {
            let cancel = CancelOrder { order_id, user_id, symbol: ticket.symbol };
            Outcome::accepted(sender, ticket, Some(OrderCommand::CancelOrder(cancel)))
        }
        Err(refusal) => Outcome::refused(order_id, refusal),
    }
}

fn find<'a>(
    desk: &Desk,
    rows: &'a Rows,
    sender: Sender,
    order_id: OrderId,
    user_id: UserId,
) -> Result<&'a Ticket, Refusal> {
    sender.may_trade_for(desk.people.get(&user_id).copied())?;
    // Somebody else's order is answered as one that does not exist.
    let Some(ticket) = rows.order(order_id).filter(|ticket| ticket.user_id == user_id) else {
        return Err(Refusal::of_field(Code::NotFound, "order_id", "no such order"));
    };
    if !ticket.is_live() {
        return Err(Refusal::new(Code::OrderNotLive, format!("the order is {} already", ticket.status)));
    }
    Ok(ticket)
}
