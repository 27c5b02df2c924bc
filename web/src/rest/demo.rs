//! Demo accounts, entered without a password. From accounts' database, and portfolio's for the cash.

use super::auth::{self, Person};
use super::{Answer, Items, Shared, ok};
use crate::asking::ask;
use crate::session::Sessions;
use crate::strict::{Json, parse};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, web};
use contracts::accounts::{Question, Session, User};
use contracts::portfolio::{self, Balance};
use contracts::{Money, UserId, topology};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Two questions in one answer share its time.
const PEOPLE_DEADLINE: Duration = Duration::from_millis(1_000);
const CASH_DEADLINE: Duration = Duration::from_millis(800);

#[derive(Serialize)]
struct DemoPerson {
    #[serde(flatten)]
    person: Person,
    /// Absent when portfolio does not answer: one can enter all the same.
    cash: Option<Money>,
}

/// `GET demo/users`.
pub async fn users(gateway: Shared) -> Answer {
    let services = &*gateway.services;
    let question = Question::DemoUsers {};
    let people: Vec<User> = ask(services, topology::ACCOUNTS, &question, PEOPLE_DEADLINE).await?;
    let user_ids: Vec<UserId> = people.iter().map(|user| user.user_id).collect();
    let question = portfolio::Question::Balances { user_ids };
    let balances: Vec<Balance> =
        ask(services, topology::PORTFOLIO, &question, CASH_DEADLINE).await.unwrap_or_default();
    let cash: FxHashMap<UserId, Money> = balances.iter().map(|b| (b.user_id, b.cash.total)).collect();
    let with_cash = |user: User| DemoPerson { cash: cash.get(&user.user_id).copied(), person: user.into() };
    Ok(ok(&Items { items: people.into_iter().map(with_cash).collect() }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Switch {
    user_id: String,
}

/// `POST demo/switch`.
pub async fn switch(
    request: HttpRequest,
    gateway: Shared,
    sessions: web::Data<Sessions>,
    Json(Switch { user_id }): Json<Switch>,
) -> Answer {
    let question = Question::EnterDemo { user_id: parse("user_id", &user_id)? };
    let entered: Session =
        ask(&*gateway.services, topology::ACCOUNTS, &question, crate::asking::ANSWER_DEADLINE).await?;
    Ok(auth::entered(&request, &sessions, entered, StatusCode::OK))
}
