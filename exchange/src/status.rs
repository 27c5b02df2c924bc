//! How the exchange is: its processes, databases, queues and streams. Says what it can find out, and
//! what not.

use crate::children::{BOTS, FEEDS, NAMES};
use crate::console::answer;
use crate::databases::Databases;
use crate::health;
use crate::home::Home;
use crate::private::{POSTGRES, RABBITMQ};
use crate::processes::{Processes, UP};
use crate::provision::{Management, QueueState};
use crate::streams;
use anyhow::{Context, Result, bail};
use chassis::settings::Settings;
use contracts::lab::{DatabaseStatus, ProcessState, ProcessStatus, QueueStatus, Status, StreamStatus};
use futures::future::join_all;
use std::fmt::Write;
use std::path::Path;
use std::time::Duration;
use tokio::time::timeout;

/// RabbitMQ gathers numbers from all queues before it answers.
const PATIENCE: Duration = Duration::from_secs(10);

/// Answers whether all six processes are ready.
pub async fn run(folder: &Path, json: bool) -> Result<bool> {
    let settings = Settings::load(folder)?;
    if settings.database.host.is_empty() && settings.database.urls.is_empty() {
        bail!("No exchange was ever started in this folder. Start one with `exchange up`");
    }
    let status = find(&settings, &mut None, PATIENCE).await?;
    if json {
        answer(serde_json::to_string_pretty(&status)?);
    } else {
        answer(as_text(&status));
    }
    let six = |process: &&ProcessStatus| NAMES.contains(&process.name.as_str());
    Ok(status.processes.iter().filter(six).all(|process| process.state == ProcessState::Running))
}

/// Waits so long for whoever does not answer. The databases stay open for the next time.
pub async fn find(
    settings: &Settings,
    databases: &mut Option<Databases>,
    patience: Duration,
) -> Result<Status> {
    let (processes, queues, recorded) = tokio::join!(
        processes(settings, patience),
        timeout(patience, queues(settings)),
        timeout(patience, recorded(settings, databases)),
    );
    let mut unknown = Vec::new();
    let mut told = |error: anyhow::Error| unknown.push(format!("{error:#}"));
    let queues = queues.context("RabbitMQ's management does not answer in time").flatten();
    let queues = queues.map_err(&mut told).ok();
    let recorded = recorded.context("The databases do not answer in time").flatten();
    let (databases, streams) = recorded.map_err(told).ok().unzip();
    Ok(Status { processes: processes?, databases, queues, streams, unknown })
}

async fn queues(settings: &Settings) -> Result<Vec<QueueStatus>> {
    let mut queues = Management::observer(settings)?.queues().await?;
    queues.sort_by(|a, b| a.name.cmp(&b.name));
    let status =
        |QueueState { name, state, messages, messages_unacknowledged, consumers, counts, .. }| QueueStatus {
            name,
            state,
            messages,
            messages_unacknowledged,
            consumers,
            published: counts.publish,
            delivered: counts.deliver_get,
            acknowledged: counts.ack,
        };
    Ok(queues.into_iter().map(status).collect())
}

async fn recorded(
    settings: &Settings,
    kept: &mut Option<Databases>,
) -> Result<(Vec<DatabaseStatus>, Vec<StreamStatus>)> {
    // Who fails, or takes too long, is opened anew the next time.
    let databases = match kept.take() {
        Some(databases) => databases,
        None => Databases::open(settings).await?,
    };
    let streams = streams::all(&databases, settings.partitions).await?;
    let told = (streams::databases(&databases).await?, streams);
    *kept = Some(databases);
    Ok(told)
}

