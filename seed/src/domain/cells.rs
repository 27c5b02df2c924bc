//! One row's cells, read as what they should be. Everything that is wrong is noted, not only the
//! first of it.

use super::{
    Kind, Problem,
    problem::shown,
    table::{Record, Table},
};
use std::{fmt::Display, str::FromStr};

/// Longer than any name or number; past it somebody forgot to close a quote.
const CELL_CHARACTERS_MAX: usize = 200;

pub struct Cells<'a> {
    kind: Kind,
    record: &'a Record,
    problems: &'a mut Vec<Problem>,
}

impl<'a> Cells<'a> {
    pub fn of(table: &Table, record: &'a Record, problems: &'a mut Vec<Problem>) -> Self {
        Cells { kind: table.kind, record, problems }
    }

    pub fn line(&self) -> u64 {
        self.record.line
    }

    pub fn refuse(&mut self, column: &'static str, rule: impl Into<String>) {
        self.problems.push(Problem::of_cell(self.kind, self.record.line, column, rule));
    }

    /// None: it is no such thing, and the problem is noted.
    pub fn parse<T: FromStr<Err: Display>>(&mut self, column: &'static str) -> Option<T> {
        let text = self.text(column)?;
        match text.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                let rule = error.to_string();
                let rule = rule.replace(&format!("{text:?}"), &shown(text));
                self.refuse(column, rule);
                None
            }
        }
    }

    /// As `parse`, for types whose own words say too little.
    pub fn parse_as<T: FromStr>(&mut self, column: &'static str, what: &str) -> Option<T> {
        let text = self.text(column)?;
        let value = text.parse().ok();
        if value.is_none() {
            self.refuse(column, format!("expected {what}, got {}", shown(text)));
        }
        value
    }

    pub fn id<T: FromStr>(&mut self, column: &'static str) -> Option<T> {
        self.parse_as(column, "a UUID such as 01941f29-7c00-7000-8000-000000000001")
    }

    /// As `parse`, where nothing and less than nothing make no sense.
    pub fn positive<T: FromStr<Err: Display> + Default + PartialOrd + Display>(
        &mut self,
        column: &'static str,
    ) -> Option<T> {
        let amount: T = self.parse(column)?;
        if amount > T::default() {
            return Some(amount);
        }
        self.refuse(column, format!("expected more than 0, got {amount}"));
        None
    }

    /// As accounts and stock-data take it, and written as it will be kept.
    pub fn name(&mut self, characters_max: usize) -> Option<String> {
        let name = self.text("name")?;
        let rule = match contracts::name::check(name, characters_max) {
            Ok(kept) if kept == name => return Some(name.to_owned()),
            Ok(_) => format!("expected no spaces around it, got {}", shown(name)),
            Err(refusal) => refusal.message,
        };
        self.refuse("name", rule);
        None
    }

    pub fn text(&mut self, column: &'static str) -> Option<&'a str> {
        let text = self.cell(column)?;
        let length = text.chars().count();
        let rule = if text.is_empty() {
            "is empty".to_owned()
        } else if length > CELL_CHARACTERS_MAX {
            format!("expected at most {CELL_CHARACTERS_MAX} characters, got {length}: {}", shown(text))
        } else if text.contains(['\n', '\r']) {
            format!("expected one line, got {}; is a quote not closed?", shown(text))
        } else {
            return Some(text);
        };
        self.refuse(column, rule);
        None
    }

    /// Whether it says anything, or could not be read.
    pub fn has(&self, column: &str) -> bool {
        self.cell(column) != Some("")
    }

    fn cell(&self, column: &str) -> Option<&'a str> {
        let at = self.kind.all_columns().position(|c| c == column).expect("a column of this kind");
        self.record.cells[at].as_deref()
    }
}
