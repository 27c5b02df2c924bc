//! `CancelOrders`: a cancel for each of the user's live orders, exits and stops among them, whichever
//! partition keeps it: the broker may give his messages to another one after a restart. The answer says
//! how many; what becomes of each, its book says.

use super::Outcome;
use crate::domain::{
    desk::Desk,
    rows::Rows,
    sender::{Sender, unknown_user},
    sweep::ORDERS_SWEPT_MAX,
    ticket::Ticket,
};
use contracts::{
    Code, OrderId, Refusal, Symbol,
    intake::{CancelOrders, IntakeReply},
    ordering::{CancelOrder, OrderCommand},
};

pub fn apply(desk: &Desk, rows: &mut Rows, sender: Sender, asked: &CancelOrders) -> Outcome {
    let reached = match reach(desk, rows, sender, asked) {
        Ok(reached) => reached,
        Err(refusal) => return Outcome::refused(None, refusal),
    };
    let count = u32::try_from(reached.len()).expect("it is bounded");
    let user_id = asked.user_id;
    // The same message again, in the same step, has nothing to add.
    let first = reached.into_iter().filter(|(order_id, _)| rows.cancel_once(*order_id));
    let commands = first
        .map(|(order_id, symbol)| OrderCommand::CancelOrder(CancelOrder { order_id, user_id, symbol }))
        .collect();
    Outcome { reply: IntakeReply::canceling(count), commands }
}

fn reach(
    desk: &Desk,
    rows: &Rows,
    sender: Sender,
    asked: &CancelOrders,
) -> Result<Vec<(OrderId, Symbol)>, Refusal> {
    let role = desk.people.get(&asked.user_id).copied();
    sender.may_trade_for(role)?;
    if role.is_none() {
        return Err(unknown_user());
    }
    let Some(orders) = rows.swept(asked.user_id) else {
        let rule = "too many orders are being canceled at this moment: send it again";
        return Err(Refusal::new(Code::Unavailable, rule));
    };
    let meant = |ticket: &&Ticket| {
        ticket.is_live()
            && asked.symbol.is_none_or(|symbol| symbol == ticket.symbol)
            && asked.side.is_none_or(|side| side == ticket.side)
    };
    let reached = orders.filter(meant).take(ORDERS_SWEPT_MAX as usize);
    Ok(reached.map(|ticket| (ticket.order_id, ticket.symbol)).collect())
}
