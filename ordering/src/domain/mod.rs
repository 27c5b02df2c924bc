//! The rules of orders: what is accepted, and how an order's life goes on. No async, no SQL, no clock.

pub mod desk;
pub mod instrument;
pub mod rows;
pub mod sender;
pub mod ticket;

#[cfg(test)]
mod tests;
