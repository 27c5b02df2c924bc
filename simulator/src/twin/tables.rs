//! Tables as maps from their primary keys, and the schema's checks.

use contracts::topology;
use rustc_hash::FxHashMap;
use sea_orm::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

pub type Row = BTreeMap<String, Value>;

/// A value that rows are found and sorted by.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Part {
    Number(i64),
    Text(String),
    Id(Uuid),
    Bytes(Vec<u8>),
}

pub type Key = Vec<Part>;

#[derive(Debug, Default)]
pub struct Table {
    pub key: &'static [&'static str],
    pub rows: BTreeMap<Key, Row>,
}

/// How to put a row back as it was.
#[derive(Debug)]
pub struct Undo {
    pub table: &'static str,
    key: Key,
    row: Option<Row>,
}

#[derive(Debug)]
pub struct Tables {
    tables: FxHashMap<&'static str, Table>,
    /// Of the postings, whose key the database makes.
    pub postings: i64,
}

const SHARED: [(&str, &[&str]); 7] = [
    ("heads", &["partition"]),
    ("positions", &["partition", "stream"]),
    ("counters", &["partition", "stream"]),
    ("outbox", &["stream", "seq"]),
    ("listeners", &["stream", "listener"]),
    ("parked", &["parked_id"]),
    ("attempts", &["partition", "digest"]),
];

fn own(service: &str) -> &'static [(&'static str, &'static [&'static str])] {
    match service {
        topology::ACCOUNTS => &[("users", &["user_id"])],
        topology::STOCK_DATA => &[
            ("instruments", &["symbol"]),
            ("prices", &["symbol"]),
            ("trades", &["trade_id"]),
            ("candles", &["symbol", "span", "start"]),
            ("feeds", &["symbol"]),
            ("market_days", &["date", "symbol"]),
            ("market_totals", &["symbol"]),
        ],
        topology::ORDERING => &[
            ("orders", &["order_id"]),
            ("fills", &["trade_id", "side"]),
            ("instruments", &["partition", "symbol"]),
            ("users", &["partition", "user_id"]),
        ],
        topology::PORTFOLIO => &[
            ("accounts", &["user_id"]),
            ("holdings", &["user_id", "symbol"]),
            ("holds", &["order_id"]),
            ("postings", &["posting_id"]),
            ("system_accounts", &["partition", "account", "symbol"]),
            ("movements", &["id", "user_id"]),
            ("books", &["partition", "symbol"]),
            ("last_prices", &["partition", "symbol"]),
        ],
        topology::MATCHING => &[
            ("journal", &["partition", "step_no"]),
            ("journal_heads", &["partition"]),
            ("snapshots", &["partition", "step_no"]),
        ],
        other => panic!("{other} has no database"),
    }
}

impl Tables {
    pub fn of(service: &'static str) -> Self {
        let table = |(name, key): &(&'static str, &'static [&'static str])| {
            (*name, Table { key, rows: BTreeMap::new() })
        };
        Tables { tables: SHARED.iter().chain(own(service)).map(table).collect(), postings: 0 }
    }

    pub fn table(&self, name: &str) -> &Table {
        self.tables.get(name).unwrap_or_else(|| panic!("no table {name}"))
    }

    pub fn rows(&self, name: &str) -> impl Iterator<Item = &Row> {
        self.table(name).rows.values()
    }

    pub fn get(&self, name: &str, key: &Key) -> Option<&Row> {
        self.table(name).rows.get(key)
    }

    /// Those whose key begins like this, in the order of their keys.
    pub fn beginning<'a>(&'a self, name: &str, with: Part) -> impl Iterator<Item = &'a Row> + use<'a> {
        let first = vec![with.clone()];
        self.table(name)
            .rows
            .range(first..)
            .take_while(move |(key, _)| key.first() == Some(&with))
            .map(|(_, row)| row)
    }

    pub fn put(&mut self, name: &str, row: Row) -> Undo {
        let (name, table) = self.entry(name);
        let key = key_of(table.key, &row);
        let before = table.rows.insert(key.clone(), row);
        Undo { table: name, key, row: before }
    }

