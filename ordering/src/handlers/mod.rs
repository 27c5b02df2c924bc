//! One file per message: what it changes, and what follows.

pub mod cancel_order;
pub mod place_order;

pub mod order_filled;
pub mod order_left_book;
pub mod order_opened;
pub mod order_refused;

pub mod instrument_changed;
pub mod price_changed;
pub mod user_changed;

/// What the batch as a whole has changed, told to web.
pub mod announce;

use crate::domain::{sender::Sender, ticket::Ticket};
use contracts::{OrderId, Refusal, intake::IntakeReply, ordering::OrderCommand};

/// What a client is answered, and what goes to the partition of portfolio that has his money.
pub struct Outcome {
    pub reply: IntakeReply,
    pub command: Option<OrderCommand>,
}

impl Outcome {
    /// With the whole order for those who show it to people.
    fn accepted(sender: Sender, ticket: &Ticket, command: Option<OrderCommand>) -> Self {
        let reply = IntakeReply::accepted(ticket.as_order());
        let order = reply.order.filter(|_| sender.wants_whole_orders());
        Outcome { reply: IntakeReply { order, ..reply }, command }
    }

    fn refused(order_id: OrderId, refusal: Refusal) -> Self {
        Outcome { reply: IntakeReply::rejected(Some(order_id), refusal), command: None }
    }
}

#[cfg(test)]
mod scenario;
#[cfg(test)]
mod scenarios;
