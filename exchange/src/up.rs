//! The whole exchange from one command: servers, databases, topology, UI, six processes, the first
//! seeding; and all of it stopped again, in order, when somebody wishes so.

mod ready;
mod resting;
mod seeding;
mod table;
mod ui;

use crate::children::{self, Nursery, Supervised};
use crate::console::Console;
use crate::home::{Claim, Home};
use crate::lab::Lab;
use crate::private::{self, Kept};
use crate::processes::{Note, Processes};
use crate::provision::definitions::{self, Administrator};
use crate::provision::{broker, databases};
use crate::runtime::{self, Ports, Private};
use crate::secrets;
use crate::supervise::Wish;
use anyhow::{Context, Result};
use chassis::settings::Settings;
use contracts::{stock_data::FeedSource, topology};
use servers::{Programs, ports};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::Instant;

pub struct Options {
    pub seed: bool,
    /// With market makers.
    pub market: bool,
    /// Whose prices are to be followed; those that the settings name, if empty.
    pub paper: Vec<FeedSource>,
}

/// Runs until SIGINT or SIGTERM.
pub async fn run(folder: &Path, options: Options) -> Result<()> {
    let mut end = End::listen()?;
    let console = Console::new();
    let mut plan = Plan::settle(folder, console.clone(), options)?;
    let mut running = Running::default();
    let started = tokio::select! {
        started = plan.start(&mut running) => started.map(|()| true),
        () = end.wished() => Ok(false),
    };
    if let Ok(true) = started {
        table::print(&plan.home, &plan.settings, plan.private, plan.makes_markets());
        end.wished().await;
    }
    if !running.is_empty() {
        console.say("stopping everything; Ctrl-C again to hurry");
    }
    tokio::select! {
        () = async { running.stop(&plan.settings).await; private::gone(&plan.home).await } => {}
        () = end.wished() => {
            console.say("hurrying");
            running.hurry().await;
        }
    }
    if started.is_ok() {
        console.say("stopped; the data is kept, and the next start finds it");
    }
    started.map(drop)
}

/// The wish to end, as often as it comes.
struct End {
    interrupt: Signal,
    terminate: Signal,
}

