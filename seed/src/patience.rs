//! How long to go on asking: as long as something moves, and a while longer.

use chassis::ask::AskError;
use contracts::Code;
use std::{
    future::Future,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

/// A restart of any one part of the exchange takes less.
const DEFAULT: Duration = Duration::from_secs(30);
const FIRST_WAIT: Duration = Duration::from_millis(25);
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// Shared by all rows of a run.
pub struct Patience {
    limit: Duration,
    /// When an answer last brought something on.
    moved: Mutex<Instant>,
    /// Nobody answered for that long: those who have not begun need not try.
    is_over: AtomicBool,
}

impl Default for Patience {
    fn default() -> Self {
        Patience::of(DEFAULT)
    }
}

impl Patience {
    pub fn of(limit: Duration) -> Self {
        Patience { limit, moved: Mutex::new(Instant::now()), is_over: AtomicBool::new(false) }
    }

    pub fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }

    /// Asks until there is an answer. An answer counts as none while it only says that news of a
    /// user or a symbol has not got there yet.
    pub async fn ask<T, F>(&self, attempt: impl Fn() -> F) -> Result<T, AskError>
    where
        F: Future<Output = Result<T, AskError>>,
    {
        let mut wait = FIRST_WAIT.min(self.limit);
        loop {
            let error = match attempt().await {
                Ok(value) => {
                    *self.moved.lock().expect("no panic while held") = Instant::now();
                    return Ok(value);
                }
                Err(error) => error,
            };
            let worth_waiting = match &error {
                AskError::Unavailable(_) => true,
                AskError::Refused(refusal) => may_pass(refusal.code),
            };
            if !worth_waiting {
                return Err(error);
            }
            if self.moved.lock().expect("no panic while held").elapsed() >= self.limit {
                if let AskError::Unavailable(_) = error {
                    self.is_over.store(true, Ordering::Relaxed);
                }
                return Err(error);
            }
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }
}

/// Users and stocks travel to those who need them by streams: a moment after they were taken here,
/// they may be unknown there.
fn may_pass(code: Code) -> bool {
    matches!(
        code,
        Code::UnknownUser | Code::UnknownSymbol | Code::Unavailable | Code::NotSent | Code::DeadlinePassed
    )
}
