//! The rules of cash and shares. Pure: no async, no SQL, no clock.

mod books;
mod funding;
mod holding;
mod holds;
mod movement;
mod posting;
mod release;
mod settlement;
mod table;

pub use books::{Account, Books};
pub use holding::Holding;
pub use holds::{Amendment, Hold, HoldState};
pub use movement::{Kind as MovementKind, Movement, Movements};
pub use posting::{Kind, Posting, SystemAccount};
pub use settlement::FeeRates;
pub use table::Table;

#[cfg(test)]
mod checks;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod sayings;
#[cfg(test)]
mod scenarios;
#[cfg(test)]
mod world;
