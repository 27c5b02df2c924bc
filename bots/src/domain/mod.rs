//! What market makers do, given a seed, what they have heard, and how often they were asked: no
//! clock, no network, no chance but the seed's.

mod accounts;
mod dice;
mod floor;
mod stock;

pub use accounts::Bot;
pub use floor::{Fate, Floor, Heard, Manner, Wish};
