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
use utoipa::ToSchema;

/// Two questions in one answer share its time.
const PEOPLE_DEADLINE: Duration = Duration::from_millis(1_000);
const CASH_DEADLINE: Duration = Duration::from_millis(800);

#[derive(Serialize, ToSchema)]
struct DemoPerson {
    #[serde(flatten)]
    person: Person,
    /// Absent when portfolio does not answer: one can enter all the same.
    #[schema(required)]
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

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Switch {
    #[schema(value_type = UserId)]
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

pub mod said {
    use super::{DemoPerson, Switch};
    use crate::openapi::{Said, Tag};
    use crate::rest::auth::Entered;
    use contracts::Code;
    use serde_json::json;

    pub fn users() -> Said {
        Said::new("demo_users", Tag::People, "The demo's people")
            .more("None outside demo mode.")
            .answers_list::<DemoPerson>("Everybody whose account may be entered without a password.")
    }

    pub fn switch() -> Said {
        let ann = json!({ "user_id": "01941f29-7c00-7000-8000-000000000101" });
        Said::new("enter_demo", Tag::People, "Enter a demo account")
            .takes::<Switch>(&[("one of the demo's people", ann)])
            .answers::<Entered>(200, "Signed in. Pages get no `token`.")
            .header("Set-Cookie", "The session, for browsers.")
            .refuses(&[Code::NotFound, Code::NotAllowed])
    }
}
