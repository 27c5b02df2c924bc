//! I7: what was acknowledged exists, what was refused does not; nothing that the broker had was
//! forgotten; no cancel came before its order.

use crate::client::{Told, Wish};
use crate::exchange::Exchange;
use crate::twin::{number, part};
use contracts::{Code, topology};

pub fn check(exchange: &mut Exchange) -> Result<(), String> {
    let orders = exchange.databases[topology::ORDERING].lock();
    let money = exchange.databases[topology::PORTFOLIO].lock();
    let order = |id: uuid::Uuid| orders.tables.get("orders", &vec![part(&id.into())]);
    let mut refused_and_filled = 0;
    for op in &exchange.clients.ops {
        let number_ = op.number;
        let told = |what: &str| Err(format!("operation {number_} ({:?}) {what}", op.wish));
        if op.copies > 0
            && !exchange.broker.lost.contains(&op.number)
            && !exchange.decided.contains(&op.number.to_string())
        {
            return told("reached the broker, and nobody ever decided it");
        }
        match (&op.wish, &op.told) {
            (_, Told::Nothing) if !op.once => return told("was never answered"),
            (Wish::Place { order_id, exit }, Told::Yes)
                if order(order_id.0).is_none() || exit.is_some_and(|exit| order(exit.0).is_none()) =>
            {
                return told("was accepted and does not exist");
            }
            (Wish::Place { order_id, exit: Some(exit) }, Told::Nothing)
                if is_only(exchange, op.number, order_id.0)
                    && order(order_id.0).is_some() != order(exit.0).is_some() =>
            {
                return told("exists by half");
            }
            (Wish::Amend { order_id }, Told::Yes) if order(order_id.0).is_none() => {
                return told("was accepted, of an order that does not exist");
            }
            (Wish::Place { order_id, .. }, Told::No(code))
                if *code != Some(Code::IdReused) && is_only(exchange, op.number, order_id.0) =>
            {
                // A refusal is not kept: delivered twice, an order may be refused and then taken.
                let twice = op.copies > 1 || exchange.broker.again.contains(&op.number);
                match order(order_id.0).is_some_and(|row| number(row, "filled_quantity") > 0) {
                    true if twice => refused_and_filled += 1,
                    true => return told("was refused and has fills"),
                    false => {}
                }
            }
            (Wish::Move { id }, Told::Yes) => {
                let key = vec![part(&(*id).into()), part(&op.user.0.into())];
                if money.tables.get("movements", &key).is_none() {
                    return told("was answered and moved nothing");
                }
            }
            (Wish::Cancel { order_id, place }, Told::No(Some(Code::NotFound))) => {
                let place = &exchange.clients.ops[*place as usize - 1];
                let kept =
                    place.copies == 1 && op.copies == 1 && !exchange.broker.lost.contains(&place.number);
                let copied = exchange.broker.copied.contains(&place.number);
                let refused = exchange.refused.contains(&place.number.to_string());
                if kept && !copied && !refused && place.told == Told::Yes && order(order_id.0).is_some() {
                    return told("came before its order, which was sent before it");
                }
            }
            _ => {}
        }
    }
    exchange.coverage.add("delivered twice: refused, then taken and filled", refused_and_filled);
    Ok(())
}

/// Whether no other operation uses the same order id.
fn is_only(exchange: &Exchange, number: u64, id: uuid::Uuid) -> bool {
    let same = |wish: &Wish| wish.order().is_some_and(|order_id| order_id.0 == id);
    !exchange.clients.ops.iter().any(|op| op.number != number && same(&op.wish))
}
