//! The only place that touches the database.

mod prefetch;
mod rows;
mod write;

pub mod audit;
pub mod questions;

pub use prefetch::prefetch;
pub use rows::Rows;
pub use write::write;
