//! `ChangePassword`: for who knows the old one. All sessions are over, and a new one begins.

use super::{Answered, Questions};
use crate::{domain::password, store};
use contracts::accounts::{AccountsCommand, Hidden, Session};
use contracts::{Code, Refusal, Timestamp, UserId};
use std::net::IpAddr;

pub async fn answer(
    asked: &Questions,
    user_id: UserId,
    [old, new]: [Hidden; 2],
    address: IpAddr,
    now: Timestamp,
) -> Answered<Session> {
    let Some(credential) = store::credentials::of_user(&asked.db, user_id).await? else {
        return Ok(Err(Refusal::new(Code::NotAllowed, "this account has no password")));
    };
    if let Err(refusal) = password::check("new", new.reveal(), &credential.login) {
        return Ok(Err(refusal));
    }
    // A stolen session is no place to guess from.
    if let Err(refusal) = asked.attempts().begin(&credential.login, address, now) {
        return Ok(Err(refusal));
    }
    let fits = match asked.hashing.fits(old, Some(&credential.password_hash)).await {
        Ok(fits) => fits,
        Err(refusal) => {
            asked.attempts().succeeded(&credential.login, address);
            return Ok(Err(refusal));
        }
    };
    if !fits {
        tracing::warn!(target: "audit", event = "change_password", outcome = "refused", user.id = %user_id, %address, "the old password was wrong");
        return Ok(Err(Refusal::of_field(Code::NotAllowed, "old", "this is not the password")));
    }
    asked.attempts().succeeded(&credential.login, address);
    let password_hash = match asked.hashing.hash(new).await {
        Ok(hash) => hash,
        Err(refusal) => return Ok(Err(refusal)),
    };
    match asked.obey(AccountsCommand::ChangePassword { user_id, password_hash }).await {
        Ok(user) => {
            tracing::info!(target: "audit", event = "change_password", outcome = "ok", user.id = %user_id, %address, "a password was changed");
            asked.begin(user, chrono::Utc::now()).await.map(Ok)
        }
        Err(refusal) => Ok(Err(refusal)),
    }
}
