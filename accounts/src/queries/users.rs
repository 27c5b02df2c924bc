//! `Users`: who these people are, by name. Ids that nobody has are left out.

use super::Questions;
use crate::store;
use chassis::Fault;
use contracts::{Code, Refusal, UserId, accounts::User};

/// One page of a list.
const USERS_MAX: usize = 200;

pub async fn answer(asked: &Questions, ids: Vec<UserId>) -> Result<Result<Vec<User>, Refusal>, Fault> {
    if ids.len() > USERS_MAX {
        let rule = format!("expected at most {USERS_MAX} ids, got {}", ids.len());
        return Ok(Err(Refusal::of_field(Code::OutOfRange, "user_ids", rule)));
    }
    store::users(&asked.db, ids.into_iter()).await.map(Ok)
}
