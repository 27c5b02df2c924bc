//! When a snapshot is taken, and how: the actors write their bytes, a thread of its own compresses
//! them, and whichever step comes after that saves them. No step waits for the compression.

use crate::actors::Books;
use crate::apart::Apart;
use crate::recovery::{Chain, content};
use crate::store::{SNAPSHOTS_KEPT, Stored};
use chassis::Fault;
use std::collections::VecDeque;

/// A step is a row of its own to read, so many small ones take as long as fewer large ones: half a
/// second of a recovery.
const STEPS_MAX: u64 = 50_000;

pub struct Snapshots {
    partition: u16,
    /// So many commands, or `STEPS_MAX` steps, lie between two of them.
    every: u64,
    /// Commands and steps since the last one was begun.
    commands: u64,
    steps: u64,
    under_way: Option<Apart<Stored>>,
    /// The steps of those that are kept, newest first.
    kept: VecDeque<u64>,
}

impl Snapshots {
    /// After a recovery that has carried out so many commands in so many steps again.
    pub fn new(partition: u16, every: u64, (commands, steps): (u64, u64), kept: Vec<u64>) -> Self {
        Snapshots { partition, every: every.max(1), commands, steps, under_way: None, kept: kept.into() }
    }

    /// Counts a step's commands, and begins a snapshot of the books after it when one is due.
    pub async fn after(
        &mut self,
        step_no: u64,
        chain: Chain,
        commands: u64,
        books: &Books,
    ) -> Result<(), Fault> {
        self.commands += commands;
        self.steps += 1;
        let is_due = self.commands >= self.every || self.steps >= STEPS_MAX;
        if !is_due || self.under_way.is_some() {
            return Ok(());
        }
        let books = books.bytes().await?;
        let partition = self.partition;
        (self.commands, self.steps) = (0, 0);
        self.under_way = Some(Apart::begin(move || {
            Stored::of(step_no, &content::to_bytes(partition, step_no, chain, &books))
        }));
        Ok(())
    }

    /// The snapshot that has become ready, if one has.
    pub async fn ready(&mut self) -> Result<Option<Stored>, Fault> {
        match self.under_way.take_if(|task| task.is_finished()) {
            Some(task) => task.result("take a snapshot").await.map(Some),
            None => Ok(None),
        }
    }

    /// Counts one more among those that are kept.
    pub fn keep(&mut self, step_no: u64) {
        self.kept.push_front(step_no);
        self.kept.truncate(SNAPSHOTS_KEPT);
    }

    /// Neither older snapshots nor the journal up to and including this step are needed any more.
    pub fn oldest_kept(&self) -> u64 {
        self.kept.get(SNAPSHOTS_KEPT - 1).copied().unwrap_or(0)
    }
}
