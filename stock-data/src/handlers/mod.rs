//! One file per message that stock-data obeys or hears.

pub mod list_instrument;
pub mod order_came;
pub mod order_filled;
pub mod phase_changed;
pub mod simulate_history;
pub mod take_feed;
pub mod upload;
