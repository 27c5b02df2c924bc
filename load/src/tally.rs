//! What became of each message, and when: shared by the threads that send and hear.
//!
//! Promises: a message counts once for each thing that can be said of it; latency counts from the
//! due time, not from the sending.

use crate::bodies::{Ids, field};
use crate::bots;
use crate::plan::{Kind, Plan};
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
    /// Which message cancels an order.
    canceled_by: FxHashMap<u32, u32>,
    /// Answers and pushes that are not what the plan says, by what they said.
    unexpected: Mutex<BTreeMap<String, u64>>,
}

impl Tally {
    pub fn new(plan: Plan, due: Vec<u32>, ids: Ids, listeners: u32) -> Self {
        let cancels = plan.messages.iter().enumerate().filter(|(_, message)| message.kind == Kind::Cancel);
        Tally {
            flags: plan.messages.iter().map(|_| AtomicU8::new(0)).collect(),
            canceled_by: cancels.map(|(n, message)| (message.target, n as u32)).collect(),
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

    /// A private `order` event, as its owner's connection heard it.
    pub fn heard(&self, event: &[u8]) {
        let Some(number) = field(event, "\"order_id\":").and_then(|id| self.ids.number_of(id)) else {
            return;
        };
        let Some(message) = self.plan.messages.get(number as usize) else { return };
        let status = field(event, "\"status\":").unwrap_or_default();
        match (message.kind, status) {
            (_, b"pending") | (Kind::CrossFirst | Kind::CrossSecond | Kind::Market, b"open") => {}
            (Kind::Rest | Kind::PostOnly, b"open") | (Kind::Immediate | Kind::FillOrKill, b"canceled") => {
                self.note(Hop::Pushed, number, number)
            }
            (Kind::Rest | Kind::PostOnly, b"canceled") => {
                self.note(Hop::Pushed, number, number);
                match self.canceled_by.get(&number) {
                    Some(cancel) => self.note(Hop::Pushed, *cancel, *cancel),
                    None => self.unexpected(number, "pushed canceled"),
                }
            }
            (Kind::CrossFirst | Kind::CrossSecond | Kind::Market, b"closed") => {
                self.note(Hop::Pushed, number, self.plan.counts_from(number));
            }
            (_, status) => {
                self.note(Hop::Pushed, number, self.plan.counts_from(number));
                self.unexpected(number, &format!("pushed {}", String::from_utf8_lossy(status)));
            }
        }
    }

    /// How many messages that were sent nobody answered, and how many were not pushed to an owner who listens.
    pub fn unaccounted(&self) -> (u64, u64) {
        let (mut unanswered, mut unpushed) = (0, 0);
        for (n, message) in self.plan.messages.iter().enumerate() {
            let n = n as u32;
            if self.has(n, Hop::Sent.bit()) {
                unanswered += u64::from(!self.has(n, Hop::Answered.bit() | REFUSED));
                let waits = self.listens(message.user) && !self.has(n, REFUSED);
                unpushed += u64::from(waits && !self.has(n, Hop::Pushed.bit()));
            }
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn tally(mix: &str, count: usize) -> Tally {
        let plan = Plan::draw(count, 10, 2, mix.parse().unwrap(), 1).unwrap();
        let due = (0..count as u32).map(|n| n * 1000).collect();
        let tally = Tally::new(plan, due, Ids::new(1_800_000_000_000, 9), 10);
        tally.begin(Instant::now().checked_sub(Duration::from_secs(1)).unwrap());
        tally
    }

    fn event(tally: &Tally, number: u32, status: &str) -> Vec<u8> {
        let id = tally.ids.order_id(number, tally.due[number as usize]);
        format!(r#"42["order",{{"order_id":"{id}","user_id":"u","status":"{status}"}}]"#).into_bytes()
    }

    #[test]
    fn latency_counts_from_the_due_time_and_once() {
        let tally = tally("rest=1", 100);
        for _ in 0..3 {
            tally.answered(50, "pending", None);
        }
        let total = tally.total(Hop::Answered);
        assert_eq!((tally.count(Hop::Answered), total.len()), (1, 1));
        // A second after the beginning, due at 50 ms.
        assert!((950_000..1_500_000).contains(&total.max()), "{}", total.max());
    }

    #[test]
    fn the_first_of_a_pair_counts_from_its_partner() {
        let tally = tally("cross=1", 100);
        tally.heard(&event(&tally, 0, "open"));
        assert_eq!(tally.count(Hop::Pushed), 0, "nothing has come of it yet");
        tally.heard(&event(&tally, 98, "closed"));
        tally.heard(&event(&tally, 99, "closed"));
        let total = tally.total(Hop::Pushed);
        assert_eq!(total.len(), 2);
        assert!(total.max() - total.min() < 5_000, "both count from 99 ms");
    }

    #[test]
    fn a_cancel_is_pushed_as_the_end_of_its_order() {
        let tally = tally("quotes", 100);
        let cancel = tally.plan.messages.iter().position(|m| m.kind == Kind::Cancel).unwrap() as u32;
        let target = tally.plan.messages[cancel as usize].target;
        tally.heard(&event(&tally, target, "open"));
        tally.heard(&event(&tally, target, "canceled"));
        assert_eq!(tally.count(Hop::Pushed), 2);
        assert!(tally.surprises().is_empty());
    }

    #[test]
    fn what_was_not_planned_is_named_and_what_never_came_is_counted() {
        let tally = tally("cross=1", 10);
        for n in 0..10 {
            tally.note(Hop::Sent, n, n);
        }
        (0..9).for_each(|n| tally.answered(n, "pending", None));
        (0..7).for_each(|n| tally.heard(&event(&tally, n, "closed")));
        tally.heard(&event(&tally, 7, "rejected"));
        tally.answered(9, "rejected", Some("too_many_open_orders"));
        let surprises = tally.surprises();
        let named: Vec<&str> = surprises.keys().map(String::as_str).collect();
        assert_eq!(
            named,
            ["CrossSecond answered rejected: too_many_open_orders", "CrossSecond pushed rejected"]
        );
        // 8 was answered and not pushed; 9 was refused, so nothing is to be pushed.
        assert_eq!(tally.unaccounted(), (0, 1));
    }

    #[test]
    fn confirmations_in_any_order_count_once_each() {
        let tally = tally("rest=1", 10);
        let mut lowest = 0;
        for (tag, multiple, expected) in
            [(2, false, 1), (1, false, 2), (5, true, 5), (4, true, 5), (9, true, 9)]
        {
            tally.confirmed(tag, multiple, &mut lowest);
            assert_eq!(tally.count(Hop::Confirmed), expected, "after {tag}");
        }
    }

    #[test]
    fn what_came_lately_adds_up_to_all() {
        let tally = tally("rest=1", 100);
        let mut merged = histogram();
        for part in 0..4 {
            (0..25).for_each(|n| tally.answered(part * 25 + n, "pending", None));
            merged.add(tally.lately(Hop::Answered)).unwrap();
        }
        assert_eq!(merged, tally.total(Hop::Answered));
    }
}
