//! `CancelOrder`: passed on to the book behind its order. What has no hold any more is in no book.

use crate::{rules::Portfolio, store::Rows};
use chassis::Step;
use contracts::ordering::{CancelOrder, OrderCommand};

pub fn apply(portfolio: &Portfolio, rows: &Rows, cancel: CancelOrder, step: &mut Step) {
    let hold = rows.books.holds.get(cancel.order_id);
    let Some(hold) = hold.filter(|hold| hold.is_pending() && hold.user_id == cancel.user_id) else {
        return;
    };
    step.say(portfolio.stream_to_book(hold.symbol), &OrderCommand::CancelOrder(cancel));
}
