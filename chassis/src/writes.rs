//! What a step writes: several statements that Postgres carries out as one, in one round trip and
//! one implicit transaction.
//!
//! **Invariant** Either the fence holds, every count is as expected, and all is written; or nothing
//! is. They see the tables as they were before: no two may touch the same row.

use sea_orm::Value;
use std::borrow::Cow;
use std::fmt::Write;

/// A step's statements, none of which has a `with` or a `returning` of its own.
#[derive(Default)]
pub struct Writes(Vec<Written>);

struct Written {
    sql: Cow<'static, str>,
    values: Vec<Value>,
    expected: Option<Expected>,
}

/// How many rows a statement must touch, and what is wrong when it does not.
struct Expected {
    rows: i64,
    code: &'static str,
    otherwise: &'static str,
}

impl Writes {
    /// SQLSTATEs of the function `must`, in the class that Postgres leaves to applications.
    pub(crate) const FENCED: &str = "EX001";
    const UNEXPECTED: &str = "EX002";

    pub fn add(&mut self, sql: impl Into<Cow<'static, str>>, values: impl IntoIterator<Item = Value>) {
        self.push(sql.into(), values, None);
    }

    /// A statement that must touch so many rows, or nothing of the step is written.
    pub fn exactly(
        &mut self,
        rows: usize,
        otherwise: &'static str,
        sql: impl Into<Cow<'static, str>>,
        values: impl IntoIterator<Item = Value>,
    ) {
        let rows = i64::try_from(rows).expect("a step has fewer rows");
        self.push(sql.into(), values, Some(Expected { rows, code: Self::UNEXPECTED, otherwise }));
    }

    /// The statement that only one instance can make succeed.
    pub(crate) fn fence(&mut self, sql: &'static str, values: impl IntoIterator<Item = Value>) {
        let otherwise = "another instance has made this step";
        self.push(sql.into(), values, Some(Expected { rows: 1, code: Self::FENCED, otherwise }));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn append(&mut self, other: Writes) {
        self.0.extend(other.0);
    }

    fn push(
        &mut self,
        sql: Cow<'static, str>,
        values: impl IntoIterator<Item = Value>,
        expected: Option<Expected>,
    ) {
        self.0.push(Written { sql, values: values.into_iter().collect(), expected });
    }

    /// Each statement with its values, how many rows it must touch, and what is wrong when it does
    /// not; of the fence, that is `FENCED`.
    #[cfg(feature = "simulation")]
    pub(crate) fn into_parts(
        self,
    ) -> impl Iterator<Item = (Cow<'static, str>, Vec<Value>, Option<(i64, &'static str)>)> {
        let expected = |expected: Expected| {
            let fence = expected.code == Self::FENCED;
            (expected.rows, if fence { Self::FENCED } else { expected.otherwise })
        };
        self.0.into_iter().map(move |written| (written.sql, written.values, written.expected.map(expected)))
    }

    /// One statement, and the values bound to it.
    pub(crate) fn into_statement(self) -> (String, Vec<Value>) {
        let (mut parts, mut checks, mut values) = (String::new(), String::new(), Vec::new());
        for (index, written) in self.0.into_iter().enumerate() {
            let separator = if index == 0 { "with" } else { "," };
            let returning = if written.expected.is_some() { " returning 1" } else { "" };
            let _ = write!(parts, "{separator} w{index} as (");
            renumber(&written.sql, values.len(), &mut parts);
            let _ = write!(parts, "{returning})");
            values.extend(written.values);
            if let Some(expected) = written.expected {
                let separator = if checks.is_empty() { "" } else { ", " };
                let n = values.len();
                let _ = write!(
                    checks,
                    "{separator}must((select count(*) from w{index}), ${}, ${}, ${})",
                    n + 1,
                    n + 2,
                    n + 3
                );
                values.extend([expected.rows.into(), expected.code.into(), expected.otherwise.into()]);
            }
        }
        (format!("{parts} select {checks}"), values)
    }
}

/// `$1` of a statement is another number where several stand together.
fn renumber(sql: &str, offset: usize, out: &mut String) {
    let mut pieces = sql.split('$');
    out.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let digits = piece.len() - piece.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let number: usize = piece[..digits].parse().expect("a dollar sign begins a parameter");
        let _ = write!(out, "${}", number + offset);
        out.push_str(&piece[digits..]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_statements_become_one() {
        let mut writes = Writes::default();
        writes
            .fence("update heads set step = $2 + 1 where partition = $1 and step = $2", [7.into(), 8.into()]);
        writes.add("delete from outbox where seq < $1", [9.into()]);
        writes.exactly(
            2,
            "a row is gone",
            "update t set a = $1 where b = $2 or c = $2",
            [10.into(), 11.into()],
        );
        let (sql, values) = writes.into_statement();
        assert_eq!(
            sql,
            "with w0 as (update heads set step = $2 + 1 where partition = $1 and step = $2 returning 1)\
             , w1 as (delete from outbox where seq < $6)\
             , w2 as (update t set a = $7 where b = $8 or c = $8 returning 1) \
             select must((select count(*) from w0), $3, $4, $5), must((select count(*) from w2), $9, $10, $11)"
        );
        assert_eq!(values.len(), 11);
        assert_eq!(values[5], 9.into());
    }
}
