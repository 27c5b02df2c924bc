//! `AddUser`: a new trader, whom a payment service has brought.

use super::told;
use crate::store::Rows;
use chassis::Step;
use contracts::{
    StreamName, UserId,
    accounts::{Role, User},
    refusal::Answer,
};

/// Asking twice changes nothing and announces nothing.
pub fn apply(rows: &mut Rows, user_id: UserId, name: String, to_all: &StreamName, step: &mut Step) {
    let added = rows.people.add(User { user_id, name, role: Role::Trader, demo: false });
    let answer = added.and_then(|added| told(added, to_all, step));
    step.reply(&Answer::from(answer));
}
