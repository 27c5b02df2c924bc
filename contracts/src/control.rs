//! What a stream's listeners tell its writer, on the exchange `control`, and what a partition's
//! instances tell themselves; and what operators ask.

use crate::StreamName;
use serde::{Deserialize, Serialize};
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

/// Sent on `requests` to any partition, by operators.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operate {
    /// Applies parked messages again, in their order; all that are parked behind the same keys come along.
    Redrive { ids: Vec<Uuid> },
}
