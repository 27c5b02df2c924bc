//! The only place that touches the database.

mod keys;
mod known;
mod prefetch;
mod rows;
mod write;

pub mod audit;
pub mod questions;

use keys::Keys;
pub use known::Known;
pub use prefetch::prefetch;
pub use rows::Rows;
pub use write::write;
