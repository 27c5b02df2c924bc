//! The twin of a service's database: the same statements, answered from memory.
//!
//! **Invariant** A transaction is whole or not at all, and nobody reads what is not committed: from
//! its first write to its end it has the database to itself, and everybody else waits.
//! **Invariant** A statement that the twin does not know is a panic, never an empty answer.

mod connection;
mod inserts;
mod reads;
mod statements;
mod tables;
mod updates;
mod writes;

pub use connection::{Connection, Fate, Gate};
pub use tables::{Row, Tables, bytes, flag, number, part, text, uuid};

use crate::plants::Plant;
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use tables::{Key, Undo, check, key_of};

/// One service's database, shared by the connections to it.
#[derive(Clone, Debug)]
pub struct Database(Arc<Mutex<State>>);

#[derive(Debug)]
pub struct State {
    pub tables: Tables,
    pub plant: Option<Plant>,
    /// Who is in the middle of writing.
    owner: Option<u32>,
    undo: Vec<Undo>,
    /// The rows that the transaction has touched, and by which of its statements.
    touched: FxHashMap<(String, Key), u64>,
    statements: u64,
    /// What the last commits changed, newest last: kept only to be forgotten by a planted bug.
    recent: Vec<Vec<Undo>>,
    /// Commits so far.
    pub commits: u64,
    /// Rows that break a check of the schema. The real database would refuse them too.
    pub broken: Vec<String>,
}

/// A database that does not flush its log loses this many commits at most.
const COMMITS_FORGOTTEN_MAX: usize = 3;

impl Database {
    pub fn of(service: &'static str, plant: Option<Plant>) -> Self {
        Database(Arc::new(Mutex::new(State {
            tables: Tables::of(service),
            plant,
            owner: None,
            undo: Vec::new(),
            touched: FxHashMap::default(),
            statements: 0,
            recent: Vec::new(),
            commits: 0,
            broken: Vec::new(),
        })))
    }

    pub fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no panic while held")
    }
}

impl State {
    /// Whether nobody is in the middle of writing.
    pub fn is_free(&self) -> bool {
        self.owner.is_none()
    }

    pub fn owner(&self) -> Option<u32> {
        self.owner
    }

    fn is_free_for(&self, connection: u32) -> bool {
        self.owner.is_none_or(|owner| owner == connection)
    }

    fn commit(&mut self, connection: u32) {
        if self.owner != Some(connection) {
            return;
        }
        self.owner = None;
        self.touched.clear();
        self.commits += 1;
        let undo = std::mem::take(&mut self.undo);
        if self.plant == Some(Plant::CommitsNotFlushed) {
            self.recent.push(undo);
            if self.recent.len() > COMMITS_FORGOTTEN_MAX {
                self.recent.remove(0);
            }
        }
    }

    /// The connection is gone, or says so itself.
    pub fn roll_back(&mut self, connection: u32) {
        if self.owner != Some(connection) {
            return;
        }
        self.owner = None;
        self.touched.clear();
        for undo in std::mem::take(&mut self.undo).into_iter().rev() {
            let survives = match self.plant {
                Some(Plant::SequencesOutliveRollback) => undo.table == "counters",
                Some(Plant::PositionsOutsideTheTransaction) => undo.table == "positions",
                _ => false,
            };
            if !survives {
                self.tables.put_back(undo);
            }
        }
    }

    /// The server is killed and comes back. What was committed is still there.
    pub fn crash(&mut self) {
        if let Some(owner) = self.owner {
            self.roll_back(owner);
        }
        for undo in std::mem::take(&mut self.recent).into_iter().rev().flat_map(|c| c.into_iter().rev()) {
            self.tables.put_back(undo);
        }
    }

    /// Writes a row as it is now, if the schema allows it.
    fn save(&mut self, table: &str, row: Row) -> Result<(), String> {
        if let Err(broken) = check(table, &row) {
            self.broken.push(broken.clone());
            return Err(broken);
        }
        self.touch(table, key_of(self.tables.table(table).key, &row));
        let undo = self.tables.put(table, row);
        self.undo.push(undo);
        Ok(())
    }

    fn remove(&mut self, table: &str, keys: Vec<Key>) -> u64 {
        let mut removed = 0;
        for key in keys {
            if self.tables.get(table, &key).is_some() {
                self.touch(table, key.clone());
                let undo = self.tables.remove(table, key);
                self.undo.push(undo);
                removed += 1;
            }
        }
        removed
    }

    /// The parts of a step see the tables as they were before it: no two may touch the same row.
    fn touch(&mut self, table: &str, key: Key) {
        let statement = self.statements;
        let before = self.touched.insert((table.to_owned(), key.clone()), statement);
        if before.is_some_and(|before| before != statement) {
            self.broken.push(format!("{table}: two statements of one step touch {key:?}"));
        }
    }
}
