//! `Keys`: a user's API keys, oldest first. Their texts are known to nobody.

use super::{Answered, Questions};
use crate::store;
use contracts::{UserId, accounts::Key};

/// As many as an account may have.
pub async fn answer(asked: &Questions, user_id: UserId) -> Answered<Vec<Key>> {
    let kept = store::keys::of_users(&asked.db, &[user_id]).await?;
    Ok(Ok(kept.into_iter().map(|kept| kept.key).collect()))
}
