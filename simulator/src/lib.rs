//! The whole exchange in one thread, its luck drawn from a seed.
//!
//! The real cores of the five services and the chassis's real step, reading, head and outbox run
//! over a broker, databases, clocks and clients that are simulated, so that any of them can fail at
//! any statement and any message. The same seed makes the same moves.
//!
//! What is real: `decode`, `prefetch`, `apply`, `decide`, `write` with their SQL texts, dedup, gaps,
//! fence, outbox, parking, recovery of books, snapshots. What is a model: the broker, the databases
//! (`twin/`: they know the statements by their texts), the loop around the step (`worker.rs`) and
//! the publisher (`publisher.rs`). web is not here.

#[cfg(test)]
mod fix;
mod quiet;
mod schedule;
#[cfg(test)]
mod standby;
mod trouble;

mod exchange;
mod harvest;
mod invariants;

mod client;
mod worker;

mod broker;
mod publisher;
mod twin;

mod coverage;
mod plants;

pub use coverage::{Coverage, EXPECTED};
pub use exchange::Violation;
pub use plants::Plant;
pub use schedule::{Ending, Failure, Ran, Schedule};
