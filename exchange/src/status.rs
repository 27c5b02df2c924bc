//! How the exchange is: its processes, queues and streams. Says what it can find out, and what not.

use crate::children::{BOTS, FEEDS, NAMES};
use crate::console::answer;
use crate::databases::Databases;
use crate::health;
use crate::home::Home;
use crate::private::{POSTGRES, RABBITMQ};
use crate::processes::{Processes, UP};
use crate::provision::{Management, QueueState};
use crate::streams::{self, Arrival};
use anyhow::{Result, bail};
use chassis::settings::Settings;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::path::Path;

/// What could not be asked is said in words.
type Told<T> = Result<T, String>;

#[derive(Serialize)]
pub struct Status {
    processes: Vec<Process>,
    queues: Told<Vec<QueueState>>,
    streams: Told<Vec<Arrival>>,
    parked: Told<BTreeMap<&'static str, u64>>,
}

#[derive(Serialize)]
struct Process {
    name: &'static str,
    /// Unknown when it was not started by `up` in this folder.
    pid: Option<u32>,
    live: bool,
    ready: bool,
}

/// Answers whether all six processes are ready.
pub async fn run(folder: &Path, json: bool) -> Result<bool> {
    let settings = Settings::load(folder)?;
    if settings.database.host.is_empty() && settings.database.urls.is_empty() {
        bail!("No exchange was ever started in this folder. Start one with `exchange up`");
    }
    let status = Status::of(&settings).await?;
    if json {
        answer(serde_json::to_string_pretty(&status)?);
    } else {
        answer(&status);
    }
    let six = |process: &&Process| NAMES.contains(&process.name);
    Ok(status.processes.iter().filter(six).all(|process| process.ready))
}

impl Status {
    pub async fn of(settings: &Settings) -> Result<Self> {
        let queues = async { Management::observer(settings)?.queues().await };
        let databases = Databases::open(settings).await.map_err(told);
        let (streams, parked) = match &databases {
            Ok(databases) => (
                streams::arrivals(databases, settings.partitions).await.map_err(|fault| told(fault.into())),
                streams::parked(databases).await.map_err(|fault| told(fault.into())),
            ),
            Err(error) => (Err(error.clone()), Err(error.clone())),
        };
        let mut queues = queues.await.map_err(told);
        if let Ok(queues) = &mut queues {
            queues.sort_by(|a, b| a.name.cmp(&b.name));
        }
        Ok(Status { processes: processes(settings).await?, queues, streams, parked })
    }
}

fn told(error: anyhow::Error) -> String {
    format!("{error:#}")
}

async fn processes(settings: &Settings) -> Result<Vec<Process>> {
    let noted = Processes::read(&Home::at(&settings.directory));
    let client = health::client()?;
    let mut processes = Vec::new();
    for name in [UP, POSTGRES, RABBITMQ].into_iter().chain(NAMES).chain([FEEDS, BOTS]) {
        let pid = noted.alive(name);
        // An exchange without market makers and feeds is a whole one.
        if NAMES.contains(&name) || ([FEEDS, BOTS].contains(&name) && pid.is_some()) {
            let live = health::is_live(&client, settings, name).await;
            let ready = live && health::is_ready(&client, settings, name).await;
            processes.push(Process { name, pid, live, ready });
        } else if pid.is_some() {
            processes.push(Process { name, pid, live: true, ready: true });
        }
    }
    Ok(processes)
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let yes = |is: bool| if is { "yes" } else { "NO" };
        writeln!(f, "{:<22}{:>8}  live  ready", "process", "pid")?;
        for Process { name, pid, live, ready } in &self.processes {
            let pid = pid.map_or_else(|| "-".to_owned(), |pid| pid.to_string());
            writeln!(f, "{name:<22}{pid:>8}  {:<4}  {}", yes(*live), yes(*ready))?;
        }
        let names = self.queues.iter().flatten().map(|queue| queue.name.len());
        let width = names.max().unwrap_or_default().max(20) + 2;
        writeln!(f, "\n{:<width$}{:>8}{:>10}{:>11}  state", "queue", "messages", "unacked", "consumers")?;
        write_rows(f, &self.queues, |text, queue| {
            let state = queue.state.as_deref().unwrap_or("unknown");
            let QueueState { name, messages, messages_unacknowledged, consumers, .. } = queue;
            writeln!(text, "{name:<width$}{messages:>8}{messages_unacknowledged:>10}{consumers:>11}  {state}")
        })?;
        writeln!(f, "\n{:<28}{:<14}{:>12}{:>12}{:>8}", "stream", "heard by", "said", "heard", "lag")?;
        write_rows(f, &self.streams, |text, arrival| {
            let Arrival { stream, listener, said, heard, lag } = arrival;
            writeln!(text, "{stream:<28}{listener:<14}{said:>12}{heard:>12}{lag:>8}")
        })?;
        let parked = self.parked.as_ref().map_or(0, |parked| parked.values().sum());
        match parked {
            0 => write!(f, "\nnothing is parked"),
            count => write!(f, "\n{count} messages are parked: see `exchange parked list`"),
        }
    }
}

fn write_rows<T>(
    f: &mut fmt::Formatter<'_>,
    rows: &Told<Vec<T>>,
    write: impl Fn(&mut String, &T) -> fmt::Result,
) -> fmt::Result {
    let mut text = String::new();
    match rows {
        Ok(rows) => rows.iter().try_for_each(|row| write(&mut text, row))?,
        Err(error) => writeln!(text, "  unknown: {error}")?,
    }
    f.write_str(&text)
}
