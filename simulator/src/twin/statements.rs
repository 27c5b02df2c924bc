//! Every statement that a step, a recovery or an outbox makes, and what it does here.
//!
//! A statement is known by how it begins. Bulk inserts are read (`inserts.rs`); the rest is spelled
//! out, so that a changed statement ends the simulation with its text instead of going wrong.

use super::State;
use super::inserts::{Insert, array};
use super::tables::{Key, Part, Row, number, part, text, uuid};
use crate::plants::Plant;
use rustc_hash::FxHashMap;
use sea_orm::{ProxyRow, Value};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

type Answer = Result<(Vec<ProxyRow>, u64), String>;

enum Plan {
    Read(fn(&State, &[Value]) -> Vec<Row>),
    Write(fn(&mut State, &[Value]) -> Result<u64, String>),
    Insert(Insert),
    Nothing,
}

thread_local! {
    static PLANS: RefCell<FxHashMap<String, Rc<Plan>>> = RefCell::default();
}

pub fn run(state: &mut State, connection: u32, sql: &str, values: &[Value]) -> Answer {
    let known = PLANS.with_borrow(|plans| plans.get(sql).cloned());
    let plan = known.unwrap_or_else(|| {
        let plan = Rc::new(plan(&sql.split_whitespace().collect::<Vec<_>>().join(" ")));
        PLANS.with_borrow_mut(|plans| plans.insert(sql.to_owned(), plan.clone()));
        plan
    });
    match &*plan {
        Plan::Read(read) => Ok((read(state, values).into_iter().map(ProxyRow::new).collect(), 0)),
        Plan::Nothing => Ok((Vec::new(), 0)),
        Plan::Write(write) => {
            state.owner = Some(connection);
            write(state, values).map(|changed| (Vec::new(), changed))
        }
        Plan::Insert(insert) => {
            state.owner = Some(connection);
            insert.run(state, values).map(|changed| (Vec::new(), changed))
        }
    }
}

fn plan(sql: &str) -> Plan {
    let reads = READS.iter().find(|(begin, _)| sql.starts_with(begin));
    let writes = WRITES.iter().find(|(begin, _)| sql.starts_with(begin));
    match (reads, writes) {
        (Some((_, read)), _) => Plan::Read(*read),
        (None, Some((_, write))) => Plan::Write(*write),
        (None, None) if sql.starts_with("set transaction isolation level") => Plan::Nothing,
        (None, None) if sql.starts_with("insert into") => Plan::Insert(Insert::read(sql)),
        (None, None) => panic!("the twin does not know this statement: {sql}"),
    }
}

type Read = fn(&State, &[Value]) -> Vec<Row>;
type Write = fn(&mut State, &[Value]) -> Result<u64, String>;

const READS: &[(&str, Read)] = &[
    // Every service.
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
        "select i.symbol, i.name, i.currency, i.tick_size, i.lot_size, i.state, i.listed_close, p.previous_close",
        |s, _| {
            let joined = s.tables.table("instruments").rows.iter().map(|(key, row)| {
                let price = s.tables.get("prices", key).expect("an instrument has a price's row");
                row.iter().chain(price).map(|(column, value)| (column.clone(), value.clone())).collect()
            });
            joined.collect()
        },
    ),
    // ordering.
    (
        "select order_id, user_id, created_at, updated_at, quantity, price, filled_quantity, notional, \
      book_sequence, partition, side, order_type, status, symbol, reason_code, reason_message, reason_field \
      from orders where order_id = any($1)",
        |s, v| several(s, "orders", &[&v[0]]),
    ),
    (
        "select user_id, count(*) as live from orders where live and partition = $1 group by user_id",
        |s, v| {
            let mut live = BTreeMap::<_, i64>::new();
            let ours = s.tables.rows("orders").filter(|row| row["partition"] == v[0]);
            ours.filter(|row| number(row, "status") < 2)
                .for_each(|row| *live.entry(uuid(row, "user_id")).or_default() += 1);
            let count = |(user, live)| {
                made([("user_id", Value::Uuid(Some(user))), ("live", Value::BigInt(Some(live)))])
            };
            live.into_iter().map(count).collect()
        },
    ),
    (
        "select symbol, tick_size, lot_size, previous_close, last_price, state from instruments where partition = $1",
        |s, v| of(s, "instruments", &v[0]),
    ),
    ("select user_id, role from users where partition = $1", |s, v| of(s, "users", &v[0])),
    // portfolio.
    ("select a.user_id, a.role, a.cash, a.held from unnest($1", |s, v| several(s, "accounts", &[&v[0]])),
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

