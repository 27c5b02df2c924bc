//! `PlaceOrder`: set aside what it and its exit may cost and pass it on to its book, or say why not.

use crate::{rules::Portfolio, store::Rows};
use chassis::Step;
use contracts::{
    ordering::{OrderCommand, PlaceOrder},
    portfolio::PortfolioToOrdering,
};

/// Asking twice changes nothing.
pub fn apply(portfolio: &Portfolio, rows: &mut Rows, order: &PlaceOrder, step: &mut Step) {
    match rows.books.hold(order, portfolio.fees.worst()) {
        None => {}
        Some(Ok(())) => {
            let stream = portfolio.stream_to_book(order.symbol);
            step.say(stream, &OrderCommand::PlaceOrder(order.clone()));
        }
        Some(Err(refusal)) => {
            let user_id = order.user_id;
            let stream = &portfolio.to_ordering[usize::from(order.ordering)];
            let exit = order.special.as_ref().and_then(|special| special.exit).map(|exit| exit.order_id);
            for order_id in std::iter::once(order.order_id).chain(exit) {
                let refusal = refusal.clone();
                step.say(stream, &PortfolioToOrdering::OrderRefused { order_id, user_id, refusal });
            }
        }
    }
}
