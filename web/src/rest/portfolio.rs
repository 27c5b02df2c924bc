//! What I own. From portfolio's database; deposits and withdrawals by its partition of mine.

use super::{Answer, PAGE_LENGTH, Shared, pass_on};
use crate::asking::{ask_raw, command_raw, portfolio_of};
use crate::problem::Problem;
use crate::session::{Reader, Session};
use crate::strict::{Json, Query, parse};
use contracts::ids::parse_uuid;
use contracts::portfolio::{PortfolioCommand, Question};
use contracts::{Code, Money, topology};
use serde::Deserialize;
use uuid::Uuid;

/// `GET portfolio`.
pub async fn show(gateway: Shared, Reader(session): Reader, query: Query) -> Answer {
    query.end()?;
    let question = Question::Portfolio { user_id: session.user_id() };
    Ok(pass_on(ask_raw(&*gateway.services, topology::PORTFOLIO, &question).await?))
}

/// `GET portfolio/ledger?cursor=&limit=`, newest first.
pub async fn ledger(gateway: Shared, Reader(session): Reader, mut query: Query) -> Answer {
    let (cursor, limit) = (query.take("cursor")?, query.take_limit("limit", PAGE_LENGTH)?);
    query.end()?;
    let question = Question::Ledger { user_id: session.user_id(), cursor, limit };
    Ok(pass_on(ask_raw(&*gateway.services, topology::PORTFOLIO, &question).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Movement {
    id: String,
    amount: String,
}

impl Movement {
    fn read(&self) -> Result<(Uuid, Money), Problem> {
        let id = parse_uuid(&self.id)
            .map_err(|rule| Problem::of_field(Code::InvalidValue, "id", rule.to_string()))?;
        Ok((id, parse("amount", &self.amount)?))
    }
}

/// `POST portfolio/deposits`.
pub async fn deposit(gateway: Shared, session: Session, Json(movement): Json<Movement>) -> Answer {
    let ((id, amount), user_id) = (movement.read()?, session.user_id());
    order(gateway, PortfolioCommand::Deposit { id, user_id, amount }, session).await
}

/// `POST portfolio/withdrawals`.
pub async fn withdraw(gateway: Shared, session: Session, Json(movement): Json<Movement>) -> Answer {
    let ((id, amount), user_id) = (movement.read()?, session.user_id());
    order(gateway, PortfolioCommand::Withdraw { id, user_id, amount }, session).await
}

async fn order(gateway: Shared, command: PortfolioCommand, session: Session) -> Answer {
    let partition = portfolio_of(session.user_id(), gateway.partitions);
    Ok(pass_on(command_raw(&*gateway.services, &partition, &command).await?))
}
