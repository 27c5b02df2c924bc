//! matching

pub mod domain;
