//! Both servers in a temporary folder on free ports, gone when the test is.

use std::os::unix::fs::DirBuilderExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};
use rand::RngExt;
use tokio::sync::OnceCell;

use crate::find;
use crate::ports::{self, Lease};
use crate::postgres::{Postgres, PostgresSettings, PostgresSource};
use crate::rabbitmq::{RabbitMq, RabbitPorts, RabbitSettings, RabbitSource};
use crate::run_as::RunAs;

/// Real servers for tests. Whatever ends the test process, `kill -9` included, ends the
/// servers and deletes their folder.
pub struct TestServers {
    pub postgres: Postgres,
    /// Absent after [`TestServers::postgres_only`].
    pub rabbitmq: Option<RabbitMq>,
    _lease: Lease,
    folder: TemporaryFolder,
}

static SHARED: OnceCell<TestServers> = OnceCell::const_new();
static SHARED_POSTGRES: OnceCell<TestServers> = OnceCell::const_new();

impl TestServers {
    /// Starts both, RabbitMQ with these definitions (JSON).
    pub async fn start(definitions: &str) -> Result<Self> {
        Self::begin(Some(definitions)).await
    }

    pub async fn postgres_only() -> Result<Self> {
        Self::begin(None).await
    }

    /// The same servers for every test of this process; the first caller's definitions count.
    pub async fn shared(definitions: &str) -> Result<&'static Self> {
        SHARED.get_or_try_init(|| Self::start(definitions)).await
    }

    /// The same PostgreSQL for every test of this process.
    pub async fn shared_postgres() -> Result<&'static Self> {
        SHARED_POSTGRES.get_or_try_init(Self::postgres_only).await
    }

    /// The broker, of servers that were started with one.
    pub fn rabbitmq(&self) -> &RabbitMq {
        self.rabbitmq.as_ref().expect("these servers were started without RabbitMQ")
    }

    /// Holds everything that the servers keep.
    pub fn folder(&self) -> &Path {
        &self.folder.path
    }

    /// Ends both and deletes their folder before it returns. Dropping does so in the background.
    pub async fn stop(mut self) -> Result<()> {
        if let Some(rabbitmq) = &mut self.rabbitmq {
            rabbitmq.kill9().await?;
            rabbitmq.stop().await?;
        }
        self.postgres.kill9().await?;
        std::fs::remove_dir_all(self.folder())
            .with_context(|| format!("{} cannot be deleted", self.folder().display()))
    }

    async fn begin(definitions: Option<&str>) -> Result<Self> {
        let postgres_programs = find::postgres()?;
        let folder = TemporaryFolder::new()?;
        let lease = ports::free(5)?;
        let &[port, amqp, management, distribution, epmd] = lease.ports() else {
            unreachable!("five ports were leased");
        };
        let password: String = (0..24).map(|_| rand::rng().random_range('a'..='z')).collect();
        let postgres_folder = folder.path.join("postgres");
        let postgres = Postgres::start(
            PostgresSource::Installed(postgres_programs),
            &postgres_folder,
            port,
            PostgresSettings::throwaway(password),
        );
        let rabbitmq = async {
            let Some(definitions) = definitions else {
                return Ok(None);
            };
            let file = folder.path.join("definitions.json");
            std::fs::write(&file, definitions)?;
            let mut settings = RabbitSettings::new(file);
            settings.throwaway = true;
            let ports = RabbitPorts { amqp, management, distribution, epmd, prometheus: None };
            let source = RabbitSource::Installed(find::rabbitmq()?);
            RabbitMq::start(source, &folder.path.join("rabbitmq"), ports, settings).await.map(Some)
        };
        let (postgres, rabbitmq) = tokio::try_join!(postgres, rabbitmq)?;
        Ok(Self { postgres, rabbitmq, _lease: lease, folder })
    }
}

/// A folder that a process of its own deletes when we are gone and its servers have ended.
struct TemporaryFolder {
    path: PathBuf,
    // Its standard input is the lifeline.
    _sweeper: Child,
}

impl TemporaryFolder {
    fn new() -> Result<Self> {
        let run_as = RunAs::for_postgres()?;
        let own = std::env::temp_dir();
        let base = if run_as.reaches(&own) { own } else { PathBuf::from("/var/tmp") };
        let path =
            base.join(format!("exchange-test-{}-{:08x}", std::process::id(), rand::rng().random::<u32>()));
        let sweeper = Command::new("/bin/sh")
            .args(["-c", include_str!("sweeper.sh"), "sweeper"])
            .arg(&path)
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .context("/bin/sh cannot be started to sweep a temporary folder")?;
        // Others may pass, since PostgreSQL may be another user; each server closes its own.
        std::fs::DirBuilder::new()
            .mode(0o711)
            .create(&path)
            .with_context(|| format!("{} cannot be made: set TMPDIR to a writable folder", path.display()))?;
        Ok(Self { path, _sweeper: sweeper })
    }
}