impl End {
    fn listen() -> Result<Self> {
        Ok(End { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn wished(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// What was decided before anything is started.
struct Plan {
    folder: PathBuf,
    home: Home,
    settings: Settings,
    private: Private,
    ports: Ports,
    console: Console,
    seed: bool,
    market: bool,
    paper: Vec<FeedSource>,
    _claim: Claim,
    /// So that nobody else takes our ports while a server is down.
    _lease: Option<ports::Lease>,
}

fn list(sources: &[FeedSource]) -> String {
    let names: Vec<&str> = sources.iter().map(|source| source.as_str()).collect();
    names.join(", ")
}

/// What has been started, in the order in which it is stopped.
#[derive(Default)]
struct Running {
    lab: Option<Lab>,
    children: Vec<Supervised>,
    rabbitmq: Option<Kept>,
    postgres: Option<Kept>,
}

impl Plan {
    fn settle(folder: &Path, console: Console, options: Options) -> Result<Self> {
        let chosen = Settings::chosen_by_people(folder)?;
        let home = Home::at(&chosen.directory);
        home.prepare()?;
        let claim = home.claim()?;
        let private = Private::of(&chosen);
        secrets::ensure(&home, private)?;
        Ok(Plan {
            folder: folder.to_owned(),
            private,
            home,
            settings: chosen,
            ports: Ports::default(),
            console,
            seed: options.seed,
            market: options.market,
            paper: options.paper,
            _claim: claim,
            _lease: None,
        })
    }

    async fn start(&mut self, running: &mut Running) -> Result<()> {
        Processes::read(&self.home).to_end(|text| self.console.say(text)).await?;
        let (ports, lease) = Ports::settle(&self.home)?;
        (self.ports, self._lease) = (ports, Some(lease));
        self.decide(None)?;
        self.must_have_web_port()?;
        runtime::must_have_partitions(&self.home, self.settings.partitions)?;
        let note = Note::new(&self.home);
        let is_new = self.private.rabbitmq && !self.home.has_broker_data();
        self.servers(running, &note).await?;
        let settled = Instant::now() + if is_new { broker::SETTLING } else { Duration::ZERO };
        self.databases().await?;
        runtime::note_partitions(&self.home, self.settings.partitions)?;
        self.pages().await?;
        self.broker(settled).await?;
        let nursery = Nursery {
            home: self.home.clone(),
            folder: self.folder.clone(),
            console: self.console.clone(),
            note,
        };
        running.lab = self.lab();
        for name in children::NAMES {
            running.children.push(nursery.start(name)?);
        }
        ready::wait(&self.settings, &running.children, &self.console).await?;
        if self.seed {
            seeding::first(&self.home, &self.settings, &self.console).await;
        }
        if self.settings.feeds.is_on(FeedSource::Binance) && self.seed {
            seeding::coins(&self.home, &self.settings, &self.console).await;
        }
        if !self.settings.feeds.sources.is_empty() {
            running.children.push(nursery.start(children::FEEDS)?);
        }
        if self.makes_markets() {
            running.children.push(nursery.start(children::BOTS)?);
        }
        Ok(())
    }

    fn lab(&self) -> Option<Lab> {
        if !self.settings.demo {
            return None;
        }
        let opened = Lab::open(&self.home, &self.settings);
        opened.map_err(|error| self.console.say(&format!("There is no failure lab: {error:#}"))).ok()
    }

    fn makes_markets(&self) -> bool {
        self.market && self.settings.bots.orders_per_second > 0
    }

    /// Writes down what `up` has chosen, and reads what holds with it.
    fn decide(&mut self, ui: Option<&Path>) -> Result<()> {
        runtime::write(&self.home, self.private, &self.ports, ui, &self.paper)?;
        self.settings = Settings::load(&self.folder)?;
        self.settings.jwt_key()?;
        self.settings.polygon_key()?;
        let named = &self.settings.feeds.sources;
        anyhow::ensure!(
            self.paper.is_empty() || self.paper == *named,
            "--paper says {}, but `sources` under [feeds] in exchange.toml, or EXCHANGE__FEEDS__SOURCES, says {}: \
             leave one of them out",
            list(&self.paper),
            list(named),
        );
        Ok(())
    }

    fn must_have_web_port(&self) -> Result<()> {
        let port = self.settings.web.port;
        anyhow::ensure!(
            port == 0 || ports::is_free(port),
            "The exchange's pages need a port of their own, but {}. End that process, or choose another port: \
             EXCHANGE__WEB__PORT={} in the environment, or `port` under [web] in exchange.toml",
            ports::owner_hint(port),
            port.checked_add(1).unwrap_or(3001),
        );
        Ok(())
    }

    async fn servers(&self, running: &mut Running, note: &Note) -> Result<()> {
        let Private { postgres, rabbitmq } = self.private;
        if !postgres && !rabbitmq {
            return Ok(());
        }
        let step = self.console.step("looking for PostgreSQL and RabbitMQ");
        let programs = Programs::ready(|text| step.tell(text)).await?;
        step.tell("starting PostgreSQL and RabbitMQ");
        let (console, settings) = (&self.console, &self.settings);
        if rabbitmq {
            let definitions = definitions::of(settings, Administrator::Ours)?;
            self.home.write(&self.home.definitions(), &serde_json::to_string_pretty(&definitions)?)?;
        }
        let start_postgres = async {
            if postgres {
                let server = private::postgres(&self.home, settings, &programs).await?;
                running.postgres = Some(private::keep_postgres(server, console.clone(), note.clone()));
            }
            anyhow::Ok(())
        };
        let start_rabbitmq = async {
            if rabbitmq {
                let server = private::rabbitmq(&self.home, settings, &programs, &self.ports).await?;
                broker::all_running_on(&server, settings).await?;
                let kept = private::keep_rabbitmq(server, settings.clone(), console.clone(), note.clone());
                running.rabbitmq = Some(kept);
            }
            anyhow::Ok(())
        };
        let (first, second) = tokio::join!(start_postgres, start_rabbitmq);
        first.context("PostgreSQL could not be started")?;
        second.context("RabbitMQ could not be started")?;
        step.done("PostgreSQL and RabbitMQ are running");
        Ok(())
    }

    async fn databases(&self) -> Result<()> {
        let step = self.console.step("preparing the databases");
        // Where nobody gave us an administrator's password, somebody else has made them.
        let applied = match databases::has_admin(&self.settings) {
            true => databases::provision(&self.settings).await?,
            false => databases::migrate(&self.settings).await?,
        };
        step.done(&format!("five databases are ready ({})", databases::summary(&applied)));
        Ok(())
    }

    async fn pages(&mut self) -> Result<()> {
        if !self.settings.web.ui.as_os_str().is_empty() {
            return Ok(());
        }
        let built = ui::ready(&self.console).await;
        self.decide(built.as_deref())
    }

    /// Nothing is opened before what the broker has declared is on its disk.
    async fn broker(&self, settled: Instant) -> Result<()> {
        let step = self.console.step("waiting for the broker's queues");
        tokio::time::sleep_until(settled).await;
        match definitions::has_administrator(&self.settings) {
            _ if self.private.rabbitmq => {}
            true => broker::provision(&self.settings).await?,
            false => broker::all_running(&self.settings).await?,
        }
        step.done("every queue runs");
        Ok(())
    }
}

impl Running {
    fn is_empty(&self) -> bool {
        self.children.is_empty() && self.rabbitmq.is_none() && self.postgres.is_none()
    }

    /// The other way round than it was started: nobody loses those on whom he depends.
    async fn stop(&mut self, settings: &Settings) {
        self.lab = None;
        while let Some(child) = self.children.last() {
            child.wish(Wish::Stop);
            // Stays in the list until it has ended, so that it can still be hurried.
            child.has_ended().await;
            if child.name == topology::WEB {
                resting::rest(settings).await;
            }
            self.children.pop();
        }
        for server in [&mut self.rabbitmq, &mut self.postgres] {
            if let Some(kept) = server {
                kept.wish(Wish::Stop);
                kept.has_ended().await;
                *server = None;
            }
        }
    }

    async fn hurry(&mut self) {
        for child in &self.children {
            child.wish(Wish::Hurry);
        }
        for child in &self.children {
            child.has_ended().await;
        }
        for kept in [&self.rabbitmq, &self.postgres].into_iter().flatten() {
            kept.wish(Wish::Hurry);
        }
        for kept in [&self.rabbitmq, &self.postgres].into_iter().flatten() {
            kept.has_ended().await;
        }
    }
}
