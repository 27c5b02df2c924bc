//! What became of each message, and when: shared by the threads that send and hear.
//!
//! Promises: a message counts once for each thing that can be said of it; latency counts from the
//! due time, not from the sending.

mod fates;
#[cfg(test)]
mod tests;

use crate::bodies::Ids;
use crate::bots;
use crate::plan::{Fate, Kind, Message, Plan};
use hdrhistogram::Histogram;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::Instant;

/// Whoever waits longer counts as waiting so long.
const LATENCY_MAX_US: u64 = 600_000_000;
/// A tenth of a percent.
const SIGNIFICANT_DIGITS: u8 = 3;

pub fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, LATENCY_MAX_US, SIGNIFICANT_DIGITS).expect("good bounds")
}

/// Latencies in microseconds: of the whole run, and of what came since they were last looked at.
pub struct Track {
    total: Histogram<u64>,
    lately: Histogram<u64>,
}

impl Default for Track {
    fn default() -> Self {
        Track { total: histogram(), lately: histogram() }
    }
}

/// What there is to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hop {
    /// How late the generator itself was.
    Sent,
    /// The broker has it (AMQP only).
    Confirmed,
    /// Recorded by ordering: the reply, or the 201.
    Answered,
    /// The owner's Socket.IO connection was told what became of it.
    Pushed,
}

impl Hop {
    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

const REFUSED: u8 = 1 << 4;
/// Its owner was told of the end that comes after what is measured as its push.
const ENDED: u8 = 1 << 5;

pub struct Tally {
    pub plan: Plan,
    /// When each message is due, in microseconds.
    pub due: Vec<u32>,
    pub ids: Ids,
    listeners: u32,
    begun: OnceLock<Instant>,
    flags: Vec<AtomicU8>,
    counts: [AtomicU64; 4],
    tracks: [Mutex<Track>; 4],
    taken_back: AtomicU64,
    /// Which message cancels an order, which changes it, and which comes in its place.
    canceled_by: FxHashMap<u32, u32>,
    amended_by: FxHashMap<u32, u32>,
    replaced_by: FxHashMap<u32, u32>,
    /// Answers and pushes that are not what the plan says, by what they said.
    unexpected: Mutex<BTreeMap<String, u64>>,
}

impl Tally {
    pub fn new(plan: Plan, due: Vec<u32>, ids: Ids, listeners: u32) -> Self {
        let about = |kind: Kind| {
            let those = plan.messages.iter().enumerate().filter(|(_, message)| message.kind == kind);
            those.map(|(n, message)| (message.target, n as u32)).collect()
        };
        Tally {
            flags: plan.messages.iter().map(|_| AtomicU8::new(0)).collect(),
            canceled_by: about(Kind::Cancel),
            amended_by: about(Kind::Amend),
            replaced_by: about(Kind::Replace),
            plan,
            due,
            ids,
            listeners,
            begun: OnceLock::new(),
            counts: Default::default(),
            tracks: Default::default(),
            taken_back: AtomicU64::new(0),
            unexpected: Mutex::default(),
        }
    }

    pub fn begin(&self, at: Instant) {
        let _ = self.begun.set(at);
    }

    /// Microseconds since the beginning; 0 before it.
    pub fn now_us(&self) -> u64 {
        self.begun.get().map_or(0, |begun| begun.elapsed().as_micros() as u64)
    }

    pub fn count(&self, hop: Hop) -> u64 {
        self.counts[hop as usize].load(Ordering::Relaxed)
    }

    pub fn listens(&self, user: u32) -> bool {
        bots::listens(user, self.plan.users, self.listeners)
    }

    /// How many messages have an owner who listens.
    pub fn pushes_expected(&self) -> u64 {
        self.plan.messages.iter().filter(|message| self.listens(message.user)).count() as u64
    }

    /// Notes it, once.
    pub fn note(&self, hop: Hop, number: u32, from: u32) {
        let Some(flags) = self.flags.get(number as usize) else { return };
        if flags.fetch_or(hop.bit(), Ordering::Relaxed) & hop.bit() != 0 {
            return;
        }
        let latency = self.now_us().saturating_sub(u64::from(self.due[from as usize]));
        {
            let mut track = self.tracks[hop as usize].lock().expect("no panic while held");
            track.total.saturating_record(latency.max(1));
            track.lately.saturating_record(latency.max(1));
        }
        self.counts[hop as usize].fetch_add(1, Ordering::Relaxed);
    }

    fn has(&self, number: u32, bit: u8) -> bool {
        self.flags[number as usize].load(Ordering::Relaxed) & bit != 0
    }

