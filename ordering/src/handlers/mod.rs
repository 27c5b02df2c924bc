//! One file per message: what it changes, and what follows.

pub mod cancel_order;
pub mod place_order;

pub mod order_filled;
pub mod order_left_book;
pub mod order_opened;
pub mod order_refused;

pub mod instrument_changed;
pub mod price_changed;
pub mod user_changed;

/// What the batch as a whole has changed, told to web.
pub mod announce;

#[cfg(test)]
mod scenario;
#[cfg(test)]
mod scenarios;
