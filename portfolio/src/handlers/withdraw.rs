//! `Withdraw`: cash goes out, never more than is available.

use crate::{domain::MovementKind, store::Rows};
use chassis::Step;
use contracts::{Money, UserId, refusal::Answer};
use uuid::Uuid;

pub fn apply(rows: &mut Rows, id: Uuid, user_id: UserId, amount: Money, step: &mut Step) {
    let Rows { books, movements, .. } = rows;
    let at = step.now;
    let moved = movements
        .once(user_id, id, MovementKind::Withdrawal { amount }, || books.withdraw(user_id, id, amount, at));
    step.reply(&Answer::from(moved));
}
