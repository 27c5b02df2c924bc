//! `candles`: minutes, hours and days, each step's trades added to what is there; and `histories`.

use super::{parsed, symbol};
use crate::domain::{
    History,
    candles::{Additions, Sums},
};
use chassis::{Db, Fault, Writes};
use chrono::NaiveDate;
use contracts::{
    Price, Quantity, Symbol, Timestamp, Total,
    stock_data::{Candle, Interval},
};
use sea_orm::FromQueryResult;

#[derive(FromQueryResult)]
struct Row {
    start: Timestamp,
    open: i64,
    high: i64,
    low: i64,
    close: i64,
    trades: i64,
    volume: String,
}

impl TryFrom<Row> for Candle {
    type Error = Fault;

    fn try_from(row: Row) -> Result<Candle, Fault> {
        Ok(Candle {
            at: row.start,
            open: Price::from_micros(row.open),
            high: Price::from_micros(row.high),
            low: Price::from_micros(row.low),
            close: Price::from_micros(row.close),
            volume: Total::from_micros(parsed("read a candle's volume", &row.volume)?),
            trades: u64::try_from(row.trades).map_err(|e| Fault::new("read a candle's trades", e))?,
            simulated: false,
        })
    }
}

/// Which of them, and from which end.
pub struct Page {
    pub symbol: Symbol,
    /// One of those that are kept.
    pub interval: Interval,
    /// The first start, and the first that is no more of it.
    pub from: Timestamp,
    pub to: Timestamp,
    pub candles_max: usize,
    /// The first ones, or else the last.
    pub first: bool,
}

/// Oldest first.
pub async fn candles(db: &Db, page: &Page) -> Result<Vec<Candle>, Fault> {
    let sql = if page.first {
        "select start, open, high, low, close, trades, volume::text as volume from candles
         where symbol = $1 and span = $2 and start >= $3 and start < $4 order by start limit $5"
    } else {
        "select start, open, high, low, close, trades, volume::text as volume from candles
         where symbol = $1 and span = $2 and start >= $3 and start < $4 order by start desc limit $5"
    };
    let limit = i64::try_from(page.candles_max).unwrap_or(i64::MAX);
    let Page { symbol, interval, from, to, .. } = *page;
    let values = [symbol.as_str().into(), interval.as_str().into(), from.into(), to.into(), limit.into()];
    let mut rows = db.all::<Row>(sql, values).await?;
    if !page.first {
        rows.reverse();
    }
    rows.into_iter().map(Candle::try_from).collect()
}

/// A candle is opened by the first trade that comes, closed by the last, and adds up all of them.
pub fn add_to_candles(additions: Additions, writes: &mut Writes) {
    let mut texts: [Vec<String>; 3] = Default::default();
    let mut starts: Vec<Timestamp> = vec![];
    let mut numbers: [Vec<i64>; 5] = Default::default();
    for ((symbol, interval, start), sums) in additions.into_iter() {
        let Sums { open, high, low, close, volume, trades } = sums;
        texts[0].push(symbol.to_string());
        texts[1].push(interval.to_string());
        starts.push(start);
        for (prices, price) in numbers.iter_mut().zip([open, high, low, close]) {
            prices.push(price.micros());
        }
        numbers[4].push(i64::try_from(trades).expect("a step has fewer trades"));
        texts[2].push(volume.micros().to_string());
    }
    if starts.is_empty() {
        return;
    }
    let sql = "
        insert into candles (symbol, span, start, open, high, low, close, trades, volume)
        select symbol, span, start, open, high, low, close, trades, volume::numeric
        from unnest($1::text[], $2::text[], $3::timestamptz[], $4::bigint[], $5::bigint[], $6::bigint[],
                    $7::bigint[], $8::bigint[], $9::text[])
             as t (symbol, span, start, open, high, low, close, trades, volume)
        on conflict (symbol, span, start) do update
        set high = greatest(candles.high, excluded.high), low = least(candles.low, excluded.low),
            close = excluded.close, trades = candles.trades + excluded.trades,
            volume = candles.volume + excluded.volume";
    let [symbols, spans, volumes] = texts;
    let values = [symbols.into(), spans.into(), starts.into()].into_iter();
    writes.add(sql, values.chain(numbers.map(Into::into)).chain([volumes.into()]));
}

#[derive(FromQueryResult)]
struct HistoryRow {
    symbol: String,
    seed: i64,
    days: i32,
    ends: NaiveDate,
    close: i64,
    tick_size: i64,
    lot_size: i64,
}

impl TryFrom<HistoryRow> for History {
    type Error = Fault;

    fn try_from(row: HistoryRow) -> Result<History, Fault> {
        let doing = "read a history";
        Ok(History {
            symbol: symbol(&row.symbol)?,
            seed: u32::try_from(row.seed).map_err(|e| Fault::new(doing, e))?,
            days: u16::try_from(row.days).map_err(|e| Fault::new(doing, e))?,
            ends: row.ends,
            close: Price::from_micros(row.close),
            tick_size: Price::from_micros(row.tick_size),
            lot_size: Quantity::from_micros(row.lot_size),
        })
    }
}

/// Of those of the symbols that have one.
pub async fn histories(db: &Db, symbols: &[Symbol]) -> Result<Vec<History>, Fault> {
    let symbols: Vec<String> = symbols.iter().map(Symbol::to_string).collect();
    let sql = "
        select h.symbol, h.seed, h.days, h.ends, h.close, i.tick_size, i.lot_size
        from histories h join instruments i using (symbol) where h.symbol = any($1::text[])";
    db.all::<HistoryRow>(sql, [symbols.into()]).await?.into_iter().map(History::try_from).collect()
}

/// The first day with a trade and the price at which it opened, of those of the symbols that have any.
pub async fn first_days(db: &Db, symbols: &[Symbol]) -> Result<Vec<(Symbol, NaiveDate, Price)>, Fault> {
    #[derive(FromQueryResult)]
    struct First {
        symbol: String,
        start: Timestamp,
        open: i64,
    }
    let symbols: Vec<String> = symbols.iter().map(Symbol::to_string).collect();
    let sql = "
        select asked.symbol, first.start, first.open from unnest($1::text[]) as asked (symbol)
        cross join lateral (
            select start, open from candles c where c.symbol = asked.symbol and span = '1d'
            order by start limit 1
        ) first";
    let rows = db.all::<First>(sql, [symbols.into()]).await?;
    let read = |row: First| Ok((symbol(&row.symbol)?, row.start.date_naive(), Price::from_micros(row.open)));
    rows.into_iter().map(read).collect()
}

pub fn insert_histories(new: Vec<History>, writes: &mut Writes) {
    if new.is_empty() {
        return;
    }
    let (mut symbols, mut days, mut ends) = (vec![], vec![], vec![]);
    let mut numbers: [Vec<i64>; 2] = Default::default();
    for history in new {
        symbols.push(history.symbol.to_string());
        days.push(i32::from(history.days));
        ends.push(history.ends);
        numbers[0].push(history.seed.into());
        numbers[1].push(history.close.micros());
    }
    let sql = "
        insert into histories (symbol, days, ends, seed, close)
        select * from unnest($1::text[], $2::int[], $3::date[], $4::bigint[], $5::bigint[])";
    let values = [symbols.into(), days.into(), ends.into()].into_iter();
    writes.add(sql, values.chain(numbers.map(Into::into)));
}
