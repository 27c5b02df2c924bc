//! `Candles`: a page of an instrument's candles. Those that are not kept are summed up here, out of at
//! most 7,515 that are.

use crate::{
    domain::{Span, candles},
    store::{self, Page},
};
use chassis::{Db, Fault};
use chrono::DateTime;
use contracts::{
    Code, Refusal, Symbol, Timestamp,
    stock_data::{CANDLES_MAX, Candles, Interval},
};

pub struct Asked {
    pub symbol: Symbol,
    pub interval: Interval,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
    pub limit: u16,
}

/// In seconds: no candle begins before 1970 or after 9999, whatever is asked for.
const TIMES: std::ops::RangeInclusive<i64> = 0..=253_402_300_800;

pub async fn answer(db: &Db, asked: Asked) -> Result<Result<Candles, Refusal>, Fault> {
    let Asked { symbol, interval, from, to, limit } = asked;
    if !(1..=CANDLES_MAX).contains(&limit) {
        let rule = format!("expected 1 to {CANDLES_MAX}, got {limit}");
        return Ok(Err(Refusal::of_field(Code::OutOfRange, "limit", rule)));
    }
    if let (Some(from), Some(to)) = (from, to)
        && from >= to
    {
        let rule = format!("expected a time before `to`, {}, got {}", shown(to), shown(from));
        return Ok(Err(Refusal::of_field(Code::InvalidCombination, "from", rule)));
    }
    let limit = usize::from(limit);
    let (made_of, parts) = candles::made_of(interval);
    let page = Page {
        symbol,
        interval: made_of,
        from: interval.start_at_or_after(from.map_or(first_time(), within)),
        to: interval.start_at_or_after(to.map_or(last_time(), within)),
        // One candle more than is shown: then all that are shown are whole.
        candles_max: (limit + 1) * parts,
        first: from.is_some(),
    };
    let traded = store::candles(db, &page).await?;
    let history = store::histories(db, &[symbol]).await?.pop();
    if traded.is_empty() && history.is_none() && !store::is_listed(db, symbol).await? {
        let rule = format!("expected a listed symbol, got {symbol}");
        return Ok(Err(Refusal::of_field(Code::NotFound, "symbol", rule)));
    }
    let Page { from, to, candles_max, first, .. } = page;
    let span = Span { from, to, candles_max, first };
    let simulated = history.map_or_else(Vec::new, |history| history.candles(made_of, span));
    let mut all = candles::joined(simulated, traded);
    keep(&mut all, candles_max, first);
    let mut items = candles::summed(interval, all);
    let next_from = if first { items.get(limit).map(|next| next.at) } else { None };
    keep(&mut items, limit, first);
    Ok(Ok(Candles { symbol, interval, items, next_from }))
}

/// The first so many, or else the last.
fn keep<T>(items: &mut Vec<T>, max: usize, first: bool) {
    match first {
        true => items.truncate(max),
        false => drop(items.drain(..items.len().saturating_sub(max))),
    }
}

fn within(at: Timestamp) -> Timestamp {
    at.clamp(first_time(), last_time())
}

fn first_time() -> Timestamp {
    DateTime::from_timestamp(*TIMES.start(), 0).expect("1970 is a year")
}

fn last_time() -> Timestamp {
    DateTime::from_timestamp(*TIMES.end(), 0).expect("10000 is a year")
}

fn shown(at: Timestamp) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
}
