//! One connection to a twin: where the simulator slows it down, breaks it, or lies to it.

use super::{Database, statements};
use async_trait::async_trait;
use chassis::{Db, store::simulation};
use sea_orm::{
    Database as Connect, DbBackend, DbErr, ProxyDatabaseTrait, ProxyExecResult, ProxyRow, Statement,
};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

/// What becomes of the next commit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fate {
    #[default]
    Answered,
    /// It happens, but the answer is lost.
    AnswerLost,
    /// It does not happen, and the answer is lost as well.
    Failed,
}

/// The simulator's hand on a connection.
#[derive(Debug, Default)]
pub struct Gate {
    /// Each statement waits for another poll.
    pub slow: AtomicBool,
    /// So many statements from now one fails, and its transaction with it. 0: none.
    pub fail_in: AtomicU32,
    pub fate: Mutex<Fate>,
    /// The server has ended the connection's transaction: whatever it says fails until it begins anew.
    aborted: AtomicBool,
    in_transaction: AtomicBool,
    /// A commit was carried out, and nobody has looked at it yet.
    pub committed: AtomicBool,
}

impl Gate {
    /// The server ends what is under way: the client was silent for too long, or the server went down.
    pub fn abort(&self) {
        self.aborted.store(self.in_transaction.load(Ordering::Relaxed), Ordering::Relaxed);
    }

    pub fn in_transaction(&self) -> bool {
        self.in_transaction.load(Ordering::Relaxed)
    }
}

#[derive(Debug)]
pub struct Connection {
    id: u32,
    database: Database,
    gate: Arc<Gate>,
}

/// Pending once.
struct Pause(bool);

impl Future for Pause {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, false) { Poll::Pending } else { Poll::Ready(()) }
    }
}

impl Connection {
    pub fn open(id: u32, database: Database, gate: Arc<Gate>) -> Db {
        let proxy: Box<dyn ProxyDatabaseTrait> = Box::new(Connection { id, database, gate });
        let connecting = Connect::connect_proxy(DbBackend::Postgres, Arc::new(proxy));
        let connected = futures::FutureExt::now_or_never(connecting).expect("nothing to wait for");
        Db::simulated(connected.expect("a proxy takes every statement"))
    }

    async fn pause(&self) {
        Pause(self.gate.slow.load(Ordering::Relaxed)).await;
    }

    /// Waits until nobody else is in the middle of writing.
    async fn wait_for_others(&self) {
        while !self.database.lock().is_free_for(self.id) {
            Pause(true).await;
        }
    }

    fn check(&self) -> Result<(), DbErr> {
        let gate = &self.gate;
        if gate.aborted.load(Ordering::Relaxed) {
            return Err(DbErr::Custom("the server has ended the transaction".into()));
        }
        let left = gate.fail_in.load(Ordering::Relaxed);
        if left > 0 {
            gate.fail_in.store(left - 1, Ordering::Relaxed);
        }
        if left == 1 {
            self.end();
            gate.abort();
            return Err(DbErr::Custom("the connection was lost".into()));
        }
        Ok(())
    }

    fn end(&self) {
        self.database.lock().roll_back(self.id);
    }

    async fn run(&self, statement: &Statement) -> Result<(Vec<ProxyRow>, u64), DbErr> {
        self.pause().await;
        self.wait_for_others().await;
        self.check()?;
        let values = statement.values.as_ref().map_or(&[][..], |values| &values.0);
        let mut state = self.database.lock();
        let result = statements::run(&mut state, self.id, &statement.sql, values);
        if result.is_err() {
            state.roll_back(self.id);
            drop(state);
            self.gate.abort();
        }
        result.map_err(DbErr::Custom)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.end();
    }
}

#[async_trait]
impl ProxyDatabaseTrait for Connection {
    async fn query(&self, statement: Statement) -> Result<Vec<ProxyRow>, DbErr> {
        self.run(&statement).await.map(|(rows, _)| rows)
    }

    async fn execute(&self, statement: Statement) -> Result<ProxyExecResult, DbErr> {
        self.run(&statement).await.map(|(_, changed)| ProxyExecResult::new(0, changed))
    }

    async fn begin(&self) {
        self.gate.aborted.store(false, Ordering::Relaxed);
        self.gate.in_transaction.store(true, Ordering::Relaxed);
    }

    async fn commit(&self) {
        self.pause().await;
        let fate = std::mem::take(&mut *self.gate.fate.lock().expect("no panic while held"));
        let aborted = self.gate.aborted.swap(false, Ordering::Relaxed);
        if aborted || fate == Fate::Failed {
            self.end();
        } else {
            self.database.lock().commit(self.id);
            self.gate.committed.store(true, Ordering::Relaxed);
        }
        self.gate.in_transaction.store(false, Ordering::Relaxed);
        self.pause().await;
        match (aborted, fate) {
            (true, _) => simulation::lose_answer("the server has ended the transaction"),
            (false, Fate::AnswerLost | Fate::Failed) => simulation::lose_answer("the connection was lost"),
            (false, Fate::Answered) => {}
        }
    }

    async fn rollback(&self) {
        self.start_rollback();
    }

    fn start_rollback(&self) {
        self.end();
        self.gate.in_transaction.store(false, Ordering::Relaxed);
        self.gate.aborted.store(false, Ordering::Relaxed);
    }
}
