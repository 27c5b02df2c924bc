//! `instruments` changes seldom, `prices` with every step that has a trade.

use super::{feeds::feeds, parsed, symbol};
use crate::domain::{Day, LastTrade, Listing};
use chassis::{Db, Fault, Writes};
use chrono::{DateTime, NaiveDate};
use contracts::{Price, Quantity, Symbol, Timestamp, stock_data::Instrument};
use sea_orm::FromQueryResult;

#[derive(FromQueryResult)]
struct Row {
    symbol: String,
    name: String,
    currency: String,
    tick_size: i64,
    lot_size: i64,
    state: String,
    rules: String,
    listed_close: i64,
    previous_close: i64,
    last_price: Option<i64>,
    last_at: Option<Timestamp>,
    date: NaiveDate,
    open: Option<i64>,
    high: Option<i64>,
    low: Option<i64>,
    volume: Option<i64>,
    phase: String,
}

impl TryFrom<Row> for Listing {
    type Error = Fault;

    fn try_from(row: Row) -> Result<Listing, Fault> {
        let day = (|| {
            let (open, high, low) = (row.open?, row.high?, row.low?);
            let [open, high, low] = [open, high, low].map(Price::from_micros);
            Some(Day { open, high, low, volume: Quantity::from_micros(row.volume?) })
        })();
        let price = row.last_price.map(Price::from_micros);
        Ok(Listing {
            instrument: Instrument {
                symbol: symbol(&row.symbol)?,
                name: row.name,
                currency: row.currency,
                tick_size: Price::from_micros(row.tick_size),
                lot_size: Quantity::from_micros(row.lot_size),
                previous_close: Price::from_micros(row.previous_close),
                state: parsed("read an instrument's state", &row.state)?,
                rules: serde_json::from_str(&row.rules)
                    .map_err(|e| Fault::new("read an instrument's rules", e))?,
            },
            listed_close: Price::from_micros(row.listed_close),
            date: row.date,
            day,
            last_trade: price.zip(row.last_at).map(|(price, at)| LastTrade { price, at }),
            phase: parsed("read a book's phase", &row.phase)?,
            feed: None,
        })
    }
}

/// All of them, by symbol.
pub async fn listings(db: &Db) -> Result<Vec<Listing>, Fault> {
    let sql = r#"
        select i.symbol, i.name, i.currency, i.tick_size, i.lot_size, i.state, i.rules::text as rules,
               i.listed_close, p.previous_close, p.last_price, p.last_at, p.date, p.open, p.high, p.low,
               p.volume, p.phase
        from instruments i join prices p using (symbol) order by i.symbol collate "C""#;
    let listings: Result<Vec<Listing>, Fault> =
        db.all::<Row>(sql, []).await?.into_iter().map(Listing::try_from).collect();
    let mut feeds = feeds(db).await?;
    let with_feed = |mut listing: Listing| {
        listing.feed = feeds.remove(&listing.instrument.symbol);
        listing
    };
    Ok(listings?.into_iter().map(with_feed).collect())
}

pub async fn is_listed(db: &Db, symbol: Symbol) -> Result<bool, Fault> {
    #[derive(FromQueryResult)]
    struct Found {
        found: bool,
    }
    let sql = "select exists (select from instruments where symbol = $1) as found";
    Ok(db.one::<Found>(sql, [symbol.as_str().into()]).await?.is_some_and(|row| row.found))
}

/// What is fixed once listed is not written again.
pub fn save_instruments<'a>(changed: impl Iterator<Item = &'a Listing>, writes: &mut Writes) {
    let mut texts: [Vec<String>; 5] = Default::default();
    let mut amounts: [Vec<i64>; 3] = Default::default();
    for Listing { instrument, listed_close, .. } in changed {
        let Instrument { symbol, name, currency, tick_size, lot_size, state, rules, previous_close: _ } =
            instrument;
        texts[0].push(symbol.to_string());
        texts[1].push(name.clone());
        texts[2].push(currency.clone());
        texts[3].push(state.to_string());
        texts[4].push(serde_json::to_string(rules).expect("our own rules are JSON"));
        amounts[0].push(tick_size.micros());
        amounts[1].push(lot_size.micros());
        amounts[2].push(listed_close.micros());
    }
    if texts[0].is_empty() {
        return;
    }
    let sql = "
        insert into instruments (symbol, name, currency, state, rules, tick_size, lot_size, listed_close)
        select symbol, name, currency, state, rules::jsonb, tick_size, lot_size, listed_close
        from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[],
                    $6::bigint[], $7::bigint[], $8::bigint[])
             as t (symbol, name, currency, state, rules, tick_size, lot_size, listed_close)
        on conflict (symbol) do update
        set name = excluded.name, state = excluded.state, rules = excluded.rules,
            listed_close = excluded.listed_close";
    writes.add(sql, texts.map(Into::into).into_iter().chain(amounts.map(Into::into)));
}

/// No price and no volume is zero, so zero stands for those that a listing does not have.
pub fn save_prices<'a>(changed: impl Iterator<Item = &'a Listing>, writes: &mut Writes) {
    let mut texts: [Vec<String>; 2] = Default::default();
    let mut amounts: [Vec<i64>; 6] = Default::default();
    let mut last_ats: Vec<Timestamp> = vec![];
    let mut dates: Vec<NaiveDate> = vec![];
    for Listing { instrument, date, day, last_trade, phase, listed_close: _, feed: _ } in changed {
        texts[0].push(instrument.symbol.to_string());
        texts[1].push(phase.to_string());
        dates.push(*date);
        last_ats.push(last_trade.map_or(DateTime::UNIX_EPOCH, |trade| trade.at));
        let day_price = |of: fn(&Day) -> Price| day.as_ref().map_or(Price::ZERO, of).micros();
        amounts[0].push(instrument.previous_close.micros());
        amounts[1].push(last_trade.map_or(Price::ZERO, |trade| trade.price).micros());
        amounts[2].push(day_price(|day| day.open));
        amounts[3].push(day_price(|day| day.high));
        amounts[4].push(day_price(|day| day.low));
        amounts[5].push(day.map_or(Quantity::ZERO, |day| day.volume).micros());
    }
    if dates.is_empty() {
        return;
    }
    let sql = "
        insert into prices (symbol, phase, date, last_at, previous_close, last_price, open, high, low, volume)
        select symbol, phase, date, case when last_price > 0 then last_at end, previous_close,
               nullif(last_price, 0), nullif(open, 0), nullif(high, 0), nullif(low, 0), nullif(volume, 0)
        from unnest($1::text[], $2::text[], $3::date[], $4::timestamptz[], $5::bigint[], $6::bigint[],
                    $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[])
             as t (symbol, phase, date, last_at, previous_close, last_price, open, high, low, volume)
        on conflict (symbol) do update
        set phase = excluded.phase, date = excluded.date, last_at = excluded.last_at, previous_close = excluded.previous_close,
            last_price = excluded.last_price, open = excluded.open, high = excluded.high,
            low = excluded.low, volume = excluded.volume";
    let values = texts.map(Into::into).into_iter().chain([dates.into(), last_ats.into()]);
    writes.add(sql, values.chain(amounts.map(Into::into)));
}
