//! What is traded, and at what price.
//!
//! Obeys      ListInstrument, SimulateHistory (from admin); AddInstrument, ChangeInstrument,
//!            UploadInstruments, UndoUpload (from admin, and from web for one); TakeFeed (from feeds)
//! Hears      OrderFilled, PhaseChanged; that an order came, from OrderOpened, OrderTriggered,
//!            OrderAmended, OrderLeftBook (from matching)
//! Announces  InstrumentChanged (also to the book's partition alone), PriceChanged, FeedChanged
//! Answers    Stocks, Trades, Candles, Statistics
//! Promises   a trade counts once; tick, lot and currency are fixed once listed; a day's volume is
//!            the sum of its trades, and so is every candle and every
//!            count; the last trade is the price; days never
//!            go back; what is made up says so; a feed that is silent for too long is stale, by a step of
//!            its own if nothing else comes.

pub mod audit;

mod announcing;
mod handlers;
mod heard;
mod queries;
mod rules;

mod domain;
mod store;

pub use queries::Questions;
pub use rules::StockData;

use chassis::{Db, service::Service, settings::Settings};
use contracts::topology;
use std::sync::Arc;

/// Runs the service until it is told to stop.
pub async fn run(settings: Settings) -> anyhow::Result<()> {
    let db = Db::connect(&settings.database_url(topology::STOCK_DATA)?).await?;
    let answers = Questions::new(db.clone());
    let service = Service {
        name: topology::STOCK_DATA,
        settings: &settings,
        db,
        shared: Arc::new(settings.feeds.clone()),
        answers,
    };
    chassis::service::run::<StockData, Questions>(service).await
}
