//! The exchange as a whole under test: the real program with its real servers, people who trade
//! over its doors, faults, and the audit after each.

mod load;
mod mischief;
mod person;
mod program;
mod world;

pub use load::{Load, Outcome, Tally};
pub use person::{Person, order_id};
pub use program::{Exchange, Options, send_signal, target_folder};
pub use world::{BOTS, PEOPLE, STOCKS, user_id};
