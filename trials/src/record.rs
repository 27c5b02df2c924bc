//! What callers know: every call with what they were told of it. The invariants are held against it.

use crate::{Resources, Watcher};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// What became of a call, as far as its caller knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Recorded: it was answered so, after the commit.
    Ok,
    Refused,
    /// No answer. It may or may not have happened.
    Unknown,
}

/// By which way an order went in, and with it how it is asked about again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    Amqp,
    Rest,
}

#[derive(Clone, Debug)]
pub struct Call {
    pub user: &'static str,
    pub door: Door,
    pub outcome: Outcome,
    /// What was sent, to send it again.
    pub body: Value,
}

#[derive(Debug, Default)]
pub struct Record {
    /// By order id.
    pub orders: BTreeMap<String, Call>,
    /// Calls that had no answer until they were made again.
    pub unanswered: usize,
    /// The longest that somebody at REST waited for any answer, and how often the answer was 503.
    pub slowest: Duration,
    pub unavailable: usize,
    /// Messages that the fault rightly sets aside for good.
    pub parked: usize,
    /// Listeners at the sockets; they listen until the record is dropped.
    pub watchers: Vec<Watcher>,
    /// What the processes used under this load, before the fault.
    pub baseline: Resources,
}

impl Record {
    pub fn note(&mut self, order_id: &str, outcome: Outcome) {
        if let Some(call) = self.orders.get_mut(order_id)
            && call.outcome == Outcome::Unknown
        {
            call.outcome = outcome;
        }
    }

    pub fn count(&self, outcome: Outcome) -> usize {
        self.orders.values().filter(|call| call.outcome == outcome).count()
    }

    /// What came by one door and is still without an answer.
    pub fn open(&self, door: Door) -> Vec<Call> {
        let open = |call: &&Call| call.door == door && call.outcome == Outcome::Unknown;
        self.orders.values().filter(open).cloned().collect()
    }
}

impl fmt::Display for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} ok, {} refused, {} unknown at first, {} for good; REST: {} × 503, slowest answer {} ms",
            self.count(Outcome::Ok),
            self.count(Outcome::Refused),
            self.unanswered,
            self.count(Outcome::Unknown),
            self.unavailable,
            self.slowest.as_millis()
        )
    }
}
