//! The table `instruments`: a partition's copy, read whole when it opens.

use super::codes::{Coded, parsed};
use crate::domain::{desk::Desk, instrument::Instrument};
use chassis::{Db, Fault, Writes};
use contracts::{Price, Quantity, Symbol, stock_data::InstrumentState};
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
    }
    let sql = "select symbol, tick_size, lot_size, previous_close, last_price, state
               from instruments where partition = $1";
    let read = |row: Row| {
        let instrument = Instrument {
            tick_size: Price::from_micros(row.tick_size),
            lot_size: Quantity::from_micros(row.lot_size),
            state: InstrumentState::from_code(row.state)?,
            previous_close: Price::from_micros(row.previous_close),
            last_price: Some(Price::from_micros(row.last_price)).filter(|price| price.is_positive()),
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
        insert into instruments (partition, symbol, tick_size, lot_size, previous_close, last_price, state)
        select $1, * from unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::smallint[])
        on conflict (partition, symbol) do update set
            previous_close = excluded.previous_close, last_price = excluded.last_price, state = excluded.state";
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
    ];
    writes.add(sql, values);
}
