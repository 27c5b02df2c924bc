//! What admins do to stocks: list, change, halt and resume them. Everybody hears of it by stock-data. To people,
//! and to parked messages, in the files below.

pub mod parked;
pub mod people;

use super::{Answer, Shared, json, pass_on};
use crate::asking::command_raw;
use crate::problem::Problem;
use crate::session::Session;
use crate::strict::{Json, NoBody, Query, Sheet};
use actix_web::dev::Payload;
use actix_web::http::{StatusCode, header};
use actix_web::{FromRequest, HttpRequest, web};
use contracts::stock_data::{Instrument, InstrumentChange, InstrumentState, StockDataCommand};
use contracts::{Code, Refusal, Symbol, UserId, accounts::Role, topology};
use std::future::Future;
use std::pin::Pin;

/// The session of an admin. It stands first among a handler's arguments, so that others learn nothing
/// else about the request.
pub struct Admin(pub UserId);

impl FromRequest for Admin {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let session = Session::from_request(request, payload);
        Box::pin(async move {
            let session = session.await?;
            match session.claims.role {
                Role::Admin => Ok(Admin(session.user_id())),
                Role::Trader | Role::Bot => Err(Refusal::new(Code::NotAllowed, "this is for admins").into()),
            }
        })
    }
}

/// `POST admin/stocks` → 201, after stock-data's commit. The same again gives the same stock.
pub async fn list(
    Admin(by): Admin,
    gateway: Shared,
    query: Query,
    Json(instrument): Json<Instrument>,
) -> Answer {
    query.end()?;
    let symbol = instrument.symbol;
    let listed = tell(&gateway, by, StockDataCommand::AddInstrument { by, instrument }).await?;
    let mut response = json(StatusCode::CREATED, &listed);
    let location = format!("/api/v1/stocks/{symbol}");
    response.headers_mut().insert(header::LOCATION, location.parse().expect("a symbol is ASCII"));
    Ok(response)
}

/// `PATCH admin/stocks/{symbol}` → 200.
pub async fn change(
    Admin(by): Admin,
    gateway: Shared,
    symbol: web::Path<String>,
    query: Query,
    Json(change): Json<InstrumentChange>,
) -> Answer {
    query.end()?;
    let symbol = existing(&symbol)?;
    Ok(pass_on(tell(&gateway, by, StockDataCommand::ChangeInstrument { by, symbol, change }).await?))
}

/// `POST admin/stocks/{symbol}/halt` → 200: new orders are refused, those in the book may be canceled.
pub async fn halt(admin: Admin, gateway: Shared, symbol: web::Path<String>, _: NoBody) -> Answer {
    set(admin, gateway, symbol, InstrumentState::Halted).await
}

/// `POST admin/stocks/{symbol}/resume` → 200.
pub async fn resume(admin: Admin, gateway: Shared, symbol: web::Path<String>, _: NoBody) -> Answer {
    set(admin, gateway, symbol, InstrumentState::Open).await
}

async fn set(Admin(by): Admin, gateway: Shared, symbol: web::Path<String>, state: InstrumentState) -> Answer {
    let symbol = existing(&symbol)?;
    let change = InstrumentChange { state: Some(state), ..InstrumentChange::default() };
    Ok(pass_on(tell(&gateway, by, StockDataCommand::ChangeInstrument { by, symbol, change }).await?))
}

async fn tell(
    gateway: &Shared,
    by: UserId,
    command: StockDataCommand,
) -> Result<Box<serde_json::value::RawValue>, Problem> {
    let partition = topology::partition_name(topology::STOCK_DATA, 0);
    let answer = command_raw(&*gateway.services, &partition, &command).await?;
    // Who did what to a market must be found again.
    tracing::info!(user.id = %by, command = ?command, "an admin changed the market");
    Ok(answer)
}

