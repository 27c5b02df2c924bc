//! Web as it is, listener, sockets, market and hub, with a synthetic feed in the place of the broker
//! and of the services that it asks. Only what comes by AMQP is left out.

use anyhow::Result;
use async_trait::async_trait;
use chassis::ask::AskError;
use chassis::hear::Heard;
use chassis::settings::{Secret, Settings};
use contracts::intake::{Body, IntakeReply};
use contracts::stock_data::{Quote, StockDataEvent};
use contracts::{Money, UserId, topology};
use serde_json::json;
use serde_json::value::{RawValue, to_raw_value};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::Instant;
use uuid::Uuid;
use web::Web;
use web::asking::Services;

/// The exchange's steps come at most so often, so web hears prices so often.
const STEP: Duration = Duration::from_millis(10);
/// As many as the broker's connection reads ahead.
const BATCHES_WAITING_MAX: usize = 256;
/// In the process that is measured: the same as in `exchange service web`.
const WORKER_THREADS: usize = 2;

pub fn symbol(n: usize) -> String {
    format!("S{n:04}")
}

/// Prints the port, then feeds `rate` price changes a second, one symbol after the other, until the
/// process is ended.
pub fn run(symbols: usize, rate: u64) -> Result<()> {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(WORKER_THREADS).enable_all().build()?;
    runtime.block_on(async {
        let mut settings = Settings::load(Path::new("/nonexistent"))?;
        // One address opens all the connections.
        settings.limits.requests_per_address = 1_000_000;
        // Nobody signs in here, and the process listens to this machine only.
        settings.secrets.jwt_key = Secret::new(format!("{}{}", Uuid::now_v7(), Uuid::now_v7()));
        let listener = web::server::listen("127.0.0.1", 0)?;
        let (feed, heard) = mpsc::channel(BATCHES_WAITING_MAX);
        let web = Web::start(&settings, listener, Arc::new(Listed { symbols }), heard)?;
        feed.send(Heard::Connected).await?;
        println!("{}", web.address.port());
        publish(feed, symbols, rate).await
    })
}

async fn publish(feed: mpsc::Sender<Heard>, symbols: usize, rate: u64) -> Result<()> {
    let mut steps = tokio::time::interval(STEP);
    let (began, mut changes, mut seq) = (Instant::now(), 0, 0);
    loop {
        steps.tick().await;
        // What a late timer missed is made up for.
        let due = began.elapsed().as_micros() as u64 * rate / 1_000_000;
        let events: Vec<_> = (changes..due).map(|n| change(n, symbols)).collect::<Result<_>>()?;
        if events.is_empty() {
            continue;
        }
        (changes, seq) = (due, seq + 1);
        let (stream, at) = ("stock-data.0>*".into(), chrono::Utc::now());
        feed.send(Heard::Batch { stream, seq, at, events: serde_json::to_vec(&events)? }).await?;
    }
}

fn change(n: u64, symbols: usize) -> Result<StockDataEvent> {
    let price = |n: u64| format!("{}.{:02}", 100 + n % 900 / 100, n % 100);
    let now = chrono::Utc::now().timestamp_millis();
    Ok(StockDataEvent::PriceChanged(Quote {
        symbol: symbol(n as usize % symbols).parse()?,
        last_price: price(n).parse()?,
        open: "100.01".parse()?,
        high: "109.99".parse()?,
        low: "100.01".parse()?,
        volume: (n + 1).to_string().parse()?,
        previous_close: "100".parse()?,
        change: price(n + 100).parse::<Money>()?,
        change_percent: "1.25".into(),
        at: chrono::DateTime::from_timestamp_millis(now).unwrap_or_default(),
    }))
}

/// Answers what web asks when it starts: the stocks, empty books, no trades.
struct Listed {
    symbols: usize,
}

impl Listed {
    fn stocks(&self) -> serde_json::Value {
        let stock = |n| {
            json!({ "symbol": symbol(n), "name": symbol(n), "currency": "USD", "tick_size": "0.01",
                    "lot_size": "1", "previous_close": "100", "state": "open", "last_price": "100",
                    "volume": "0", "change": "0", "change_percent": "0.00" })
        };
        (0..self.symbols).map(stock).collect()
    }

    fn answer(&self, to: &str, message: &RawValue) -> Result<Box<RawValue>, AskError> {
        let answer = match to {
            topology::STOCK_DATA if message.get().starts_with("{\"stocks\"") => self.stocks(),
            topology::STOCK_DATA => json!([]),
            partition if topology::service_of(partition) == topology::MATCHING => {
                json!({ "seq": 0, "depths": [] })
            }
            other => return Err(AskError::Unavailable(format!("{other} is not here"))),
        };
        to_raw_value(&answer).map_err(|error| AskError::Unavailable(error.to_string()))
    }
}

#[async_trait]
impl Services for Listed {
    async fn question(&self, to: &str, asked: &RawValue, _: Duration) -> Result<Box<RawValue>, AskError> {
        self.answer(to, asked)
    }

    async fn command(&self, to: &str, said: &RawValue, _: Duration) -> Result<Box<RawValue>, AskError> {
        self.answer(to, said)
    }

    async fn order(&self, _: UserId, _: &Body<'_>, _: Duration) -> Result<IntakeReply, AskError> {
        Err(AskError::Unavailable("nobody trades here".into()))
    }

    fn is_connected(&self) -> bool {
        true
    }
}
