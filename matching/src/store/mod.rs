//! The tables of matching: the journal with its head, and the snapshots.

pub mod journal;
pub mod snapshots;

pub use journal::Head;
pub use snapshots::{SNAPSHOTS_KEPT, Stored};
