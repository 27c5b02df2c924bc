//! The rules about people, names and sessions. No clock, no I/O.

mod people;
mod session;

pub use people::{People, Registered};
pub use session::{begin, enter_demo, renew, session_of};
