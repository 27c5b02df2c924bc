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
    ("insert into attempts (partition, digest, attempts) select $1, digest, 1", |s, v| {
        let values = [v[0].clone(), v[1].clone(), Value::Int(Some(1))];
        let add = "insert into attempts (partition, digest, attempts) on conflict (partition, digest) \
                   do update set attempts = attempts.attempts + 1";
        Insert::read(add).run(s, &values)
    }),
    ("delete from attempts where partition = $1 and digest = any($2)", |s, v| {
        let partition = part(&v[0]);
        let keys = all(&v[1]).iter().map(|digest| vec![partition.clone(), part(digest)]);
        Ok(s.remove("attempts", keys.collect()))
    }),
    ("delete from parked where parked_id = any($1)", |s, v| {
        let keys = all(&v[0]).iter().map(|id| vec![part(id)]).collect();
        Ok(s.remove("parked", keys))
    }),
    (
        "delete from outbox where stream = $1 and seq in ( select seq from outbox where stream = $1 and seq <= $2 and \
      created_at < $3 order by seq limit $4)",
        prune,
    ),
    (
        "insert into parked (parked_id, partition, key, source, sender, stream, seq, said_at, body, reason",
        park,
    ),
    // stock-data.
    ("delete from feeds where symbol = any($1)", |s, v| {
        let keys = all(&v[0]).iter().map(|symbol| vec![part(symbol)]);
        Ok(s.remove("feeds", keys.collect()))
    }),
    // portfolio. The partition comes first in the values, second in the columns.
    ("insert into accounts (user_id, partition, role, cash, held, closed)", |s, v| {
        let values = [1, 0, 2, 3, 4, 5].map(|at: usize| v[at].clone());
        Insert::read("insert into accounts (user_id, partition, role, cash, held, closed)").run(s, &values)
    }),
    // matching.
    ("insert into journal_heads as head (partition, step_no, digest) values ($1, $2, $3)", move_journal_head),
    ("delete from journal where partition = $1 and step_no > $2 and step_no <= $3", |s, v| {
        let gone =
            |row: &Row| number(row, "step_no") > whole(&v[1]) && number(row, "step_no") <= whole(&v[2]);
        let old = of(s, "journal", &v[0]).into_iter().filter(gone);
        let keys = old.map(|row| key(&row, "step_no")).collect();
        Ok(s.remove("journal", keys))
    }),
    ("delete from snapshots where partition = $1 and step_no < $2", |s, v| {
        let gone = |row: &Row| number(row, "step_no") < whole(&v[1]);
        let old = of(s, "snapshots", &v[0]).into_iter().filter(gone);
        let keys = old.map(|row| key(&row, "step_no")).collect();
        Ok(s.remove("snapshots", keys))
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
    Ok(state.remove("outbox", keys))
}

fn key(row: &Row, second: &str) -> Key {
    vec![part(&row["partition"]), part(&row[second])]
}

/// The parked messages, as far as anybody asks for them.
fn park(state: &mut State, v: &[Value]) -> Result<u64, String> {
    let [partition, _, ids, has_key, keys, .., reasons] = v else {
        panic!("parked messages have twelve values")
    };
    for (at, id) in all(ids).iter().enumerate() {
        let has_key = all(has_key)[at] == Value::Bool(Some(true));
        let key = if has_key { all(keys)[at].clone() } else { Value::String(None) };
        let reason = all(reasons)[at].clone();
        state.save(
            "parked",
            made([
                ("parked_id", id.clone()),
                ("partition", partition.clone()),
                ("key", key),
                ("reason", reason),
            ]),
        )?;
    }
    Ok(all(ids).len() as u64)
}

fn move_journal_head(state: &mut State, v: &[Value]) -> Result<u64, String> {
    let head = one(state, "journal_heads", &v[..1]).pop();
    if head.is_some_and(|head| number(&head, "step_no") != whole(&v[1]) - 1) {
        return Ok(0);
    }
    let row = made([("partition", v[0].clone()), ("step_no", v[1].clone()), ("digest", v[2].clone())]);
    state.save("journal_heads", row).map(|()| 1)
}
