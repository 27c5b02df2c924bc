//! The rules about instruments and their prices. No clock, no I/O.

mod change;
mod day;
mod instrument;
mod listing;
mod market;

pub use day::{Day, LastTrade};
pub use listing::Listing;
pub use market::{Listed, Market};

#[cfg(test)]
mod scenarios;
