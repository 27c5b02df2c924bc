//! The table `orders`.

use super::codes::Coded;
use super::order_row::{OrderRow, PLAIN_COLUMNS, REASON_COLUMNS, select};
use super::special;
use crate::domain::sweep::ORDERS_SWEPT_MAX;
use crate::domain::ticket::Ticket;
use chassis::{Db, Fault, Writes};
use contracts::intake::CancelOrders;
use contracts::{OrderId, OrderStatus, Side, Symbol, Timestamp, UserId};
use rustc_hash::FxHashMap;
use sea_orm::{FromQueryResult, Value};
use uuid::Uuid;

/// No side has this code.
const ANY_SIDE: i16 = -1;

/// By id, whichever partition keeps them.
pub async fn with_ids(db: &Db, ids: &[OrderId]) -> Result<Vec<Ticket>, Fault> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    tickets(db, &select("orders where order_id = any($1)"), vec![ids.into()]).await
}

/// Of each of these users as many live orders as a step sweeps, the oldest first, whichever partition
/// keeps them.
pub async fn live_of(db: &Db, asked: &[CancelOrders]) -> Result<Vec<Ticket>, Fault> {
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let of_one = select(
        "orders where live and user_id = of_user
            and (of_symbol = '' or symbol = of_symbol) and (of_side < 0 or side = of_side)
         order by created_at limit $4",
    );
    let sql = format!(
        "select swept.* from unnest($1::uuid[], $2::text[], $3::smallint[]) as asked (of_user, of_symbol, of_side)
         cross join lateral ({of_one}) as swept"
    );
    let values = vec![
        asked.iter().map(|asked| asked.user_id.0).collect::<Vec<_>>().into(),
        asked
            .iter()
            .map(|asked| asked.symbol.map_or(String::new(), |s| s.to_string()))
            .collect::<Vec<_>>()
            .into(),
        asked.iter().map(|asked| asked.side.map_or(ANY_SIDE, Side::code)).collect::<Vec<_>>().into(),
        i64::from(ORDERS_SWEPT_MAX).into(),
    ];
    tickets(db, &sql, values).await
}

/// How many live orders each user has in a partition.
pub async fn count_live(db: &Db, partition: u16) -> Result<FxHashMap<UserId, u32>, Fault> {
    let sql = "select user_id, count(*) as live from orders where live and partition = $1 group by user_id";
    counts(db, sql, i32::from(partition).into()).await
}

/// How many live orders each of these users has, whichever partition keeps them.
pub async fn count_live_of(db: &Db, users: &[UserId]) -> Result<FxHashMap<UserId, u32>, Fault> {
    if users.is_empty() {
        return Ok(FxHashMap::default());
    }
    let users: Vec<Uuid> = users.iter().map(|user_id| user_id.0).collect();
    let sql =
        "select user_id, count(*) as live from orders where live and user_id = any($1) group by user_id";
    counts(db, sql, users.into()).await
}

async fn counts(db: &Db, sql: &str, of: Value) -> Result<FxHashMap<UserId, u32>, Fault> {
    #[derive(FromQueryResult)]
    struct Count {
        user_id: Uuid,
        live: i64,
    }
    let rows = db.all::<Count>(sql, [of]).await?;
    let count = |row: Count| (UserId(row.user_id), u32::try_from(row.live).unwrap_or(u32::MAX));
    Ok(rows.into_iter().map(count).collect())
}

/// What a list of a user's orders asks for.
pub struct Listing {
    pub user_id: UserId,
    pub status: Option<OrderStatus>,
    pub symbol: Option<Symbol>,
    /// Only what comes after this one in the list.
    pub after: Option<(Timestamp, OrderId)>,
    pub limit: u16,
}

/// Newest first. Orders that were taken in the same instant stand in the order of their ids.
pub async fn list(db: &Db, listing: &Listing) -> Result<Vec<Ticket>, Fault> {
    let mut sql = select("orders where user_id = $1");
    let mut values: Vec<Value> = vec![listing.user_id.0.into(), i64::from(listing.limit).into()];
    let mut bind = |value: Value| {
        values.push(value);
        values.len()
    };
    if let Some(status) = listing.status {
        // What lives has a small index of its own.
        let live = if status.is_live() { "live and " } else { "" };
        sql += &format!(" and {live}status = ${}", bind(status.code().into()));
    }
    if let Some(symbol) = listing.symbol {
        sql += &format!(" and symbol = ${}", bind(symbol.to_string().into()));
    }
    if let Some((at, order_id)) = listing.after {
        let (at, order_id) = (bind(at.into()), bind(order_id.0.into()));
        sql += &format!(" and (created_at, order_id) < (${at}, ${order_id})");
    }
    sql += " order by created_at desc, order_id desc limit $2";
    tickets(db, &sql, values).await
}

