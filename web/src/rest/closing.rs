//! Closing an account: its orders first, then nothing may be owned any more.

use super::Shared;
use super::auth::ACCOUNTS;
use crate::asking::{ANSWER_DEADLINE, ask, command, midway};
use crate::problem::Problem;
use crate::session::{Session, Sessions};
use crate::strict::NoBody;
use actix_web::{HttpResponse, web};
use contracts::accounts::{AccountsCommand, Profile, Question, User};
use contracts::intake::Body;
use contracts::portfolio::{self, Portfolio};
use contracts::{Code, OrderStatus, Refusal, UserId, ordering, topology};
use serde::Deserialize;
use std::time::Duration;

/// A cancel is done within some milliseconds.
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(50);
/// An account with more than that is described well enough by these.
const NAMED_MAX: usize = 5;

/// `DELETE auth/me` → 204. Orders are canceled first; while they are on their way out it answers 503,
/// and may be asked again.
pub async fn close(
    gateway: Shared,
    sessions: web::Data<Sessions>,
    session: Session,
    _: NoBody,
) -> Result<HttpResponse, Problem> {
    let closing = close_account(&gateway, session.user_id());
    tokio::time::timeout(ANSWER_DEADLINE, closing)
        .await
        .unwrap_or_else(|_| Err(Problem::unavailable("the orders are still being canceled; ask again")))?;
    Ok(HttpResponse::NoContent().cookie(sessions.no_cookie()).finish())
}

async fn close_account(gateway: &Shared, user_id: UserId) -> Result<(), Problem> {
    let services = &*gateway.services;
    let question = Question::Profile { user_id };
    let profile: Profile = ask(services, topology::ACCOUNTS, &question, ANSWER_DEADLINE).await?;
    // Before any order of such an account is touched.
    if profile.login.is_none() {
        return Err(Refusal::new(
            Code::NotAllowed,
            "an account without a password is not its user's to close",
        )
        .into());
    }
    cancel_all(gateway, user_id).await?;
    let question = portfolio::Question::Portfolio { user_id };
    let owned: Portfolio =
        ask(services, topology::PORTFOLIO, &question, ANSWER_DEADLINE).await.map_err(midway)?;
    if let Some(what) = described(&owned) {
        let rule = format!("the account still has {what}; sell and withdraw first");
        return Err(Refusal::new(Code::StillOwned, rule).into());
    }
    let closing = AccountsCommand::CloseAccount { user_id };
    let _: User = command(services, ACCOUNTS, &closing, ANSWER_DEADLINE).await.map_err(midway)?;
    Ok(())
}

async fn cancel_all(gateway: &Shared, user_id: UserId) -> Result<(), Problem> {
    let body = Body { kind: "cancel_orders".into(), user_id: user_id.to_string().into(), ..Body::default() };
    let reply = gateway.services.order(user_id, &body, ANSWER_DEADLINE).await?;
    if let Some(code) = reply.code {
        return Err(Refusal::new(code, reply.message.unwrap_or_default()).into());
    }
    for status in [OrderStatus::Pending, OrderStatus::Open] {
        while has_orders(gateway, user_id, status).await? {
            tokio::time::sleep(LOOK_AGAIN_AFTER).await;
        }
    }
    Ok(())
}

#[derive(Deserialize)]
struct Page {
    items: Vec<serde::de::IgnoredAny>,
}

async fn has_orders(gateway: &Shared, user_id: UserId, status: OrderStatus) -> Result<bool, Problem> {
    let question =
        ordering::Question::Orders { user_id, status: Some(status), symbol: None, cursor: None, limit: 1 };
    let page: Page =
        ask(&*gateway.services, topology::ORDERING, &question, ANSWER_DEADLINE).await.map_err(midway)?;
    Ok(!page.items.is_empty())
}

/// What an account has, in words; nothing if it is empty.
fn described(owned: &Portfolio) -> Option<String> {
    let cash = (!owned.cash.total.is_zero()).then(|| format!("{} in cash", owned.cash.total));
    let shares = owned.holdings.iter().filter(|holding| !holding.quantity.is_zero());
    let shares = shares.map(|holding| format!("{} {}", holding.quantity, holding.symbol));
    let all: Vec<String> = cash.into_iter().chain(shares).collect();
    let more = all.len().saturating_sub(NAMED_MAX);
    let named = all.get(..NAMED_MAX).unwrap_or(&all).join(", ");
    match (all.is_empty(), more) {
        (true, _) => None,
        (false, 0) => Some(named),
        (false, more) => Some(format!("{named} and {more} more")),
    }
}

pub mod said {
    use crate::openapi::{Said, Tag, Who};
    use contracts::Code;

    pub fn close() -> Said {
        Said::new("close_account", Tag::People, "Close my account")
            .more("Cancels all live orders first. While they are on their way out it is 503: ask again.")
            .of(Who::Person)
            .takes_nothing()
            .answers_nothing("Nothing remains but the id, which others' trades name.")
            .header("Set-Cookie", "Nothing, which ends at once.")
            .refuses(&[Code::StillOwned])
    }
}
