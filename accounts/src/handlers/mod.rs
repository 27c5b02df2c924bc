//! One file per message that accounts obeys.

pub mod add_user;
pub mod register_user;
