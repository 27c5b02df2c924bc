//! `DepositShares`: shares come in from outside, with what they had cost.

use crate::{domain::MovementKind, store::Rows};
use chassis::Step;
use contracts::{Money, Quantity, Symbol, UserId, refusal::Answer};
use uuid::Uuid;

pub fn apply(rows: &mut Rows, id: Uuid, user_id: UserId, shares: (Symbol, Quantity, Money), step: &mut Step) {
    let Rows { books, movements, .. } = rows;
    let (symbol, quantity, cost) = shares;
    let at = step.now;
    let moved = movements.once(user_id, id, MovementKind::Shares { symbol, quantity, cost }, || {
        books.deposit_shares(user_id, id, shares, at)
    });
    step.reply(&Answer::from(moved));
}
