//! The topology on the broker, and the proof that every queue of it runs.
//!
//! A quorum queue that was declared less than a second before its broker was killed stays down for
//! ever, and takes what was published to it along. So nothing is opened before all queues run and
//! have had time to reach the disk, and one that is down is made anew: what it held is still in
//! the outboxes of those who sent it. One that only has no leader is told to elect one.

use super::definitions::{self, Administrator};
use super::{Management, QueueState};
use anyhow::{Result, bail};
use chassis::settings::Settings;
use contracts::topology::Topology;
use servers::RabbitMq;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

/// The broker writes down the names of its queues every half second; ten times that.
pub const SETTLING: Duration = Duration::from_secs(5);
/// Recovering full queues takes a while.
const RUNNING_LIMIT: Duration = Duration::from_secs(120);
/// A queue that does not run by then, after its broker does, never will.
const DOWN_LIMIT: Duration = Duration::from_secs(5);
/// The management interface tells what it knew up to ten seconds ago.
const STALE_LIMIT: Duration = Duration::from_secs(15);
/// How long a broker may take until it says anything.
const ANSWER_LIMIT: Duration = Duration::from_secs(30);
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// On a broker that is not ours: import, then wait until it holds.
pub async fn provision(settings: &Settings) -> Result<()> {
    let management = Management::administrator(settings)?;
    let complete = management
        .queues()
        .await
        .is_ok_and(|queues| not_running(settings, &states(queues)).values().all(|state| state != MISSING));
    management.import(&definitions::of(settings, Administrator::Theirs)?).await?;
    if !complete {
        tokio::time::sleep(SETTLING).await;
    }
    all_running(settings).await
}

/// Returns once every queue of a broker that is not ours runs.
pub async fn all_running(settings: &Settings) -> Result<()> {
    let observer = match definitions::has_administrator(settings) {
        true => Management::administrator(settings)?,
        false => Management::observer(settings)?,
    };
    let look = || async { observer.queues().await.map(states) };
    watch(settings, look, STALE_LIMIT, Administrator::Theirs).await
}

/// Returns once every queue of our own broker runs. Asks the node itself: its management interface
/// needs ten seconds to know.
pub async fn all_running_on(server: &RabbitMq, settings: &Settings) -> Result<()> {
    let vhost = settings.broker.vhost.as_str();
    let list = ["list_queues", "--vhost", vhost, "--no-table-headers", "name", "state"];
    let look = || async {
        let printed = server.ctl(&list).await?;
        Ok(printed.lines().filter_map(|line| line.split_once('\t')).map(owned).collect())
    };
    watch(settings, look, DOWN_LIMIT, Administrator::Ours).await?;
    all_led_on(server).await
}

/// Has every queue without a leader elect one, and prints those that still had none. A queue whose
/// broker was killed before it had written anything comes back empty and waits for ever for somebody
/// to begin; `list_queues` says that it runs, but it takes nothing and gives nothing.
const ELECT: &str = "Idle = [element(1, Queue) || Queue <- ets:tab2list(ra_state), element(2, Queue) =/= leader], \
     [ra:trigger_election({Name, node()}) || Name <- Idle], Idle.";

/// Of one node, every queue leads itself.
async fn all_led_on(server: &RabbitMq) -> Result<()> {
    let deadline = Instant::now() + RUNNING_LIMIT;
    loop {
        let idle = server.ctl(&["eval", ELECT]).await?;
        if idle.trim() == "[]" {
            return Ok(());
        }
        tracing::warn!(queues = idle.trim(), "queues run without a leader; they elect one");
        if Instant::now() > deadline {
            bail!("RabbitMQ's queues {} find no leader; its log says why", idle.trim());
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

fn owned((name, state): (&str, &str)) -> (String, String) {
    (name.trim().to_owned(), state.trim().to_owned())
}

/// By name.
type States = BTreeMap<String, String>;

fn states(queues: Vec<QueueState>) -> States {
    queues.into_iter().map(|queue| (queue.name, queue.state.unwrap_or_else(|| UNKNOWN.to_owned()))).collect()
}

/// Looks until all run; repairs what is down for longer than a start takes.
async fn watch<F: Future<Output = Result<States>>>(
    settings: &Settings,
    look: impl Fn() -> F,
    down_limit: Duration,
    administrator: Administrator,
) -> Result<()> {
    let may_repair = definitions::has_administrator(settings);
    let started = Instant::now();
    let (deadline, mut bad_since) = (started + RUNNING_LIMIT, started);
    loop {
        let bad = match look().await {
            Ok(states) => not_running(settings, &states),
            // A broker that has just started takes a moment to answer this.
            Err(error) if started.elapsed() > ANSWER_LIMIT => return Err(error),
            Err(_) => {
                tokio::time::sleep(LOOK_AGAIN).await;
                continue;
            }
        };
        if bad.is_empty() {
            return Ok(());
        }
        let is_down = bad_since.elapsed() > down_limit;
        if Instant::now() > deadline || (is_down && !may_repair) {
            let names: Vec<_> = bad.iter().map(|(name, state)| format!("{name} ({state})")).collect();
            bail!(
                "RabbitMQ does not run these queues: {}. Its log says why; `exchange provision` with its \
                 administrator's password makes those anew that are missing or down",
                names.join(", ")
            );
        }
        if is_down {
            repair(settings, &bad, administrator).await?;
            bad_since = Instant::now();
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// What the queues held is still in the outboxes of those who sent it.
async fn repair(settings: &Settings, bad: &States, administrator: Administrator) -> Result<()> {
    let management = Management::administrator(settings)?;
    for (name, _) in bad.iter().filter(|(_, state)| *state != MISSING) {
        tracing::warn!(queue = name, "the queue is down and is made anew");
        management.delete_queue(name).await?;
    }
    management.import(&definitions::of(settings, administrator)?).await?;
    tokio::time::sleep(SETTLING).await;
    Ok(())
}

const MISSING: &str = "missing";
/// Also what a queue is in before it was first looked at.
const UNKNOWN: &str = "unknown";

/// Of the queues that must be there.
fn not_running(settings: &Settings, states: &States) -> States {
    let wanted = Topology::new(settings.partitions).queues.into_iter();
    wanted
        .map(|queue| {
            let state = states.get(&queue.name).cloned().unwrap_or_else(|| MISSING.to_owned());
            (queue.name, state)
        })
        .filter(|(_, state)| !["running", "idle"].contains(&state.as_str()))
        .collect()
}
