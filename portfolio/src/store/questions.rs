//! What questions read: one statement each, so that an answer is of one moment.

use super::prefetch::parse;
use chassis::{Db, Fault};
use contracts::{
    Money, Price, Quantity, Symbol, Timestamp, UserId, ids,
    portfolio::{Balance, Cash, LedgerFilter, LedgerKind, LedgerLine},
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::domain::Holding;

/// A user's cash and holdings, with the last price of each.
pub struct Owned {
    pub cash: Cash,
    pub holdings: Vec<(Symbol, Holding, Option<Price>)>,
}

#[derive(FromQueryResult)]
struct OwnedRow {
    cash: i64,
    cash_held: i64,
    symbol: Option<String>,
    quantity: i64,
    held: i64,
    cost: i64,
    realised: i64,
    last_price: Option<i64>,
}

/// `None` when nobody is called that.
pub async fn owned(db: &Db, user: UserId) -> Result<Option<Owned>, Fault> {
    let sql = "select a.cash, a.held as cash_held, h.symbol, coalesce(h.quantity, 0) as quantity,
                      coalesce(h.held, 0) as held, coalesce(h.cost, 0) as cost,
                      coalesce(h.realised, 0) as realised, p.price as last_price
               from accounts a
               left join holdings h using (user_id)
               left join last_prices p on p.partition = a.partition and p.symbol = h.symbol
               where a.user_id = $1
               order by h.symbol collate \"C\"";
    let rows: Vec<OwnedRow> = db.all(sql, [user.0.into()]).await?;
    let Some(first) = rows.first() else { return Ok(None) };
    let cash = cash(first.cash, first.cash_held)?;
    let holding = |row: &OwnedRow| {
        let symbol = parse(row.symbol.as_deref()?);
        let holding = Holding {
            quantity: Quantity::from_micros(row.quantity),
            held: Quantity::from_micros(row.held),
            cost: Money::from_micros(row.cost),
            realised: Money::from_micros(row.realised),
        };
        Some(symbol.map(|symbol| (symbol, holding, row.last_price.map(Price::from_micros))))
    };
    let holdings = rows.iter().filter_map(holding).collect::<Result<_, Fault>>()?;
    Ok(Some(Owned { cash, holdings }))
}

#[derive(FromQueryResult)]
struct BalanceRow {
    user_id: Uuid,
    cash: i64,
    held: i64,
    /// Of any size.
    total_value: String,
}

/// Of those that are known; the house has the fees of all partitions.
pub async fn balances(db: &Db, users: &[UserId]) -> Result<Vec<Balance>, Fault> {
    let ids: Vec<Uuid> = users.iter().map(|user| user.0).collect();
    // Each holding's value is rounded down, as in a portfolio; what has no price yet counts for nothing.
    let sql = "select a.user_id, a.cash, a.held, (a.cash + (
                   select coalesce(sum(trunc(h.quantity::numeric * p.price / 1000000)), 0)
                   from holdings h
                   join last_prices p on p.partition = a.partition and p.symbol = h.symbol
                   where h.user_id = a.user_id
               ))::text as total_value
               from accounts a where a.user_id = any($1)
               union all
               select $2, coalesce(sum(balance), 0)::bigint, 0, coalesce(sum(balance), 0)::text
               from system_accounts where account = 'house' and symbol = '' having $2 = any($1)";
    let rows: Vec<BalanceRow> = db.all(sql, [ids.into(), ids::HOUSE.0.into()]).await?;
    let balance = |row: BalanceRow| {
        let total_value = row.total_value.parse().ok().map(Money::from_micros);
        Ok(Balance { user_id: UserId(row.user_id), cash: cash(row.cash, row.held)?, total_value })
    };
    rows.into_iter().map(balance).collect()
}

/// A place in a user's ledger: the posting, and which of its amounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    pub posting_id: i64,
    pub leg: i32,
}

#[derive(FromQueryResult)]
struct LedgerRow {
    posting_id: i64,
    leg: i32,
    kind: String,
    symbol: Option<String>,
    amount: i64,
    reference: Uuid,
    at: Timestamp,
}

/// The latest lines before `before`, newest first.
pub async fn ledger(
    db: &Db,
    user: UserId,
    only: LedgerFilter,
    before: Entry,
    limit: u16,
) -> Result<Vec<(Entry, LedgerLine)>, Fault> {
    // The first condition on posting_id is for the index, the second for the place within it.
    let sql = "select p.posting_id, line.leg, line.kind, line.symbol, line.amount, p.reference, p.at
               from postings p cross join lateral (values
                   (0, p.kind, null, p.cash), (1, p.kind, p.symbol, p.shares), (2, 'fee', null, -p.fee)
               ) as line (leg, kind, symbol, amount)
               where p.user_id = $1 and p.posting_id <= $2 and (p.posting_id, line.leg) < ($2, $3)
                     and line.amount <> 0
                     and ($5::text is null or line.kind = $5)
                     and ($6::text is null or line.symbol = $6)
                     and not ($7 and line.symbol is not null)
               order by p.posting_id desc, line.leg desc
               limit $4";
    let values = [
        user.0.into(),
        before.posting_id.into(),
        before.leg.into(),
        i64::from(limit).into(),
        only.kind.map(LedgerKind::as_str).into(),
        only.symbol.map(|symbol| symbol.to_string()).into(),
        only.cash.into(),
    ];
    let rows: Vec<LedgerRow> = db.all(sql, values).await?;
    let line = |row: LedgerRow| {
        let entry = Entry { posting_id: row.posting_id, leg: row.leg };
        let line = LedgerLine {
            entry_id: entry.to_string(),
            kind: parse(&row.kind)?,
            symbol: row.symbol.map(|symbol| parse(&symbol)).transpose()?,
            amount: Money::from_micros(row.amount),
            reference: row.reference,
            at: row.at,
        };
        Ok((entry, line))
    };
    rows.into_iter().map(line).collect()
}

#[derive(FromQueryResult)]
struct IdRow {
    id: Uuid,
}

pub async fn known_ids(db: &Db, ids: Vec<Uuid>) -> Result<Vec<Uuid>, Fault> {
    let sql = "select distinct id from movements where id = any($1)";
    let rows: Vec<IdRow> = db.all(sql, [ids.into()]).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

impl Entry {
    /// Before all lines.
    pub const NEWEST: Entry = Entry { posting_id: i64::MAX, leg: i32::MAX };
}

impl std::fmt::Display for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.posting_id, self.leg)
    }
}

impl std::str::FromStr for Entry {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('.').and_then(|(posting, leg)| {
            Some(Entry { posting_id: posting.parse().ok()?, leg: leg.parse().ok()? })
        });
        parts.ok_or_else(|| "expected a cursor that a page before gave".to_owned())
    }
}

fn cash(total: i64, held: i64) -> Result<Cash, Fault> {
    let (total, held) = (Money::from_micros(total), Money::from_micros(held));
    let available = total.minus(held).map_err(|e| Fault::new("read a balance", e))?;
    Ok(Cash { total, held, available })
}
