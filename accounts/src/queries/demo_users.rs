//! `DemoUsers`: the accounts that may be entered without a password, by name.

use super::Questions;
use crate::store;
use chassis::Fault;
use contracts::{Refusal, accounts::User};

/// A page to choose from; nobody reads further.
const DEMO_USERS_MAX: i64 = 200;

pub async fn answer(asked: &Questions) -> Result<Result<Vec<User>, Refusal>, Fault> {
    // Outside demo mode there are none to choose from.
    if !asked.demo_mode {
        return Ok(Ok(vec![]));
    }
    store::demo_users(&asked.db, DEMO_USERS_MAX).await.map(Ok)
}
