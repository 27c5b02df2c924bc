//! What is wrong, and where: file, line, column and rule.

use super::Kind;
use std::fmt;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    pub kind: Kind,
    /// From 1. None: the file as a whole.
    pub line: Option<u64>,
    /// None: the row as a whole.
    pub column: Option<&'static str>,
    pub rule: String,
}

impl Problem {
    pub fn of_file(kind: Kind, rule: impl Into<String>) -> Self {
        Problem { kind, line: None, column: None, rule: rule.into() }
    }

    pub fn of_row(kind: Kind, line: u64, rule: impl Into<String>) -> Self {
        Problem { kind, line: Some(line), column: None, rule: rule.into() }
    }

    pub fn of_cell(kind: Kind, line: u64, column: &'static str, rule: impl Into<String>) -> Self {
        Problem { kind, line: Some(line), column: Some(column), rule: rule.into() }
    }
}

/// `orders.csv:12: limit_price: expected …`, as editors know it.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.file())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(column) = self.column {
            write!(f, ": {column}")?;
        }
        write!(f, ": {}", self.rule)
    }
}

/// A refused cell may hold a whole file, after a quote that was never closed.
const SHOWN_CHARACTERS_MAX: usize = 40;

/// The text in quotes, shortened where it is long.
pub fn shown(text: &str) -> String {
    let mut shown = String::new();
    for c in text.chars() {
        shown.push(c);
        // As it will be shown: some characters take ten.
        if shown.escape_debug().count() > SHOWN_CHARACTERS_MAX {
            shown.pop();
            shown.push('…');
            break;
        }
    }
    format!("{shown:?}")
}
