//! `SignUp`: a login and a password for a new user. Only an admin opens other accounts than traders'.

use super::{Answered, Questions};
use crate::{domain, domain::login, domain::password, store};
use contracts::accounts::{AccountsCommand, NAME_CHARACTERS_MAX, NewUser, Role, Session, User};
use contracts::{Code, Refusal, Timestamp, name};
use uuid::Uuid;

pub async fn answer(asked: &Questions, is_admin: bool, new: NewUser, now: Timestamp) -> Answered<Session> {
    let (login, name) = match check(is_admin, &new) {
        Ok(checked) => checked,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if let Some(address) = new.address
        && let Err(refusal) = asked.attempts().sign_up(address, now)
    {
        return Ok(Err(refusal));
    }
    // Before the hash, which is the dear part; the partition decides.
    if store::credentials::of_login(&asked.db, &login).await?.is_some() {
        return Ok(Err(domain::taken_already(&login)));
    }
    let password_hash = match asked.hashing.hash(new.password).await {
        Ok(hash) => hash,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let user = User { user_id: Uuid::now_v7().into(), name, role: new.role, demo: false };
    match asked.obey(AccountsCommand::OpenAccount { user, login, password_hash }).await {
        Ok(user) => {
            tracing::info!(target: "audit", event = "sign_up", user.id = %user.user_id, role = %user.role, address = ?new.address, "an account was opened");
            asked.begin(user, now).await.map(Ok)
        }
        Err(refusal) => Ok(Err(refusal)),
    }
}

fn check(is_admin: bool, new: &NewUser) -> Result<(String, String), Refusal> {
    if !is_admin && (new.role != Role::Trader || new.by.is_some()) {
        return Err(Refusal::of_field(Code::NotAllowed, "role", "only an admin opens such an account"));
    }
    let login = login::check(&new.login)?;
    let name = name::check(&new.name, NAME_CHARACTERS_MAX)?.to_owned();
    password::check("password", new.password.reveal(), &login)?;
    Ok((login, name))
}
