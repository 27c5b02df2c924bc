//! The tables `instruments`, `prices` and `trades`.

mod audit;
mod listings;
mod trades;

pub use audit::{Recounted, recounted};
pub use listings::{is_listed, listings, save_instruments, save_prices};
pub use trades::{NewTrade, ToldTrade, counted, insert_trades, last_trades};

use chassis::Fault;
use contracts::Symbol;

/// What only our own statements can have written, read back.
fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(doing: &str, text: &str) -> Result<T, Fault> {
    text.parse().map_err(|e: T::Err| Fault::new(doing.to_owned(), e.to_string()))
}

fn symbol(text: &str) -> Result<Symbol, Fault> {
    parsed("read a symbol", text)
}
