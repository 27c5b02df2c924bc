//! What the database has been given to keep.

use crate::console::answer;
use anyhow::{Context, Result};
use chassis::Db;
use sea_orm::FromQueryResult;

/// Sums over what is there. Of the journal that is what the last snapshots need: its rows' mean.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct Costs {
    steps: i64,
    journal_row: i64,
    outbox: i64,
    wal: i64,
    /// Of the newest snapshot.
    snapshot: i64,
}

impl Costs {
    pub async fn so_far(db: &Db) -> Result<Self> {
        let sql = "
            select (select coalesce(sum(step_no), 0) from journal_heads)::bigint as steps,
                   (select coalesce(avg(octet_length(commands)), 0) from journal)::bigint as journal_row,
                   (select coalesce(sum(octet_length(body)), 0) from outbox)::bigint as outbox,
                   (pg_current_wal_lsn() - '0/0')::bigint as wal,
                   coalesce((select octet_length(body) from snapshots order by taken_at desc limit 1), 0)::bigint
                       as snapshot";
        db.one::<Costs>(sql, []).await?.context("one row without a condition")
    }

    pub fn since(self, before: &Costs) -> Self {
        Costs {
            steps: self.steps - before.steps,
            journal_row: self.journal_row,
            outbox: self.outbox - before.outbox,
            wal: self.wal - before.wal,
            snapshot: self.snapshot,
        }
    }

    pub fn tell(&self, commands: usize) {
        let each = |bytes: i64| bytes as f64 / commands as f64;
        answer(format!(
            "{} steps; bytes of a command in the journal {:.0}, in the outbox {:.0}, in the write-ahead log {:.0}; \
             the last snapshot has {:.1} MB",
            self.steps,
            each(self.journal_row * self.steps),
            each(self.outbox),
            each(self.wal),
            self.snapshot as f64 / 1e6,
        ));
    }
}
