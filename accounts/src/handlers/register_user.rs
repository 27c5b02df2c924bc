//! `RegisterUser`: a new user, or another name, role or demo flag of one.

use super::announce;
use crate::store::Rows;
use chassis::Step;
use contracts::{StreamName, accounts::User, refusal::Answer};

/// Asking twice changes nothing and announces nothing.
pub fn apply(rows: &mut Rows, user: User, to_all: &StreamName, step: &mut Step) {
    let answer = announce(&mut rows.people, user, to_all, step);
    step.reply(&Answer::from(answer));
}
