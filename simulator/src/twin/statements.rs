//! Every statement that a step, a recovery or an outbox makes, and what it does here.
//!
//! A statement is known by how it begins. Bulk inserts and updates are read (`inserts.rs`, `updates.rs`);
//! the rest is spelled out (`reads.rs`, `writes.rs`), so that a changed statement ends the simulation with its text
//! instead of going wrong.

use super::State;
use super::inserts::{Insert, array};
use super::reads::READS;
use super::tables::{Key, Part, Row, part};
use super::updates::Update;
use super::writes::WRITES;
use rustc_hash::FxHashMap;
use sea_orm::{ProxyRow, Value};
use std::cell::RefCell;
use std::rc::Rc;

type Answer = Result<(Vec<ProxyRow>, u64), String>;

enum Plan {
    Read(Read),
    Write(Write),
    Insert(Insert),
    Update(Update),
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
    state.statements += 1;
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
        Plan::Update(update) => {
            state.owner = Some(connection);
            update.run(state, values).map(|changed| (Vec::new(), changed))
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
        (None, None) if sql.starts_with("update") => Plan::Update(Update::read(sql)),
        (None, None) => panic!("the twin does not know this statement: {sql}"),
    }
}

pub type Read = fn(&State, &[Value]) -> Vec<Row>;
pub type Write = fn(&mut State, &[Value]) -> Result<u64, String>;

/// The row with this key, if there is one.
pub fn one(state: &State, table: &str, key: &[Value]) -> Vec<Row> {
    state.tables.get(table, &key.iter().map(part).collect()).cloned().into_iter().collect()
}

/// The rows whose key begins so.
pub fn of(state: &State, table: &str, first: &Value) -> Vec<Row> {
    state.tables.beginning(table, part(first)).cloned().collect()
}

/// The rows with these keys: a column each, one value for all rows or an array of them.
pub fn several(state: &State, table: &str, columns: &[&Value]) -> Vec<Row> {
    let rows = columns.iter().filter_map(|column| array(column)).map(<[Value]>::len).max().unwrap_or(0);
    let at =
        |n: usize| columns.iter().map(|column| part(array(column).map_or(*column, |all| &all[n]))).collect();
    let mut keys: Vec<Key> = (0..rows).map(at).collect();
    keys.sort_unstable();
    keys.dedup();
    keys.iter().filter_map(|key| state.tables.get(table, key)).cloned().collect()
}

pub fn made<const N: usize>(columns: [(&str, Value); N]) -> Row {
    columns.into_iter().map(|(column, value)| (column.to_owned(), value)).collect()
}

pub fn all(value: &Value) -> &[Value] {
    array(value).unwrap_or_else(|| panic!("{value:?} is no array"))
}

pub fn whole(value: &Value) -> i64 {
    match part(value) {
        Part::Number(n) => n,
        other => panic!("{other:?} is no number"),
    }
}
