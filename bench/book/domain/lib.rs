//! The very source of the matching service's books, which promises to need neither clock, actor nor
//! I/O.

#[path = "../../../matching/src/domain/mod.rs"]
pub mod domain;

pub use domain::*;
