//! `KeepKey`: a new API key, of which only the digest is known here.

use crate::{domain::KeptKey, store::Rows};
use chassis::Step;
use contracts::{Refusal, accounts::User, refusal::Answer};

pub fn apply(rows: &mut Rows, kept: KeptKey, step: &mut Step) {
    let answer = keep(rows, kept);
    step.reply(&Answer::from(answer));
}

fn keep(rows: &mut Rows, kept: KeptKey) -> Result<User, Refusal> {
    let user = super::not_demo(rows.people.known_as(kept.user_id)?)?;
    rows.keys.keep(kept)?;
    Ok(user)
}
