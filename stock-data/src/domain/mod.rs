//! The rules about instruments and their prices. No clock, no I/O.

mod activity;
mod change;
mod day;
mod history;
mod instrument;
mod listing;
mod market;

pub mod candles;

pub use activity::Activity;
pub use day::{Day, LastTrade};
pub use history::{History, Span};
pub use listing::Listing;
pub use market::{Listed, Market};

#[cfg(test)]
mod scenarios;
