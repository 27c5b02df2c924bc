//! A private RabbitMQ node: its own data, ports, cookie and `epmd`, on 127.0.0.1 only.

mod configuration;
mod hello;

use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::signal::Signal;

pub use self::configuration::{RabbitPorts, RabbitSettings};
use crate::claim::Claim;
use crate::docker::{self, Container};
use crate::find::{self, RabbitPrograms};
use crate::guard::{Farewell, Guarded, LOOK_AGAIN};
use crate::ports;
use crate::running::Running;

/// Five seconds on a good machine; recovering full queues takes longer.
const START_LIMIT: Duration = Duration::from_secs(180);

/// For the first download of the image.
const CONTAINER_START_LIMIT: Duration = Duration::from_secs(900);

/// Closing connections and syncing queues.
const STOP_LIMIT: Duration = Duration::from_secs(30);

/// A queue's name is safe on disk half a second after its declaration, so a broker killed
/// before that forgets it with all it holds.
const SETTLE: Duration = Duration::from_secs(1);

/// Where the server comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RabbitSource {
    Installed(RabbitPrograms),
    Docker,
}

/// A running node, or one that a fault has stopped. Dropping it ends the node.
pub struct RabbitMq {
    source: RabbitSource,
    settings: RabbitSettings,
    folder: PathBuf,
    ports: RabbitPorts,
    running: Option<Running>,
    // Ours, in the foreground: one that Erlang starts would outlive everything.
    epmd: Option<Guarded>,
    claim: Claim,
}

impl RabbitMq {
    /// Starts the node on the data in `folder` and returns when the definitions are loaded
    /// and clients are accepted.
    ///
    /// # Errors
    /// If the folder or a port is in use, or if the node ends or does not answer.
    pub async fn start(
        source: RabbitSource,
        folder: &Path,
        ports: RabbitPorts,
        settings: RabbitSettings,
    ) -> Result<Self> {
        let claim = Claim::take(folder).await.context("RabbitMQ cannot be started")?;
        let folder = folder.canonicalize()?;
        let mut rabbitmq = Self { source, settings, folder, ports, running: None, epmd: None, claim };
        rabbitmq.start_again().await?;
        Ok(rabbitmq)
    }

    pub fn ports(&self) -> &RabbitPorts {
        &self.ports
    }