async fn processes(settings: &Settings, patience: Duration) -> Result<Vec<ProcessStatus>> {
    let noted = Processes::read(&Home::at(&settings.directory));
    let client = health::client()?;
    let state = async |name: &'static str, pid: Option<u32>| {
        if pid.is_some_and(servers::processes::is_paused) {
            return ProcessState::Paused;
        }
        // The servers are noted when they are ready.
        let is_well = async {
            ![NAMES.as_slice(), &[FEEDS, BOTS]].concat().contains(&name)
                || health::is_ready(&client, settings, name).await
        };
        let is_alive = async { pid.is_some() || health::is_live(&client, settings, name).await };
        match timeout(patience, is_alive).await == Ok(true) {
            true if timeout(patience, is_well).await == Ok(true) => ProcessState::Running,
            true => ProcessState::Waiting,
            false => ProcessState::Gone,
        }
    };
    let all = [UP, POSTGRES, RABBITMQ].into_iter().chain(NAMES).chain([FEEDS, BOTS]);
    // An exchange without market makers, feeds and servers of its own is a whole one.
    let ours = all.filter(|name| NAMES.contains(name) || noted.starts.contains_key(*name));
    // It does not see itself.
    let ours = ours.filter(|name| *name != UP || noted.alive(UP).is_some());
    let told = ours.map(async |name| {
        let pid = noted.alive(name);
        let starts = noted.starts.get(name);
        ProcessStatus {
            name: name.to_owned(),
            pid,
            state: state(name, pid).await,
            since: starts.map(|starts| starts.last),
            restarts: starts.map_or(0, |starts| starts.count - 1),
        }
    });
    Ok(join_all(told).await)
}

fn as_text(status: &Status) -> String {
    let mut text = String::new();
    // To a text nothing can fail to be written.
    let _ = write(&mut text, status);
    text
}

fn write(f: &mut String, status: &Status) -> std::fmt::Result {
    writeln!(f, "{:<22}{:>8}  {:<8}{:>9}", "process", "pid", "state", "restarts")?;
    for ProcessStatus { name, pid, state, restarts, .. } in &status.processes {
        let pid = pid.map_or_else(|| "-".to_owned(), |pid| pid.to_string());
        writeln!(f, "{name:<22}{pid:>8}  {state:<8}{restarts:>9}")?;
    }
    let names = status.queues.iter().flatten().map(|queue| queue.name.len());
    let width = names.max().unwrap_or_default().max(20) + 2;
    writeln!(f, "\n{:<width$}{:>8}{:>10}{:>11}  state", "queue", "messages", "unacked", "consumers")?;
    for queue in status.queues.iter().flatten() {
        let state = queue.state.as_deref().unwrap_or("unknown");
        let QueueStatus { name, messages, messages_unacknowledged, consumers, .. } = queue;
        writeln!(f, "{name:<width$}{messages:>8}{messages_unacknowledged:>10}{consumers:>11}  {state}")?;
    }
    writeln!(f, "\n{:<28}{:<14}{:>12}{:>12}{:>8}", "stream", "heard by", "said", "heard", "lag")?;
    let known = |number: &Option<u64>| number.map_or_else(|| "-".to_owned(), |number| number.to_string());
    for StreamStatus { stream, listener, said, heard, lag } in status.streams.iter().flatten() {
        let (heard, lag) = (known(heard), known(lag));
        writeln!(f, "{stream:<28}{listener:<14}{said:>12}{heard:>12}{lag:>8}")?;
    }
    writeln!(
        f,
        "\n{:<22}{:>12}{:>13}{:>12}{:>8}",
        "database", "megabytes", "connections", "steps", "parked"
    )?;
    for database in status.databases.iter().flatten() {
        let DatabaseStatus { service, bytes, connections, steps, parked, .. } = database;
        let megabytes = bytes / 1_000_000;
        writeln!(f, "{service:<22}{megabytes:>12}{connections:>13}{steps:>12}{parked:>8}")?;
    }
    for reason in &status.unknown {
        writeln!(f, "\nunknown: {reason}")?;
    }
    match status.databases.as_ref().map(|all| all.iter().map(|database| database.parked).sum()) {
        None => Ok(()),
        Some(0) => write!(f, "\nnothing is parked"),
        Some(count) => write!(f, "\n{count} messages are parked: see `exchange parked list`"),
    }
}
