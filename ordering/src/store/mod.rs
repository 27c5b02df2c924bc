//! The only place that knows the database.

pub mod audit;
pub mod fills;
pub mod instruments;
pub mod orders;
pub mod users;

mod codes;
mod live_tickets;
mod order_row;
mod special;

pub use live_tickets::LiveTickets;
#[cfg(test)]
pub use order_row::read_back;
