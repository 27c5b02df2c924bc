//! How the exchange is, as `exchange status` and `GET system` tell it.

use super::Fault;
use crate::Timestamp;
use crate::order::wire_enum;
use crate::schema::Moment;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// What could not be asked is null, and `unknown` says why.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Status {
    pub processes: Vec<ProcessStatus>,
    #[schema(required)]
    pub databases: Option<Vec<DatabaseStatus>>,
    #[schema(required)]
    pub queues: Option<Vec<QueueStatus>>,
    #[schema(required)]
    pub streams: Option<Vec<StreamStatus>>,
    pub unknown: Vec<String>,
}

wire_enum!(
    ProcessState {
        Running = "running",
        /// Alive, and not ready: it starts, or waits for another.
        Waiting = "waiting",
        /// Stopped by a signal.
        Paused = "paused",
        Gone = "gone",
    }
);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProcessStatus {
    pub name: String,
    /// Null when it is gone, or was not started by `exchange up` in this folder.
    #[schema(required)]
    pub pid: Option<u32>,
    pub state: ProcessState,
    /// Its last start, and how often it was started again before; since `exchange up` began.
    #[schema(required, value_type = Option<Moment>)]
    pub since: Option<Timestamp>,
    pub restarts: u32,
}

/// The database of a service. `commits` and `steps` only rise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DatabaseStatus {
    pub service: String,
    pub bytes: u64,
    pub connections: u32,
    pub commits: u64,
    pub steps: u64,
    /// Messages that were set aside.
    pub parked: u64,
}

/// A queue as the broker sees it, up to five seconds ago. The last three only rise, until it restarts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct QueueStatus {
    pub name: String,
    /// Null while the broker has just started.
    #[schema(required)]
    pub state: Option<String>,
    pub messages: u64,
    pub messages_unacknowledged: u64,
    pub consumers: u64,
    pub published: u64,
    pub delivered: u64,
    pub acknowledged: u64,
}

/// A stream on its way to one of its listeners.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct StreamStatus {
    pub stream: String,
    pub listener: String,
    /// The last that was said, and the last that was heard and committed; web tells nobody what it heard.
    pub said: u64,
    #[schema(required)]
    pub heard: Option<u64>,
    #[schema(required)]
    pub lag: Option<u64>,
}

/// The system as the lab shows it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct System {
    #[schema(value_type = Moment)]
    pub at: Timestamp,
    #[serde(flatten)]
    pub status: Status,
    /// The last ones, newest first.
    pub faults: Vec<FaultDone>,
    pub audit: Verdict,
}

/// A fault, and what came of it at once.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FaultDone {
    #[schema(value_type = Moment)]
    pub at: Timestamp,
    pub fault: Fault,
    pub outcome: Outcome,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// A process was killed or paused.
    Signaled { pid: u32 },
    /// A message was sent, and answered.
    Answered {
        exchange: String,
        body: String,
        #[schema(value_type = Object)]
        answer: Value,
    },
    /// A stream's message was sent once more.
    Repeated { stream: String, seq: u64, body: String },
}

#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Verdict {
    /// Nobody has asked.
    None {},
    Running {
        #[schema(value_type = Moment)]
        since: Timestamp,
    },
    /// What was found, a line each; nothing, if all is well.
    Done {
        #[schema(value_type = Moment)]
        at: Timestamp,
        findings: Vec<String>,
    },
    Failed {
        #[schema(value_type = Moment)]
        at: Timestamp,
        message: String,
    },
}
