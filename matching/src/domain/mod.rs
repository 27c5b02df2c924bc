//! The books: price–time priority in whole ticks and lots.
//!
//! Commands in, events out. No clock, no actor, no I/O, nothing in the order of a hash: the same
//! commands at the same times give the same events and the same bytes, wherever they are run.

mod book;
mod bytes;
mod codec;
mod command;
mod record;

/// What the books are held against, in tests and after faults.
pub mod naive;

#[cfg(test)]
pub mod tests;

pub use book::{Book, Engine, Fill, Hours, Live, Settings, Stopped, TRAILING_MAX, ahead, fetch};
pub use bytes::{Damaged, Reader, Writer};
pub use command::{Amend, Command, Incoming, Replacement, Terms};
pub use record::Record;
