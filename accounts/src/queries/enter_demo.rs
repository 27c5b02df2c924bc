//! `EnterDemo`: a session for a demo account, without a password.

use super::Questions;
use crate::{domain, store};
use chassis::{Fault, session};
use contracts::{Refusal, Timestamp, UserId, accounts::Session};
use uuid::Uuid;

pub async fn answer(
    asked: &Questions,
    user_id: UserId,
    now: Timestamp,
) -> Result<Result<Session, Refusal>, Fault> {
    let user = store::user(&asked.db, user_id).await?;
    Ok(domain::enter_demo(asked.demo_mode, user_id, user).map(|user| {
        let claims = domain::begin(&user, Uuid::now_v7(), now);
        let token = session::sign(&claims, &asked.key);
        domain::session_of(user, &claims, token)
    }))
}
