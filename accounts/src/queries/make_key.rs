//! `MakeKey`: a new API key. Its text is answered, and then forgotten.

use super::{Answered, Questions};
use crate::domain::keys::{self, NAME_CHARACTERS_MAX};
use contracts::accounts::{AccountsCommand, Hidden, Key, NewKey, Scope};
use contracts::{Code, Refusal, Timestamp, UserId, name};
use uuid::Uuid;

pub async fn answer(
    asked: &Questions,
    user_id: UserId,
    name: &str,
    mut scopes: Vec<Scope>,
    now: Timestamp,
) -> Answered<NewKey> {
    let name = match name::check(name, NAME_CHARACTERS_MAX) {
        Ok(name) => name.to_owned(),
        Err(refusal) => return Ok(Err(refusal)),
    };
    scopes.sort_unstable();
    scopes.dedup();
    if scopes.is_empty() {
        let rule = "expected one or both of read, trade, got none";
        return Ok(Err(Refusal::of_field(Code::InvalidValue, "scopes", rule)));
    }
    let text = keys::text(Uuid::now_v7(), rand::random());
    let (key_id, digest) = keys::read(&text).expect("what was written can be read");
    // As the database keeps it.
    let made_at = chrono::SubsecRound::trunc_subsecs(now, 6);
    let key = Key { key_id, name, scopes, made_at };
    let command = AccountsCommand::KeepKey { user_id, key: key.clone(), digest: Hidden::new(digest) };
    Ok(asked.obey(command).await.map(|_| {
        tracing::info!(target: "audit", event = "make_key", user.id = %user_id, key.id = %key_id, "an API key was made");
        NewKey { key, text: Hidden::new(text) }
    }))
}
