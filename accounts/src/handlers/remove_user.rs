//! `RemoveUser`: a payment service has taken a trader away. Portfolio has closed his books before.

use super::close_account;
use crate::store::Rows;
use chassis::Step;
use contracts::{Refusal, StreamName, UserId, accounts::User, refusal::Answer};
use uuid::Uuid;

/// The same id again finds it done.
pub fn apply(
    rows: &mut Rows,
    (id, user_id): (Uuid, UserId),
    to_all: &StreamName,
    to_web: &StreamName,
    step: &mut Step,
) {
    let answer = remove(rows, (id, user_id), to_all, to_web, step);
    step.reply(&Answer::from(answer));
}

fn remove(
    rows: &mut Rows,
    (id, user_id): (Uuid, UserId),
    to_all: &StreamName,
    to_web: &StreamName,
    step: &mut Step,
) -> Result<User, Refusal> {
    let removal = rows.closings.removal(id, user_id, rows.people.of(user_id))?;
    if removal.is_done {
        return Ok(removal.user);
    }
    close_account::forget(rows, removal.user, Some(id), to_all, to_web, step)
}
