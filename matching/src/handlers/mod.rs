//! What each message does.

pub mod depths;
pub mod orders;
