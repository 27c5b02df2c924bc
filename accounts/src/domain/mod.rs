//! The rules about people, names and sessions. No clock, no I/O.

mod name;
mod people;
mod session;

pub use name::check as check_name;
pub use people::{People, Registered};
pub use session::{begin, enter_demo, renew, session_of};
