//! `market_days` and `market_totals`: what happened in each stock, by day and ever.

use super::{parsed, symbol};
use crate::domain::Activity;
use chassis::{Db, Fault, Writes};
use chrono::NaiveDate;
use contracts::{Symbol, Total};
use sea_orm::FromQueryResult;
use std::collections::BTreeMap;

/// Adds a step's to what is there.
pub fn add_activity(of_step: BTreeMap<(NaiveDate, Symbol), Activity>, writes: &mut Writes) {
    if of_step.is_empty() {
        return;
    }
    let mut totals = BTreeMap::<Symbol, Activity>::new();
    for ((_, symbol), activity) in &of_step {
        *totals.entry(*symbol).or_default() += *activity;
    }
    let dates: Vec<NaiveDate> = of_step.keys().map(|(date, _)| *date).collect();
    let Columns { symbols, counts, sums } =
        columns(of_step.into_iter().map(|((_, symbol), activity)| (symbol, activity)));
    let sql = "
        insert into market_days (date, symbol, orders, trades, volume, turnover)
        select date, symbol, orders, trades, volume::numeric, turnover::numeric
        from unnest($1::date[], $2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::text[])
             as t (date, symbol, orders, trades, volume, turnover)
        on conflict (date, symbol) do update
        set orders = market_days.orders + excluded.orders, trades = market_days.trades + excluded.trades,
            volume = market_days.volume + excluded.volume,
            turnover = market_days.turnover + excluded.turnover";
    let values = [dates.into(), symbols.into()].into_iter().chain(counts.map(Into::into));
    writes.add(sql, values.chain(sums.map(Into::into)));

    let Columns { symbols, counts, sums } = columns(totals.into_iter());
    let sql = "
        insert into market_totals (symbol, orders, trades, volume, turnover)
        select symbol, orders, trades, volume::numeric, turnover::numeric
        from unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::text[])
             as t (symbol, orders, trades, volume, turnover)
        on conflict (symbol) do update
        set orders = market_totals.orders + excluded.orders,
            trades = market_totals.trades + excluded.trades,
            volume = market_totals.volume + excluded.volume,
            turnover = market_totals.turnover + excluded.turnover";
    let values = [symbols.into()].into_iter().chain(counts.map(Into::into));
    writes.add(sql, values.chain(sums.map(Into::into)));
}

#[derive(Default)]
struct Columns {
    symbols: Vec<String>,
    /// Orders and trades.
    counts: [Vec<i64>; 2],
    /// Volume and turnover: they may be larger than any whole number of the database's.
    sums: [Vec<String>; 2],
}

fn columns(rows: impl Iterator<Item = (Symbol, Activity)>) -> Columns {
    let mut columns = Columns::default();
    for (symbol, Activity { orders, trades, volume, turnover }) in rows {
        columns.symbols.push(symbol.to_string());
        for (counts, count) in columns.counts.iter_mut().zip([orders, trades]) {
            counts.push(i64::try_from(count).expect("a step has fewer"));
        }
        for (sums, sum) in columns.sums.iter_mut().zip([volume, turnover]) {
            sums.push(sum.micros().to_string());
        }
    }
    columns
}

/// Of one currency. Without a currency: of what is not listed, in which nobody trades.
pub struct OfCurrency {
    pub date: Option<NaiveDate>,
    pub currency: Option<String>,
    pub activity: Activity,
}

#[derive(FromQueryResult)]
struct Row {
    date: Option<NaiveDate>,
    key: Option<String>,
    orders: i64,
    trades: i64,
    volume: String,
    turnover: String,
}

impl Row {
    fn activity(&self) -> Result<Activity, Fault> {
        let count = |n| u64::try_from(n).map_err(|e| Fault::new("read a count of the market's", e));
        let sum = |text: &str| parsed("read a sum of the market's", text).map(Total::from_micros);
        let (orders, trades) = (count(self.orders)?, count(self.trades)?);
        Ok(Activity { orders, trades, volume: sum(&self.volume)?, turnover: sum(&self.turnover)? })
    }

    fn of_currency(self) -> Result<OfCurrency, Fault> {
        Ok(OfCurrency { activity: self.activity()?, date: self.date, currency: self.key })
    }
}

/// Of the last so many days on which something happened, newest first.
pub async fn days(db: &Db, days_max: u16) -> Result<Vec<OfCurrency>, Fault> {
    let sql = "
        with recursive last as (
            select (select max(date) from market_days) as date, 1 as nth
            union all
            select (select max(date) from market_days d where d.date < last.date), nth + 1
            from last where last.date is not null and nth < $1
        )
        select d.date, i.currency as key, sum(d.orders)::bigint as orders, sum(d.trades)::bigint as trades,
               sum(d.volume)::text as volume, sum(d.turnover)::text as turnover
        from last join market_days d on d.date = last.date left join instruments i using (symbol)
        group by d.date, i.currency order by d.date desc, i.currency";
    let rows = db.all::<Row>(sql, [i32::from(days_max).into()]).await?;
    rows.into_iter().map(Row::of_currency).collect()
}

/// Since the exchange began.
pub async fn totals(db: &Db) -> Result<Vec<OfCurrency>, Fault> {
    let sql = "
        select null::date as date, i.currency as key, sum(t.orders)::bigint as orders,
               sum(t.trades)::bigint as trades, sum(t.volume)::text as volume,
               sum(t.turnover)::text as turnover
        from market_totals t left join instruments i using (symbol) group by i.currency";
    db.all::<Row>(sql, []).await?.into_iter().map(Row::of_currency).collect()
}

/// What each stock did on a day.
pub async fn day(db: &Db, date: NaiveDate) -> Result<Vec<(Symbol, Activity)>, Fault> {
    let sql = "
        select date, symbol as key, orders, trades, volume::text as volume, turnover::text as turnover
        from market_days where date = $1";
    let read = |row: Row| Ok((symbol(row.key.as_deref().unwrap_or_default())?, row.activity()?));
    db.all::<Row>(sql, [date.into()]).await?.into_iter().map(read).collect()
}