/// `POST admin/stocks/upload?dry_run=` → 200: what is other than before, or would be.
pub async fn upload(Admin(by): Admin, gateway: Shared, mut query: Query, Sheet(sheet): Sheet) -> Answer {
    let dry_run = query.take_flag("dry_run")?;
    query.end()?;
    let command = StockDataCommand::UploadInstruments { by: Some(by), sheet, dry_run };
    Ok(pass_on(tell(&gateway, by, command).await?))
}

/// `POST admin/stocks/upload/undo?dry_run=` → 200.
pub async fn undo(Admin(by): Admin, gateway: Shared, mut query: Query, _: NoBody) -> Answer {
    let dry_run = query.take_flag("dry_run")?;
    query.end()?;
    Ok(pass_on(tell(&gateway, by, StockDataCommand::UndoUpload { by: Some(by), dry_run }).await?))
}

/// What is no symbol is nobody's.
fn existing(symbol: &str) -> Result<Symbol, Problem> {
    symbol.parse().map_err(|_| Problem::not_found("this stock"))
}

pub mod said {
    use crate::openapi::{Said, Tag, Who};
    use contracts::stock_data::{Instrument, InstrumentChange, Upload};
    use contracts::{Code, Symbol};
    use serde_json::json;

    const SHEET: &str =
        "symbol,name,currency,tick_size,lot_size,previous_close,state\nACME,Acme Inc,USD,0.01,1,100,open\n";

    fn new(id: &str, summary: &str) -> Said {
        Said::new(id, Tag::Admins, summary).of(Who::Admin)
    }

    fn of_stock(id: &str, summary: &str) -> Said {
        new(id, summary).path::<Symbol>("symbol", "Of a listed stock.")
    }

    pub fn list() -> Said {
        let acme = json!({ "symbol": "ACME", "name": "Acme Inc", "currency": "USD", "tick_size": "0.01",
            "lot_size": "1", "previous_close": "100", "state": "open" });
        new("list_stock", "List a stock")
            .more("The same again gives the same. Tick, lot and currency are fixed from then on.")
            .reads_query()
            .takes::<Instrument>(&[("a stock", acme)])
            .answers::<Instrument>(201, "The stock as it is listed.")
            .header("Location", "Where the stock is.")
            .refuses(&[Code::IdReused, Code::TickSize, Code::OutOfRange])
    }

    pub fn change() -> Said {
        of_stock("change_stock", "Change a stock")
            .more("What is absent stays as it is; `rules` are given as a whole.")
            .reads_query()
            .takes::<InstrumentChange>(&[("a name", json!({ "name": "Acme Inc" }))])
            .answers::<Instrument>(200, "The stock as it is now.")
            .refuses(&[Code::TickSize, Code::OutOfRange])
    }

    pub fn halt() -> Said {
        of_stock("halt_stock", "Halt a stock")
            .more("New orders are refused; those in the book may be canceled.")
            .takes_nothing()
            .answers::<Instrument>(200, "The stock as it is now.")
    }

    pub fn resume() -> Said {
        of_stock("resume_stock", "Let a stock trade again")
            .takes_nothing()
            .answers::<Instrument>(200, "The stock as it is now.")
    }

    pub fn upload() -> Said {
        new("upload_stocks", "List and change stocks as a sheet says")
            .more("All of its rows are applied, or none. Columns as in `stocks.csv` of seeding; 48 KiB at most.")
            .query_flag("dry_run", "Only say what would change.")
            .takes_sheet(SHEET)
            .answers::<Upload>(200, "What is other than before, or would be.")
            .refuses(&[Code::MissingField, Code::InvalidValue, Code::TickSize, Code::OutOfRange])
    }

    pub fn undo() -> Said {
        new("undo_upload", "Take back the last upload")
            .more("What it listed stays listed, and is halted.")
            .query_flag("dry_run", "Only say what would change.")
            .takes_nothing()
            .answers::<Upload>(200, "What is other than before, or would be.")
            .refuses(&[Code::NotFound, Code::ChangedSince])
    }
}
