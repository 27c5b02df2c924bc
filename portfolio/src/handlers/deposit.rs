//! `Deposit`: cash comes in from outside.

use crate::{domain::MovementKind, store::Rows};
use chassis::Step;
use contracts::{Money, UserId, refusal::Answer};
use uuid::Uuid;

pub fn apply(rows: &mut Rows, id: Uuid, user_id: UserId, amount: Money, step: &mut Step) {
    let Rows { books, movements, .. } = rows;
    let at = step.now;
    let moved = movements
        .once(user_id, id, MovementKind::Deposit { amount }, || books.deposit(user_id, id, amount, at));
    step.reply(&Answer::from(moved));
}
