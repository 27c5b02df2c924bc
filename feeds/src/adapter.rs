//! What every source looks like to those who follow it.

use async_trait::async_trait;
use contracts::{Price, Symbol, stock_data::FeedSource};

/// One source, connected or not. It is told to connect, asked for what comes next, and told to connect
/// again after trouble; how long to wait in between is not its business.
#[async_trait]
pub trait Adapter: Send {
    fn source(&self) -> FeedSource;

    /// Ends whatever connection there was, and makes one.
    async fn connect(&mut self) -> Result<(), Trouble>;

    /// Waits for the next prices. Dropped half way, it loses nothing but them.
    async fn next(&mut self) -> Result<Vec<Quoted>, Trouble>;
}

/// The best prices of an instrument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quoted {
    pub symbol: Symbol,
    pub bid: Price,
    pub ask: Price,
}

/// Why there is nothing to hear.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// The connection could not be made, or has ended.
    #[error("{0}")]
    Lost(String),
    /// It does not want us: to ask again at once would annoy it.
    #[error("refused: {0}")]
    Refused(String),
}
