//! `CloseBooks`: a user leaves. In one step it is seen that he owns nothing, and that nothing comes in after.

use crate::store::Rows;
use chassis::Step;
use contracts::{UserId, portfolio::Balance, refusal::Answer};

/// Asking twice changes nothing.
pub fn apply(rows: &mut Rows, user_id: UserId, step: &mut Step) {
    let closed =
        rows.books.close(user_id).map(|cash| Balance { user_id, cash, total_value: Some(cash.total) });
    step.reply(&Answer::from(closed));
}
