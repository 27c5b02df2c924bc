//! What was done, or would be, in words: a table of numbers, then each row worth naming.

use crate::{
    domain::{Kind, Problem, Standing},
    survey::Item,
};
use std::{collections::BTreeMap, fmt};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub added: usize,
    pub changed: usize,
    pub unchanged: usize,
    pub refused: usize,
    pub not_sent: usize,
}

/// An error where it has failures: its text then names each of them.
#[derive(Clone, Debug, Default)]
pub struct Report {
    pub dry_run: bool,
    pub counts: BTreeMap<Kind, Counts>,
    /// Rows that were not there, in words.
    pub additions: Vec<(Kind, String)>,
    pub changes: Vec<String>,
    pub failures: Vec<Problem>,
}

impl std::error::Error for Report {}

/// All that is wrong with the files.
#[derive(Clone, Debug)]
pub struct Invalid(pub Vec<Problem>);

impl std::error::Error for Invalid {}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Invalid(problems) = self;
        write!(f, "the files have {}; nothing was sent", counted(problems.len(), "error"))?;
        problems.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

impl Report {
    /// What applying would do.
    pub(crate) fn of_survey(items: &[Item]) -> Self {
        let mut report = Report { dry_run: true, ..Report::default() };
        for item in items {
            match &item.standing {
                Standing::Missing | Standing::Same | Standing::Differs(_) => report.count_done(item),
                Standing::Conflicts(reason) => report.count_refused(item, reason.clone()),
            }
        }
        report
    }

    pub(crate) fn count_done(&mut self, item: &Item) {
        let counts = self.counts.entry(item.kind).or_default();
        match &item.standing {
            Standing::Missing => {
                counts.added += 1;
                let row = format!("{}:{}: {}", item.kind.file(), item.line, item.message);
                self.additions.push((item.kind, row));
            }
            Standing::Differs(what) => {
                counts.changed += 1;
                let row = format!("{}:{}: {}: {what}", item.kind.file(), item.line, item.message);
                self.changes.push(row);
            }
            Standing::Same => counts.unchanged += 1,
            Standing::Conflicts(_) => unreachable!("what conflicts is not done"),
        }
    }

    pub(crate) fn count_refused(&mut self, item: &Item, reason: String) {
        self.counts.entry(item.kind).or_default().refused += 1;
        self.failures.push(Problem::of_row(item.kind, item.line, reason));
    }

    pub(crate) fn count_not_sent(&mut self, item: &Item) {
        self.counts.entry(item.kind).or_default().not_sent += 1;
    }
}

/// Of a first seeding, everything is an addition; a few of each kind show what it is about.
const ADDITIONS_SHOWN_MAX: usize = 5;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total: Counts = self.counts.values().fold(Counts::default(), |total, counts| Counts {
            added: total.added + counts.added,
            changed: total.changed + counts.changed,
            unchanged: total.unchanged + counts.unchanged,
            refused: total.refused + counts.refused,
            not_sent: total.not_sent + counts.not_sent,
        });
        match (self.failures.len(), self.dry_run, total.added + total.changed) {
            (0, _, 0) => writeln!(f, "everything is as the files say")?,
            (0, true, n) => writeln!(f, "dry run: {} would be sent", counted(n, "row"))?,
            (0, false, n) => writeln!(f, "{} applied", counted(n, "row"))?,
            (n, true, _) => writeln!(f, "dry run: {} would be refused", counted(n, "row"))?,
            (n, false, _) => writeln!(f, "{} not applied", counted(n, "row"))?,
        }
        write!(f, "{:<10}{:>8}{:>10}{:>11}", "", "added", "changed", "unchanged")?;
        write!(f, "{}", if total.refused > 0 { "   refused" } else { "" })?;
        write!(f, "{}", if total.not_sent > 0 { "  not sent" } else { "" })?;
        for (kind, counts) in &self.counts {
            let Counts { added, changed, unchanged, refused, not_sent } = counts;
            write!(f, "\n{:<10}{added:>8}{changed:>10}{unchanged:>11}", kind.name())?;
            if total.refused > 0 {
                write!(f, "{refused:>10}")?;
            }
            if total.not_sent > 0 {
                write!(f, "{not_sent:>10}")?;
            }
        }
        if self.dry_run {
            self.write_additions(f)?;
        }
        self.changes.iter().try_for_each(|row| write!(f, "\n~ {row}"))?;
        self.failures.iter().try_for_each(|problem| write!(f, "\n! {problem}"))
    }
}

impl Report {
    fn write_additions(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for kind in Kind::ALL {
            let rows: Vec<_> = self.additions.iter().filter(|(of, _)| *of == kind).collect();
            rows.iter().take(ADDITIONS_SHOWN_MAX).try_for_each(|(_, row)| write!(f, "\n+ {row}"))?;
            if let Some(more) = rows.len().checked_sub(ADDITIONS_SHOWN_MAX).filter(|more| *more > 0) {
                write!(f, "\n+ {}: and {more} more", kind.file())?;
            }
        }
        Ok(())
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