const WRITES: &[(&str, Write)] = &[
    // Every service.
    ("update heads set step = $2 + 1, writer = $3 where partition = $1 and step = $2", claim),
    ("insert into heads (partition, step, writer) values ($1, 0, $2) on conflict do nothing", |s, v| {
        let values = [v[0].clone(), Value::BigInt(Some(0)), v[1].clone()];
        Insert::read("insert into heads (partition, step, writer) on conflict do nothing").run(s, &values)
    }),
    ("with heard as ( insert into positions (partition, stream, seq)", save),
    ("insert into attempts (partition, digest, attempts) select $1, digest, 1", |s, v| {
        let values = [v[0].clone(), v[1].clone(), Value::Int(Some(1))];
        let add = "insert into attempts (partition, digest, attempts) on conflict (partition, digest) \
                   do update set attempts = attempts.attempts + 1";
        Insert::read(add).run(s, &values)
    }),
    ("delete from attempts where partition = $1 and digest = any($2)", |s, v| {
        let partition = part(&v[0]);
        let keys = all(&v[1]).iter().map(|digest| vec![partition.clone(), part(digest)]);
        Ok(remove(s, "attempts", keys.collect()))
    }),
    ("delete from parked where parked_id = any($1)", |s, v| {
        let keys = all(&v[0]).iter().map(|id| vec![part(id)]).collect();
        Ok(remove(s, "parked", keys))
    }),
    (
        "delete from outbox where stream = $1 and seq in ( select seq from outbox where stream = $1 and seq <= $2 and \
      created_at < $3 order by seq limit $4)",
        prune,
    ),
    // ordering.
    (
        "update orders set status = new.status, filled_quantity = new.filled_quantity, notional = new.notional, \
      book_sequence = new.book_sequence, updated_at = new.updated_at,",
        update_orders,
    ),
    // portfolio. The partition comes first in the values, second in the columns.
    ("insert into accounts (user_id, partition, role, cash, held)", |s, v| {
        let values = [v[1].clone(), v[0].clone(), v[2].clone(), v[3].clone(), v[4].clone()];
        let insert = "insert into accounts (user_id, partition, role, cash, held) on conflict (user_id) do update set \
                      role = excluded.role, cash = excluded.cash, held = excluded.held \
                      where accounts.partition = excluded.partition";
        Insert::read(insert).run(s, &values)
    }),
    // matching.
    (
        "with added as ( insert into journal (partition, step_no, commands, digest) values ($1, $2, $3, $4) \
      on conflict do nothing ) insert into journal_heads",
        append,
    ),
    ("delete from journal where partition = $1 and step_no > $2 and step_no <= $3", |s, v| {
        let gone =
            |row: &Row| number(row, "step_no") > whole(&v[1]) && number(row, "step_no") <= whole(&v[2]);
        let old = of(s, "journal", &v[0]).into_iter().filter(gone);
        let keys = old.map(|row| key(&row, "step_no")).collect();
        Ok(remove(s, "journal", keys))
    }),
    ("delete from snapshots where partition = $1 and step_no < $2", |s, v| {
        let gone = |row: &Row| number(row, "step_no") < whole(&v[1]);
        let old = of(s, "snapshots", &v[0]).into_iter().filter(gone);
        let keys = old.map(|row| key(&row, "step_no")).collect();
        Ok(remove(s, "snapshots", keys))
    }),
];

fn claim(state: &mut State, values: &[Value]) -> Result<u64, String> {
    let [partition, step, writer] = values else { panic!("a claim has three values") };
    let Some(head) = state.tables.get("heads", &vec![part(partition)]).cloned() else { return Ok(0) };
    if head["step"] != *step && state.plant != Some(Plant::NoFence) {
        return Ok(0);
    }
    let mut next = head;
    next.insert("step".into(), Value::BigInt(Some(whole(step) + 1)));
    next.insert("writer".into(), writer.clone());
    state.save("heads", next).map(|()| 1)
}

fn save(state: &mut State, v: &[Value]) -> Result<u64, String> {
    let upsert = |table| {
        let sql = "(partition, stream, seq) on conflict (partition, stream) do update set seq = excluded.seq";
        Insert::read(&format!("insert into {table} {sql}"))
    };
    upsert("positions").run(state, &[v[0].clone(), v[1].clone(), v[2].clone()])?;
    upsert("counters").run(state, &[v[0].clone(), v[3].clone(), v[4].clone()])?;
    let outbox = Insert::read("insert into outbox (stream, seq, body, created_at)");
    outbox.run(state, &[v[5].clone(), v[6].clone(), v[7].clone(), v[8].clone()])
}

