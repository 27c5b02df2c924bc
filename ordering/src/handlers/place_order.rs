//! `PlaceOrder`: checked, recorded as pending and sent on its way, or refused with the rule.
//! The same order again is answered with what has become of it; nothing is said twice.

use crate::domain::{
    desk::Desk,
    rows::Rows,
    sender::{Sender, unknown_user},
    ticket::Ticket,
};
use chassis::Step;
use chrono::SubsecRound;
use contracts::{
    Code, Refusal, Timestamp,
    intake::{IntakeReply, NewOrder},
    ordering::{OrderCommand, PlaceOrder},
};

pub fn apply(desk: &mut Desk, rows: &mut Rows, sender: Sender, order: &NewOrder, step: &mut Step) {
    let reply = match place(desk, rows, sender, order, step) {
        Ok(ticket) => accepted(sender, &ticket),
        Err(refusal) => IntakeReply::rejected(Some(order.order_id), refusal),
    };
    step.reply(&reply);
}

/// The whole order for those who show it to people.
pub(super) fn accepted(sender: Sender, ticket: &Ticket) -> IntakeReply {
    let reply = IntakeReply::accepted(ticket.as_order());
    let order = reply.order.filter(|_| sender.wants_whole_orders());
    IntakeReply { order, ..reply }
}

fn place(
    desk: &mut Desk,
    rows: &mut Rows,
    sender: Sender,
    order: &NewOrder,
    step: &mut Step,
) -> Result<Ticket, Refusal> {
    let role = desk.people.get(&order.user_id).copied();
    sender.may_trade_for(role)?;
    if let Some(known) = rows.order(order.order_id) {
        // Before all other rules: they may have changed since, but the order was taken.
        return if known.is_of(order) { Ok(known.clone()) } else { Err(id_reused()) };
    }
    if role.is_none() {
        return Err(unknown_user());
    }
    let ticket = check(desk, order, step.now)?;
    let instrument = &desk.instruments[&order.symbol];
    let command = OrderCommand::PlaceOrder(PlaceOrder {
        order_id: ticket.order_id,
        user_id: ticket.user_id,
        ordering: ticket.ordering,
        symbol: ticket.symbol,
        side: ticket.side,
        order_type: ticket.order_type,
        quantity: ticket.quantity,
        price: ticket.price,
        tick_size: instrument.tick_size,
        lot_size: instrument.lot_size,
    });
    step.say(desk.to_portfolio_of(order.user_id), &command);
    desk.keep(rows, ticket.clone());
    Ok(ticket)
}

fn check(desk: &Desk, order: &NewOrder, now: Timestamp) -> Result<Ticket, Refusal> {
    let Some(instrument) = desk.instruments.get(&order.symbol) else {
        let rule = format!("no instrument is called {}", order.symbol);
        return Err(Refusal::of_field(Code::UnknownSymbol, "symbol", rule));
    };
    let price = instrument.price_of(order, desk.limits.market_collar_basis_points)?;
    desk.check_room_for_one_more(order.user_id)?;
    // The database keeps no more: asked again, the order has the same times.
    Ok(Ticket::new(order, price, desk.partition, now.trunc_subsecs(6)))
}

/// Says nothing about the order that has the id: it may be somebody else's.
fn id_reused() -> Refusal {
    Refusal::of_field(Code::IdReused, "order_id", "this id was used before, for another order")
}
