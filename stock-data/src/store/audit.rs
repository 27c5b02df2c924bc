//! Prices as they are kept beside prices counted again from the trades, in one statement: while
//! the service runs, two statements would see two moments.

use chassis::{Db, Fault};
use sea_orm::FromQueryResult;

/// Absent: no such trade. Amounts in millionths; sums as text, as they may be out of range.
#[derive(Debug, FromQueryResult)]
pub struct Recounted {
    pub symbol: String,
    pub volume: String,
    pub counted_volume: String,
    pub open: Option<i64>,
    pub counted_open: Option<i64>,
    pub high: Option<i64>,
    pub counted_high: Option<i64>,
    pub low: Option<i64>,
    pub counted_low: Option<i64>,
    pub last_price: Option<i64>,
    pub counted_last_price: Option<i64>,
}

pub async fn recounted(db: &Db) -> Result<Vec<Recounted>, Fault> {
    let sql = r#"
        select p.symbol, coalesce(p.volume, 0)::text as volume,
               coalesce(d.volume, 0)::text as counted_volume,
               p.open, d.open as counted_open, p.high, d.high as counted_high, p.low, d.low as counted_low,
               p.last_price, l.price as counted_last_price
        from prices p
        left join lateral (
            select sum(quantity) as volume, (array_agg(price order by sequence))[1] as open,
                   max(price) as high, min(price) as low
            from trades t where t.symbol = p.symbol and t.date = p.date
        ) d on true
        left join lateral (
            select price from trades t where t.symbol = p.symbol order by sequence desc limit 1
        ) l on true
        order by p.symbol collate "C""#;
    db.all(sql, []).await
}

/// A sum of trades beside its trades, in words. Absent: there is none.
#[derive(Debug, FromQueryResult)]
pub struct MisCounted {
    pub what: String,
    pub kept: Option<String>,
    pub counted: Option<String>,
}

/// As many as somebody reads.
const MISCOUNTED_MAX: i64 = 1_000;

/// The candles that are not the sums of their trades. In one statement, and over all trades.
pub async fn miscounted_candles(db: &Db) -> Result<Vec<MisCounted>, Fault> {
    let sql = r#"
        with counted as (
            select symbol, span, start, (array_agg(price order by sequence))[1] as open, max(price) as high,
                   min(price) as low, (array_agg(price order by sequence desc))[1] as close,
                   count(*) as trades, sum(quantity) as volume
            from trades cross join lateral (values
                ('1m', date_trunc('minute', at, 'UTC')),
                ('1h', date_trunc('hour', at, 'UTC')),
                ('1d', date_trunc('day', at, 'UTC'))) as spans (span, start)
            group by symbol, span, start
        )
        select concat_ws(' ', symbol, span, to_char(start at time zone 'UTC', 'YYYY-MM-DD HH24:MI')) as what,
               k.open || ' ' || k.high || ' ' || k.low || ' ' || k.close || ' × ' || k.volume || ' in '
                   || k.trades as kept,
               c.open || ' ' || c.high || ' ' || c.low || ' ' || c.close || ' × ' || c.volume || ' in '
                   || c.trades as counted
        from candles k full join counted c using (symbol, span, start)
        where (k.open, k.high, k.low, k.close, k.trades, k.volume)
              is distinct from (c.open, c.high, c.low, c.close, c.trades, c.volume)
        order by symbol collate "C", start, span limit $1"#;
    db.all(sql, [MISCOUNTED_MAX.into()]).await
}

/// What is kept of a stock's days, and of all its days together, and is not what its trades or its
/// days add up to.
pub async fn miscounted_activity(db: &Db) -> Result<Vec<MisCounted>, Fault> {
    let sql = r#"
        with counted as (
            select date, symbol, count(*) as trades, sum(quantity) as volume,
                   trunc(sum(price::numeric * quantity) / 1000000) as turnover
            from trades group by date, symbol
        ), summed as (
            select symbol, sum(orders) as orders, sum(trades) as trades, sum(volume) as volume,
                   sum(turnover) as turnover
            from market_days group by symbol
        ), differing as (
            select concat_ws(' ', symbol, date) as what,
                   k.trades || ' × ' || k.volume || ' for ' || k.turnover as kept,
                   c.trades || ' × ' || c.volume || ' for ' || c.turnover as counted
            from market_days k full join counted c using (date, symbol)
            where (coalesce(k.trades, 0), coalesce(k.volume, 0), coalesce(k.turnover, 0))
                  is distinct from (coalesce(c.trades, 0), coalesce(c.volume, 0), coalesce(c.turnover, 0))
            union all
            select symbol || ' in total',
                   k.orders || ' orders, ' || k.trades || ' × ' || k.volume || ' for ' || k.turnover,
                   c.orders || ' orders, ' || c.trades || ' × ' || c.volume || ' for ' || c.turnover
            from market_totals k full join summed c using (symbol)
            where (k.orders, k.trades, k.volume, k.turnover)
                  is distinct from (c.orders, c.trades, c.volume, c.turnover)
        )
        select what, kept, counted from differing order by what collate "C" limit $1"#;
    db.all(sql, [MISCOUNTED_MAX.into()]).await
}
