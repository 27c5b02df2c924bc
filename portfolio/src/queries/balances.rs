//! `Balances`: the cash and the worth of several users at once. Unknown ones are left out.

use super::bounded;
use crate::store::questions;
use chassis::{Db, Fault};
use contracts::{Refusal, UserId, portfolio::Balance};

pub async fn answer(db: &Db, users: &[UserId]) -> Result<Result<Vec<Balance>, Refusal>, Fault> {
    match bounded("user_ids", users.len()) {
        Ok(()) => questions::balances(db, users).await.map(Ok),
        Err(refusal) => Ok(Err(refusal)),
    }
}
