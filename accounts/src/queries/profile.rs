//! `Profile`: a user as only he sees himself.

use super::{Answered, Questions};
use crate::store;
use contracts::{Code, Refusal, UserId, accounts::Profile};

pub async fn answer(asked: &Questions, user_id: UserId) -> Answered<Profile> {
    let Some(user) = store::user(&asked.db, user_id).await? else {
        return Ok(Err(Refusal::new(Code::NotFound, "this user does not exist")));
    };
    let credential = store::credentials::of_user(&asked.db, user_id).await?;
    Ok(Ok(Profile { user, login: credential.map(|credential| credential.login) }))
}