    pub fn management_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports.management)
    }

    /// The node's log; what it printed while it started is in `server.log` beside it.
    pub fn log(&self) -> PathBuf {
        configuration::log_file(&self.folder)
    }

    /// The node's process id while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.running.as_ref().map(Running::pid)
    }

    /// Whether the node has ended without being asked to.
    pub fn has_ended(&mut self) -> bool {
        self.running.as_mut().is_none_or(Running::has_ended)
    }

    /// Starts a node that was stopped or killed.
    pub async fn start_again(&mut self) -> Result<()> {
        if !self.has_ended() {
            return Ok(());
        }
        self.running = None;
        self.must_have_its_ports()?;
        let is_first = !self.data().exists();
        self.claim.mark();
        configuration::write(&self.folder, &self.ports, &self.settings, self.is_container())?;
        let limit = if self.is_container() { CONTAINER_START_LIMIT } else { START_LIMIT };
        let deadline = Instant::now() + limit;
        let mut running = match self.source.clone() {
            RabbitSource::Installed(programs) => self.launch(&programs, deadline).await?,
            RabbitSource::Docker => self.launch_container().await?,
        };
        while !hello::answers_amqp(self.ports.amqp) {
            if running.has_ended() {
                bail!("RabbitMQ did not start; {}", self.claim.last_words());
            }
            if Instant::now() > deadline {
                bail!("RabbitMQ did not answer within {limit:?}; {}", self.claim.last_words());
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        if is_first && !self.settings.throwaway {
            tokio::time::sleep(SETTLE).await;
        }
        self.running = Some(running);
        Ok(())
    }

    /// Ends the node in order; the folder stays ours, and it can start again.
    pub async fn stop(&mut self) -> Result<()> {
        let stopped = match self.running.take() {
            Some(running) => running.stop(&[(Signal::SIGTERM, STOP_LIMIT)]).await,
            None => Ok(()),
        };
        if let Some(mut epmd) = self.epmd.take() {
            epmd.kill().await?;
        }
        stopped
    }

    pub async fn restart(&mut self) -> Result<()> {
        self.stop().await?;
        self.start_again().await
    }

    /// `kill -9` for the node and every process of it.
    pub async fn kill9(&mut self) -> Result<()> {
        match self.running.take() {
            Some(running) => running.kill().await,
            None => Ok(()),
        }
    }

    /// Freezes the node until [`resume`](Self::resume).
    pub async fn pause(&mut self) -> Result<()> {
        self.running.as_mut().context("RabbitMQ is not running: start it before pausing it")?.pause().await
    }

    pub async fn resume(&mut self) -> Result<()> {
        self.running.as_mut().context("RabbitMQ is not running: start it before resuming it")?.resume().await
    }

    /// Deletes everything that the node stored, as when its disk is lost.
    ///
    /// # Errors
    /// If the node runs.
    pub async fn erase_data(&mut self) -> Result<()> {
        if !self.has_ended() {
            bail!("RabbitMQ is running: stop or kill it before erasing its data");
        }
        let data = self.data();
        if !data.exists() {
            return Ok(());
        }
        if self.is_container() {
            docker::empty(&data, docker::RABBITMQ_IMAGE).await?;
        }
        std::fs::remove_dir_all(&data).with_context(|| format!("{} cannot be deleted", data.display()))
    }

    /// Runs `rabbitmqctl` against this node and returns what it printed.
    pub async fn ctl(&self, arguments: &[&str]) -> Result<String> {
        let output = match &self.source {
            RabbitSource::Installed(programs) => {
                let mut command = Command::new(programs.sbin.join("rabbitmqctl"));
                configuration::environment(&mut command, programs, &self.folder, &self.ports, &self.settings);
                command.arg("--quiet").args(arguments).current_dir("/");
                tokio::process::Command::from(command)
                    .output()
                    .await
                    .context("rabbitmqctl cannot be started")?
            }
            RabbitSource::Docker => {
                let container = self.running.as_ref().and_then(Running::container);
                let container = container.context("RabbitMQ is not running: start it before asking it")?;
                container.exec(&[&["rabbitmqctl", "--quiet"], arguments].concat()).await?
            }
        };
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        if !output.status.success() {
            let complaint = String::from_utf8_lossy(&output.stderr);
            bail!("rabbitmqctl {} failed: {} {}", arguments.join(" "), printed.trim(), complaint.trim());
        }
        Ok(printed)
    }

    fn data(&self) -> PathBuf {
        if self.is_container() {
            self.folder.join("container-data")
        } else {
            configuration::data(&self.folder)
        }
    }

    fn is_container(&self) -> bool {
        self.source == RabbitSource::Docker
    }

    fn must_have_its_ports(&self) -> Result<()> {
        ports::must_be_free(self.ports.amqp, "RabbitMQ")?;
        ports::must_be_free(self.ports.management, "RabbitMQ's management page")?;
        if let Some(port) = self.ports.prometheus {
            ports::must_be_free(port, "RabbitMQ's metrics")?;
        }
        if !self.is_container() {
            ports::must_be_free(self.ports.distribution, "RabbitMQ's rabbitmqctl")?;
        }
        Ok(())
    }

    async fn launch(&mut self, programs: &RabbitPrograms, deadline: Instant) -> Result<Running> {
        self.ensure_epmd(programs, deadline).await?;
        let script = programs.sbin.join("rabbitmq-server");
        let guarded = Guarded::start(&script, &[], self.farewell(), self.claim.log(), |command| {
            configuration::environment(command, programs, &self.folder, &self.ports, &self.settings);
        })?;
        Running::new(guarded, None, &self.folder)
    }

    /// It must listen before Erlang looks for it.
    async fn ensure_epmd(&mut self, programs: &RabbitPrograms, deadline: Instant) -> Result<()> {
        if self.epmd.as_mut().is_some_and(|epmd| epmd.ended().is_none()) {
            return Ok(());
        }
        ports::must_be_free(self.ports.epmd, "RabbitMQ's epmd")?;
        let arguments = ["-port", &self.ports.epmd.to_string(), "-address", "127.0.0.1"].map(str::to_owned);
        // It stores nothing, so there is nothing to wait for.
        let farewell = Farewell { signal: Signal::SIGKILL, grace: Duration::ZERO };
        let mut epmd = Guarded::start(&programs.epmd, &arguments, farewell, self.claim.log(), |_| {})?;
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.ports.epmd)).is_err() {
            if epmd.ended().is_some() || Instant::now() > deadline {
                bail!("RabbitMQ's epmd did not start; {}", self.claim.last_words());
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        std::fs::write(self.folder.join("epmd.guard"), epmd.guard().to_string())?;
        self.epmd = Some(epmd);
        Ok(())
    }

    async fn launch_container(&self) -> Result<Running> {
        let container = Container::fresh(format!("exchange-rabbitmq-{}", self.ports.amqp)).await?;
        let mut published = vec![(self.ports.amqp, 5672), (self.ports.management, 15672)];
        published.extend(self.ports.prometheus.map(|port| (port, 15692)));
        let arguments = container.run(
            docker::RABBITMQ_IMAGE,
            &published,
            &[
                (&self.data(), "/var/lib/rabbitmq"),
                (&configuration::config_file(&self.folder), "/etc/rabbitmq/rabbitmq.conf:ro"),
                (&configuration::plugins_file(&self.folder), "/etc/rabbitmq/enabled_plugins:ro"),
                (&configuration::definitions_file(&self.folder), configuration::CONTAINER_DEFINITIONS),
            ],
            &["RABBITMQ_NODENAME"],
        );
        let program = find::program("docker", &[]).context("docker is not in PATH: add it")?;
        let guarded = Guarded::start(&program, &arguments, self.farewell(), self.claim.log(), |command| {
            command.env("RABBITMQ_NODENAME", &self.settings.node);
        })?;
        Running::new(guarded, Some(container), &self.folder)
    }

    fn farewell(&self) -> Farewell {
        let signal = if self.settings.throwaway { Signal::SIGKILL } else { Signal::SIGTERM };
        Farewell { signal, grace: STOP_LIMIT }
    }
}
