//! What steps, recoveries and outboxes read.

use super::State;
use super::statements::{Read, all, made, of, one, several, whole};
use super::tables::{Row, number, text, uuid};
use crate::plants::Plant;
use sea_orm::Value;
use std::collections::BTreeMap;

pub const READS: &[(&str, Read)] = &[
    // Every service.
    ("select step from heads where partition = $1 and step = $2", |s, v| {
        let mut head = one(s, "heads", &v[..1]);
        head.retain(|row| row["step"] == v[1] || s.plant == Some(Plant::NoFence));
        head
    }),
    ("select step from heads where partition = $1", |s, v| one(s, "heads", &v[..1])),
    ("select step, writer from heads where partition = $1", |s, v| one(s, "heads", &v[..1])),
    ("select stream, seq from positions where partition = $1", |s, v| of(s, "positions", &v[0])),
    ("select stream, seq from counters where partition = $1", |s, v| of(s, "counters", &v[0])),
    ("select stream, listener, seq from listeners", |s, _| s.tables.rows("listeners").cloned().collect()),
    ("select seq, body from outbox where stream = $1 and seq >= $2 order by seq limit $3", |s, v| {
        let later = of(s, "outbox", &v[0]).into_iter().filter(|row| number(row, "seq") >= whole(&v[1]));
        later.take(whole(&v[2]) as usize).collect()
    }),
    ("select 1 as one from outbox where stream = $1 and seq <= $2", |s, v| {
        let older = of(s, "outbox", &v[0]).into_iter().filter(|row| number(row, "seq") <= whole(&v[1]));
        older.take(1).map(|_| made([("one", Value::Int(Some(1)))])).collect()
    }),
    ("select distinct key from parked where partition = $1 and key is not null", |s, v| {
        let parked = s.tables.rows("parked").filter(|row| row["partition"] == v[0]);
        parked.filter(|row| text(row, "key").is_some()).cloned().collect()
    }),
    ("select digest, attempts from attempts where partition = $1 and digest = any($2)", |s, v| {
        several(s, "attempts", &[&v[0], &v[1]])
    }),
    // accounts.
    ("select user_id, name, role, demo from users where user_id = any($1", |s, v| {
        several(s, "users", &[&v[0]])
    }),
    // stock-data.
    ("select trade_id from trades where trade_id = any($1", |s, v| several(s, "trades", &[&v[0]])),
    (
        "select i.symbol, i.name, i.currency, i.tick_size, i.lot_size, i.state, i.rules::text as rules, i.listed_close, \
      p.previous_close",
        |s, _| {
            let joined = s.tables.table("instruments").rows.iter().map(|(key, row)| {
                let price = s.tables.get("prices", key).expect("an instrument has a price's row");
                row.iter().chain(price).map(|(column, value)| (column.clone(), value.clone())).collect()
            });
            joined.collect()
        },
    ),
    ("select symbol, source, stale, bid, ask, quoted_at from feeds", |s, _| {
        s.tables.rows("feeds").cloned().collect()
    }),
    // Nobody uploads.
    ("select rows::text as rows from last_upload", |_, _| Vec::new()),
    // ordering.
    (
        "select order_id, user_id, created_at, updated_at, quantity, price, filled_quantity, notional, \
      book_sequence, partition, side, order_type, time_in_force, post_only, status, symbol, reason_code, reason_message, reason_field, \
      special::text as special from orders where order_id = any($1)",
        |s, v| several(s, "orders", &[&v[0]]),
    ),
    ("select swept.* from unnest($1", live_orders),
    (
        "select user_id, count(*) as live from orders where live and partition = $1 group by user_id",
        |s, v| live_counts(s, |row| row["partition"] == v[0]),
    ),
    (
        "select user_id, count(*) as live from orders where live and user_id = any($1) group by user_id",
        |s, v| live_counts(s, |row| all(&v[0]).contains(&row["user_id"])),
    ),
    (
        "select symbol, tick_size, lot_size, previous_close, last_price, state, hours::text as hours, feed_stale from instruments \
      where partition = $1",
        |s, v| of(s, "instruments", &v[0]),
    ),
    ("select user_id, role from users where partition = $1", |s, v| of(s, "users", &v[0])),
    // portfolio.
    ("select a.user_id, a.role, a.cash, a.held, a.closed from unnest($1", |s, v| {
        several(s, "accounts", &[&v[0]])
    }),
    ("select h.user_id, h.symbol, h.quantity, h.held, h.cost, h.realised from unnest($1", |s, v| {
        several(s, "holdings", &[&v[0], &v[1]])
    }),
    (
        "select h.order_id, h.user_id, h.symbol, h.side, h.state, h.price, h.quantity, h.remaining, h.fee_basis_points",
        |s, v| several(s, "holds", &[&v[0]]),
    ),
    ("select m.id, m.user_id, m.kind, m.symbol, m.amount, m.cost, m.cash, m.held from unnest($1", |s, v| {
        several(s, "movements", &[&v[0], &v[1]])
    }),
    ("select symbol, sequence as value from books where partition = $1 and symbol = any($2)", |s, v| {
        renamed(several(s, "books", &[&v[0], &v[1]]), "sequence")
    }),
    ("select symbol, price as value from last_prices where partition = $1 and symbol = any($2)", |s, v| {
        renamed(several(s, "last_prices", &[&v[0], &v[1]]), "price")
    }),
    // matching.
    ("select coalesce(h.step_no, 0) as step_no, coalesce(h.digest, $2) as digest", journal_head),
    (
        "select step_no, commands, digest from journal where partition = $1 and step_no > $2 order by step_no",
        |s, v| {
            let later =
                of(s, "journal", &v[0]).into_iter().filter(|row| number(row, "step_no") > whole(&v[1]));
            later.take(whole(&v[2]) as usize).collect()
        },
    ),
    ("select step_no from snapshots where partition = $1 order by step_no desc", |s, v| {
        of(s, "snapshots", &v[0]).into_iter().rev().collect()
    }),
    ("select sha256, body from snapshots where partition = $1 and step_no = $2", |s, v| {
        one(s, "snapshots", &v[..2])
    }),
];

