//! compose.yaml and deploy/kubernetes, done without containers: each process gets the command and
//! the environment that they give it, in their order, on real servers, and is asked for its health
//! where the probe would ask.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use servers::{TestServers, definitions};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};
use trials::{binary, target_folder};

/// A service of a debug build on a busy machine.
const READY_LIMIT: Duration = Duration::from_secs(60);
const LOOK_AGAIN: Duration = Duration::from_millis(200);
const SERVICES: [&str; 6] = ["accounts", "stock-data", "matching", "portfolio", "ordering", "web"];

type Variables = BTreeMap<String, String>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn said(mut command: Command) -> Result<String> {
    let Output { status, stdout, stderr } = command.output()?;
    if !status.success() {
        let (program, arguments) = (command.get_program(), command.get_args());
        bail!("{program:?} {arguments:?}: {status}: {}", String::from_utf8_lossy(&stderr));
    }
    Ok(String::from_utf8(stdout)?)
}

/// Python with the schemas, installed once, beside the build.
fn python() -> Result<PathBuf> {
    let home = target_folder().join("trial-deployment");
    let python = home.join("bin/python");
    if !python.exists() {
        let mut make = Command::new("python3");
        make.args(["-m", "venv"]).arg(&home);
        said(make)?;
    }
    let mut install = Command::new(&python);
    install
        .args(["-m", "pip", "install", "--quiet", "-r"])
        .arg(root().join("trials/deployment/requirements.txt"));
    said(install)?;
    Ok(python)
}

