//! One file per message that accounts obeys.

pub mod register_user;