fn journal_head(state: &State, v: &[Value]) -> Vec<Row> {
    let head = one(state, "journal_heads", &v[..1]).pop();
    let steps: Vec<i64> = of(state, "journal", &v[0]).iter().map(|row| number(row, "step_no")).collect();
    let said = one(state, "counters", &[v[0].clone(), v[2].clone()]).pop();
    let big = |n: i64| Value::BigInt(Some(n));
    let (step_no, digest) =
        head.map_or((big(0), v[1].clone()), |row| (row["step_no"].clone(), row["digest"].clone()));
    vec![made([
        ("step_no", step_no),
        ("digest", digest),
        ("first_step", big(steps.first().copied().unwrap_or(0))),
        ("last_step", big(steps.last().copied().unwrap_or(0))),
        ("said", said.map_or(big(0), |row| row["seq"].clone())),
    ])]
}

fn live_counts(state: &State, is_asked: impl Fn(&Row) -> bool) -> Vec<Row> {
    let mut live = BTreeMap::<_, i64>::new();
    let asked = state.tables.rows("orders").filter(|row| number(row, "status") < 2 && is_asked(row));
    asked.for_each(|row| *live.entry(uuid(row, "user_id")).or_default() += 1);
    let count =
        |(user, live)| made([("user_id", Value::Uuid(Some(user))), ("live", Value::BigInt(Some(live)))]);
    live.into_iter().map(count).collect()
}

/// Of each user that is asked about, of a symbol or any, of a side or any: so many, the oldest first.
fn live_orders(state: &State, v: &[Value]) -> Vec<Row> {
    let [users, symbols, sides, most] = v else { panic!("four values") };
    let at = |row: &Row| match &row["created_at"] {
        Value::ChronoDateTimeUtc(Some(at)) => *at,
        other => panic!("{other:?} is no time"),
    };
    let asked = all(users).iter().zip(all(symbols)).zip(all(sides));
    let of_one = |((user, symbol), side): ((&Value, &Value), &Value)| {
        let mut live: Vec<Row> =
            state.tables.rows("orders").filter(|row| number(row, "status") < 2).cloned().collect();
        live.retain(|row| row["user_id"] == *user);
        live.retain(|row| *symbol == Value::String(Some(String::new())) || row["symbol"] == *symbol);
        live.retain(|row| whole(side) < 0 || number(row, "side") == whole(side));
        live.sort_by_key(at);
        live.truncate(whole(most) as usize);
        live
    };
    asked.flat_map(of_one).collect()
}

fn renamed(rows: Vec<Row>, column: &str) -> Vec<Row> {
    let value = |mut row: Row| {
        let value = row.remove(column).expect("the column is there");
        row.insert("value".into(), value);
        row
    };
    rows.into_iter().map(value).collect()
}
