//! The table `fills`.

use super::codes::{Coded, parsed};
use crate::domain::rows::SequencedFill;
use chassis::{Db, Fault, Writes};
use contracts::{Fill, Liquidity, Money, OrderId, Price, Quantity, Side, Timestamp, TradeId, UserId};
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

const COLUMNS: &str =
    "trade_id, order_id, user_id, at, price, quantity, fee, sequence, side, liquidity, symbol";

#[derive(FromQueryResult)]
struct Row {
    trade_id: Uuid,
    order_id: Uuid,
    user_id: Uuid,
    at: Timestamp,
    price: i64,
    quantity: i64,
    fee: i64,
    side: i16,
    liquidity: i16,
    symbol: String,
}

impl Row {
    fn into_fill(self) -> Result<Fill, Fault> {
        Ok(Fill {
            trade_id: TradeId(self.trade_id),
            order_id: OrderId(self.order_id),
            user_id: UserId(self.user_id),
            symbol: parsed(&self.symbol)?,
            side: Side::from_code(self.side)?,
            price: Price::from_micros(self.price),
            quantity: Quantity::from_micros(self.quantity),
            fee: Money::from_micros(self.fee),
            liquidity: Liquidity::from_code(self.liquidity)?,
            at: self.at,
        })
    }
}

/// In the order in which they happened.
pub async fn of_order(db: &Db, order_id: OrderId) -> Result<Vec<Fill>, Fault> {
    let sql = format!("select {COLUMNS} from fills where order_id = $1 order by sequence");
    fills(db, &sql, vec![order_id.0.into()]).await
}

/// A user's, newest first: as many as `limit` after the fill of trade `after`, which must be his.
pub async fn list(db: &Db, user_id: UserId, after: Option<TradeId>, limit: u16) -> Result<Vec<Fill>, Fault> {
    let mut values: Vec<Value> = vec![user_id.0.into(), i64::from(limit).into()];
    let mut sql = format!("select {COLUMNS} from fills where user_id = $1");
    if let Some(trade_id) = after {
        values.push(trade_id.0.into());
        // A user never trades with himself: his trades are as many as his fills.
        sql += " and (at, sequence, trade_id) < \
                 (select at, sequence, trade_id from fills where trade_id = $3 and user_id = $1)";
    }
    sql += " order by at desc, sequence desc, trade_id desc limit $2";
    fills(db, &sql, values).await
}

pub async fn has_traded(db: &Db, user_id: UserId, trade_id: TradeId) -> Result<bool, Fault> {
    let sql = format!("select {COLUMNS} from fills where trade_id = $1 and user_id = $2");
    Ok(!fills(db, &sql, vec![trade_id.0.into(), user_id.0.into()]).await?.is_empty())
}

async fn fills(db: &Db, sql: &str, values: Vec<Value>) -> Result<Vec<Fill>, Fault> {
    db.all::<Row>(sql, values).await?.into_iter().map(Row::into_fill).collect()
}

pub fn insert(fills: &[SequencedFill], writes: &mut Writes) {
    if fills.is_empty() {
        return;
    }
    let sql = format!(
        "insert into fills ({COLUMNS})
         select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::bigint[],
            $6::bigint[], $7::bigint[], $8::bigint[], $9::smallint[], $10::smallint[], $11::text[])"
    );
    let values = [
        column(fills, |f| f.fill.trade_id.0),
        column(fills, |f| f.fill.order_id.0),
        column(fills, |f| f.fill.user_id.0),
        column(fills, |f| f.fill.at),
        column(fills, |f| f.fill.price.micros()),
        column(fills, |f| f.fill.quantity.micros()),
        column(fills, |f| f.fill.fee.micros()),
        column(fills, |f| f.sequence as i64),
        column(fills, |f| f.fill.side.code()),
        column(fills, |f| f.fill.liquidity.code()),
        column(fills, |f| f.fill.symbol.to_string()),
    ];
    writes.add(sql, values);
}

fn column<T>(fills: &[SequencedFill], value: impl Fn(&SequencedFill) -> T) -> Value
where
    Vec<T>: Into<Value>,
{
    fills.iter().map(value).collect::<Vec<T>>().into()
}
