//! `EnterDemo`: a session for a demo account, without a password.

use super::Questions;
use crate::{domain, store};
use chassis::Fault;
use contracts::{Refusal, Timestamp, UserId, accounts::Session};

pub async fn answer(
    asked: &Questions,
    user_id: UserId,
    now: Timestamp,
) -> Result<Result<Session, Refusal>, Fault> {
    let user = store::user(&asked.db, user_id).await?;
    match domain::enter_demo(asked.demo_mode, user_id, user) {
        Ok(user) => asked.begin(user, now).await.map(Ok),
        Err(refusal) => Ok(Err(refusal)),
    }
}
