//! What happens, told as scenarios.

mod again;
mod amendments;
mod anything;
mod brackets;
mod feeds;
mod intake;
mod life;
mod replacements;
mod resting;
mod stops;
