//! The only place that knows the database.

pub mod audit;
pub mod fills;
pub mod instruments;
pub mod orders;
pub mod users;

mod codes;
mod order_row;
