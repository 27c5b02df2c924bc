//! The trading floor of a process: a thread with actix's system, and its arbiters.

use super::book_actor::BookActor;
use super::seat::Seat;
use super::waiting::Waiting;
use crate::domain::Book;
use actix::{Actor, Arbiter, ArbiterHandle, System};
use rustc_hash::FxBuildHasher;
use std::hash::BuildHasher;
use std::sync::mpsc;
use std::thread;

/// Matching needs little; what is left of a machine's cores is for those who read and write.
const ARBITERS_MAX: usize = 4;

/// Stops with its last user.
pub struct Floor {
    /// None in the simulator: every book then works where it is asked.
    system: Option<System>,
    arbiters: Vec<(ArbiterHandle, Waiting)>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Floor {
    pub fn open() -> std::io::Result<Self> {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let (opened, ready) = mpsc::channel();
        let thread = thread::Builder::new().name("matching-floor".into()).spawn(move || {
            let runner = System::new();
            let arbiters: Vec<_> = (0..cores.min(ARBITERS_MAX)).map(|_| Arbiter::new()).collect();
            let handles = arbiters.iter().map(Arbiter::handle).collect();
            if opened.send((System::current(), handles)).is_err() {
                return;
            }
            if let Err(error) = runner.run() {
                tracing::error!(%error, "the actors' system ended");
            }
            for arbiter in arbiters {
                arbiter.stop();
                let _ = arbiter.join();
            }
        })?;
        let (system, handles): (_, Vec<ArbiterHandle>) = ready.recv().map_err(std::io::Error::other)?;
        let arbiters = handles.into_iter().enumerate().map(|(n, handle)| (handle, Waiting::at(n))).collect();
        Ok(Floor { system: Some(system), arbiters, thread: Some(thread) })
    }

    #[cfg(feature = "simulation")]
    pub fn without_threads() -> Self {
        Floor { system: None, arbiters: Vec::new(), thread: None }
    }

    /// Gives a book to an actor. The same symbol always works on the same arbiter.
    pub fn seat(&self, book: Book) -> Seat {
        #[cfg(feature = "simulation")]
        if self.system.is_none() {
            return Seat::Here(std::sync::Arc::new(std::sync::Mutex::new(BookActor::new(book))));
        }
        let at = FxBuildHasher.hash_one(book.symbol()) as usize % self.arbiters.len();
        let (arbiter, waiting) = &self.arbiters[at];
        let actor = BookActor::start_in_arbiter(arbiter, move |_| BookActor::new(book));
        Seat::Arbiter(actor, waiting.clone())
    }

    /// Ends all actors.
    pub(super) fn stop(&self) {
        self.system.iter().for_each(System::stop);
    }
}

impl Drop for Floor {
    fn drop(&mut self) {
        self.stop();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
