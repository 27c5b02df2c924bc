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
use contracts::portfolio::{LedgerFilter, LedgerLine, PortfolioCommand, Question};
use contracts::{Code, Money, topology};
use serde::Deserialize;
use std::fmt::Write;
use utoipa::ToSchema;
use uuid::Uuid;

/// `GET portfolio`.
pub async fn show(gateway: Shared, Reader(session): Reader, query: Query) -> Answer {
    query.end()?;
    let question = Question::Portfolio { user_id: session.user_id() };
    Ok(told(gateway.reads.ask(Some(session.user_id()), topology::PORTFOLIO, &question).await?))
}

/// Which lines are asked for.
fn take_filter(query: &mut Query) -> Result<LedgerFilter, Problem> {
    Ok(LedgerFilter {
        kind: query.take("kind")?,
        symbol: query.take("symbol")?,
        cash: query.take_flag("cash")?,
    })
}

/// `GET portfolio/ledger?kind=&symbol=&cash=&cursor=&limit=`, newest first.
pub async fn ledger(gateway: Shared, Reader(session): Reader, mut query: Query) -> Answer {
    let question = Question::Ledger {
        user_id: session.user_id(),
        only: take_filter(&mut query)?,
        cursor: query.take("cursor")?,
        limit: query.take_limit("limit", PAGE_LENGTH)?,
    };
    query.end()?;
    Ok(told(gateway.reads.ask(Some(session.user_id()), topology::PORTFOLIO, &question).await?))
}

/// Ten thousand lines: the rest is asked for by its cursor.
const CSV_PAGES_MAX: usize = 50;
/// Where the rest begins, if there is more.
const NEXT_CURSOR: &str = "next-cursor";

/// `GET portfolio/ledger.csv?kind=&symbol=&cash=&cursor=`, newest first, as a file. What is kept for good is never old.
pub async fn ledger_csv(gateway: Shared, Reader(session): Reader, mut query: Query) -> Answer {
    let (only, mut cursor) = (take_filter(&mut query)?, query.take("cursor")?);
    query.end()?;
    let mut text = "entry_id,kind,symbol,amount,reference,at\r\n".to_owned();
    for _ in 0..CSV_PAGES_MAX {
        let (user_id, limit) = (session.user_id(), PAGE_LENGTH_MAX);
        let question = Question::Ledger { user_id, only, cursor: cursor.take(), limit };
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

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Movement {
    /// Yours: the same again moves nothing.
    #[schema(value_type = Uuid)]
    id: String,
    #[schema(value_type = Money)]
    amount: String,
}

impl Movement {
    pub fn read(&self) -> Result<(Uuid, Money), Problem> {
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

pub mod said {
    use super::{LedgerLine, Movement, NEXT_CURSOR};
    use crate::openapi::{Said, Tag, Who};
    use crate::rest::PAGE_LENGTH;
    use contracts::ordering::PAGE_LENGTH_MAX;
    use contracts::portfolio::{LedgerKind, Moved, Portfolio};
    use contracts::{Code, Symbol};
    use serde_json::{Value, json};
    use utoipa::openapi::schema::Type;

    const CURSOR: &str = "^.{1,100}$";

    pub fn show() -> Said {
        Said::new("portfolio", Tag::Portfolio, "My cash and shares")
            .of(Who::Reader)
            .reads_query()
            .answers::<Portfolio>(200, "At their last prices.")
            .may_be_stale()
    }

    pub fn ledger() -> Said {
        Said::new("ledger", Tag::Portfolio, "Every movement of mine, newest first")
            .of(Who::Reader)
            .query::<LedgerKind>("kind", "Only those of it.")
            .query::<Symbol>("symbol", "Only shares of this stock.")
            .query_flag("cash", "Only cash.")
            .query_cursor(CURSOR)
            .query_number("limit", "How many.", PAGE_LENGTH, PAGE_LENGTH_MAX)
            .answers_page::<LedgerLine>("A page.")
            .may_be_stale()
    }

    pub fn ledger_csv() -> Said {
        Said::new("ledger_csv", Tag::Portfolio, "The same as a file")
            .more("10,000 lines at most.")
            .of(Who::Reader)
            .query::<LedgerKind>("kind", "Only those of it.")
            .query::<Symbol>("symbol", "Only shares of this stock.")
            .query_flag("cash", "Only cash.")
            .query_cursor(CURSOR)
            .answers_any(200, "text/csv; charset=utf-8", "CSV with a header.", Type::String)
            .header("Content-Disposition", "`ledger.csv`.")
            .header(NEXT_CURSOR, "Where the rest begins, if there is more.")
    }

    pub fn movement() -> [(&'static str, Value); 1] {
        [("some cash", json!({ "id": "01980a5e-6f3b-7c1d-9a52-3f1f0f6f7a20", "amount": "12.50" }))]
    }

    fn moving(id: &str, summary: &str) -> Said {
        Said::new(id, Tag::Portfolio, summary)
            .more("The same `id` with the same content moves money once, and is answered as the first time.")
            .of(Who::Person)
            .takes::<Movement>(&movement())
            .answers::<Moved>(200, "After the commit.")
            .refuses(&[Code::IdReused, Code::OutOfRange, Code::UnknownUser])
    }

    pub fn deposit() -> Said {
        moving("deposit", "Pay cash in")
    }

    pub fn withdraw() -> Said {
        moving("withdraw", "Take cash out").refuses(&[Code::InsufficientCash])
    }
}
