//! A private PostgreSQL: one cluster in one folder, on 127.0.0.1 only.

mod cluster;
mod settings;

use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::signal::Signal;

pub use self::settings::{ADMIN, PostgresSettings};
use crate::claim::Claim;
use crate::docker::{self, Container};
use crate::find::{self, PostgresPrograms};
use crate::guard::{Farewell, Guarded, LOOK_AGAIN};
use crate::ports;
use crate::processes;
use crate::run_as::RunAs;
use crate::running::Running;

/// Replaying two gigabytes of log on a slow disk, with room.
const START_LIMIT: Duration = Duration::from_secs(120);

/// For the first download of the image.
const CONTAINER_START_LIMIT: Duration = Duration::from_secs(900);

/// A fast shutdown writes one checkpoint; what takes longer is cut off and replays its log.
const FAST_STOP_LIMIT: Duration = Duration::from_secs(20);
const IMMEDIATE_STOP_LIMIT: Duration = Duration::from_secs(10);

/// Where the server comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PostgresSource {
    Installed(PostgresPrograms),
    Docker,
}

/// A running server, or one that a fault has stopped. Dropping it ends the server.
pub struct Postgres {
    source: PostgresSource,
    settings: PostgresSettings,
    folder: PathBuf,
    data: PathBuf,
    port: u16,
    run_as: RunAs,
    running: Option<Running>,
    // Last, so that the folder stays ours while the rest goes.
    claim: Claim,
}

impl Postgres {
    /// Starts the server on the data in `folder`, which is initialised on first use, and
    /// returns when it accepts connections.
    ///
    /// # Errors
    /// If the folder or the port is in use, if the data was written by another major version
    /// that is not installed, or if the server ends or does not answer.
    pub async fn start(
        source: PostgresSource,
        folder: &Path,
        port: u16,
        settings: PostgresSettings,
    ) -> Result<Self> {
        let claim = Claim::take(folder).await.context("PostgreSQL cannot be started")?;
        let folder = folder.canonicalize()?;
        let run_as = RunAs::for_postgres()?;
        let (source, data) = match source {
            PostgresSource::Installed(programs) => {
                let data = cluster::prepare(&programs, &folder, &claim, &run_as, &settings).await?;
                (PostgresSource::Installed(matching(programs, &data)?), data)
            }
            PostgresSource::Docker => (PostgresSource::Docker, folder.join("container-data")),
        };
        let mut postgres = Self { source, settings, folder, data, port, run_as, running: None, claim };
        postgres.start_again().await?;
        Ok(postgres)
    }

    /// `postgres://…` for the administrator and one database.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://{ADMIN}:{}@127.0.0.1:{}/{database}", self.settings.admin_password, self.port)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where the data really lies: for a folder under /root, started as root, elsewhere.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// The server's log.
    pub fn log(&self) -> &Path {
        self.claim.log_path()
    }

