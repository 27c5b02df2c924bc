//! Closing an account, at whoever's wish: its orders first, then its books, which must be empty. What lets its
//! owner in is then accounts' to forget.
//!
//! Promises: what is not empty stays open, and says what is in it; nothing can come in between the look and the
//! end, because portfolio does both in one step.

use crate::asking::{ANSWER_DEADLINE, Services, ask, command, midway, portfolio_of};
use chassis::ask::AskError;
use contracts::intake::Body;
use contracts::portfolio::{Balance, PortfolioCommand};
use contracts::{OrderStatus, Partitions, Refusal, UserId, ordering, topology};
use serde::Deserialize;
use std::time::Duration;

/// A cancel is done within some milliseconds.
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(50);

/// Does all of it, within an answer's time. Not done is unknown: done again it goes on.
pub async fn within_deadline<T, E: From<AskError>>(
    closing: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    let late = || AskError::Unavailable("the orders are still being canceled".to_owned());
    tokio::time::timeout(ANSWER_DEADLINE, closing).await.unwrap_or_else(|_| Err(late().into()))
}

/// Cancels what is live, and closes the books.
pub async fn leave_the_market(
    services: &dyn Services,
    partitions: Partitions,
    user_id: UserId,
) -> Result<(), AskError> {
    cancel_all(services, user_id).await?;
    let closing = PortfolioCommand::CloseBooks { user_id };
    let partition = portfolio_of(user_id, partitions);
    let _: Balance = command(services, &partition, &closing, ANSWER_DEADLINE).await.map_err(midway)?;
    Ok(())
}

async fn cancel_all(services: &dyn Services, user_id: UserId) -> Result<(), AskError> {
    let body = Body { kind: "cancel_orders".into(), user_id: user_id.to_string().into(), ..Body::default() };
    let reply = services.order(user_id, &body, ANSWER_DEADLINE).await?;
    if let Some(code) = reply.code {
        return Err(AskError::Refused(Refusal::new(code, reply.message.unwrap_or_default())));
    }
    for status in [OrderStatus::Pending, OrderStatus::Open] {
        while has_orders(services, user_id, status).await.map_err(midway)? {
            tokio::time::sleep(LOOK_AGAIN_AFTER).await;
        }
    }
    Ok(())
}

#[derive(Deserialize)]
struct Page {
    items: Vec<serde::de::IgnoredAny>,
}

async fn has_orders(services: &dyn Services, user_id: UserId, status: OrderStatus) -> Result<bool, AskError> {
    let question =
        ordering::Question::Orders { user_id, status: Some(status), symbol: None, cursor: None, limit: 1 };
    let page: Page = ask(services, topology::ORDERING, &question, ANSWER_DEADLINE).await?;
    Ok(!page.items.is_empty())
}
