//! `LogIn`: a session for a login and its password.
//!
//! Promises: who is unknown and who is wrong get the same answer after the same work.

use super::{Answered, Questions};
use crate::{domain::login, hashing, store};
use contracts::accounts::{AccountsCommand, Hidden, Session};
use contracts::{Code, Refusal, Timestamp};
use std::net::IpAddr;

pub async fn answer(
    asked: &Questions,
    given: &str,
    password: Hidden,
    address: IpAddr,
    now: Timestamp,
) -> Answered<Session> {
    let login = login::plain(given);
    if let Err(refusal) = asked.attempts().begin(&login, address, now) {
        tracing::warn!(target: "audit", event = "log_in", outcome = "too_many_attempts", %address, "a log-in was refused");
        return Ok(Err(refusal));
    }
    let credential = store::credentials::of_login(&asked.db, &login).await?;
    let hash = credential.as_ref().map(|credential| credential.password_hash.as_str());
    let fits = match asked.hashing.fits(password.clone(), hash).await {
        Ok(fits) => fits,
        Err(refusal) => {
            // Nobody has looked at it.
            asked.attempts().succeeded(&login, address);
            return Ok(Err(refusal));
        }
    };
    // What was typed where the login belongs may have been a password: it is not logged.
    let user_id = credential.as_ref().map(|credential| credential.user_id);
    let Some(credential) = credential.filter(|_| fits) else {
        tracing::warn!(target: "audit", event = "log_in", outcome = "refused", user.id = ?user_id, %address, "a log-in was refused");
        return Ok(Err(Refusal::new(Code::NotSignedIn, "unknown login or wrong password")));
    };
    asked.attempts().succeeded(&login, address);
    let Some(user) = store::user(&asked.db, credential.user_id).await? else {
        return Ok(Err(Refusal::new(Code::NotSignedIn, "unknown login or wrong password")));
    };
    tracing::info!(target: "audit", event = "log_in", outcome = "ok", user.id = %user.user_id, %address, "somebody logged in");
    if hashing::is_old(&credential.password_hash) {
        rehash(asked, user.user_id, credential.password_hash, password).await;
    }
    asked.begin(user, now).await.map(Ok)
}

/// If it does not succeed now, it does at the next log-in.
async fn rehash(asked: &Questions, user_id: contracts::UserId, was: String, password: Hidden) {
    if let Ok(password_hash) = asked.hashing.hash(password).await {
        let command = AccountsCommand::Rehash { user_id, was: Hidden::new(was), password_hash };
        let _ = asked.obey(command).await;
    }
}
