//! The failure lab of a demo: what web asks of `exchange up` for those who want to see inside the
//! exchange, or break it. A line of JSON each way, over a socket of the machine's own.

mod system;

pub use system::*;

use crate::order::wire_enum;
use crate::{Code, Refusal};
use serde::{Deserialize, Serialize};

/// The socket's name in the exchange's folder.
pub const SOCKET: &str = "lab.sock";
/// A fault and its frame.
pub const REQUEST_BYTES_MAX: u64 = 4 * 1024;
/// Some thousand streams and queues; an exchange has a few dozen.
pub const ANSWER_BYTES_MAX: u64 = 1024 * 1024;

wire_enum!(
    /// What runs.
    Process {
        Accounts = "accounts",
        StockData = "stock-data",
        Matching = "matching",
        Portfolio = "portfolio",
        Ordering = "ordering",
        Web = "web",
        Bots = "bots",
        Postgres = "postgres",
        RabbitMq = "rabbitmq",
    }
);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// How everything is.
    Status {},
    Fault(Fault),
    /// The verdict comes with the status, once it is found.
    Audit {},
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "fault", rename_all = "snake_case", deny_unknown_fields)]
pub enum Fault {
    /// `kill -9`.
    Kill { process: Process },
    /// Alive, but it does nothing for so long.
    Pause {
        process: Process,
        #[schema(minimum = 1, maximum = 30)]
        seconds: u16,
    },
    /// Something that is no order arrives where orders do.
    Malformed {},
    /// A message that was heard arrives once more.
    Duplicate {},
}

impl Fault {
    /// Long enough to see what a silent process does to the others.
    pub const PAUSE_SECONDS_MAX: u16 = 30;

    pub fn check(self) -> Result<Self, Refusal> {
        let Fault::Pause { seconds, .. } = self else { return Ok(self) };
        if (1..=Self::PAUSE_SECONDS_MAX).contains(&seconds) {
            return Ok(self);
        }
        let rule = format!("expected 1 to {} seconds, got {seconds}", Self::PAUSE_SECONDS_MAX);
        Err(Refusal::of_field(Code::InvalidValue, "seconds", rule))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_has_an_end() {
        let pause = |seconds| Fault::Pause { process: Process::RabbitMq, seconds }.check();
        assert!(pause(1).is_ok() && pause(30).is_ok());
        for seconds in [0, 31, u16::MAX] {
            assert_eq!(pause(seconds).unwrap_err().field.as_deref(), Some("seconds"));
        }
    }

    #[test]
    fn faults_have_their_names_on_the_wire() {
        let fault = |json| serde_json::from_str::<Fault>(json);
        let kill = fault(r#"{"fault": "kill", "process": "stock-data"}"#).unwrap();
        assert_eq!(kill, Fault::Kill { process: Process::StockData });
        assert_eq!(fault(r#"{"fault": "duplicate"}"#).unwrap(), Fault::Duplicate {});
        assert!(fault(r#"{"fault": "kill", "process": "exchange"}"#).is_err());
        assert!(fault(r#"{"fault": "malformed", "process": "web"}"#).is_err());
    }
}
