//! I8, I14: ordering (twice), portfolio (twice), stock-data and matching's stream know the same
//! trades; a day's volume is the sum of its trades, and so are the candles.

use crate::exchange::Exchange;
use crate::twin::{Row, Tables, number, text, uuid};
use contracts::matching::MatchingEvent;
use contracts::{Batch, topology};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Symbol, price and quantity: the same for all.
type Facts = (String, i64, i64);

pub fn check(exchange: &mut Exchange) -> Result<(), String> {
    let said = said(exchange)?;
    let twice: BTreeMap<(Uuid, bool), Facts> = said
        .iter()
        .flat_map(|(id, facts)| [false, true].map(|sells| ((*id, sells), facts.clone())))
        .collect();

    let state = exchange.databases[topology::ORDERING].lock();
    let fill = |row: &Row| ((uuid(row, "trade_id"), number(row, "side") == 1), facts(row));
    same("ordering", &twice, state.tables.rows("fills").map(fill).collect())?;
    drop(state);

    let state = exchange.databases[topology::PORTFOLIO].lock();
    let trades = state.tables.rows("postings").filter(|row| text(row, "kind") == Some("trade"));
    let posted = trades.map(|row| {
        let (cash, shares) = (i128::from(number(row, "cash")).abs(), i128::from(number(row, "shares")).abs());
        let price = (cash * i128::from(contracts::amount::SCALE) / shares) as i64;
        let symbol = text(row, "symbol").unwrap_or_default().to_owned();
        ((uuid(row, "reference"), number(row, "shares") < 0), (symbol, price, shares as i64))
    });
    same("portfolio", &twice, posted.collect())?;
    drop(state);

    let state = exchange.databases[topology::STOCK_DATA].lock();
    same(
        "stock-data",
        &said,
        state.tables.rows("trades").map(|row| (uuid(row, "trade_id"), facts(row))).collect(),
    )?;
    for price in state.tables.rows("prices") {
        let of = |row: &&Row| row["symbol"] == price["symbol"];
        let day = state.tables.rows("trades").filter(of).filter(|row| row["date"] == price["date"]);
        let volume: i64 = day.map(|row| number(row, "quantity")).sum();
        let told = if price["volume"] == sea_orm::Value::BigInt(None) { 0 } else { number(price, "volume") };
        let last = state.tables.rows("trades").filter(of).max_by_key(|row| number(row, "sequence"));
        if volume != told || last.is_some_and(|last| last["price"] != price["last_price"]) {
            return Err(format!(
                "a day's volume ({volume}) and the last price are those of its trades: {price:?}"
            ));
        }
    }
    candles(&state.tables)
}

/// Of each symbol and length: as many trades and as much volume as there are trades.
fn candles(tables: &Tables) -> Result<(), String> {
    let mut sums = BTreeMap::<_, (i64, i128)>::new();
    for trade in tables.rows("trades") {
        for span in ["1d", "1h", "1m"] {
            let sum = sums.entry((text(trade, "symbol"), Some(span))).or_default();
            *sum = (sum.0 + 1, sum.1 + i128::from(number(trade, "quantity")));
        }
    }
    let mut kept = BTreeMap::<_, (i64, i128)>::new();
    for candle in tables.rows("candles") {
        let volume = text(candle, "volume").and_then(|text| text.parse::<i128>().ok());
        let sum = kept.entry((text(candle, "symbol"), text(candle, "span"))).or_default();
        *sum = (sum.0 + number(candle, "trades"), sum.1 + volume.ok_or("a candle without a volume")?);
    }
    if sums == kept { Ok(()) } else { Err(format!("candles are {kept:?}, by the trades {sums:?}")) }
}

fn facts(row: &Row) -> Facts {
    (text(row, "symbol").unwrap_or_default().to_owned(), number(row, "price"), number(row, "quantity"))
}

/// What matching announced. No trade twice, and every book's sequence without a gap.
fn said(exchange: &Exchange) -> Result<BTreeMap<Uuid, Facts>, String> {
    let mut trades = BTreeMap::new();
    let mut sequences = BTreeMap::<String, u64>::new();
    for (stream, messages) in
        exchange.history.iter().filter(|(stream, _)| stream.starts_with(topology::MATCHING))
    {
        for body in messages {
            let batch: Batch<MatchingEvent> =
                serde_json::from_slice(body).map_err(|e| format!("{stream}: {e}"))?;
            for event in batch.events {
                let last = sequences.entry(event.symbol().to_string()).or_default();
                *last += 1;
                if event.sequence() != *last {
                    return Err(format!(
                        "{stream} says {} of {} after {}",
                        event.sequence(),
                        event.symbol(),
                        *last - 1
                    ));
                }
                if let MatchingEvent::OrderFilled(fill) = event {
                    let facts = (fill.symbol.to_string(), fill.price.micros(), fill.quantity.micros());
                    if trades.insert(fill.trade_id.0, facts).is_some() {
                        return Err(format!("{stream} says trade {} twice", fill.trade_id));
                    }
                }
            }
        }
    }
    Ok(trades)
}

fn same<K: Ord + std::fmt::Debug>(
    who: &str,
    right: &BTreeMap<K, Facts>,
    told: Vec<(K, Facts)>,
) -> Result<(), String> {
    let count = told.len();
    let told: BTreeMap<K, Facts> = told.into_iter().collect();
    let differs = right.iter().find(|(id, facts)| told.get(id) != Some(facts));
    let surplus = told.iter().find(|(id, _)| !right.contains_key(id));
    if let Some((id, facts)) = differs.or(surplus) {
        return Err(format!(
            "{who} does not know the same trades: {id:?} is {facts:?}, {who} has {:?}",
            told.get(id)
        ));
    }
    if count == told.len() { Ok(()) } else { Err(format!("{who} has a trade twice")) }
}
