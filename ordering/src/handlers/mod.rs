//! One file per message: what it changes, and what follows.

pub mod amend_order;
pub mod cancel_order;
pub mod cancel_orders;
pub mod place_order;

pub mod amendment_refused;
pub mod order_refused;

/// Which of the following a book's event goes to.
pub mod book;
pub mod book_refuses_amendment;
pub mod order_amended;
pub mod order_armed;
pub mod order_filled;
pub mod order_left_book;
pub mod order_opened;
pub mod order_reduced;
pub mod order_triggered;

pub mod feed_changed;
pub mod instrument_changed;
pub mod price_changed;
pub mod user_changed;

/// What the batch as a whole has changed, told to web.
pub mod announce;

use crate::domain::{desk::Desk, rows::Rows, sender::Sender, ticket::Ticket, told::News};
use chassis::Poison;
use contracts::{Code, OrderId, Refusal, UserId, intake::IntakeReply, ordering::OrderCommand};

/// What a client is answered, and what goes to the partition of portfolio that has his money.
pub struct Outcome {
    pub reply: IntakeReply,
    pub commands: Vec<OrderCommand>,
}

impl Outcome {
    /// With the whole order for those who show it to people.
    fn accepted(sender: Sender, ticket: &Ticket, command: Option<OrderCommand>) -> Self {
        let reply = IntakeReply::accepted(ticket.as_order());
        let order = reply.order.filter(|_| sender.wants_whole_orders());
        Outcome { reply: IntakeReply { order, ..reply }, commands: command.into_iter().collect() }
    }

    fn refused(order_id: Option<OrderId>, refusal: Refusal) -> Self {
        Outcome { reply: IntakeReply::rejected(order_id, refusal), commands: Vec::new() }
    }
}

/// An order that its user speaks of, and that lives.
fn live_order<'a>(
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

/// Tells one of our orders what its book says of it.
fn tell(desk: &mut Desk, rows: &mut Rows, news: &News) -> Result<(), Poison> {
    if let Some(next) = rows.own_order(news.party.order_id, desk.partition)?.told(news)? {
        desk.keep(rows, next);
    }
    Ok(())
}

/// An order that portfolio speaks of.
fn of_portfolio<'a>(
    desk: &Desk,
    rows: &'a Rows,
    order_id: OrderId,
    user_id: UserId,
) -> Result<&'a Ticket, Poison> {
    let ticket = rows.own_order(order_id, desk.partition)?;
    if ticket.user_id != user_id {
        return Err(Poison(format!("order {order_id}: portfolio means another user")));
    }
    Ok(ticket)
}

#[cfg(test)]
mod scenario;
#[cfg(test)]
mod scenarios;
