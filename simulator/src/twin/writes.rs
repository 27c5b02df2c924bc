//! What steps and outboxes write, apart from bulk inserts.

use super::State;
use super::inserts::Insert;
use super::statements::{Write, all, made, of, one, whole};
use super::tables::{Key, Row, number, part};
use crate::plants::Plant;
use sea_orm::Value;

pub const WRITES: &[(&str, Write)] = &[
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

fn key(row: &Row, second: &str) -> Key {
    vec![part(&row["partition"]), part(&row[second])]
}
