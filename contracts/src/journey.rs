//! An order's journey: the hops that it took from service to service, as each of them remembers it.

use crate::schema::Moment;
use crate::{OrderId, StreamName, Symbol, Timestamp, UserId, order::wire_enum};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// Sent on `requests` to any partition, by web and by operators. Answered beside the steps, by the
/// instance that holds the partition: nothing is written for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemoryCommand {
    /// What the partition took and said about an order.
    Recall(Recall),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recall {
    pub order_id: OrderId,
    /// Whose order it is: what is said to others in the same breath is nobody's business.
    pub user_id: UserId,
    pub symbol: Symbol,
    /// From when on, and until when, something may have been said about it.
    pub from: Timestamp,
    pub until: Timestamp,
}

/// Answers `Recall`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Recalled {
    /// All that happened later is remembered; of what was before, only what the outbox still has.
    pub since: Timestamp,
    /// There was more than an answer tells.
    pub is_cut: bool,
    pub hops: Vec<Hop>,
}

wire_enum!(
    Direction {
        Received = "received",
        Sent = "sent",
    }
);

wire_enum!(
    /// Where the record of a hop was kept.
    Kept {
        Memory = "memory",
        /// `committed_at` is when the step began, and that it was published is not recorded.
        Outbox = "outbox",
        /// Made from the order itself: nobody remembers the message any more.
        Database = "database",
    }
);

/// One message as one service took it, or as it sent it. Times are null where there is none.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Hop {
    pub service: String,
    pub partition: String,
    pub direction: Direction,
    /// What kind it is: `place_order`, `order_filled` and so on.
    pub message: String,
    #[schema(required, value_type = Option<String>)]
    pub stream: Option<StreamName>,
    #[schema(required)]
    pub seq: Option<u64>,
    /// By what it came or went that is no stream: an exchange, a route, a socket.
    #[schema(required)]
    pub door: Option<String>,
    /// Who sent it there, as the broker vouches.
    #[schema(required)]
    pub sender: Option<String>,
    #[schema(required, value_type = Option<Moment>)]
    pub received_at: Option<Timestamp>,
    #[schema(required, value_type = Option<Moment>)]
    pub committed_at: Option<Timestamp>,
    #[schema(required, value_type = Option<Moment>)]
    pub published_at: Option<Timestamp>,
    /// When the broker had it safe.
    #[schema(required, value_type = Option<Moment>)]
    pub confirmed_at: Option<Timestamp>,
    /// Whose clock says so: the service, its host and its process.
    pub clock: String,
    pub source: Kept,
    /// The message as it was: of a stream's, the one event.
    #[schema(value_type = Object)]
    pub body: Box<RawValue>,
}

impl Hop {
    /// When it happened, as far as one instant can tell.
    pub fn at(&self) -> Option<Timestamp> {
        self.received_at.or(self.published_at).or(self.committed_at)
    }
}
