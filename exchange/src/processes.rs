//! Which processes there are: noted by `up`, read by `status` and by the next start.

use crate::home::Home;
use anyhow::{Result, bail};
use chrono::Utc;
use contracts::Timestamp;
use serde::{Deserialize, Serialize};
use servers::processes;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A server that writes its last checkpoint needs a while.
const ENDING_LIMIT: Duration = Duration::from_secs(45);
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// The name of the process that starts all others.
pub const UP: &str = "exchange";

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Processes {
    pub pids: BTreeMap<String, u32>,
    /// Also of those that are gone.
    #[serde(default)]
    pub starts: BTreeMap<String, Starts>,
}

/// Of a process, since `up` began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Starts {
    pub last: Timestamp,
    pub count: u32,
}

impl Processes {
    pub fn read(home: &Home) -> Self {
        let text = std::fs::read_to_string(home.processes()).unwrap_or_default();
        serde_json::from_str(&text).unwrap_or_default()
    }

    /// The id of a process that is alive and looks like ours.
    pub fn alive(&self, name: &str) -> Option<u32> {
        let pid = *self.pids.get(name)?;
        let is_this = pid == std::process::id();
        (!is_this && processes::is_alive(pid) && processes::name_of(pid).is_some_and(|name| is_ours(&name)))
            .then_some(pid)
    }

    /// Waits for what a killed `up` has left: it ends by itself.
    pub async fn to_end(&self, mut tell: impl FnMut(&str)) -> Result<()> {
        let deadline = tokio::time::Instant::now() + ENDING_LIMIT;
        // Its `up` itself is gone: we have its lock. And ids begin anew with a container.
        let others = || self.pids.keys().filter(|name| *name != UP);
        let left = || others().filter_map(|name| Some((name, self.alive(name)?))).collect::<Vec<_>>();
        if !left().is_empty() {
            tell("waiting for the processes of an earlier start to end");
        }
        loop {
            let Some((name, pid)) = left().first().copied() else { return Ok(()) };
            if tokio::time::Instant::now() > deadline {
                bail!(
                    "{name} of an earlier start (PID {pid}) does not end. End it with `kill -9 {pid}`, then start again"
                );
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }
}

/// A process id may have gone to somebody else since.
fn is_ours(name: &str) -> bool {
    let own = std::env::current_exe().ok();
    let own = own.as_deref().and_then(|path| path.file_name()?.to_str()).unwrap_or("exchange");
    // The kernel keeps the first 15 letters.
    ["postgres", "beam.smp", "docker"].contains(&name) || own.get(..15).unwrap_or(own) == name
}

/// Keeps the note up to date. Cheap to clone.
#[derive(Clone)]
pub struct Note {
    home: Home,
    processes: Arc<Mutex<Processes>>,
}

impl Note {
    pub fn new(home: &Home) -> Self {
        let note = Note { home: home.clone(), processes: Arc::default() };
        note.set(UP, Some(std::process::id()));
        note
    }

    pub fn set(&self, name: &str, pid: Option<u32>) {
        let mut processes = self.processes.lock().expect("no panic while held");
        let before = processes.pids.remove(name);
        if let Some(pid) = pid {
            processes.pids.insert(name.to_owned(), pid);
            if before != Some(pid) {
                let count = processes.starts.get(name).map_or(0, |starts| starts.count);
                let starts = Starts { last: Utc::now(), count: count + 1 };
                processes.starts.insert(name.to_owned(), starts);
            }
        }
        let text = serde_json::to_string_pretty(&*processes).expect("names and numbers are JSON");
        if let Err(error) = self.home.write(&self.home.processes(), &text) {
            tracing::warn!(error = %format!("{error:#}"), "the list of processes is out of date");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nobody_waits_for_a_process_that_is_gone_or_not_ours() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path());
        let note = Note::new(&home);
        let mut child = std::process::Command::new("sleep").arg("30").spawn().unwrap();
        note.set("web", Some(child.id()));
        note.set(UP, None);
        let processes = Processes::read(&home);
        assert_eq!(processes.pids.get("web"), Some(&child.id()));
        processes.to_end(|_| panic!("sleep is not ours")).await.unwrap();
        note.set("web", Some(child.id()));
        assert_eq!(Processes::read(&home).starts["web"], processes.starts["web"], "told twice, started once");
        note.set("web", None);
        note.set("web", Some(child.id()));
        assert_eq!(Processes::read(&home).starts["web"].count, 2);
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
