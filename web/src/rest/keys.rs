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
use contracts::schema::PersonName;
use contracts::{Code, Refusal, topology};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// `GET auth/keys`, oldest first.
pub async fn list(gateway: Shared, session: Session) -> Answer {
    let question = Question::Keys { user_id: session.user_id() };
    let items: Vec<Key> = ask(&*gateway.services, topology::ACCOUNTS, &question, ANSWER_DEADLINE).await?;
    Ok(ok(&Items { items }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WantedKey)]
pub struct Wanted {
    #[schema(value_type = PersonName)]
    name: String,
    #[schema(min_items = 1)]
    scopes: Vec<Scope>,
}

/// With its text, this once.
#[derive(Serialize, ToSchema)]
#[schema(as = ShownKey)]
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

pub mod said {
    use super::{Key, Shown, Wanted};
    use crate::openapi::{Said, Tag, Who};
    use contracts::Code;
    use serde_json::json;

    pub fn list() -> Said {
        Said::new("keys", Tag::People, "My API keys, oldest first")
            .of(Who::Person)
            .answers_list::<Key>("Without their texts, which nobody can tell again.")
    }

    pub fn make() -> Said {
        Said::new("make_key", Tag::People, "Make an API key")
            .of(Who::Person)
            .takes::<Wanted>(&[("for a program", json!({ "name": "my robot", "scopes": ["read", "trade"] }))])
            .answers::<Shown>(201, "With its text, this once.")
            .refuses(&[Code::OutOfRange])
    }

    pub fn delete() -> Said {
        Said::new("delete_key", Tag::People, "Delete an API key")
            .of(Who::Person)
            .path_uuid("id", "Of one of my keys.")
            .answers_nothing("It opens nothing any more.")
    }
}
