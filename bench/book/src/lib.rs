//! Books against each other on the same commands: who is fast, who needs how much memory, and who
//! is right at all.

pub mod workload;

pub mod contenders;

pub mod pieces;

pub mod race;

pub mod latency;

pub mod report;

mod allocations;
mod machine;
mod naive;
mod tally;
mod timer;

pub use machine::Machine;
pub use tally::Tally;
