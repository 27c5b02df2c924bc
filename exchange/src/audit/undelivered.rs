//! What the broker could not deliver: the queue `dead`, and what waits at a queue to get there. Both
//! stay empty while all goes well.

use crate::provision::{Management, QueueState};
use chassis::{audit::Finding, settings::Settings};
use contracts::topology::DEAD_QUEUE;
use serde::Serialize;

/// Something that could not be looked at, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unseen {
    pub what: &'static str,
    pub why: String,
}

const BROKER: &str = "broker";
const RULE: &str = "every message is delivered";

/// The broker tells it only while it runs.
pub async fn findings(settings: &Settings) -> Result<Vec<Finding>, Unseen> {
    let queues = async { Management::observer(settings)?.queues().await };
    match queues.await {
        Ok(queues) => Ok(queues.iter().filter_map(undelivered).collect()),
        Err(error) => Err(Unseen { what: "undelivered messages", why: format!("{error:#}") }),
    }
}

fn undelivered(queue: &QueueState) -> Option<Finding> {
    let QueueState { name, messages, messages_dlx, .. } = queue;
    let detail = if name == DEAD_QUEUE && *messages > 0 {
        format!("{messages} messages lie in the queue {name:?}")
    } else if *messages_dlx > 0 {
        format!("{messages_dlx} messages of {name} are on their way to the queue {DEAD_QUEUE:?}")
    } else {
        return None;
    };
    Some(Finding::new(BROKER, RULE, detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_dead_or_dying_is_found() {
        let found = |name: &str, messages, messages_dlx| {
            let queue = QueueState { name: name.to_owned(), messages, messages_dlx, ..QueueState::default() };
            undelivered(&queue).map(|finding| finding.detail)
        };
        assert_eq!(found(DEAD_QUEUE, 0, 0), None);
        assert_eq!(found("matching.0", 7, 0), None, "on their way");
        assert_eq!(found(DEAD_QUEUE, 2, 0).unwrap(), "2 messages lie in the queue \"dead\"");
        let dying = "3 messages of matching.0 are on their way to the queue \"dead\"";
        assert_eq!(found("matching.0", 0, 3).unwrap(), dying);
    }
}
