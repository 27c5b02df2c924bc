//! `AmendOrder`: set aside what the order may cost either way and pass it on to the book, or say why
//! not. What has no hold any more is in no book.

use crate::{rules::Portfolio, store::Rows};
use chassis::Step;
use contracts::{
    ordering::{AmendOrder, OrderCommand},
    portfolio::PortfolioToOrdering,
};

/// Asking twice changes nothing.
pub fn apply(portfolio: &Portfolio, rows: &mut Rows, order: AmendOrder, step: &mut Step) {
    match rows.books.amend(&order) {
        None => {}
        Some(Ok(())) => {
            step.say(portfolio.stream_to_book(order.symbol), &OrderCommand::AmendOrder(order));
        }
        Some(Err(refusal)) => {
            let AmendOrder { order_id, user_id, ordering, .. } = order;
            let stream = &portfolio.to_ordering[usize::from(ordering)];
            step.say(stream, &PortfolioToOrdering::AmendmentRefused { order_id, user_id, refusal });
        }
    }
}
