//! `PlaceOrder`: set aside what it may cost and pass it on to its book, or say why not.

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
            let (order_id, user_id) = (order.order_id, order.user_id);
            let stream = &portfolio.to_ordering[usize::from(order.ordering)];
            step.say(stream, &PortfolioToOrdering::OrderRefused { order_id, user_id, refusal });
        }
    }
}
