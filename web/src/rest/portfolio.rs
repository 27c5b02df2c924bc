//! What I own. From portfolio's database; deposits and withdrawals by its partition of mine.

use super::{Answer, PAGE_LENGTH, Shared, pass_on, told};
use crate::asking::{ANSWER_DEADLINE, ask, command_raw, portfolio_of};
use crate::problem::Problem;
use crate::session::{Reader, Session};
use crate::strict::{Json, Query, parse};
use actix_web::HttpResponse;
use actix_web::http::header;
use contracts::ids::parse_uuid;
use contracts::ordering::{PAGE_LENGTH_MAX, Page};
use contracts::portfolio::{LedgerLine, PortfolioCommand, Question};
use contracts::{Code, Money, topology};
use serde::Deserialize;
use std::fmt::Write;
use uuid::Uuid;

/// `GET portfolio`.
pub async fn show(gateway: Shared, Reader(session): Reader, query: Query) -> Answer {
    query.end()?;
    let question = Question::Portfolio { user_id: session.user_id() };
    Ok(told(gateway.reads.ask(Some(session.user_id()), topology::PORTFOLIO, &question).await?))
}

/// `GET portfolio/ledger?cursor=&limit=`, newest first.
pub async fn ledger(gateway: Shared, Reader(session): Reader, mut query: Query) -> Answer {
    let (cursor, limit) = (query.take("cursor")?, query.take_limit("limit", PAGE_LENGTH)?);
    query.end()?;
    let question = Question::Ledger { user_id: session.user_id(), cursor, limit };
    Ok(told(gateway.reads.ask(Some(session.user_id()), topology::PORTFOLIO, &question).await?))
}

/// Ten thousand lines: the rest is asked for by its cursor.
const CSV_PAGES_MAX: usize = 50;
/// Where the rest begins, if there is more.
const NEXT_CURSOR: &str = "next-cursor";

/// `GET portfolio/ledger.csv?cursor=`, newest first, as a file. What is kept for good is never old.
pub async fn ledger_csv(gateway: Shared, Reader(session): Reader, mut query: Query) -> Answer {
    let mut cursor = query.take("cursor")?;
    query.end()?;
    let mut text = "entry_id,kind,symbol,amount,reference,at\r\n".to_owned();
    for _ in 0..CSV_PAGES_MAX {
        let question =
            Question::Ledger { user_id: session.user_id(), cursor: cursor.take(), limit: PAGE_LENGTH_MAX };
        let page: Page<LedgerLine> =
            ask(&*gateway.services, topology::PORTFOLIO, &question, ANSWER_DEADLINE).await?;
        for LedgerLine { entry_id, kind, symbol, amount, reference, at } in page.items {
            let symbol = symbol.map(|symbol| symbol.to_string()).unwrap_or_default();
            let at = at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
            // None of these has a comma or a quote in it.
            let _ = write!(text, "{entry_id},{kind},{symbol},{amount},{reference},{at}\r\n");
        }
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    let mut response = HttpResponse::Ok();
    response.content_type("text/csv; charset=utf-8");
    response.insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"ledger.csv\""));
    if let Some(cursor) = cursor {
        response.insert_header((NEXT_CURSOR, cursor));
    }
    Ok(response.body(text))
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
