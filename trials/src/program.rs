//! The real program, started as a newcomer would, in a folder of its own.

use crate::binary::binary;
use crate::disk::SmallDisk;
use crate::person::Person;
use crate::resources::SERVICES;
use crate::world;
use anyhow::{Context, bail};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Two servers' first start, six processes, on a machine that does other things too.
const START_LIMIT: Duration = Duration::from_secs(180);
const STOP_LIMIT: Duration = Duration::from_secs(120);
/// From the last fault to everybody at work again.
const HEAL_LIMIT: Duration = Duration::from_secs(90);
/// How long the audit waits for a quiet moment.
const AUDIT_WAIT_S: &str = "60";
const LOOK_AGAIN: Duration = Duration::from_millis(200);

#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Of users and of symbols.
    pub partitions: Option<(u16, u16)>,
    /// Settings, as `EXCHANGE__…` variables.
    pub settings: Vec<(&'static str, String)>,
    /// With market makers, and with the people and stocks that come with the program instead of the
    /// trial's.
    pub market: bool,
    /// The private PostgreSQL gets a disk of its own, no larger than this. Takes root.
    pub small_disk_mib: Option<u32>,
}

/// A running exchange with the trial's people and stocks. Ends with this process, however that ends.
pub struct Exchange {
    folder: TempDir,
    settings: Vec<(&'static str, String)>,
    port: u16,
    program: Child,
    disk: Option<SmallDisk>,
    _lease: servers::ports::Lease,
    more: Vec<Child>,
}

impl Exchange {
    pub fn start(options: &Options) -> anyhow::Result<Self> {
        // Where the database's own user may pass.
        let mut folder =
            tempfile::Builder::new().prefix("exchange-trial-").tempdir_in(std::env::temp_dir())?;
        folder.disable_cleanup(std::env::var_os("TRIAL_KEEP").is_some());
        let lease = servers::ports::free(1)?;
        let port = lease.ports()[0];
        let mut settings = options.settings.clone();
        settings.push(("EXCHANGE__WEB__PORT", port.to_string()));
        // A hung process is found sooner than in earnest.
        settings.push(("EXCHANGE__BROKER__HEARTBEAT_S", "3".into()));
        // So little that it is full in a trial, not in the hours after.
        settings.push(("EXCHANGE__LIMITS__LOGBOOK_BYTES", "2097152".into()));
        if let Some((users, symbols)) = options.partitions {
            settings.push(("EXCHANGE__PARTITIONS__USERS", users.to_string()));
            settings.push(("EXCHANGE__PARTITIONS__SYMBOLS", symbols.to_string()));
        }
        let data = folder.path().join("data");
        std::fs::create_dir(&data)?;
        world::write(&data)?;
        let disk = options.small_disk_mib.map(|mib| SmallDisk::mount(folder.path(), mib)).transpose()?;
        let log = std::fs::File::create(folder.path().join("up.log"))?;
        // The shell ends the program when our end of its standard input closes.
        let program = Command::new("/bin/sh")
            .args(["-c", "\"$0\" up $1 < /dev/null & pid=$!; read line; kill -TERM $pid; wait $pid"])
            .arg(binary())
            .arg(if options.market { "" } else { "--no-seed --quiet-market" })
            .current_dir(folder.path())
            .envs(settings.iter().cloned())
            .stdin(Stdio::piped())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        let exchange = Exchange { folder, settings, port, program, disk, _lease: lease, more: Vec::new() };
        exchange.wait_until_ready(START_LIMIT)?;
        if options.market {
            return Ok(exchange);
        }
        let seeded = exchange.run(&["seed", "--data", data.to_str().context("a plain path")?])?;
        if !seeded.status.success() {
            bail!("seeding failed: {}", text(&seeded));
        }
        Ok(exchange)
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Runs another of the program's commands beside it.
    pub fn run(&self, arguments: &[&str]) -> anyhow::Result<Output> {
        let settings = self.settings.iter().cloned();
        let mut command = Command::new(binary());
        command.args(arguments).current_dir(self.folder.path()).envs(settings);
        // Whatever detour the services take, tools go straight.
        let direct = self.settings()?;
        command.env("EXCHANGE__BROKER__PORT", direct.broker.port.to_string());
        command.env("EXCHANGE__DATABASE__PORT", direct.database.port.to_string());
        Ok(command.output()?)
    }

    /// The same, with a first line of standard input.
    pub fn run_with(&self, arguments: &[&str], line: &str) -> anyhow::Result<Output> {
        let mut child = Command::new(binary())
            .args(arguments)
            .current_dir(self.folder.path())
            .envs(self.settings.iter().cloned())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        child.stdin.take().context("its standard input")?.write_all(format!("{line}\n").as_bytes())?;
        Ok(child.wait_with_output()?)
    }

    pub fn status(&self) -> anyhow::Result<Value> {
        let output = self.run(&["status", "--json"])?;
        serde_json::from_slice(&output.stdout).with_context(|| format!("status said: {}", text(&output)))
    }

    /// The process id of a service, of `postgres` or of `rabbitmq`, if it is alive.
    pub fn pid(&self, name: &str) -> anyhow::Result<u32> {
        let noted: Value = serde_json::from_slice(&std::fs::read(self.own("processes.json"))?)?;
        let pid = noted["pids"][name].as_u64().with_context(|| format!("no process id of {name}"))? as u32;
        anyhow::ensure!(servers::processes::is_alive(pid), "{name} has ended");
        Ok(pid)
    }

    /// A file among those that the program makes for itself.
    pub fn own(&self, name: &str) -> PathBuf {
        self.folder.path().join(".exchange").join(name)
    }

    /// What a service says of itself; the servers are ready when they are noted.
    pub fn is_ready(&self, name: &str) -> bool {
        let Ok(settings) = self.settings() else { return false };
        match name {
            "postgres" | "rabbitmq" => true,
            "web" => says_ready(self.port).unwrap_or(false),
            service => says_ready(settings.health_port(service)).unwrap_or(false),
        }
    }

    pub fn signal(&self, name: &str, signal: &str) -> anyhow::Result<u32> {
        let pid = self.pid(name)?;
        send_signal(pid, signal)?;
        Ok(pid)
    }

    /// Until both servers run and every process says that it is ready.
    pub fn wait_until_ready(&self, limit: Duration) -> anyhow::Result<()> {
        let begun = Instant::now();
        loop {
            let waiting = self.not_ready();
            if waiting.is_empty() {
                return Ok(());
            }
            if begun.elapsed() > limit {
                bail!("not ready after {limit:?}: {}\n{}", waiting.join(", "), self.log_tail());
            }
            std::thread::sleep(LOOK_AGAIN);
        }
    }

    fn not_ready(&self) -> Vec<&'static str> {
        let names = SERVICES.into_iter().chain(["postgres", "rabbitmq"]);
        names.filter(|name| self.pid(name).is_err() || !self.is_ready(name)).collect()
    }