    /// The server's process id while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.running.as_ref().map(Running::pid)
    }

    /// Whether the server has ended without being asked to.
    pub fn has_ended(&mut self) -> bool {
        self.running.as_mut().is_none_or(Running::has_ended)
    }

    /// Starts a server that was stopped or killed.
    pub async fn start_again(&mut self) -> Result<()> {
        if !self.has_ended() {
            return Ok(());
        }
        self.running = None;
        let limit = match self.source {
            PostgresSource::Installed(_) => START_LIMIT,
            PostgresSource::Docker => CONTAINER_START_LIMIT,
        };
        let deadline = Instant::now() + limit;
        loop {
            ports::must_be_free(self.port, "PostgreSQL")?;
            self.claim.mark();
            let mut running = self.launch().await?;
            while !running.has_ended() && !self.is_ready(&running).await {
                if Instant::now() > deadline {
                    bail!("PostgreSQL did not answer within {limit:?}; {}", self.claim.last_words());
                }
                tokio::time::sleep(LOOK_AGAIN).await;
            }
            if !running.has_ended() {
                self.running = Some(running);
                return Ok(());
            }
            if Instant::now() > deadline || !self.is_stale_start() {
                bail!("PostgreSQL did not start; {}", self.claim.last_words());
            }
            tokio::time::sleep(LOOK_AGAIN * 10).await;
        }
    }

    /// Ends the server in order; data and folder stay ours, and it can start again.
    pub async fn stop(&mut self) -> Result<()> {
        let requests = [(Signal::SIGINT, FAST_STOP_LIMIT), (Signal::SIGQUIT, IMMEDIATE_STOP_LIMIT)];
        match self.running.take() {
            Some(running) => running.stop(&requests).await,
            None => Ok(()),
        }
    }

    pub async fn restart(&mut self) -> Result<()> {
        self.stop().await?;
        self.start_again().await
    }

    /// `kill -9` for the server and every process of it.
    pub async fn kill9(&mut self) -> Result<()> {
        match self.running.take() {
            Some(running) => running.kill().await,
            None => Ok(()),
        }
    }

    /// Freezes the server and every process of it until [`resume`](Self::resume).
    pub async fn pause(&mut self) -> Result<()> {
        self.running.as_mut().context("PostgreSQL is not running: start it before pausing it")?.pause().await
    }

    pub async fn resume(&mut self) -> Result<()> {
        self.running
            .as_mut()
            .context("PostgreSQL is not running: start it before resuming it")?
            .resume()
            .await
    }

    async fn launch(&self) -> Result<Running> {
        match &self.source {
            PostgresSource::Installed(programs) => {
                let mut arguments = vec!["-D".to_owned(), self.data.display().to_string()];
                arguments.extend(self.settings.arguments("127.0.0.1", self.port));
                let guarded = Guarded::start(
                    &programs.postgres(),
                    &arguments,
                    self.farewell(),
                    self.claim.log(),
                    |command| {
                        self.run_as.apply(command);
                    },
                )?;
                Running::new(guarded, None, &self.folder)
            }
            PostgresSource::Docker => {
                let container = Container::fresh(format!("exchange-postgres-{}", self.port)).await?;
                let mut arguments = container.run(
                    docker::POSTGRES_IMAGE,
                    &[(self.port, 5432)],
                    &[(&self.data, "/var/lib/postgresql/data")],
                    &["POSTGRES_USER", "POSTGRES_PASSWORD", "POSTGRES_INITDB_ARGS"],
                );
                arguments.push("postgres".into());
                arguments.extend(self.settings.arguments("*", 5432));
                let program = find::program("docker", &[]).context("docker is not in PATH: add it")?;
                let guarded =
                    Guarded::start(&program, &arguments, self.farewell(), self.claim.log(), |_| {})?;
                Running::new(guarded, Some(container), &self.folder)
            }
        }
    }

    fn farewell(&self) -> Farewell {
        let signal = if self.settings.throwaway { Signal::SIGQUIT } else { Signal::SIGINT };
        Farewell { signal, grace: FAST_STOP_LIMIT }
    }

    async fn is_ready(&self, running: &Running) -> bool {
        match running.container() {
            Some(container) => container.exec(&["pg_isready", "-h", "127.0.0.1", "-U", ADMIN]).await.is_ok(),
            None => {
                // The eighth line is the state; `pg_ctl` looks at the same.
                let notes = std::fs::read_to_string(self.data.join("postmaster.pid")).unwrap_or_default();
                let lines: Vec<&str> = notes.lines().map(str::trim).collect();
                lines.first() == Some(&running.pid().to_string().as_str())
                    && lines.get(7) == Some(&"ready")
                    && TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok()
            }
        }
    }

    /// Whether the start failed on what a killed server left behind, so that another try is
    /// worth it. The claim proves that no server of ours is alive on this data.
    fn is_stale_start(&self) -> bool {
        let said = self.claim.said();
        if said.contains("pre-existing shared memory block") {
            return true;
        }
        if !said.contains("postmaster.pid\" already exists") {
            return false;
        }
        // The noted id now belongs to another program of the same user, as happens when a
        // container starts anew and counts its processes from one again.
        let notes = self.data.join("postmaster.pid");
        let pid =
            std::fs::read_to_string(&notes).ok().and_then(|text| text.lines().next()?.trim().parse().ok());
        if let Some(pid) = pid
            && !processes::name_of(pid).is_some_and(|name| name.contains("postgres"))
        {
            return std::fs::remove_file(&notes).is_ok();
        }
        true
    }
}

/// The programs that can open this data: only the same major version can.
fn matching(programs: PostgresPrograms, data: &Path) -> Result<PostgresPrograms> {
    let path = data.join("PG_VERSION");
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(programs),
        Err(error) => return Err(error).with_context(|| format!("{} cannot be read", path.display())),
    };
    let major: u32 = text.trim().parse().with_context(|| format!("{} names no version", path.display()))?;
    if major == programs.major {
        return Ok(programs);
    }
    find::postgres_of(major).with_context(|| {
        format!(
            "the data in {} was written by PostgreSQL {major}, but {} is installed: install \
             PostgreSQL {major} beside it, or move that folder away to start with empty data",
            data.display(),
            programs.major
        )
    })
}
