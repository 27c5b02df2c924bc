//! Servers and one process, as `up` starts them, in a folder of their own.

use crate::children::{Nursery, Supervised};
use crate::console::Console;
use crate::home::{Claim, Home};
use crate::private::{self, Kept, POSTGRES, RABBITMQ};
use crate::processes::{Note, Processes};
use crate::provision::definitions::{self, Administrator};
use crate::provision::{broker, databases};
use crate::runtime::{self, Ports, Private};
use crate::supervise::Wish;
use crate::{health, reset, secrets};
use anyhow::{Context, Result, ensure};
use chassis::settings::Settings;
use contracts::topology::{self, MATCHING};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;
use servers::{Programs, ports::Lease};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::time::Instant;

/// In the current folder, whose disk is measured, too.
const FOLDER: &str = "load-matching";
const READY_LIMIT: Duration = Duration::from_secs(60);
const LOOK_AGAIN: Duration = Duration::from_millis(100);

pub struct Stage {
    folder: PathBuf,
    home: Home,
    settings: Settings,
    ports: Ports,
    console: Console,
    postgres: Option<Kept>,
    rabbitmq: Option<Kept>,
    matching: Option<Supervised>,
    _claim: Claim,
    _lease: Lease,
}

const OURS: Private = Private { postgres: true, rabbitmq: true };

impl Stage {
    /// Decides everything, and starts nothing yet.
    pub fn prepare(folder: &Path, partitions: u16) -> Result<Self> {
        ensure!(
            std::env::var_os("EXCHANGE__DIRECTORY").is_none(),
            "matching is measured in a folder of its own: unset EXCHANGE__DIRECTORY"
        );
        let folder = folder.join(FOLDER);
        std::fs::create_dir(&folder).with_context(|| {
            let folder = folder.display();
            format!("{folder} cannot be made; if another run was broken off there, delete it")
        })?;
        let own = format!("[partitions]\nsymbols = {partitions}\n");
        std::fs::write(folder.join("exchange.toml"), own)?;
        let home = Home::at(&Settings::chosen_by_people(&folder)?.directory);
        home.prepare()?;
        let claim = home.claim()?;
        secrets::ensure(&home, OURS)?;
        let (ports, lease) = Ports::settle(&home)?;
        runtime::write(&home, OURS, &ports, None, &[])?;
        Ok(Stage {
            settings: Settings::load(&folder)?,
            folder,
            home,
            ports,
            console: Console::new(),
            postgres: None,
            rabbitmq: None,
            matching: None,
            _claim: claim,
            _lease: lease,
        })
    }

    pub async fn start(&mut self, listeners: &[&str]) -> Result<()> {
        let step = self.console.step("starting PostgreSQL, RabbitMQ and matching");
        let programs = Programs::ready(|text| step.tell(text)).await?;
        let note = Note::new(&self.home);
        let definitions = heard_by(listeners, definitions::of(&self.settings, Administrator::Ours)?);
        self.home.write(&self.home.definitions(), &serde_json::to_string_pretty(&definitions)?)?;
        let server = private::postgres(&self.home, &self.settings, &programs).await?;
        self.postgres = Some(private::keep_postgres(server, self.console.clone(), note.clone()));
        let server = private::rabbitmq(&self.home, &self.settings, &programs, &self.ports).await?;
        broker::all_running_on(&server, &self.settings).await?;
        let settled = Instant::now() + broker::SETTLING;
        let (settings, console) = (self.settings.clone(), self.console.clone());
        self.rabbitmq = Some(private::keep_rabbitmq(server, settings, console, note.clone()));
        databases::provision(&self.settings).await?;
        tokio::time::sleep_until(settled).await;
        let (home, folder, console) = (self.home.clone(), self.folder.clone(), self.console.clone());
        let matching = Nursery { home, folder, console, note }.start(MATCHING)?;
        let (client, deadline) = (health::client()?, Instant::now() + READY_LIMIT);
        while !health::is_ready(&client, &self.settings, MATCHING).await {
            let last = matching.state().last_line;
            ensure!(Instant::now() < deadline, "matching does not start. The last it said was: {last}");
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        self.matching = Some(matching);
        step.done("matching is ready");
        Ok(())
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    pub fn pids(&self) -> Vec<(String, u32)> {
        let noted = Processes::read(&self.home);
        let names = [MATCHING, POSTGRES, RABBITMQ].into_iter();
        names.filter_map(|name| Some((name.to_owned(), noted.alive(name)?))).collect()
    }

    pub fn deaths(&self) -> u32 {
        self.matching.as_ref().map_or(0, |matching| matching.state().deaths)
    }

    pub fn kill_matching(&self) -> Result<()> {
        let pid = self.pids().into_iter().find(|(name, _)| name == MATCHING).map(|(_, pid)| pid);
        let pid = pid.context("matching is not running")?;
        kill(Pid::from_raw(i32::try_from(pid)?), Signal::SIGKILL).context("matching cannot be killed")
    }

    /// Stops everything and deletes the folder.
    pub async fn end(self) -> Result<()> {
        if let Some(matching) = self.matching {
            matching.wish(Wish::Stop);
            matching.has_ended().await;
        }
        for server in [self.rabbitmq, self.postgres].into_iter().flatten() {
            server.wish(Wish::Stop);
            server.has_ended().await;
        }
        private::gone(&self.home).await;
        reset::delete(&self.home)?;
        std::fs::remove_dir_all(&self.folder)
            .with_context(|| format!("{} cannot be deleted", self.folder.display()))
    }
}

/// What matching says goes to these services only: nobody reads the others' queues.
fn heard_by(listeners: &[&str], mut definitions: Value) -> Value {
    let is_heard = |binding: &Value| {
        let listener = binding["destination"].as_str().map(topology::service_of);
        binding["source"] != MATCHING || listener.is_some_and(|service| listeners.contains(&service))
    };
    if let Some(bindings) = definitions["bindings"].as_array_mut() {
        bindings.retain(is_heard);
    }
    definitions
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::Partitions;
    use contracts::topology::{STOCK_DATA, Topology};

    #[test]
    fn only_who_is_there_to_hear_is_told() {
        let definitions =
            Topology::new(Partitions { users: 1, symbols: 2 }).definitions("/", |_| String::new());
        let all = definitions["bindings"].as_array().unwrap().len();
        let heard = heard_by(&[STOCK_DATA], definitions);
        let bindings = heard["bindings"].as_array().unwrap();
        let of_matching: Vec<_> = bindings
            .iter()
            .filter(|binding| binding["source"] == MATCHING)
            .map(|b| &b["destination"])
            .collect();
        assert_eq!(of_matching, ["stock-data.0", "stock-data.0"]);
        // Two streams less for each of the two others.
        assert_eq!(bindings.len(), all - 4);
    }
}
