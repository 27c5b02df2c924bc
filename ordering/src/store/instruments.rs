//! The table `instruments`: a partition's copy, read whole when it opens.

use super::codes::{Coded, parsed};
use crate::domain::{desk::Desk, instrument::Instrument};
use chassis::{Db, Fault, Writes};
use contracts::stock_data::{InstrumentState, TradingHours};
use contracts::{Price, Quantity, Symbol};
use rustc_hash::{FxHashMap, FxHashSet};
use sea_orm::FromQueryResult;

pub async fn load(db: &Db, partition: u16) -> Result<FxHashMap<Symbol, Instrument>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        symbol: String,
        tick_size: i64,
        lot_size: i64,
        previous_close: i64,
        last_price: i64,
        state: i16,
        hours: Option<String>,
        feed_stale: bool,
    }
    let sql = "select symbol, tick_size, lot_size, previous_close, last_price, state, hours::text as hours,
                      feed_stale
               from instruments where partition = $1";
    let read = |row: Row| {
        let instrument = Instrument {
            tick_size: Price::from_micros(row.tick_size),
            lot_size: Quantity::from_micros(row.lot_size),
            state: InstrumentState::from_code(row.state)?,
            previous_close: Price::from_micros(row.previous_close),
            last_price: Some(Price::from_micros(row.last_price)).filter(|price| price.is_positive()),
            hours: row.hours.as_deref().map(read_hours).transpose()?,
            feed_stale: row.feed_stale,
        };
        Ok((parsed(&row.symbol)?, instrument))
    };
    db.all::<Row>(sql, [i32::from(partition).into()]).await?.into_iter().map(read).collect()
}

pub fn save(desk: &Desk, changed: &FxHashSet<Symbol>, writes: &mut Writes) {
    if changed.is_empty() {
        return;
    }
    let sql = "
        insert into instruments (partition, symbol, tick_size, lot_size, previous_close, last_price, state, hours,
                                 feed_stale)
        select $1, symbol, tick_size, lot_size, previous_close, last_price, state, nullif(hours, '')::jsonb,
               feed_stale
        from unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::smallint[], $8::text[],
                    $9::bool[])
            as new (symbol, tick_size, lot_size, previous_close, last_price, state, hours, feed_stale)
        on conflict (partition, symbol) do update set
            previous_close = excluded.previous_close, last_price = excluded.last_price,
            state = excluded.state, hours = excluded.hours, feed_stale = excluded.feed_stale";
    let rows: Vec<_> = changed.iter().map(|symbol| (symbol, &desk.instruments[symbol])).collect();
    let micros = |value: fn(&Instrument) -> i64| rows.iter().map(|(_, i)| value(i)).collect::<Vec<i64>>();
    let values = [
        i32::from(desk.partition).into(),
        rows.iter().map(|(symbol, _)| symbol.to_string()).collect::<Vec<_>>().into(),
        micros(|i| i.tick_size.micros()).into(),
        micros(|i| i.lot_size.micros()).into(),
        micros(|i| i.previous_close.micros()).into(),
        micros(|i| i.last_price.map_or(0, Price::micros)).into(),
        rows.iter().map(|(_, i)| i.state.code()).collect::<Vec<_>>().into(),
        rows.iter().map(|(_, i)| written_hours(i)).collect::<Vec<_>>().into(),
        rows.iter().map(|(_, i)| i.feed_stale).collect::<Vec<_>>().into(),
    ];
    writes.add(sql, values);
}

fn read_hours(json: &str) -> Result<TradingHours, Fault> {
    serde_json::from_str(json).map_err(|e| Fault::new("read an instrument's hours", e))
}

/// Arrays are bound without nulls: no hours are an empty text on the way.
fn written_hours(instrument: &Instrument) -> String {
    let json = |hours| serde_json::to_string(hours).expect("it is JSON");
    instrument.hours.as_ref().map(json).unwrap_or_default()
}
