//! What the files say, and whether it may be so. No I/O, no clock, no exchange.

mod plan;
mod problem;

mod check;
mod people;
mod rules;
mod stocks;

mod deposits;
mod orders;

mod cells;
mod difference;
mod table;

pub use check::check;
pub use difference::{Standing, as_traded, of_order, of_person, of_stock};
pub use plan::{Deposit, Kind, Plan, Row, ShareDeposit};
pub use problem::Problem;
