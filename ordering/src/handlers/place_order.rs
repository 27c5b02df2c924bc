//! `PlaceOrder`: checked, recorded as pending and sent on its way, or refused with the rule.
//! The same order again is answered with what has become of it; nothing is said twice. A bracket is
//! two orders, which come or are refused together. One that is to come in another's place says so to
//! those who follow; the other stays as it is until its book has let it go.

use super::Outcome;
use crate::domain::{
    bound::Bound,
    desk::Desk,
    instrument::Instrument,
    rows::Rows,
    sender::{Sender, unknown_user},
    ticket::Ticket,
};
use chrono::SubsecRound;
use contracts::{
    Code, OrderId, Refusal, Timestamp,
    intake::NewOrder,
    ordering::{OrderCommand, PlaceOrder, Replaces},
};

pub fn apply(desk: &mut Desk, rows: &mut Rows, sender: Sender, order: &NewOrder, now: Timestamp) -> Outcome {
    match place(desk, rows, sender, order, now) {
        Ok(command) => {
            let ticket = rows.order(order.order_id).expect("it was just recorded, or known before");
            Outcome::accepted(sender, ticket, command.map(OrderCommand::PlaceOrder))
        }
        Err(refusal) => Outcome::refused(Some(order.order_id), refusal),
    }
}

/// Nothing to say when it was placed before.
fn place(
    desk: &mut Desk,
    rows: &mut Rows,
    sender: Sender,
    order: &NewOrder,
    now: Timestamp,
) -> Result<Option<PlaceOrder>, Refusal> {
    let role = desk.people.get(&order.user_id).copied();
    sender.may_trade_for(role)?;
    if let Some(known) = rows.order(order.order_id) {
        // Before all other rules: they may have changed since, but the order was taken.
        return if known.is_of(order) { Ok(None) } else { Err(id_reused("order_id")) };
    }
    if role.is_none() {
        return Err(unknown_user());
    }
    if order.terms.exit_order_id.is_some_and(|exit| rows.order(exit).is_some()) {
        return Err(id_reused("exit_order_id"));
    }
    let replaces = order.replaces.map(|was| replaced(desk, rows, order, was)).transpose()?;
    let Some(instrument) = desk.instruments.get(&order.symbol) else {
        let rule = format!("no instrument is called {}", order.symbol);
        return Err(Refusal::of_field(Code::UnknownSymbol, "symbol", rule));
    };
    // The database keeps no more than microseconds: asked again, the order has the same times.
    let now = now.trunc_subsecs(6);
    let bound = instrument.bind(order, desk.limits.market_collar_basis_points, now)?;
    // One for another needs no room.
    let more = if replaces.is_some() { 0 } else { 1 + u32::from(bound.exit.is_some()) };
    desk.check_room_for(more, order.user_id)?;
    let command = command(desk, instrument, order, &bound, replaces);
    let ticket = Ticket::new(order, &bound, desk.partition, now);
    let exit = bound.exit.map(|exit| ticket.exit(&exit));
    desk.keep(rows, ticket);
    if let Some(exit) = exit {
        desk.keep(rows, exit);
    }
    Ok(Some(command))
}

/// The order that is to leave. Whether it still lives when its book hears of this, the book says.
fn replaced(desk: &Desk, rows: &Rows, order: &NewOrder, was: OrderId) -> Result<Replaces, Refusal> {
    // Somebody else's order is answered as one that does not exist.
    let Some(ticket) = rows.order(was).filter(|ticket| ticket.user_id == order.user_id) else {
        return Err(Refusal::of_field(Code::NotFound, "replaces", "no such order"));
    };
    if !ticket.is_live() {
        let rule = format!("the order is {} already", ticket.status);
        return Err(Refusal::of_field(Code::ReplacedOrderGone, "replaces", rule));
    }
    ticket.check_replaceable(order, desk.partition)?;
    Ok(Replaces { order_id: was, left: ticket.remaining() })
}

fn command(
    desk: &Desk,
    instrument: &Instrument,
    order: &NewOrder,
    bound: &Bound,
    replaces: Option<Replaces>,
) -> PlaceOrder {
    PlaceOrder {
        order_id: order.order_id,
        user_id: order.user_id,
        ordering: desk.partition,
        symbol: order.symbol,
        side: order.side,
        order_type: order.order_type,
        time_in_force: order.terms.time_in_force,
        post_only: order.terms.post_only,
        quantity: order.quantity,
        price: bound.price,
        tick_size: instrument.tick_size,
        lot_size: instrument.lot_size,
        special: bound.special(&order.terms, replaces),
    }
}

/// Says nothing about the order that has the id: it may be somebody else's.
fn id_reused(field: &str) -> Refusal {
    Refusal::of_field(Code::IdReused, field, "this id was used before, for another order")
}
