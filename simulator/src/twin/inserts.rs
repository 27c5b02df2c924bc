//! `insert into … (columns) … on conflict …`, for all tables alike: the columns, the key and what
//! to do about a conflict are read from the statement itself.

use super::State;
use super::tables::{Row, key_of};
use sea_orm::Value;

/// What an insert statement says.
#[derive(Clone, Debug)]
pub struct Insert {
    table: String,
    columns: Vec<String>,
    conflict: Conflict,
}

#[derive(Clone, Debug)]
enum Conflict {
    Error,
    Nothing,
    Update { set: Vec<(String, How)>, guard: Option<String> },
}

#[derive(Clone, Copy, Debug)]
enum How {
    Replace,
    Greatest,
    Least,
    Add,
}

/// On their way into the database, in arrays that hold no nulls, these stand for one.
pub fn stands_for_null(table: &str, column: &str, value: &Value) -> bool {
    match (table, column) {
        ("orders", "reason_code" | "reason_message" | "reason_field" | "special")
        | ("instruments", "hours")
        | ("postings" | "movements", "symbol") => *value == Value::String(Some(String::new())),
        ("holds", "exit_order_id" | "replaces") => *value == Value::Uuid(Some(uuid::Uuid::nil())),
        ("prices", "last_price" | "open" | "high" | "low" | "volume") | ("feeds", "bid" | "ask") => {
            *value == Value::BigInt(Some(0))
        }
        _ => false,
    }
}

pub fn null_like(value: &Value) -> Value {
    match value {
        Value::String(_) => Value::String(None),
        Value::BigInt(_) => Value::BigInt(None),
        Value::ChronoDateTimeUtc(_) => Value::ChronoDateTimeUtc(None),
        Value::Uuid(_) => Value::Uuid(None),
        other => panic!("no null like {other:?}"),
    }
}

impl Insert {
    /// `sql` has single spaces. The values stand in the order of the columns.
    pub fn read(sql: &str) -> Self {
        let rest = sql.strip_prefix("insert into ").expect("an insert");
        let (table, rest) = rest.split_once(" (").expect("columns");
        let (columns, rest) = rest.split_once(')').expect("the columns' end");
        let columns = columns.split(", ").map(|column| column.trim().to_owned()).collect();
        let conflict = match rest.split_once("do update set ") {
            Some((_, set)) => {
                let (set, guard) = set.split_once(" where ").map_or((set, None), |(s, g)| (s, Some(g)));
                let guard =
                    guard.and_then(|g| Some(g.split_once(" = ")?.1.strip_prefix("excluded.")?.to_owned()));
                Conflict::Update { set: split(set).iter().map(|one| assignment(one)).collect(), guard }
            }
            None if rest.contains("on conflict do nothing") => Conflict::Nothing,
            None => Conflict::Error,
        };
        Insert { table: table.to_owned(), columns, conflict }
    }

    pub fn run(&self, state: &mut State, values: &[Value]) -> Result<u64, String> {
        assert_eq!(values.len(), self.columns.len(), "{}: a value for each column", self.table);
        let rows = values.iter().filter_map(array).map(<[Value]>::len).max().unwrap_or(1);
        let mut changed = 0;
        for at in 0..rows {
            let value = |value: &Value| array(value).map_or_else(|| value.clone(), |all| all[at].clone());
            let row = self.columns.iter().cloned().zip(values.iter().map(value)).collect();
            changed += u64::from(self.put(state, row)?);
        }
        Ok(changed)
    }

    /// Adds a row. Answers whether anything changed.
    pub fn put(&self, state: &mut State, mut row: Row) -> Result<bool, String> {
        self.complete(state, &mut row);
        let table = state.tables.table(&self.table);
        let key = key_of(table.key, &row);
        let row = match (table.rows.get(&key), &self.conflict) {
            (None, _) => row,
            (Some(_), Conflict::Error) => {
                return Err(format!(
                    "duplicate key {key:?} violates unique constraint \"{}_pkey\"",
                    self.table
                ));
            }
            (Some(_), Conflict::Nothing) => return Ok(false),
            (Some(before), Conflict::Update { set, guard }) => {
                if guard.as_ref().is_some_and(|column| before[column] != row[column]) {
                    return Ok(false);
                }
                let mut merged = before.clone();
                for (column, how) in set {
                    merged.insert(column.clone(), how.merge(&before[column], &row[column]));
                }
                merged
            }
        };
        state.save(&self.table, row)?;
        Ok(true)
    }

    /// What the database itself adds to a row.
    fn complete(&self, state: &mut State, row: &mut Row) {
        for (column, value) in row.iter_mut() {
            if stands_for_null(&self.table, column, value) {
                *value = null_like(value);
            }
        }
        match self.table.as_str() {
            "postings" => {
                state.tables.postings += 1;
                row.insert("posting_id".into(), Value::BigInt(Some(state.tables.postings)));
            }
            "prices" if row["last_price"] == Value::BigInt(None) => {
                row.insert("last_at".into(), null_like(&row["last_at"]));
            }
            "feeds" if row["bid"] == Value::BigInt(None) => {
                row.insert("quoted_at".into(), null_like(&row["quoted_at"]));
            }
            _ => {}
        }
    }
}

impl How {
    fn merge(self, before: &Value, given: &Value) -> Value {
        match (self, before, given) {
            (How::Replace, _, given) => given.clone(),
            (How::Greatest, Value::BigInt(Some(a)), Value::BigInt(Some(b))) => Value::BigInt(Some(*a.max(b))),
            (How::Least, Value::BigInt(Some(a)), Value::BigInt(Some(b))) => Value::BigInt(Some(*a.min(b))),
            // A sum that may be out of any integer's range travels as text.
            (How::Add, Value::String(Some(a)), Value::String(Some(b))) => {
                let whole = |text: &str| text.parse::<i128>().expect("a whole number");
                Value::String(Some((whole(a) + whole(b)).to_string()))
            }
            (How::Add, Value::Int(Some(a)), Value::Int(Some(b))) => Value::Int(Some(a + b)),
            (How::Add, Value::BigInt(Some(a)), Value::BigInt(Some(b))) => Value::BigInt(Some(a + b)),
            (how, before, given) => panic!("cannot merge {before:?} and {given:?}: {how:?}"),
        }
    }
}

fn assignment(text: &str) -> (String, How) {
    let (column, value) = text.split_once(" = ").unwrap_or_else(|| panic!("no assignment: {text}"));
    let how = if value.starts_with("excluded.") {
        How::Replace
    } else if value.starts_with("greatest(") {
        How::Greatest
    } else if value.starts_with("least(") {
        How::Least
    } else if value.contains(" + ") {
        How::Add
    } else {
        panic!("the twin does not know how to assign {value}")
    };
    (column.trim().to_owned(), how)
}

/// At commas outside parentheses.
fn split(text: &str) -> Vec<String> {
    let (mut parts, mut depth) = (vec![String::new()], 0_u32);
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        parts.last_mut().expect("one at least").push(c);
    }
    parts
}

pub fn array(value: &Value) -> Option<&[Value]> {
    match value {
        Value::Array(_, Some(values)) => Some(values),
        _ => None,
    }
}
