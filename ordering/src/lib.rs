//! The life of an order, from intake to its last state.
//!
//! Obeys      PlaceOrder, AmendOrder, CancelOrder, CancelOrders (from clients, on the exchange
//!            `orders`)
//! Hears      OrderRefused, AmendmentRefused (from portfolio); OrderOpened, OrderArmed,
//!            OrderTriggered, OrderFilled, OrderReduced, OrderAmended, AmendmentRefused,
//!            OrderLeftBook (from matching); InstrumentChanged, PriceChanged, FeedChanged (from
//!            stock-data); UserChanged (from accounts)
//! Announces  PlaceOrder, AmendOrder, CancelOrder (to portfolio); OrderChanged, OrderFilled (to web)
//! Answers    Orders, OrderDetail, Fills
//! Promises   an accepted order is stored before anyone is told; the same order sent again is the
//!            same order; a bracket's two orders come together; an order that has ended never
//!            changes; filled ≤ quantity, and an order is closed exactly when it is filled; no fill
//!            is worse than the order's price; nobody learns of somebody else's order.

mod rules;

mod domain;
mod handlers;
mod queries;
mod store;

pub use queries::Questions;
pub use rules::{Ordering, Shared};
/// What `exchange audit` asks of ordering's database.
pub use store::audit;

use chassis::{Db, service::Service, settings::Settings};
use contracts::topology::ORDERING;

/// Runs the service until it is told to stop.
pub async fn run(settings: Settings) -> anyhow::Result<()> {
    let db = Db::connect(&settings.database_url(ORDERING)?).await?;
    let shared = Shared { limits: settings.limits, fees: settings.fees };
    let answers = Questions { db: db.clone() };
    chassis::service::run::<Ordering, Questions>(Service {
        name: ORDERING,
        settings: &settings,
        db,
        shared,
        answers,
    })
    .await
}
