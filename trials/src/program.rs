//! The real program, started as a newcomer would, in a folder of its own.

use crate::{person::Person, world};
use anyhow::{Context, bail};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime};
use tempfile::TempDir;

/// Two servers' first start, six processes, on a machine that does other things too.
const START_LIMIT: Duration = Duration::from_secs(180);
const STOP_LIMIT: Duration = Duration::from_secs(60);
/// From the last fault to everybody at work again.
const HEAL_LIMIT: Duration = Duration::from_secs(90);
const LOOK_AGAIN: Duration = Duration::from_millis(200);

#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Of users and of symbols.
    pub partitions: Option<(u16, u16)>,
    /// Settings, as `EXCHANGE__…` variables.
    pub settings: Vec<(&'static str, String)>,
}

/// A running exchange with the trial's people and stocks. Ends with this process, however that ends.
pub struct Exchange {
    folder: TempDir,
    settings: Vec<(&'static str, String)>,
    port: u16,
    program: Child,
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
        if let Some((users, symbols)) = options.partitions {
            settings.push(("EXCHANGE__PARTITIONS__USERS", users.to_string()));
            settings.push(("EXCHANGE__PARTITIONS__SYMBOLS", symbols.to_string()));
        }
        let data = folder.path().join("data");
        std::fs::create_dir(&data)?;
        world::write(&data)?;
        let log = std::fs::File::create(folder.path().join("up.log"))?;
        // The shell ends the program when our end of its standard input closes.
        let program = Command::new("/bin/sh")
            .args(["-c", "\"$0\" up --no-seed < /dev/null & pid=$!; read line; kill -TERM $pid; wait $pid"])
            .arg(binary())
            .current_dir(folder.path())
            .envs(settings.iter().cloned())
            .stdin(Stdio::piped())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        let exchange = Exchange { folder, settings, port, program, _lease: lease, more: Vec::new() };
        exchange.wait_until_ready(START_LIMIT)?;
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
        Ok(Command::new(binary()).args(arguments).current_dir(self.folder.path()).envs(settings).output()?)
    }

    pub fn status(&self) -> anyhow::Result<Value> {
        let output = self.run(&["status", "--json"])?;
        serde_json::from_slice(&output.stdout).with_context(|| format!("status said: {}", text(&output)))
    }

    /// The process id of a service, of `postgres` or of `rabbitmq`.
    pub fn pid(&self, name: &str) -> anyhow::Result<u32> {
        let status = self.status()?;
        let processes = status["processes"].as_array().context("status lists processes")?;
        let process = processes.iter().find(|process| process["name"] == name);
        let pid = process.and_then(|process| process["pid"].as_u64());
        pid.map(|pid| pid as u32).with_context(|| format!("no process id of {name} in {status}"))
    }

    pub fn signal(&self, name: &str, signal: &str) -> anyhow::Result<u32> {
        let pid = self.pid(name)?;
        send_signal(pid, signal)?;
        Ok(pid)
    }

    /// Until every process says that it is ready.
    pub fn wait_until_ready(&self, limit: Duration) -> anyhow::Result<()> {
        let begun = Instant::now();
        let mut last = String::new();
        while begun.elapsed() < limit {
            match self.status() {
                Ok(status) => {
                    let processes = status["processes"].as_array().cloned().unwrap_or_default();
                    let services: Vec<_> =
                        processes.iter().filter(|p| p.get("ready").is_some_and(|r| !r.is_null())).collect();
                    if services.len() >= 6 && services.iter().all(|process| process["ready"] == true) {
                        return Ok(());
                    }
                    last = status.to_string();
                }
                Err(error) => last = format!("{error:#}"),
            }
            std::thread::sleep(LOOK_AGAIN);
        }
        bail!("not ready after {limit:?}: {last}\n{}", self.log_tail())
    }

    pub fn heal(&self) -> anyhow::Result<()> {
        self.wait_until_ready(HEAL_LIMIT)
    }

    /// Fails with everything that the audit finds.
    pub fn audit(&self) -> anyhow::Result<()> {
        let output = self.run(&["audit", "--wait", "60"])?;
        if !output.status.success() {
            bail!("the audit found:\n{}\n{}", text(&output), self.log_tail());
        }
        Ok(())
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

    /// The URL of the broker for one of its users, and of a service's database.
    pub fn settings(&self) -> anyhow::Result<chassis::settings::Settings> {
        Ok(chassis::settings::Settings::load(self.folder.path())?)
    }

    pub fn log_tail(&self) -> String {
        let log = std::fs::read_to_string(self.folder.path().join("up.log")).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        lines[lines.len().saturating_sub(60)..].join("\n")
    }

    /// Ends it in order, as Ctrl-C does; fails when something stays behind.
    pub fn stop(&mut self) -> anyhow::Result<()> {
        for child in &mut self.more {
            let _ = child.kill();
            let _ = child.wait();
        }
        drop(self.program.stdin.take());
        let begun = Instant::now();
        while begun.elapsed() < STOP_LIMIT {
            if self.program.try_wait()?.is_some() {
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

pub fn send_signal(pid: u32, signal: &str) -> anyhow::Result<()> {
    let done = Command::new("kill").args([&format!("-{signal}"), &pid.to_string()]).status()?;
    anyhow::ensure!(done.success(), "cannot send {signal} to {pid}");
    Ok(())
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// `target/debug`, or wherever this was built.
pub fn target_folder() -> PathBuf {
    let ours = std::env::current_exe().expect("we are a program");
    // target/PROFILE/deps/trial-123
    ours.parent().and_then(Path::parent).expect("a target folder").to_owned()
}

/// The program as its sources are now; built when it is not, as `cargo test -p trials` leaves it.
fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let folder = target_folder();
        let program = folder.join("exchange");
        if modified(&program).is_none_or(|built| newest_source().is_some_and(|source| source > built)) {
            let mut build = Command::new("cargo");
            build.args(["build", "--quiet", "--package", "exchange", "--bin", "exchange"]);
            if folder.ends_with("release") {
                build.arg("--release");
            }
            let built = build.current_dir(env!("CARGO_MANIFEST_DIR")).status().expect("cargo runs");
            assert!(built.success(), "the exchange does not build");
        }
        program
    })
}

fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|metadata| metadata.modified()).ok()
}

fn newest_source() -> Option<SystemTime> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?;
    let ours = |entry: &walkdir::DirEntry| {
        !["target", "node_modules", ".git", "trials", "tests"].iter().any(|n| entry.file_name() == *n)
    };
    let files = walkdir::WalkDir::new(root).into_iter().filter_entry(ours).filter_map(Result::ok);
    let sources =
        files.filter(|f| f.path().extension().is_some_and(|e| e == "rs" || e == "toml" || e == "csv"));
    sources.filter_map(|file| modified(file.path())).max()
}
