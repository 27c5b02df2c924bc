//! The topology on the broker, and the proof that every queue of it runs.
//!
//! A quorum queue that was declared less than a second before its broker was killed stays down for
//! ever, and takes what was published to it along. So nothing is opened before all queues run and
//! have had time to reach the disk, and one that is down is made anew: what it held is still in
//! the outboxes of those who sent it.

use super::{Management, definitions};
use anyhow::{Result, bail};
use chassis::settings::Settings;
use contracts::topology::Topology;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

/// The broker writes down the names of its queues every half second; ten times that.
pub const SETTLING: Duration = Duration::from_secs(5);
/// Recovering full queues takes a while.
const RUNNING_LIMIT: Duration = Duration::from_secs(120);
/// The broker looks at its queues every five seconds; one that is down for longer stays so.
const DOWN_LIMIT: Duration = Duration::from_secs(12);
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// On a broker that is not ours: import, then wait until it holds.
pub async fn provision(settings: &Settings) -> Result<()> {
    let management = Management::administrator(settings)?;
    let complete = management.queues().await.is_ok_and(|queues| missing(settings, &queues).is_empty());
    management.import(&definitions::of(settings, false)?).await?;
    if !complete {
        tokio::time::sleep(SETTLING).await;
    }
    all_running(settings, false).await
}

/// Returns once every queue runs. Makes those anew that are down or missing.
pub async fn all_running(settings: &Settings, private: bool) -> Result<()> {
    let may_repair = definitions::has_administrator(settings);
    let management = match may_repair {
        true => Management::administrator(settings)?,
        false => Management::observer(settings)?,
    };
    let deadline = Instant::now() + RUNNING_LIMIT;
    let mut bad_since = Instant::now();
    loop {
        let bad = match management.queues().await {
            Ok(queues) => not_running(settings, &queues),
            // A broker that has just started takes a moment to answer here.
            Err(error) if Instant::now() > deadline => return Err(error),
            Err(_) => {
                tokio::time::sleep(LOOK_AGAIN).await;
                continue;
            }
        };
        if bad.is_empty() {
            return Ok(());
        }
        let given_up = match may_repair {
            true => Instant::now() > deadline,
            false => bad_since.elapsed() > DOWN_LIMIT,
        };
        if given_up {
            let names: Vec<_> = bad.iter().map(|(name, state)| format!("{name} ({state})")).collect();
            bail!(
                "RabbitMQ does not run these queues: {}. Its log says why; `exchange provision` with its \
                 administrator's password makes those anew that are missing or down",
                names.join(", ")
            );
        }
        if bad_since.elapsed() > DOWN_LIMIT {
            for (name, _) in bad.iter().filter(|(_, state)| *state != MISSING) {
                tracing::warn!(queue = name, "the queue is down and is made anew");
                management.delete_queue(name).await?;
            }
            management.import(&definitions::of(settings, private)?).await?;
            tokio::time::sleep(SETTLING).await;
            bad_since = Instant::now();
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

const MISSING: &str = "missing";
/// Also what a queue is in before it was first looked at.
const UNKNOWN: &str = "unknown";

fn missing(settings: &Settings, queues: &[super::QueueState]) -> Vec<String> {
    let bad = not_running(settings, queues);
    bad.into_iter().filter(|(_, state)| *state == MISSING).map(|(name, _)| name).collect()
}

fn not_running(settings: &Settings, queues: &[super::QueueState]) -> BTreeMap<String, String> {
    let states: BTreeMap<&str, &str> =
        queues.iter().map(|queue| (queue.name.as_str(), queue.state.as_deref().unwrap_or(UNKNOWN))).collect();
    let wanted = Topology::new(settings.partitions).queues.into_iter();
    wanted
        .map(|queue| (states.get(queue.name.as_str()).copied().unwrap_or(MISSING).to_owned(), queue.name))
        .filter(|(state, _)| !["running", "idle"].contains(&state.as_str()))
        .map(|(state, name)| (name, state))
        .collect()
}
