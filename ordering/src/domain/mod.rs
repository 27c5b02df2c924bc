//! The rules of orders: what is accepted, and how an order's life goes on. No async, no SQL, no clock.

pub mod amendment;
pub mod bound;
pub mod desk;
pub mod hours;
pub mod instrument;
pub mod rows;
pub mod sender;
pub mod sweep;
pub mod ticket;
pub mod told;

#[cfg(test)]
mod tests;
