//! What the hub has said to one connection and its WebSocket has not taken yet: whole frames, each
//! written once for everybody who gets it.
//!
//! Promises: frames leave in the order in which they were said; none leaves before what went through
//! the library ahead of it; no more than so many wait.

use super::MAX_BUFFER_SIZE;
use crate::push::Lost;
use bytes::Bytes;
use rustc_hash::FxHashMap;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Weak};
use std::task::{Context, Poll, Waker};

pub struct Outlet {
    pub number: u64,
    /// Since the first ferry everything that the hub says comes this way.
    is_open: AtomicBool,
    waiting: Mutex<Waiting>,
    among: Outlets,
}

#[derive(Default)]
struct Waiting {
    /// A ferry could not leave: what would follow it must not arrive.
    is_broken: bool,
    entries: VecDeque<Entry>,
    waker: Option<Waker>,
}

enum Entry {
    Frame(Bytes),
    /// What follows waits here until the ferry that left at this moment has come through the library.
    Ferry,
}

/// How much was taken.
#[derive(Debug, PartialEq, Eq)]
pub enum Taken {
    /// Everything up to a ferry, or to the end.
    All,
    /// There is more, and nothing that must come before it.
    Part,
}

impl Outlet {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().expect("no panic while held")
    }

    pub fn is_open(&self) -> bool {
        self.is_open.load(Ordering::Acquire)
    }

    /// Sends a message through the library that never reaches the client: what is said from now on
    /// waits until it has come out at the other end, behind all that went that way before.
    pub fn ferry(&self, leave: impl FnOnce() -> Result<(), Lost>) -> Result<(), Lost> {
        let mut waiting = self.waiting();
        self.is_open.store(true, Ordering::Release);
        // The lock is held, so that entries are in the order in which ferries left.
        let left = leave();
        match left {
            Ok(()) => waiting.entries.push_back(Entry::Ferry),
            Err(_) => waiting.is_broken = true,
        }
        left
    }

    /// A ferry has come through.
    pub fn arrived(&self) {
        let mut waiting = self.waiting();
        debug_assert!(matches!(waiting.entries.front(), Some(Entry::Ferry)), "taken before it arrived");
        waiting.entries.pop_front();
    }

    /// Leaves with the next `flush`, or before.
    pub fn push(&self, frame: &Bytes) -> Result<(), Lost> {
        let mut waiting = self.waiting();
        if waiting.is_broken || waiting.entries.len() >= MAX_BUFFER_SIZE {
            return Err(Lost::Full);
        }
        waiting.entries.push_back(Entry::Frame(frame.clone()));
        Ok(())
    }

    /// Wakes whoever takes the frames.
    pub fn flush(&self) {
        let mut waiting = self.waiting();
        let waker = if waiting.entries.is_empty() { None } else { waiting.waker.take() };
        drop(waiting);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Takes frames of about so many bytes.
    pub fn take(&self, frames: &mut Vec<Bytes>, bytes_max: usize) -> Taken {
        let (mut waiting, mut bytes) = (self.waiting(), 0);
        while let Some(Entry::Frame(frame)) = waiting.entries.front() {
            if bytes >= bytes_max {
                return Taken::Part;
            }
            bytes += frame.len();
            if let Some(Entry::Frame(frame)) = waiting.entries.pop_front() {
                frames.push(frame);
            }
        }
        Taken::All
    }

    /// Ready when there is something to take; until then `flush` wakes.
    pub fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut waiting = self.waiting();
        if matches!(waiting.entries.front(), Some(Entry::Frame(_))) {
            return Poll::Ready(());
        }
        if !waiting.waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
            waiting.waker = Some(cx.waker().clone());
        }
        Poll::Pending
    }
}

/// Every connection's outlet, by number, so that the WebSocket out of which its first ferry comes can
/// find it: one that began as polling is not known to be the same connection otherwise.
#[derive(Clone, Default)]
pub struct Outlets(Arc<Mutex<Numbered>>);

#[derive(Default)]
struct Numbered {
    last: u64,
    outlets: FxHashMap<u64, Weak<Outlet>>,
}

impl Outlets {
    fn numbered(&self) -> MutexGuard<'_, Numbered> {
        self.0.lock().expect("no panic while held")
    }

    /// A new one, known for as long as somebody has it.
    pub fn add(&self) -> Arc<Outlet> {
        let mut numbered = self.numbered();
        numbered.last += 1;
        let number = numbered.last;
        let outlet = Arc::new(Outlet {
            number,
            is_open: AtomicBool::new(false),
            waiting: Mutex::default(),
            among: self.clone(),
        });
        numbered.outlets.insert(number, Arc::downgrade(&outlet));
        outlet
    }

    pub fn get(&self, number: u64) -> Option<Arc<Outlet>> {
        self.numbered().outlets.get(&number).and_then(Weak::upgrade)
    }
}

impl Drop for Outlet {
    fn drop(&mut self) {
        self.among.numbered().outlets.remove(&self.number);
    }
}
