//! `Removal`: whether a payment service may remove somebody under an id, or has done so. Asked before
//! anything of his is touched.

use super::{Answered, Questions};
use crate::{domain::Closings, store};
use contracts::{UserId, accounts::Removal};
use uuid::Uuid;

pub async fn answer(asked: &Questions, id: Uuid, user_id: UserId) -> Answered<Removal> {
    let closings = Closings::known(store::closings::read(&asked.db, &[user_id], &[id]).await?);
    let user = store::user(&asked.db, user_id).await?;
    Ok(closings.removal(id, user_id, user.as_ref()))
}
