//! What an instrument follows: who refuses orders because of it knows what stock-data knows, and no
//! silence is overlooked.

use crate::exchange::Exchange;
use crate::twin::{flag, text};
use contracts::topology;
use sea_orm::Value;
use std::collections::BTreeMap;

/// A partition looks at the time once a second, by a clock that may differ by some.
const OVERDUE: chrono::TimeDelta = chrono::TimeDelta::seconds(10);

pub fn check(exchange: &mut Exchange) -> Result<(), String> {
    let long_ago = exchange.clock(0) - OVERDUE;
    let stock_data = exchange.databases[topology::STOCK_DATA].lock();
    let mut stale = BTreeMap::new();
    for row in stock_data.tables.rows("feeds") {
        let symbol = text(row, "symbol").expect("its key").to_owned();
        if let Value::ChronoDateTimeUtc(Some(at)) = &row["quoted_at"]
            && *at < long_ago
            && !flag(row, "stale")
        {
            return Err(format!("at {long_ago} nobody had noticed a silence: {row:?}"));
        }
        stale.insert(symbol, flag(row, "stale"));
    }
    let ordering = exchange.databases[topology::ORDERING].lock();
    for row in ordering.tables.rows("instruments") {
        let symbol = text(row, "symbol").expect("a part of its key");
        if flag(row, "feed_stale") != stale.get(symbol).copied().unwrap_or(false) {
            return Err(format!("stock-data and ordering disagree about a feed: {stale:?}, {row:?}"));
        }
    }
    Ok(())
}
