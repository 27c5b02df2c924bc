//! `trades`: every trade, once, in its book's order.

use super::{parsed, symbol};
use chassis::{Db, Fault, Writes, audit::Audited};
use chrono::NaiveDate;
use contracts::{Price, Quantity, Symbol, Timestamp, TradeId, stock_data::Trade};
use rustc_hash::FxHashSet;
use sea_orm::FromQueryResult;
use uuid::Uuid;

pub struct NewTrade {
    pub trade: Trade,
    /// Of its event in its book.
    pub sequence: u64,
    /// The day that it counts into.
    pub date: NaiveDate,
}

#[derive(FromQueryResult)]
struct Row {
    trade_id: Uuid,
    symbol: String,
    price: i64,
    quantity: i64,
    taker_side: String,
    at: Timestamp,
}

impl TryFrom<Row> for Trade {
    type Error = Fault;

    fn try_from(row: Row) -> Result<Trade, Fault> {
        Ok(Trade {
            trade_id: row.trade_id.into(),
            symbol: symbol(&row.symbol)?,
            price: Price::from_micros(row.price),
            quantity: Quantity::from_micros(row.quantity),
            taker_side: parsed("read a trade's side", &row.taker_side)?,
            at: row.at,
        })
    }
}

/// Those of the trades that are in the table.
pub async fn counted(db: &Db, trades: impl Iterator<Item = TradeId>) -> Result<FxHashSet<TradeId>, Fault> {
    #[derive(FromQueryResult)]
    struct Found {
        trade_id: Uuid,
    }
    let ids: Vec<Uuid> = trades.map(|id| id.0).collect();
    if ids.is_empty() {
        return Ok(FxHashSet::default());
    }
    let sql = "select trade_id from trades where trade_id = any($1::uuid[])";
    let found = db.all::<Found>(sql, [ids.into()]).await?;
    Ok(found.into_iter().map(|row| row.trade_id.into()).collect())
}

pub async fn last_trades(db: &Db, symbol: Symbol, limit: u16) -> Result<Vec<Trade>, Fault> {
    let sql = "
        select trade_id, symbol, price, quantity, taker_side, at from trades
        where symbol = $1 order by sequence desc limit $2";
    let rows = db.all::<Row>(sql, [symbol.as_str().into(), i64::from(limit).into()]).await?;
    rows.into_iter().map(Trade::try_from).collect()
}

/// A trade as it was told to the public, to be held against what the other services know of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldTrade {
    pub trade_id: TradeId,
    pub symbol: Symbol,
    pub price: Price,
    pub quantity: Quantity,
}

#[derive(FromQueryResult)]
pub struct ToldRow {
    trade_id: Uuid,
    symbol: String,
    price: i64,
    quantity: i64,
}

impl Audited for ToldTrade {
    type Id = TradeId;
    type Row = ToldRow;
    const NAME: &'static str = "audited_trades";
    const SQL: &'static str = "select trade_id, symbol, price, quantity from trades order by trade_id";

    fn id(&self) -> TradeId {
        self.trade_id
    }

    fn read(row: ToldRow) -> Result<Self, Fault> {
        Ok(ToldTrade {
            trade_id: row.trade_id.into(),
            symbol: symbol(&row.symbol)?,
            price: Price::from_micros(row.price),
            quantity: Quantity::from_micros(row.quantity),
        })
    }
}

pub fn insert_trades(new: Vec<NewTrade>, writes: &mut Writes) {
    if new.is_empty() {
        return;
    }
    let (mut ids, mut symbols, mut sides) = (vec![], vec![], vec![]);
    let (mut dates, mut ats) = (vec![], vec![]);
    let mut amounts: [Vec<i64>; 3] = Default::default();
    for NewTrade { trade, sequence, date } in new {
        ids.push(trade.trade_id.0);
        symbols.push(trade.symbol.to_string());
        sides.push(trade.taker_side.to_string());
        dates.push(date);
        ats.push(trade.at);
        amounts[0].push(i64::try_from(sequence).expect("a book has fewer than 2^63 events"));
        amounts[1].push(trade.price.micros());
        amounts[2].push(trade.quantity.micros());
    }
    let sql = "
        insert into trades (trade_id, symbol, taker_side, date, at, sequence, price, quantity)
        select * from unnest($1::uuid[], $2::text[], $3::text[], $4::date[], $5::timestamptz[],
                             $6::bigint[], $7::bigint[], $8::bigint[])";
    let values = [ids.into(), symbols.into(), sides.into(), dates.into(), ats.into()];
    writes.add(sql, values.into_iter().chain(amounts.map(Into::into)));
}
