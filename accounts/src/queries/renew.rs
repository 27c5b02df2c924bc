//! `Renew`: a fresh token for a session whose last one is still good.

use super::Questions;
use crate::{domain, store};
use chassis::{Fault, session};
use contracts::{Refusal, Timestamp, accounts::Session};

pub async fn answer(
    asked: &Questions,
    token: &str,
    now: Timestamp,
) -> Result<Result<Session, Refusal>, Fault> {
    let old = match session::verify(token, &asked.key, now) {
        Ok(claims) => claims,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let user = store::user(&asked.db, old.sub).await?;
    let is_ended = store::sessions::is_ended(&asked.db, &old).await?;
    Ok(domain::renew(&old, user.as_ref(), is_ended, now).map(|claims| {
        let token = session::sign(&claims, &asked.key);
        let user = user.expect("without a user there is no renewal");
        domain::session_of(user, &claims, token)
    }))
}
