//! `PlaceOrder`: checked, recorded as pending and sent on its way, or refused with the rule.
//! The same order again is answered with what has become of it; nothing is said twice.

use super::Outcome;
use crate::domain::{
    desk::Desk,
    rows::Rows,
    sender::{Sender, unknown_user},
    ticket::Ticket,
};
use chrono::SubsecRound;
use contracts::{
    Code, Refusal, Timestamp,
    intake::NewOrder,
    ordering::{OrderCommand, PlaceOrder},
};

pub fn apply(desk: &mut Desk, rows: &mut Rows, sender: Sender, order: &NewOrder, now: Timestamp) -> Outcome {
    match place(desk, rows, sender, order, now) {
        Ok(Placed::New(command)) => {
            let ticket = rows.order(order.order_id).expect("it was just recorded");
            Outcome::accepted(sender, ticket, Some(OrderCommand::PlaceOrder(command)))
        }
        Ok(Placed::Before(ticket)) => Outcome::accepted(sender, &ticket, None),
        Err(refusal) => Outcome::refused(order.order_id, refusal),
    }
}

enum Placed {
    New(PlaceOrder),
    Before(Ticket),
}

fn place(
    desk: &mut Desk,
    rows: &mut Rows,
    sender: Sender,
    order: &NewOrder,
    now: Timestamp,
) -> Result<Placed, Refusal> {
    let role = desk.people.get(&order.user_id).copied();
    sender.may_trade_for(role)?;
    if let Some(known) = rows.order(order.order_id) {
        // Before all other rules: they may have changed since, but the order was taken.
        return if known.is_of(order) { Ok(Placed::Before(known.clone())) } else { Err(id_reused()) };
    }
    if role.is_none() {
        return Err(unknown_user());
    }
    let Some(instrument) = desk.instruments.get(&order.symbol) else {
        let rule = format!("no instrument is called {}", order.symbol);
        return Err(Refusal::of_field(Code::UnknownSymbol, "symbol", rule));
    };
    let price = instrument.price_of(order, desk.limits.market_collar_basis_points)?;
    desk.check_room_for_one_more(order.user_id)?;
    let command = PlaceOrder {
        order_id: order.order_id,
        user_id: order.user_id,
        ordering: desk.partition,
        symbol: order.symbol,
        side: order.side,
        order_type: order.order_type,
        time_in_force: order.time_in_force,
        post_only: order.post_only,
        quantity: order.quantity,
        price,
        tick_size: instrument.tick_size,
        lot_size: instrument.lot_size,
    };
    // The database keeps no more than microseconds: asked again, the order has the same times.
    desk.keep(rows, Ticket::new(order, price, desk.partition, now.trunc_subsecs(6)));
    Ok(Placed::New(command))
}

/// Says nothing about the order that has the id: it may be somebody else's.
fn id_reused() -> Refusal {
    Refusal::of_field(Code::IdReused, "order_id", "this id was used before, for another order")
}