    pub fn remove(&mut self, name: &str, key: Key) -> Undo {
        let (name, table) = self.entry(name);
        let before = table.rows.remove(&key);
        Undo { table: name, key, row: before }
    }

    pub fn put_back(&mut self, undo: Undo) {
        let (_, table) = self.entry(undo.table);
        match undo.row {
            Some(row) => table.rows.insert(undo.key, row),
            None => table.rows.remove(&undo.key),
        };
    }

    fn entry(&mut self, name: &str) -> (&'static str, &mut Table) {
        let found = self.tables.iter_mut().find(|(known, _)| **known == name);
        found.map(|(name, table)| (*name, table)).unwrap_or_else(|| panic!("no table {name}"))
    }
}

pub fn key_of(columns: &[&str], row: &Row) -> Key {
    columns.iter().map(|column| part(&row[*column])).collect()
}

pub fn part(value: &Value) -> Part {
    match value {
        Value::SmallInt(Some(n)) => Part::Number(i64::from(*n)),
        Value::Int(Some(n)) => Part::Number(i64::from(*n)),
        Value::BigInt(Some(n)) => Part::Number(*n),
        Value::String(Some(text)) => Part::Text(text.clone()),
        Value::Uuid(Some(id)) => Part::Id(*id),
        Value::Bytes(Some(bytes)) => Part::Bytes(bytes.clone()),
        Value::ChronoDate(Some(date)) => Part::Number(chrono::Datelike::num_days_from_ce(date).into()),
        Value::ChronoDateTimeUtc(Some(at)) => Part::Number(at.timestamp_micros()),
        other => panic!("{other:?} is no key"),
    }
}

/// A whole number of whichever width.
pub fn number(row: &Row, column: &str) -> i64 {
    match &row[column] {
        Value::SmallInt(Some(n)) => i64::from(*n),
        Value::Int(Some(n)) => i64::from(*n),
        Value::BigInt(Some(n)) => *n,
        other => panic!("{column} is {other:?}"),
    }
}

pub fn text<'a>(row: &'a Row, column: &str) -> Option<&'a str> {
    match &row[column] {
        Value::String(text) => text.as_deref(),
        other => panic!("{column} is {other:?}"),
    }
}

pub fn flag(row: &Row, column: &str) -> bool {
    match &row[column] {
        Value::Bool(Some(flag)) => *flag,
        other => panic!("{column} is {other:?}"),
    }
}

pub fn uuid(row: &Row, column: &str) -> Uuid {
    match &row[column] {
        Value::Uuid(Some(id)) => *id,
        other => panic!("{column} is {other:?}"),
    }
}

pub fn bytes<'a>(row: &'a Row, column: &str) -> &'a [u8] {
    match &row[column] {
        Value::Bytes(Some(bytes)) => bytes,
        other => panic!("{column} is {other:?}"),
    }
}

/// The schema's checks. A row that breaks one must never have been written.
pub fn check(table: &str, row: &Row) -> Result<(), String> {
    let n = |column| number(row, column);
    let holds = match table {
        "accounts" => n("held") >= 0 && n("cash") >= n("held"),
        "holdings" => n("held") >= 0 && n("cost") >= 0 && n("quantity") >= n("held"),
        "holds" => {
            let pending = text(row, "state") == Some("pending");
            let amended = n("amended_price") != 0 || n("amended_from") != 0 || n("amended_to") != 0;
            pending == (n("held") > 0 || n("awaited") > 0) && n("awaited") >= 0 && (pending || !amended)
        }
        "orders" => {
            let reasons = [text(row, "reason_code").is_some(), text(row, "reason_message").is_some()];
            (0..=n("quantity")).contains(&n("filled_quantity")) && reasons[0] == reasons[1]
        }
        "postings" => n("fee") >= 0 && (n("shares") == 0 || text(row, "symbol").is_some()),
        _ => true,
    };
    if holds { Ok(()) } else { Err(format!("{table}: a check of the schema fails for {row:?}")) }
}
