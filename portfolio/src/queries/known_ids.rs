//! `KnownIds`: which of these callers' ids have moved something already.

use super::bounded;
use crate::store::questions;
use chassis::{Db, Fault};
use contracts::Refusal;
use uuid::Uuid;

pub async fn answer(db: &Db, ids: Vec<Uuid>) -> Result<Result<Vec<Uuid>, Refusal>, Fault> {
    match bounded("ids", ids.len()) {
        Ok(()) => questions::known_ids(db, ids).await.map(Ok),
        Err(refusal) => Ok(Err(refusal)),
    }
}