    /// What the audit finds, and whether it saw one quiet moment.
    pub fn findings(&self) -> anyhow::Result<Value> {
        let output = self.run(&["audit", "--json", "--wait", AUDIT_WAIT_S])?;
        serde_json::from_slice(&output.stdout).with_context(|| format!("the audit said: {}", text(&output)))
    }

    /// The disk that PostgreSQL has for itself.
    pub fn small_disk(&self) -> anyhow::Result<&Path> {
        self.disk.as_ref().map(SmallDisk::path).context("there is no small disk")
    }

    pub fn heal(&self) -> anyhow::Result<()> {
        self.wait_until_ready(HEAL_LIMIT)
    }

    /// Fails with everything that the audit finds.
    pub fn audit(&self) -> anyhow::Result<()> {
        let output = self.run(&["audit", "--wait", AUDIT_WAIT_S])?;
        if !output.status.success() {
            bail!("the audit found:\n{}\n{}", text(&output), self.log_tail());
        }
        Ok(())
    }

    /// The process that starts all others again.
    pub fn supervisor(&self) -> anyhow::Result<u32> {
        let pid = std::fs::read_to_string(self.own("lock"))?;
        pid.trim().parse().context("the lock names the process that holds it")
    }

    /// Another instance of a service, beside the first.
    pub fn start_another(&mut self, service: &str, settings: &[(&str, String)]) -> anyhow::Result<u32> {
        let log = std::fs::File::create(
            self.folder.path().join(format!("another-{service}-{}.log", self.more.len())),
        )?;
        let key = format!("EXCHANGE__HEALTH__PORTS__{}", service.replace('-', "_").to_uppercase());
        let child = Command::new(binary())
            .args(["service", service])
            .current_dir(self.folder.path())
            .envs(self.settings.iter().cloned())
            .env(key, "0")
            .envs(settings.iter().cloned())
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        let pid = child.id();
        self.more.push(child);
        Ok(pid)
    }

    pub async fn enter(&self, name: &str) -> Person {
        Person::enter(&self.url(), name)
            .await
            .unwrap_or_else(|error| panic!("{name} cannot enter: {error:#}"))
    }

    /// The settings as they would be without any detour.
    pub fn settings(&self) -> anyhow::Result<chassis::settings::Settings> {
        let mut settings = chassis::settings::Settings::load(self.folder.path())?;
        let ports: BTreeMap<String, u16> = toml::from_str(&std::fs::read_to_string(self.own("ports.toml"))?)?;
        settings.broker.port = ports["amqp"];
        settings.database.port = ports["postgres"];
        Ok(settings)
    }

    pub fn log_tail(&self) -> String {
        last_lines(&self.folder.path().join("up.log"), 60)
    }

    /// What one process said last.
    pub fn log_of(&self, name: &str) -> String {
        last_lines(&self.own("logs").join(format!("{name}.log")), 8)
    }

    /// Ends it in order, as Ctrl-C does; fails when something stays behind.
    pub fn stop(&mut self) -> anyhow::Result<()> {
        for child in &mut self.more {
            let _ = child.kill();
            let _ = child.wait();
        }
        // A paused one would not hear it.
        if let Ok(pid) = self.supervisor()
            && servers::processes::is_alive(pid)
        {
            let _ = send_signal(pid, "CONT");
        }
        drop(self.program.stdin.take());
        let begun = Instant::now();
        while begun.elapsed() < STOP_LIMIT {
            if self.program.try_wait()?.is_some() {
                self.disk = None;
                return Ok(());
            }
            std::thread::sleep(LOOK_AGAIN);
        }
        bail!("still running {STOP_LIMIT:?} after it was told to end:\n{}", self.log_tail())
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        let _ = self.stop();
    }
}

/// One question over HTTP/1.0, without a client.
fn says_ready(port: u16) -> std::io::Result<bool> {
    let limit = Some(Duration::from_secs(1));
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(limit)?;
    stream.set_write_timeout(limit)?;
    stream.write_all(b"GET /health/ready HTTP/1.0\r\n\r\n")?;
    let mut status = [0; 12];
    stream.read_exact(&mut status)?;
    Ok(status.ends_with(b"200"))
}

pub fn send_signal(pid: u32, signal: &str) -> anyhow::Result<()> {
    let done = Command::new("kill").args([&format!("-{signal}"), &pid.to_string()]).status()?;
    anyhow::ensure!(done.success(), "cannot send {signal} to {pid}");
    Ok(())
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn last_lines(file: &Path, count: usize) -> String {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}
