//! `AmendOrder`: the change that a user asks for is checked like a new order, written down with the
//! order and sent on its way behind it. The order stays as it is until its book has changed it.

use super::{Outcome, live_order};
use crate::domain::{desk::Desk, rows::Rows, sender::Sender, ticket::Ticket};
use chrono::SubsecRound;
use contracts::{
    Code, Refusal, Timestamp,
    intake::Amend,
    ordering::{AmendOrder, OrderCommand},
};

pub fn apply(desk: &mut Desk, rows: &mut Rows, sender: Sender, amend: &Amend, now: Timestamp) -> Outcome {
    match change(desk, rows, sender, amend, now) {
        Ok(Some((ticket, command))) => {
            let outcome = Outcome::accepted(sender, &ticket, Some(OrderCommand::AmendOrder(command)));
            desk.keep(rows, ticket);
            outcome
        }
        Ok(None) => {
            let ticket = rows.order(amend.order_id).expect("it was just found");
            Outcome::accepted(sender, ticket, None)
        }
        Err(refusal) => Outcome::refused(Some(amend.order_id), refusal),
    }
}

/// Nothing when it is like that already, or on its way there.
fn change(
    desk: &Desk,
    rows: &Rows,
    sender: Sender,
    amend: &Amend,
    now: Timestamp,
) -> Result<Option<(Ticket, AmendOrder)>, Refusal> {
    let ticket = live_order(desk, rows, sender, amend.order_id, amend.user_id)?;
    if ticket.ordering != desk.partition {
        let rule = "another partition keeps the order than takes its user's messages now: it can be canceled, not changed";
        return Err(Refusal::new(Code::NotAmendable, rule));
    }
    let instrument = desk.instruments.get(&ticket.symbol).expect("an order was taken in it");
    let Some(amendment) = ticket.amendment_for(amend, instrument)? else { return Ok(None) };
    let command = AmendOrder {
        order_id: ticket.order_id,
        user_id: ticket.user_id,
        ordering: desk.partition,
        symbol: ticket.symbol,
        was_quantity: ticket.quantity,
        quantity: amendment.quantity,
        price: amendment.limit_price,
        tick_size: instrument.tick_size,
        lot_size: instrument.lot_size,
    };
    Ok(Some((ticket.amending(amendment, now.trunc_subsecs(6)), command)))
}
