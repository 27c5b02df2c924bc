//! `OpenAccount`: a new user with a login.

use super::announce;
use crate::{domain::Credential, store::Rows};
use chassis::Step;
use contracts::{Refusal, StreamName, accounts::User, refusal::Answer};

/// Of two who want a login the first one has it.
pub fn apply(rows: &mut Rows, user: User, credential: Credential, to_all: &StreamName, step: &mut Step) {
    let answer = open(rows, user, credential, to_all, step);
    step.reply(&Answer::from(answer));
}

fn open(
    rows: &mut Rows,
    user: User,
    credential: Credential,
    to_all: &StreamName,
    step: &mut Step,
) -> Result<User, Refusal> {
    rows.credentials.may_open(&credential.login, credential.user_id)?;
    let user = announce(&mut rows.people, user, to_all, step)?;
    rows.credentials.open(credential);
    Ok(user)
}
