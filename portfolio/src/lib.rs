//! Cash and shares: who owns what, and how much of it is spoken for.
//!
//! Obeys      PlaceOrder, AmendOrder, CancelOrder (from ordering); Deposit, Withdraw (from web,
//!            admin), CloseBooks (from web), DepositShares (from admin)
//! Hears      OrderFilled, OrderLeftBook, OrderReduced, OrderAmended, AmendmentRefused, OrderOpened
//!            (from matching); UserChanged (from accounts); InstrumentChanged, PriceChanged (from
//!            stock-data)
//! Announces  PlaceOrder and AmendOrder once funded, CancelOrder (to matching); OrderRefused,
//!            AmendmentRefused (to ordering); PortfolioChanged (to web)
//! Answers    Portfolio, Balances, Ledger, KnownIds
//! Promises   balance ≥ held ≥ 0; postings sum to zero; a hold ends exactly once; the same id
//!            moves money once; a closed account is empty, and stays so.

mod rules;

mod domain;
mod handlers;
mod queries;
mod store;

pub use queries::Questions;
pub use rules::{Portfolio, Shared};
/// What `exchange audit` asks of portfolio's database.
pub use store::audit;

use chassis::{Db, service::Service, settings::Settings};
use contracts::topology::PORTFOLIO;

/// Runs the service until it is told to stop.
pub async fn run(settings: Settings) -> anyhow::Result<()> {
    let db = Db::connect(&settings.database_url(PORTFOLIO)?).await?;
    let shared = Shared { fees: settings.fees };
    let answers = Questions { db: db.clone() };
    chassis::service::run::<Portfolio, Questions>(Service {
        name: PORTFOLIO,
        settings: &settings,
        db,
        shared,
        answers,
    })
    .await
}