fn prune(state: &mut State, v: &[Value]) -> Result<u64, String> {
    let before = |row: &Row| match (&row["created_at"], &v[2]) {
        (Value::ChronoDateTimeUtc(Some(at)), Value::ChronoDateTimeUtc(Some(before))) => at < before,
        (at, before) => panic!("{at:?} and {before:?} are no times"),
    };
    let old = of(state, "outbox", &v[0])
        .into_iter()
        .filter(|row| number(row, "seq") <= whole(&v[1]) && before(row));
    let keys =
        old.take(whole(&v[3]) as usize).map(|row| vec![part(&row["stream"]), part(&row["seq"])]).collect();
    Ok(remove(state, "outbox", keys))
}

fn update_orders(state: &mut State, v: &[Value]) -> Result<u64, String> {
    const SET: [&str; 8] = [
        "status",
        "filled_quantity",
        "notional",
        "book_sequence",
        "reason_code",
        "reason_message",
        "reason_field",
        "updated_at",
    ];
    let mut changed = 0;
    for (at, order_id) in all(&v[1]).iter().enumerate() {
        let found = state.tables.get("orders", &vec![part(order_id)]).cloned();
        let Some(mut row) = found.filter(|row| row["partition"] == v[0]) else { continue };
        for (column, values) in SET.iter().zip(&v[2..]) {
            let none = column.starts_with("reason_") && all(values)[at] == Value::String(Some(String::new()));
            let value = if none { Value::String(None) } else { all(values)[at].clone() };
            row.insert((*column).to_owned(), value);
        }
        state.save("orders", row)?;
        changed += 1;
    }
    Ok(changed)
}

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

fn append(state: &mut State, v: &[Value]) -> Result<u64, String> {
    Insert::read("insert into journal (partition, step_no, commands, digest) on conflict do nothing")
        .run(state, v)?;
    let head = one(state, "journal_heads", &v[..1]).pop();
    if head.is_some_and(|head| number(&head, "step_no") != whole(&v[1]) - 1) {
        return Ok(0);
    }
    let row = made([("partition", v[0].clone()), ("step_no", v[1].clone()), ("digest", v[3].clone())]);
    state.save("journal_heads", row).map(|()| 1)
}

fn remove(state: &mut State, table: &str, keys: Vec<Key>) -> u64 {
    let mut removed = 0;
    for key in keys {
        if state.tables.get(table, &key).is_some() {
            let undo = state.tables.remove(table, key);
            state.undo.push(undo);
            removed += 1;
        }
    }
    removed
}

/// The row with this key, if there is one.
fn one(state: &State, table: &str, key: &[Value]) -> Vec<Row> {
    state.tables.get(table, &key.iter().map(part).collect()).cloned().into_iter().collect()
}

/// The rows whose key begins so.
fn of(state: &State, table: &str, first: &Value) -> Vec<Row> {
    state.tables.beginning(table, part(first)).cloned().collect()
}

/// The rows with these keys: a column each, one value for all rows or an array of them.
fn several(state: &State, table: &str, columns: &[&Value]) -> Vec<Row> {
    let rows = columns.iter().filter_map(|column| array(column)).map(<[Value]>::len).max().unwrap_or(0);
    let at =
        |n: usize| columns.iter().map(|column| part(array(column).map_or(*column, |all| &all[n]))).collect();
    let mut keys: Vec<Key> = (0..rows).map(at).collect();
    keys.sort_unstable();
    keys.dedup();
    keys.iter().filter_map(|key| state.tables.get(table, key)).cloned().collect()
}

fn renamed(rows: Vec<Row>, column: &str) -> Vec<Row> {
    let value = |mut row: Row| {
        let value = row.remove(column).expect("the column is there");
        row.insert("value".into(), value);
        row
    };
    rows.into_iter().map(value).collect()
}

fn made<const N: usize>(columns: [(&str, Value); N]) -> Row {
    columns.into_iter().map(|(column, value)| (column.to_owned(), value)).collect()
}

fn key(row: &Row, second: &str) -> Key {
    vec![part(&row["partition"]), part(&row[second])]
}

fn all(value: &Value) -> &[Value] {
    array(value).unwrap_or_else(|| panic!("{value:?} is no array"))
}

fn whole(value: &Value) -> i64 {
    match part(value) {
        Part::Number(n) => n,
        other => panic!("{other:?} is no number"),
    }
}
