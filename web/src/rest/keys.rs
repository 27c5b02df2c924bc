//! My API keys. From accounts' database; made and deleted there.

use super::auth::ACCOUNTS;
use super::{Answer, Items, Shared, json, ok};
use crate::asking::{ANSWER_DEADLINE, ask, command};
use crate::problem::Problem;
use crate::session::Session;
use crate::strict::Json;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use contracts::accounts::{AccountsCommand, Hidden, Key, NewKey, Question, Scope, User};
use contracts::{Code, Refusal, topology};
use serde::{Deserialize, Serialize};

/// `GET auth/keys`, oldest first.
pub async fn list(gateway: Shared, session: Session) -> Answer {
    let question = Question::Keys { user_id: session.user_id() };
    let items: Vec<Key> = ask(&*gateway.services, topology::ACCOUNTS, &question, ANSWER_DEADLINE).await?;
    Ok(ok(&Items { items }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    name: String,
    scopes: Vec<Scope>,
}

/// With its text, this once.
#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    key: Key,
    text: Hidden,
}

/// `POST auth/keys` → 201.
pub async fn make(gateway: Shared, session: Session, Json(Wanted { name, scopes }): Json<Wanted>) -> Answer {
    let question = Question::MakeKey { user_id: session.user_id(), name, scopes };
    let NewKey { key, text } =
        ask(&*gateway.services, topology::ACCOUNTS, &question, ANSWER_DEADLINE).await?;
    Ok(json(StatusCode::CREATED, &Shown { key, text }))
}

/// `DELETE auth/keys/{id}` → 204.
pub async fn delete(
    gateway: Shared,
    session: Session,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let not_found = || Refusal::new(Code::NotFound, "this key does not exist");
    let key_id = id.parse().map_err(|_| not_found())?;
    let dropping = AccountsCommand::DropKey { user_id: session.user_id(), key_id };
    let _: User = command(&*gateway.services, ACCOUNTS, &dropping, ANSWER_DEADLINE).await?;
    Ok(HttpResponse::NoContent().finish())
}
