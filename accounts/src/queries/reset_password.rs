//! `ResetPassword`: by an admin, for who has forgotten the old one.

use super::{Answered, Questions};
use crate::{domain::login, domain::password, store};
use contracts::accounts::{AccountsCommand, Hidden, User};
use contracts::{Code, Refusal, refusal::quoted};

pub async fn answer(asked: &Questions, is_admin: bool, given: &str, new: Hidden) -> Answered<User> {
    if !is_admin {
        return Ok(Err(Refusal::new(Code::NotAllowed, "only an admin sets another's password")));
    }
    let Some(credential) = store::credentials::of_login(&asked.db, &login::plain(given)).await? else {
        let rule = format!("nobody has the login {}", quoted(given));
        return Ok(Err(Refusal::of_field(Code::NotFound, "login", rule)));
    };
    if let Err(refusal) = password::check("password", new.reveal(), &credential.login) {
        return Ok(Err(refusal));
    }
    let password_hash = match asked.hashing.hash(new).await {
        Ok(hash) => hash,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let user_id = credential.user_id;
    let answer = asked.obey(AccountsCommand::ChangePassword { user_id, password_hash }).await;
    if answer.is_ok() {
        tracing::info!(target: "audit", event = "reset_password", user.id = %user_id, "an admin has set a password");
    }
    Ok(answer)
}
