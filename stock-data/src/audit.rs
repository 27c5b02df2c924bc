//! What must be true of prices and trades in the database, looked at from outside the steps.

pub use crate::store::ToldTrade;
use crate::store::{self, MisCounted, Recounted};
use chassis::{Db, Fault, audit::Finding};
use contracts::{Price, topology::STOCK_DATA};

pub async fn check(db: &Db) -> Result<Vec<Finding>, Fault> {
    let mut found: Vec<Finding> = store::recounted(db).await?.iter().flat_map(findings).collect();
    let candles = store::miscounted_candles(db).await?.into_iter();
    found.extend(candles.map(|sum| miscounted("a candle is the sum of its trades", sum)));
    let activity = store::miscounted_activity(db).await?.into_iter();
    found.extend(activity.map(|sum| miscounted("statistics are the sums of trades", sum)));
    Ok(found)
}

fn miscounted(rule: &'static str, MisCounted { what, kept, counted }: MisCounted) -> Finding {
    let shown = |value: Option<String>| value.unwrap_or_else(|| "none".to_owned());
    let detail = format!("{what}: kept {}, by the trades {} (millionths)", shown(kept), shown(counted));
    Finding::new(STOCK_DATA, rule, detail)
}

fn findings(row: &Recounted) -> Vec<Finding> {
    let price = |micros: Option<i64>| micros.map(|m| Price::from_micros(m).to_string());
    let mut findings = Vec::new();
    let mut compare = |rule, kept: Option<String>, counted: Option<String>| {
        if kept != counted {
            let shown = |value: Option<String>| value.unwrap_or_else(|| "none".to_owned());
            let (kept, counted) = (shown(kept), shown(counted));
            let detail = format!("{}: kept {kept}, by the trades {counted}", row.symbol);
            findings.push(Finding::new(STOCK_DATA, rule, detail));
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