    /// Of those before it and itself, what the broker has not confirmed yet.
    pub fn confirmed(&self, tag: u64, multiple: bool, lowest: &mut u32) {
        let number = (tag - 1) as u32;
        if multiple {
            (*lowest..=number).for_each(|n| self.note(Hop::Confirmed, n, n));
            *lowest = number + 1;
        } else {
            self.note(Hop::Confirmed, number, number);
            while (*lowest as usize) < self.flags.len() && self.has(*lowest, Hop::Confirmed.bit()) {
                *lowest += 1;
            }
        }
    }

    /// The reply to a message. A refusal is an answer; it is none that was planned.
    pub fn answered(&self, number: u32, status: &str, code: Option<&str>) {
        self.note(Hop::Answered, number, number);
        if let Some(code) = code {
            self.unexpected(number, &format!("answered {status}: {code}"));
        }
    }

    /// Whether its owner has been told that it was taken.
    pub fn is_known(&self, number: u32) -> bool {
        self.has(number, Hop::Answered.bit())
    }

    /// Nothing will come of it, and it did not happen.
    pub fn taken_back(&self, number: u32, why: &str) {
        self.taken_back.fetch_add(1, Ordering::Relaxed);
        self.unexpected(number, why);
    }

    /// Whether everything that was sent has its answer, or will have none.
    pub fn is_answered(&self) -> bool {
        self.count(Hop::Answered) + self.taken_back.load(Ordering::Relaxed) >= self.count(Hop::Sent)
    }

    pub fn unexpected(&self, number: u32, what: &str) {
        if let Some(flags) = self.flags.get(number as usize) {
            flags.fetch_or(REFUSED, Ordering::Relaxed);
        }
        let kind = self.plan.messages.get(number as usize).map(|message| message.kind);
        let what = kind.map_or_else(|| what.to_owned(), |kind| format!("{kind:?} {what}"));
        *self.unexpected.lock().expect("no panic while held").entry(what).or_default() += 1;
    }

    /// How many messages that were sent are so.
    fn count_sent(&self, is_so: impl Fn(u32, &Message) -> bool) -> u64 {
        let numbered = (0..).zip(&self.plan.messages);
        numbered.filter(|(n, message)| self.has(*n, Hop::Sent.bit()) && is_so(*n, message)).count() as u64
    }

    /// Whether somebody listens who is to be told of it.
    fn is_awaited(&self, n: u32, message: &Message) -> bool {
        self.listens(message.user) && !self.has(n, REFUSED)
    }

    /// Whether all who listen were told what is measured.
    pub fn is_pushed(&self) -> bool {
        let open = |n, message: &Message| self.is_awaited(n, message) && !self.has(n, Hop::Pushed.bit());
        self.count(Hop::Pushed) >= self.pushes_expected() || self.count_sent(open) == 0
    }

    /// Whether they were told the ends, too, that come by themselves after that.
    pub fn is_ended(&self) -> bool {
        let open = |n, message: &Message| {
            self.is_awaited(n, message) && ends_later(message.kind) && !self.has(n, ENDED)
        };
        self.count_sent(open) == 0
    }

    /// How many messages that were sent nobody answered, and how many were not pushed to an owner who listens.
    pub fn unaccounted(&self) -> (u64, u64) {
        let unanswered = self.count_sent(|n, _| !self.has(n, Hop::Answered.bit() | REFUSED));
        let unpushed = self.count_sent(|n, message| {
            let is_told = self.has(n, Hop::Pushed.bit()) && (!ends_later(message.kind) || self.has(n, ENDED));
            self.is_awaited(n, message) && !is_told
        });
        (unanswered, unpushed)
    }

    pub fn surprises(&self) -> BTreeMap<String, u64> {
        self.unexpected.lock().expect("no panic while held").clone()
    }

    /// What came since this was last asked.
    pub fn lately(&self, hop: Hop) -> Histogram<u64> {
        let mut track = self.tracks[hop as usize].lock().expect("no panic while held");
        std::mem::replace(&mut track.lately, histogram())
    }

    pub fn total(&self, hop: Hop) -> Histogram<u64> {
        self.tracks[hop as usize].lock().expect("no panic while held").total.clone()
    }
}

/// Whether an order has an end of its own after what is measured as its push.
fn ends_later(kind: Kind) -> bool {
    match kind.fate() {
        Some(Fate::Expires | Fate::IsTaken) => true,
        Some(Fate::Rests | Fate::Trades | Fate::Leaves) | None => false,
    }
}
