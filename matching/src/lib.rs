//! The books: who trades with whom, at which price, in which order.
//!
//! Obeys      PlaceOrder, CancelOrder, AmendOrder (from portfolio, once funded), Depths (from web,
//!            admin)
//! Hears      InstrumentChanged (from stock-data)
//! Announces  OrderOpened, OrderFilled, OrderLeftBook, OrderArmed, OrderTriggered, OrderReduced,
//!            OrderAmended, OrderRefreshed, AmendmentRefused, PhaseChanged, AuctionIndicated
//! Answers    nothing: depth is asked of a partition, so that it belongs to a place in its stream
//! Promises   price–time priority at the resting order's price; no book that trades is crossed;
//!            nobody trades with himself, or at a worse price than he agreed to; an order trades once however often it comes; a book's sequence has no
//!            gap; what the journal holds gives the same books and the same words, byte for byte.

mod rules;

mod handlers;

pub mod audit;
pub mod domain;

mod actors;
mod apart;
mod queries;
mod recovery;
mod snapshots;
mod store;

pub use queries::Questions;
pub use rules::{Matching, Shared};

use chassis::{service::Service, settings::Settings};
use contracts::topology::MATCHING;

/// Runs the service until it is told to stop.
pub async fn run(settings: Settings) -> anyhow::Result<()> {
    let db = chassis::Db::connect(&settings.database_url(MATCHING)?).await?;
    let shared = Shared::start(settings.limits.snapshot_every)?;
    let service = Service { name: MATCHING, settings: &settings, db, shared, answers: Questions };
    chassis::service::run::<Matching, Questions>(service).await
}
