//! The only place that touches the database.

mod known;
mod prefetch;
mod rows;
mod write;

pub mod audit;
pub mod questions;

pub use known::Known;
pub use prefetch::prefetch;
pub use rows::Rows;
pub use write::write;
