//! The tables `instruments`, `prices`, `trades`, `candles` and `histories`,
//! `market_days`, `market_totals`, `feeds` and `last_upload`.

mod activity;
mod audit;
mod candles;
mod feeds;
mod listings;
mod trades;
mod upload;

pub use activity::{OfCurrency, add_activity, day, days, totals};
pub use audit::{MisCounted, Recounted, miscounted_activity, miscounted_candles, recounted};
pub use candles::{Page, add_to_candles, candles, first_days, histories, insert_histories};
pub use feeds::save_feeds;
pub use listings::{is_listed, listings, save_instruments, save_prices};
pub use trades::{NewTrade, ToldTrade, counted, insert_trades, last_trades};
pub use upload::{last_upload, save_last_upload};

use chassis::Fault;
use contracts::Symbol;

/// What only our own statements can have written, read back.
fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(doing: &str, text: &str) -> Result<T, Fault> {
    text.parse().map_err(|e: T::Err| Fault::new(doing.to_owned(), e.to_string()))
}

fn symbol(text: &str) -> Result<Symbol, Fault> {
    parsed("read a symbol", text)
}
