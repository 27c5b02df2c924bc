//! What must be true of prices and trades in the database, looked at from outside the steps.

use crate::store::{self, Recounted};
use chassis::{Db, Fault};
use contracts::{Price, Quantity, Symbol, TradeId};
use rustc_hash::FxHashMap;

/// A rule that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub rule: &'static str,
    pub detail: String,
}

pub async fn check(db: &Db) -> Result<Vec<Finding>, Fault> {
    Ok(store::recounted(db).await?.iter().flat_map(findings).collect())
}

/// Every trade, to be compared with what the other services know of it.
pub async fn trades(db: &Db) -> Result<FxHashMap<TradeId, (Symbol, Price, Quantity)>, Fault> {
    let trades = store::all_trades(db).await?;
    Ok(trades.into_iter().map(|t| (t.trade_id, (t.symbol, t.price, t.quantity))).collect())
}

fn findings(row: &Recounted) -> Vec<Finding> {
    let price = |micros: Option<i64>| micros.map(|m| Price::from_micros(m).to_string());
    let mut findings = Vec::new();
    let mut compare = |rule, kept: Option<String>, counted: Option<String>| {
        if kept != counted {
            let shown = |value: Option<String>| value.unwrap_or_else(|| "none".to_owned());
            let (kept, counted) = (shown(kept), shown(counted));
            let detail = format!("{}: kept {kept}, by the trades {counted}", row.symbol);
            findings.push(Finding { rule, detail });
        }
    };
    let volume = |micros: &str| Some(format!("{micros} millionths"));
    compare("the day's volume is the sum of its trades", volume(&row.volume), volume(&row.counted_volume));
    compare("the day's open is its first trade", price(row.open), price(row.counted_open));
    compare("the day's high is its dearest trade", price(row.high), price(row.counted_high));
    compare("the day's low is its cheapest trade", price(row.low), price(row.counted_low));
    compare("the last price is the last trade", price(row.last_price), price(row.counted_last_price));
    findings
}
