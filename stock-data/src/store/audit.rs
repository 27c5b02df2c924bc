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
