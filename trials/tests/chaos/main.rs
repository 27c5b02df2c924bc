//! Twenty-six faults on real processes under load, F1 to F26 of docs/reliability.md. After each,
//! every invariant is held against what callers were told.
//!
//! Those that CI has time for run with all other tests; all of them with
//! `cargo test -p trials --release --test chaos -- --include-ignored --nocapture`, or one by its name.

mod broker;
mod circuits;
mod clients;
mod database;
mod messages;
mod network;
mod processes;
mod resources;

use std::fmt::Display;
use std::time::Duration;
use tokio::sync::{Mutex, MutexGuard};
use trials::{Exchange, Load, Options, Outcome, Record, invariants};

/// Messages a second of the bots: enough that every fault hits work in flight, and little enough
/// that two cores have some left for it.
const RATE: u32 = 200;
/// Less was no load.
const ORDERS_MIN: usize = 100;

/// One fault at a time: each wants the whole machine.
static ALONE: Mutex<()> = Mutex::const_new(());

/// An exchange to which something is about to happen.
struct Fault {
    name: &'static str,
    exchange: Exchange,
    _alone: MutexGuard<'static, ()>,
}

impl Fault {
    async fn prepare(name: &'static str, options: &Options) -> Self {
        let alone = ALONE.lock().await;
        Fault { name, exchange: Exchange::start(options).unwrap(), _alone: alone }
    }

    /// Starts the load; returns when everybody is at work. The name and this number are its seed.
    async fn load(&self, number: u64) -> Load {
        let seed =
            self.name.bytes().fold(number, |seed, byte| seed.wrapping_mul(31).wrapping_add(byte.into()));
        Load::start(&self.exchange, RATE, seed).await.unwrap()
    }

    /// Ends the load, holds every invariant, and tells what was seen.
    async fn settle(&self, load: Load, seen: impl Display) -> Record {
        self.settle_with(load, seen, 0).await
    }

    /// The same where the fault rightly leaves so many messages parked for good.
    async fn settle_with(&self, load: Load, seen: impl Display, parked: usize) -> Record {
        self.exchange.heal().unwrap();
        let record = Record { parked, ..load.finish().await };
        let held = invariants::hold(&self.exchange, &record).await;
        let held = held.unwrap_or_else(|broken| panic!("{}: {seen}: {record}: {broken:#}", self.name));
        println!("{}: {seen}; {record}; {held}", self.name);
        assert!(record.count(Outcome::Ok) >= ORDERS_MIN, "{}: the load was no load: {record}", self.name);
        record
    }

    fn end(mut self) {
        self.exchange.stop().unwrap();
    }
}

async fn pause_ms(ms: u64) {
    tokio::time::sleep(Duration::from_millis(ms)).await;
}

async fn pause(seconds: u64) {
    pause_ms(seconds * 1_000).await;
}

/// `median 1.2 s, longest 6.3 s`.
fn spread(mut took: Vec<Duration>) -> String {
    took.sort_unstable();
    let seconds = |at: usize| took.get(at).map_or(0.0, Duration::as_secs_f64);
    format!("median {:.1} s, longest {:.1} s", seconds(took.len() / 2), seconds(took.len().saturating_sub(1)))
}
