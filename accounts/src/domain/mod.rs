//! The rules about people, logins, passwords, sessions and keys. No clock, no I/O.

mod attempts;
mod closings;
mod credentials;
mod endings;
pub mod keys;
pub mod login;
pub mod password;
mod people;
mod session;

pub use attempts::Attempts;
pub use closings::{Closing, Closings};
pub use credentials::{Credential, Credentials, taken_already};
pub use endings::Endings;
pub use keys::{KeptKey, Keys};
pub use people::{People, Registered};
pub use session::{begin, enter_demo, renew, session_of};
