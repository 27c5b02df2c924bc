//! The rules about instruments and their prices. No clock, no I/O.

mod activity;
mod change;
mod day;
mod feeds;
mod history;
mod instrument;
mod listing;
mod market;
mod upload;

pub mod candles;
pub mod sheet;

pub use activity::Activity;
pub use day::{Day, LastTrade};
pub use history::{History, Span};
pub use listing::Listing;
pub use market::{Listed, Market};
pub use upload::Changed;

#[cfg(test)]
mod scenarios;
