//! Demo accounts, entered without a password. From accounts' database, and portfolio's for what they have.

use super::auth::{self, Entered, Person};
use super::{Answer, Items, Shared, ok};
use crate::asking::{ANSWER_DEADLINE, ask};
use crate::problem::Problem;
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
const BALANCES_DEADLINE: Duration = Duration::from_millis(800);

#[derive(Serialize, ToSchema)]
struct DemoPerson {
    #[serde(flatten)]
    person: Person,
    /// Absent when portfolio does not answer: one can enter all the same.
    #[schema(required)]
    cash: Option<Money>,
    /// Cash and holdings together, at the last prices.
    #[schema(required)]
    total_value: Option<Money>,
}

/// `GET demo/users`.
pub async fn users(gateway: Shared) -> Answer {
    let services = &*gateway.services;
    let question = Question::DemoUsers {};
    let people: Vec<User> = ask(services, topology::ACCOUNTS, &question, PEOPLE_DEADLINE).await?;
    let user_ids: Vec<UserId> = people.iter().map(|user| user.user_id).collect();
    let question = portfolio::Question::Balances { user_ids };
    let balances: Vec<Balance> =
        ask(services, topology::PORTFOLIO, &question, BALANCES_DEADLINE).await.unwrap_or_default();
    let balances: FxHashMap<UserId, Balance> = balances.into_iter().map(|b| (b.user_id, b)).collect();
    let with_worth = |user: User| {
        let balance = balances.get(&user.user_id);
        DemoPerson {
            cash: balance.map(|balance| balance.cash.total),
            total_value: balance.and_then(|balance| balance.total_value),
            person: user.into(),
        }
    };
    Ok(ok(&Items { items: people.into_iter().map(with_worth).collect() }))
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
    let session = enter(&gateway, &user_id).await?;
    Ok(auth::entered(&request, &sessions, session, StatusCode::OK))
}

/// `POST demo/token`: in, beside whoever the browser's cookie is. The accounts are everybody's, so a page
/// may hold the token: a script that stole it could as well have asked for one.
pub async fn token(gateway: Shared, Json(Switch { user_id }): Json<Switch>) -> Answer {
    Ok(ok(&Entered::with_token(enter(&gateway, &user_id).await?)))
}

/// Accounts says whether that may be.
async fn enter(gateway: &Shared, user_id: &str) -> Result<Session, Problem> {
    let question = Question::EnterDemo { user_id: parse("user_id", user_id)? };
    Ok(ask(&*gateway.services, topology::ACCOUNTS, &question, ANSWER_DEADLINE).await?)
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

    pub fn token() -> Said {
        let ann = json!({ "user_id": "01941f29-7c00-7000-8000-000000000101" });
        Said::new("demo_token", Tag::People, "Enter a demo account beside the one that is in")
            .more(
                "The same as `demo/switch` for pages too: with the `token`, and without touching the cookie.",
            )
            .takes::<Switch>(&[("one of the demo's people", ann)])
            .answers::<Entered>(200, "Signed in, by the `token` alone.")
            .refuses(&[Code::NotFound, Code::NotAllowed])
    }
}
