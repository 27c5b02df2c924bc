//! What services say to each other and to clients: messages, ids, amounts, and the AMQP topology
//! as data. Nothing here does I/O, reads a clock or keeps state.

pub mod accounts;
pub mod amount;
pub mod control;
#[cfg(feature = "testing")]
pub mod hostile;
pub mod ids;
pub mod intake;
pub mod journey;
pub mod json;
pub mod lab;
pub mod matching;
pub mod name;
pub mod order;
pub mod ordering;
pub mod payments;
pub mod portfolio;
pub mod refusal;
pub mod schema;
pub mod stock_data;
pub mod stream;
pub mod topology;
pub mod total;

pub use amount::{AmountError, Money, Price, Quantity};
pub use ids::{OrderId, Symbol, TradeId, UserId};
pub use order::{
    Amendment, Fill, Liquidity, Order, OrderStatus, OrderType, Placed, SelfTradePrevention, Side, Terms,
    TimeInForce,
};
pub use refusal::{Code, Refusal};
pub use stream::{Batch, Partitions, StreamName};
pub use total::Total;

/// RFC 3339 in UTC on the wire, microseconds inside (Postgres keeps no more).
pub type Timestamp = chrono::DateTime<chrono::Utc>;
