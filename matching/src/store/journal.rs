//! The journal: every step's commands, and the digest of what was said about them.

use crate::recovery::{Chain, Entry};
use chassis::{Fault, Tx, Writes};
use contracts::{StreamName, topology};
use sea_orm::FromQueryResult;

/// So many rows at once are a few megabytes of the busiest steps.
const ROWS_READ: i64 = 256;
/// Rows removed in one step at most: more than a step adds, and never a noticeable wait.
const ROWS_PRUNED_MAX: u64 = 256;

/// Where a partition's journal ends, and where it begins.
#[derive(Clone, Debug)]
pub struct Head {
    /// 0: nothing has happened.
    pub step_no: u64,
    pub digest: Vec<u8>,
    /// Of the rows that there are; 0 without rows.
    pub first_step: u64,
    pub last_step: u64,
    /// The last sequence of the partition's stream.
    pub said: u64,
}

pub async fn head(tx: &Tx, partition: u16) -> Result<Head, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        step_no: i64,
        digest: Vec<u8>,
        first_step: i64,
        last_step: i64,
        said: i64,
    }
    let sql = "
        select coalesce(h.step_no, 0) as step_no, coalesce(h.digest, $2) as digest,
               coalesce((select min(step_no) from journal where partition = $1), 0) as first_step,
               coalesce((select max(step_no) from journal where partition = $1), 0) as last_step,
               coalesce((select seq from counters where partition = $1 and stream = $3), 0) as said
        from (select 1) one left join journal_heads h on h.partition = $1";
    let stream = StreamName::to_all(&topology::partition_name(topology::MATCHING, partition));
    let values =
        [i32::from(partition).into(), Chain::GENESIS.0.to_vec().into(), stream.as_str().to_owned().into()];
    let rows = tx.all::<Row>(sql, values).await?;
    let row = rows.into_iter().next().expect("one row without a condition");
    Ok(Head {
        step_no: row.step_no as u64,
        digest: row.digest,
        first_step: row.first_step as u64,
        last_step: row.last_step as u64,
        said: row.said as u64,
    })
}

/// The next rows after a step, in their order; empty after the last.
pub async fn after(tx: &Tx, partition: u16, step_no: u64) -> Result<Vec<Entry>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        step_no: i64,
        commands: Vec<u8>,
        digest: Vec<u8>,
    }
    let sql = "
        select step_no, commands, digest from journal
        where partition = $1 and step_no > $2 order by step_no limit $3";
    let values = [i32::from(partition).into(), (step_no as i64).into(), ROWS_READ.into()];
    let entry = |Row { step_no, commands, digest }| Entry { step_no: step_no as u64, commands, digest };
    Ok(tx.all::<Row>(sql, values).await?.into_iter().map(entry).collect())
}

/// Adds a step and moves the head, if the journal ends where we left it.
pub fn append(partition: u16, entry: Entry, writes: &mut Writes) {
    let Entry { step_no, commands, digest } = entry;
    let (partition, step_no) = (i32::from(partition), step_no as i64);
    let added = "insert into journal (partition, step_no, commands, digest) values ($1, $2, $3, $4)";
    writes.add(added, [partition.into(), step_no.into(), commands.into(), digest.clone().into()]);
    let moved = "
        insert into journal_heads as head (partition, step_no, digest) values ($1, $2, $3)
        on conflict (partition) do update set step_no = excluded.step_no, digest = excluded.digest
        where head.step_no = excluded.step_no - 1";
    let otherwise = "the journal does not end where it was left";
    writes.exactly(1, otherwise, moved, [partition.into(), step_no.into(), digest.into()]);
}

/// What of the journal is older than every kept snapshot, and goes piece by piece.
#[derive(Clone, Copy, Debug)]
pub struct Pruning {
    /// Steps up to and including this one are gone.
    pub pruned: u64,
    /// Steps up to and including this one may go.
    pub prunable: u64,
}

impl Pruning {
    pub fn go_on(&mut self, partition: u16, writes: &mut Writes) {
        if self.pruned >= self.prunable {
            return;
        }
        let last = self.prunable.min(self.pruned + ROWS_PRUNED_MAX);
        let sql = "delete from journal where partition = $1 and step_no > $2 and step_no <= $3";
        let values = [i32::from(partition).into(), (self.pruned as i64).into(), (last as i64).into()];
        writes.add(sql, values);
        self.pruned = last;
    }
}