/// The documented one-liner's.
fn secrets() -> Result<Variables> {
    let mut script = Command::new("sh");
    script.arg(root().join("deploy/secrets.sh"));
    let lines = said(script)?;
    let pairs = lines.lines().filter_map(|line| line.split_once('='));
    Ok(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

/// What is to be started, and where it finds our servers instead of theirs.
struct Plan {
    shown: Value,
    servers: Variables,
    folder: tempfile::TempDir,
}

impl Plan {
    fn process(&self, platform: &str, name: &str) -> Result<&Value> {
        self.shown[platform].get(name).with_context(|| format!("{platform} has no {name}"))
    }

    /// Its command; and the address of its probe, if it has one, on a free port.
    fn command(&self, platform: &str, name: &str) -> Result<(Command, Option<String>)> {
        let process = self.process(platform, name)?;
        let mut environment: Variables = serde_json::from_value(self.shown["image"].clone())?;
        environment.extend(serde_json::from_value::<Variables>(process["environment"].clone())?);
        let probe = process["probe"].as_str().map(|probe| self.moved(&mut environment, probe)).transpose()?;
        for (name, value) in &self.servers {
            let is_url = name.starts_with("EXCHANGE__DATABASE__URLS__");
            if !is_url || environment.contains_key(name) {
                environment.insert(name.clone(), value.clone());
            }
        }
        let mut command = Command::new(binary());
        command
            .args(process["arguments"].as_array().context("arguments")?.iter().filter_map(Value::as_str))
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .envs(environment);
        Ok((command, probe))
    }

    /// In a container each has ports of its own; here they share one machine.
    fn moved(&self, environment: &mut Variables, probe: &str) -> Result<String> {
        let port = probe.split([':', '/']).nth(4).context("a port")?;
        let listens = environment.iter_mut().find(|(name, value)| {
            let is_port = name.starts_with("EXCHANGE__HEALTH__PORTS__") || *name == "EXCHANGE__WEB__PORT";
            is_port && *value == port
        });
        let (_, listens) = listens.with_context(|| format!("{probe} asks where nobody listens"))?;
        let free = servers::ports::free(1)?.ports()[0].to_string();
        let moved = probe.replace(&format!(":{port}/"), &format!(":{free}/"));
        *listens = free;
        Ok(moved)
    }

    fn once(&self, platform: &str, name: &str) -> Result<()> {
        let (command, _) = self.command(platform, name)?;
        said(command).with_context(|| format!("{platform}: {name}")).map(drop)
    }

    /// All at once, as their platform does, until they are ready.
    async fn services(&self, platform: &str, names: &[&str]) -> Result<Vec<tokio::process::Child>> {
        let mut children = Vec::new();
        let mut probes = Vec::new();
        for &name in names {
            let (command, probe) = self.command(platform, name)?;
            let log = std::fs::File::create(self.folder.path().join(format!("{platform}-{name}.log")))?;
            let mut command = tokio::process::Command::from(command);
            children.push(command.stderr(log).kill_on_drop(true).spawn()?);
            probes.push((name, probe.with_context(|| format!("{platform}: {name} has no probe"))?));
        }
        let deadline = Instant::now() + READY_LIMIT;
        for (name, probe) in probes {
            while !reqwest::get(&probe).await.is_ok_and(|answer| answer.status().is_success()) {
                if Instant::now() > deadline {
                    let log = self.folder.path().join(format!("{platform}-{name}.log"));
                    bail!("{platform}: {name} is not ready: {}", std::fs::read_to_string(log)?);
                }
                tokio::time::sleep(LOOK_AGAIN).await;
            }
        }
        Ok(children)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_for_containers_starts_the_exchange() -> Result<()> {
    let mut secrets = secrets()?;
    let administrator = &secrets["EXCHANGE__SECRETS__BROKER__ADMINISTRATOR"];
    let hash = definitions::password_hash([1, 2, 3, 4], administrator);
    let user = serde_json::json!({ "name": "administrator", "password_hash": hash, "tags": "administrator",
        "hashing_algorithm": definitions::HASHING_ALGORITHM, "limits": {} });
    let servers = TestServers::start(&serde_json::json!({ "users": [user] }).to_string()).await?;
    // The one password that our server has chosen already.
    let url = servers.postgres.url("postgres");
    let password = url.split([':', '@']).nth(2).context("a password")?;
    secrets.insert("EXCHANGE__SECRETS__DATABASE__ADMIN".into(), password.to_owned());

    let folder = tempfile::tempdir()?;
    let file = folder.path().join("secrets.env");
    let lines: Vec<_> = secrets.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
    std::fs::write(&file, lines.concat())?;
    let mut check = Command::new(python()?);
    check.arg(root().join("trials/deployment/check.py")).arg(root()).arg(&file);
    let shown = serde_json::from_str(&said(check)?)?;

    let (port, broker) = (servers.postgres.port(), servers.rabbitmq().ports());
    let mut places = Variables::from([
        ("EXCHANGE__DIRECTORY".into(), folder.path().join("own").display().to_string()),
        ("EXCHANGE__WEB__UI".into(), String::new()),
        ("EXCHANGE__BROKER__HOST".into(), "127.0.0.1".into()),
        ("EXCHANGE__BROKER__PORT".into(), broker.amqp.to_string()),
        ("EXCHANGE__BROKER__MANAGEMENT_PORT".into(), broker.management.to_string()),
        ("EXCHANGE__DATABASE__HOST".into(), "127.0.0.1".into()),
        ("EXCHANGE__DATABASE__PORT".into(), port.to_string()),
        // Both platforms share the servers here, and data cannot be split anew.
        ("EXCHANGE__PARTITIONS__USERS".into(), "1".into()),
        ("EXCHANGE__PARTITIONS__SYMBOLS".into(), "1".into()),
    ]);
    for service in ["ACCOUNTS", "STOCK_DATA", "ORDERING", "PORTFOLIO", "MATCHING"] {
        // The role of such a URL owns the database: here the administrator.
        let url = servers.postgres.url(&format!("exchange_{}", service.to_lowercase()));
        places.insert(format!("EXCHANGE__DATABASE__URLS__{service}"), url);
    }
    let plan = Plan { shown, servers: places, folder };

    plan.once("compose", "provision")?;
    plan.once("compose", "migrate")?;
    let first = plan.services("compose", &SERVICES).await?;
    plan.once("compose", "seed")?;
    drop(plan.services("compose", &["bots"]).await?);
    // A second instance of each, by URL, beside the first.
    plan.once("kubernetes", "provision")?;
    let second = plan.services("kubernetes", &SERVICES).await?;
    drop(first);
    plan.once("kubernetes", "seed")?;
    plan.services("kubernetes", &["bots"]).await?;
    drop(second);
    Ok(())
}
