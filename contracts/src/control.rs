//! What a stream's listeners tell its writer, on the exchange `control`, and what a partition's
//! instances tell themselves; and what operators ask.

use crate::schema::Moment;
use crate::{StreamName, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Sent to the partition that writes the stream, by name of the listening partition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Control {
    /// All up to and including `seq` is committed at the listener.
    Position { stream: StreamName, listener: String, seq: u64 },
    /// The listener misses `from` and what follows.
    Replay { stream: StreamName, listener: String, from: u64 },
    /// Sent by each instance to its own partition, and to no purpose but to be delivered: who gets
    /// deliveries knows that the broker has chosen it, also while nobody else has anything to say.
    Wake {},
}

/// Sent on `requests` to any partition, by operators, and by web in an admin's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operate {
    /// Applies parked messages again, in their order; all that are parked behind the same keys come along.
    Redrive { ids: Vec<Uuid> },
}

/// Asked on `SERVICE.questions` of any service, by operators and by web.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Inspection {
    /// What the service has set aside: those with these ids, or the oldest. Answered with a `ParkedList`.
    Parked { ids: Vec<Uuid> },
}

/// A page: the oldest are what the others wait behind.
pub const PARKED_LISTED_MAX: usize = 100;
/// Of a body. An event of ours has a tenth of it.
pub const PARKED_BODY_BYTES_MAX: usize = 16 * 1024;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParkedList {
    /// Of all that the service has set aside.
    pub total: u64,
    /// Oldest first.
    pub items: Vec<Parked>,
}

/// A message that was set aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Parked {
    pub parked_id: Uuid,
    /// Whose message it is: `portfolio.2`.
    pub partition: String,
    /// What follows for it waits behind.
    #[schema(required)]
    pub key: Option<String>,
    /// `stream`, `orders` or `request`; what is `unreadable` can be read here, and not taken up again.
    pub source: String,
    pub sender: String,
    #[schema(required)]
    pub stream: Option<String>,
    #[schema(required)]
    pub seq: Option<u64>,
    #[schema(value_type = Moment)]
    pub parked_at: Timestamp,
    pub reason: String,
    /// As text, and no more than its first 16 KiB.
    pub body: String,
    /// Of the whole body.
    pub body_bytes: u64,
}