async fn tickets(db: &Db, sql: &str, values: Vec<Value>) -> Result<Vec<Ticket>, Fault> {
    db.all::<OrderRow>(sql, values).await?.into_iter().map(OrderRow::into_ticket).collect()
}

/// Two partitions that are given the same new id at the same moment: the later fails here, and
/// when it tries again it sees the order of the other.
pub fn insert(tickets: &[&Ticket], writes: &mut Writes) {
    if tickets.is_empty() {
        return;
    }
    let sql = format!(
        "insert into orders ({PLAIN_COLUMNS}, {REASON_COLUMNS}, special)
         select {PLAIN_COLUMNS}, nullif(reason_code, ''),
            case when reason_code <> '' then reason_message end, nullif(reason_field, ''),
            nullif(special, '')::jsonb
         from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::timestamptz[], $5::bigint[],
            $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::int[], $11::smallint[],
            $12::smallint[], $13::smallint[], $14::bool[], $15::smallint[], $16::text[], $17::text[],
            $18::text[], $19::text[], $20::text[])
            as new ({PLAIN_COLUMNS}, {REASON_COLUMNS}, special)"
    );
    let values = [
        column(tickets, |t| t.order_id.0),
        column(tickets, |t| t.user_id.0),
        column(tickets, |t| t.created_at),
        column(tickets, |t| t.updated_at),
        column(tickets, |t| t.quantity.micros()),
        column(tickets, |t| t.price.micros()),
        column(tickets, |t| t.filled_quantity.micros()),
        column(tickets, |t| t.notional.micros()),
        column(tickets, |t| t.book_sequence as i64),
        column(tickets, |t| i32::from(t.ordering)),
        column(tickets, |t| t.side.code()),
        column(tickets, |t| t.order_type.code()),
        column(tickets, |t| t.terms.time_in_force.code()),
        column(tickets, |t| t.terms.post_only),
        column(tickets, |t| t.status.code()),
        column(tickets, |t| t.symbol.to_string()),
        column(tickets, reason_code),
        column(tickets, reason_message),
        column(tickets, reason_field),
        column(tickets, special::written),
    ];
    writes.add(sql, values);
}

pub fn update(partition: u16, tickets: &[&Ticket], writes: &mut Writes) {
    if tickets.is_empty() {
        return;
    }
    let sql = "
        update orders set
            status = new.status, filled_quantity = new.filled_quantity, notional = new.notional,
            book_sequence = new.book_sequence, updated_at = new.updated_at,
            reason_code = nullif(new.reason_code, ''),
            reason_message = case when new.reason_code <> '' then new.reason_message end,
            reason_field = nullif(new.reason_field, ''),
            quantity = new.quantity, price = new.price, special = nullif(new.special, '')::jsonb
        from unnest($2::uuid[], $3::smallint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[],
                $8::text[], $9::text[], $10::timestamptz[], $11::bigint[], $12::bigint[], $13::text[])
            as new (order_id, status, filled_quantity, notional, book_sequence, reason_code,
                reason_message, reason_field, updated_at, quantity, price, special)
        where orders.order_id = new.order_id and orders.partition = $1";
    let values = [
        i32::from(partition).into(),
        column(tickets, |t| t.order_id.0),
        column(tickets, |t| t.status.code()),
        column(tickets, |t| t.filled_quantity.micros()),
        column(tickets, |t| t.notional.micros()),
        column(tickets, |t| t.book_sequence as i64),
        column(tickets, reason_code),
        column(tickets, reason_message),
        column(tickets, reason_field),
        column(tickets, |t| t.updated_at),
        column(tickets, |t| t.quantity.micros()),
        column(tickets, |t| t.price.micros()),
        column(tickets, special::written),
    ];
    writes.exactly(tickets.len(), "an order that is to change is not there", sql, values);
}

/// One column of a bulk statement.
fn column<T>(tickets: &[&Ticket], value: impl Fn(&Ticket) -> T) -> Value
where
    Vec<T>: Into<Value>,
{
    tickets.iter().map(|ticket| value(ticket)).collect::<Vec<T>>().into()
}

// Arrays are bound without nulls: no reason is an empty text on the way, like nothing special.

fn reason_code(ticket: &Ticket) -> String {
    ticket.reason.as_ref().map_or(String::new(), |reason| reason.code.to_string())
}

fn reason_message(ticket: &Ticket) -> String {
    ticket.reason.as_ref().map_or(String::new(), |reason| reason.message.clone())
}

fn reason_field(ticket: &Ticket) -> String {
    ticket.reason.as_ref().and_then(|reason| reason.field.clone()).unwrap_or_default()
}
