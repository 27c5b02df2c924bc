//! `CancelOrder`: passed on behind its order while the order lives. Whether it comes in time is
//! for the book to say, so nothing changes here.

use super::place_order::accepted;
use crate::domain::{desk::Desk, rows::Rows, sender::Sender, ticket::Ticket};
use chassis::Step;
use contracts::{
    Code, OrderId, Refusal, UserId,
    intake::IntakeReply,
    ordering::{CancelOrder, OrderCommand},
};

pub fn apply(
    desk: &Desk,
    rows: &Rows,
    sender: Sender,
    order_id: OrderId,
    user_id: UserId,
    step: &mut Step,
) {
    let reply = match find(desk, rows, sender, order_id, user_id) {
        Ok(ticket) => {
            let cancel = CancelOrder { order_id, user_id, symbol: ticket.symbol };
            step.say(desk.to_portfolio_of(user_id), &OrderCommand::CancelOrder(cancel));
            accepted(sender, ticket)
        }
        Err(refusal) => IntakeReply::rejected(Some(order_id), refusal),
    };
    step.reply(&reply);
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
