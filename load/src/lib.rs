//! Measures the exchange.

pub mod sockets;
