//! `Rename`: what a user wants to be called.

use super::{announce, not_demo};
use crate::store::Rows;
use chassis::Step;
use contracts::{Refusal, StreamName, UserId, accounts::User, refusal::Answer};

pub fn apply(rows: &mut Rows, user_id: UserId, name: String, to_all: &StreamName, step: &mut Step) {
    let answer = rename(rows, user_id, name, to_all, step);
    step.reply(&Answer::from(answer));
}

fn rename(
    rows: &mut Rows,
    user_id: UserId,
    name: String,
    to_all: &StreamName,
    step: &mut Step,
) -> Result<User, Refusal> {
    let user = not_demo(rows.people.known_as(user_id)?)?;
    announce(&mut rows.people, User { name, ..user }, to_all, step)
}
