//! What a partition took and said lately, kept in its memory for those who want to follow an order.
//!
//! A message is kept as it came or went, with the instants at which this process saw it pass, and is
//! not read before somebody asks. Nothing depends on it: it is empty after each start, and no step
//! knows of it.

pub mod picking;
pub mod ring;

pub mod recalling;

use crate::incoming::{Incoming, Kind};
use crate::rules::ReplyTo;
use crate::stepper::Outgoing;
use contracts::{StreamName, Timestamp};
use ring::Ring;
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex};

/// Cheap to clone.
#[derive(Clone)]
pub struct Logbook(Arc<Inner>);

struct Inner {
    is_kept: bool,
    pages: Mutex<Pages>,
}

struct Pages {
    taken: Ring<Arc<Taken>>,
    said: Ring<Said>,
    replied: Ring<Replied>,
}

/// A message that a step took.
#[derive(Debug)]
pub struct Taken {
    pub incoming: Incoming,
    pub received_at: Timestamp,
    pub committed_at: Timestamp,
}

/// A message of a committed step, which is known by its `committed_at`.
#[derive(Clone, Debug)]
pub struct Said {
    pub message: Arc<Outgoing>,
    pub committed_at: Timestamp,
    pub published_at: Timestamp,
    /// When the broker had it safe.
    pub confirmed_at: Option<Timestamp>,
}

/// An answer of a committed step.
#[derive(Clone, Debug)]
pub struct Replied {
    pub reply: Arc<(ReplyTo, Vec<u8>)>,
    pub committed_at: Timestamp,
    pub published_at: Timestamp,
}

/// What is remembered at one moment.
pub struct Remembered {
    /// All that happened later is here.
    pub since: Timestamp,
    pub taken: Vec<Arc<Taken>>,
    pub said: Vec<Said>,
    pub replied: Vec<Replied>,
}

/// Positions before and after a step. Which messages it took follows from these, and need be asked only
/// where something is unusual.
#[derive(Clone, Copy)]
pub struct Stood<'a> {
    pub before: &'a Positions,
    pub after: &'a Positions,
    pub gaps: &'a [(StreamName, u64)],
}

type Positions = FxHashMap<String, u64>;

impl Stood<'_> {
    fn has_taken(&self, incoming: &Incoming) -> bool {
        // What comes again may have been taken by the process before this one.
        let is_old = incoming.redelivered && picking::is_reached(&incoming.body, self.before);
        // What comes too early will come again.
        let is_early = !self.gaps.is_empty() && !picking::is_reached(&incoming.body, self.after);
        !is_old && !is_early
    }
}

/// When the deliveries of a batch came: the first, and all that had come until it was gathered.
#[derive(Clone, Copy)]
pub struct Received {
    pub first: Timestamp,
    pub others: Timestamp,
}

/// An answer to an order is far shorter; the depths of all books, which are answered too, are not.
const REPLY_BYTES_MAX: usize = 8 * 1024;
/// How a message without events ends: it only repeats where a stream stands.
const HEARTBEAT: &[u8] = br#""events":[]}"#;

impl Logbook {
    /// With room for so many bytes of messages: half for what came, the rest for what went. None:
    /// nothing is kept.
    pub fn new(bytes_max: usize, now: Timestamp) -> Self {
        let eighth = bytes_max / 8;
        let taken = Ring::new(4 * eighth, now);
        let pages = Pages { taken, said: Ring::new(3 * eighth, now), replied: Ring::new(eighth, now) };
        Logbook(Arc::new(Inner { is_kept: bytes_max > 0, pages: Mutex::new(pages) }))
    }

    fn pages(&self) -> std::sync::MutexGuard<'_, Pages> {
        self.0.pages.lock().expect("no panic while held")
    }

    /// A batch that was committed, and where the partition stood before and after.
    pub fn took(&self, batch: Vec<Incoming>, received: Received, committed_at: Timestamp, stood: Stood<'_>) {
        if !self.0.is_kept {
            return;
        }
        let mut pages = self.pages();
        for (n, incoming) in batch.into_iter().enumerate() {
            let is_told = match incoming.kind() {
                Kind::Stream => !incoming.body.ends_with(HEARTBEAT) && stood.has_taken(&incoming),
                Kind::Orders => true,
                // Nothing of an order.
                Kind::Request | Kind::Control => false,
            };
            if is_told {
                let received_at = if n == 0 { received.first } else { received.others };
                let bytes = incoming.body.capacity();
                pages.taken.push(
                    committed_at,
                    bytes,
                    Arc::new(Taken { incoming, received_at, committed_at }),
                );
            }
        }
    }

    pub fn said(&self, message: Outgoing, committed_at: Timestamp, published_at: Timestamp) {
        if self.0.is_kept {
            let bytes = message.body.capacity();
            let said = Said { message: Arc::new(message), committed_at, published_at, confirmed_at: None };
            self.pages().said.push(published_at, bytes, said);
        }
    }

    pub fn replied(
        &self,
        replies: Vec<(ReplyTo, Vec<u8>)>,
        committed_at: Timestamp,
        published_at: Timestamp,
    ) {
        if !self.0.is_kept || replies.is_empty() {
            return;
        }
        let mut pages = self.pages();
        for reply in replies.into_iter().filter(|(_, body)| body.len() <= REPLY_BYTES_MAX) {
            let bytes = reply.1.capacity();
            let replied = Replied { reply: Arc::new(reply), committed_at, published_at };
            pages.replied.push(published_at, bytes, replied);
        }
    }

    /// The broker has it.
    pub fn confirmed(&self, stream: &str, seq: u64, at: Timestamp) {
        if !self.0.is_kept {
            return;
        }
        let mut pages = self.pages();
        let mut recent = pages.said.newest_mut().take(CONFIRMED_AMONG_MAX);
        let is_it = |said: &&mut Said| said.message.seq == seq && said.message.stream.as_str() == stream;
        if let Some(said) = recent.find(is_it) {
            said.confirmed_at = Some(at);
        }
    }

    pub fn remembered(&self) -> Remembered {
        let pages = self.pages();
        Remembered {
            since: pages.taken.since().max(pages.said.since()).max(pages.replied.since()),
            taken: pages.taken.iter().cloned().collect(),
            said: pages.said.iter().cloned().collect(),
            replied: pages.replied.iter().cloned().collect(),
        }
    }
}

/// So many messages back, and no further, a confirmation is looked for: they come within a few steps.
const CONFIRMED_AMONG_MAX: usize = 256;

#[cfg(test)]
mod tests;
