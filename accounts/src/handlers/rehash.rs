//! `Rehash`: the hash of the same password by today's rules, unless it was changed meanwhile.

use crate::store::Rows;
use chassis::Step;
use contracts::{Refusal, UserId, accounts::User, refusal::Answer};

pub fn apply(rows: &mut Rows, user_id: UserId, was: &str, hash: String, step: &mut Step) {
    let answer = rehash(rows, user_id, was, hash);
    step.reply(&Answer::from(answer));
}

fn rehash(rows: &mut Rows, user_id: UserId, was: &str, hash: String) -> Result<User, Refusal> {
    let user = rows.people.known_as(user_id)?;
    if rows.credentials.of(user_id).is_some_and(|known| known.password_hash == was) {
        rows.credentials.change(user_id, hash)?;
    }
    Ok(user)
}
