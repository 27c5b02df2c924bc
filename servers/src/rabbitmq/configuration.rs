//! What the private RabbitMQ reads: its configuration file, its plugins, its environment.

use std::fmt::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use rand::RngExt;

use crate::find::RabbitPrograms;

pub(super) const CONTAINER_DEFINITIONS: &str = "/etc/rabbitmq/definitions.json:ro";

/// More gain nothing for one exchange, and each costs memory.
const SCHEDULERS_MAX: usize = 4;

/// All on 127.0.0.1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RabbitPorts {
    pub amqp: u16,
    pub management: u16,
    /// Between Erlang nodes; `rabbitmqctl` uses it.
    pub distribution: u16,
    pub epmd: u16,
    /// The metrics' own port, if that plugin is wanted.
    pub prometheus: Option<u16>,
}

#[derive(Clone, Debug)]
pub struct RabbitSettings {
    /// Users, permissions, exchanges, queues and bindings, loaded at every start.
    pub definitions: PathBuf,
    pub node: String,
    /// Beside management, the hash exchange and, if it has a port, Prometheus.
    pub plugins: Vec<String>,
    /// Data that nobody will want again: the node is ended without waiting for it.
    pub throwaway: bool,
}

impl RabbitSettings {
    pub fn new(definitions: impl Into<PathBuf>) -> Self {
        Self {
            definitions: definitions.into(),
            node: "exchange@localhost".to_owned(),
            plugins: Vec::new(),
            throwaway: false,
        }
    }
}

pub(super) fn data(folder: &Path) -> PathBuf {
    folder.join("mnesia")
}

pub(super) fn log_file(folder: &Path) -> PathBuf {
    folder.join("log/rabbitmq.log")
}

pub(super) fn config_file(folder: &Path) -> PathBuf {
    folder.join("rabbitmq.conf")
}

/// Our copy, so that nobody can change it under a running node.
pub(super) fn definitions_file(folder: &Path) -> PathBuf {
    folder.join("definitions.json")
}

pub(super) fn plugins_file(folder: &Path) -> PathBuf {
    folder.join("enabled_plugins")
}

/// Writes the files that the node reads at its start.
pub(super) fn write(
    folder: &Path,
    ports: &RabbitPorts,
    settings: &RabbitSettings,
    container: bool,
) -> Result<()> {
    let note = |path: PathBuf, text: &str| {
        std::fs::write(&path, text).with_context(|| format!("{} cannot be written", path.display()))
    };
    note(definitions_file(folder), &definitions(&settings.definitions)?)?;
    note(config_file(folder), &configuration(folder, ports, container))?;
    note(plugins_file(folder), &enabled_plugins(ports, settings))?;
    // A container's user is neither us nor of our group.
    if container {
        for path in [config_file(folder), plugins_file(folder), definitions_file(folder)] {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644))?;
        }
    }
    // Empty, so that the system's own files of these kinds are not read.
    note(folder.join("rabbitmq-env.conf"), "")?;
    note(folder.join("advanced.config"), "[].\n")?;
    for name in ["conf.d", "log", "home"] {
        std::fs::create_dir_all(folder.join(name))?;
    }
    let cookie = folder.join("home/.erlang.cookie");
    if !cookie.exists() {
        let mut letters = rand::rng();
        let text: String = (0..32).map(|_| letters.random_range('A'..='Z')).collect();
        note(cookie.clone(), &text)?;
        std::fs::set_permissions(&cookie, std::fs::Permissions::from_mode(0o400))?;
    }
    Ok(())
}

/// RabbitMQ starts with nothing, and says nothing, if this is no JSON.
fn definitions(path: &Path) -> Result<String> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("RabbitMQ's definitions {} cannot be read", path.display()))?;
    serde_json::from_str::<serde_json::Value>(&text)
        .with_context(|| format!("RabbitMQ's definitions {} is no JSON", path.display()))?;
    Ok(text)
}

fn configuration(folder: &Path, ports: &RabbitPorts, container: bool) -> String {
    let address = if container { "0.0.0.0" } else { "127.0.0.1" };
    let (amqp, management) = if container { (5672, 15672) } else { (ports.amqp, ports.management) };
    let definitions = if container {
        CONTAINER_DEFINITIONS.trim_end_matches(":ro").to_owned()
    } else {
        definitions_file(folder).display().to_string()
    };
    let mut text = format!(
        "listeners.tcp.default = {address}:{amqp}\n\
         tcp_listen_options.nodelay = true\n\
         tcp_listen_options.backlog = 512\n\
         management.tcp.ip = {address}\n\
         management.tcp.port = {management}\n\
         load_definitions = {definitions}\n\
         heartbeat = 10\n\
         consumer_timeout = 3600000\n\
         max_message_size = 16777216\n\
         channel_max = 256\n\
         vm_memory_high_watermark.absolute = 1GB\n\
         disk_free_limit.absolute = 200MB\n\
         # Half a gigabyte, the default, would not fit into the memory limit above.\n\
         raft.wal_max_size_bytes = 67108864\n\
         log.console = false\n\
         log.file.level = info\n\
         log.connection.level = warning\n\
         log.file.rotation.size = 10485760\n\
         log.file.rotation.count = 3\n"
    );
    if !container {
        text.push_str("log.file = rabbitmq.log\n");
    }
    if let Some(port) = ports.prometheus {
        let port = if container { 15692 } else { port };
        let _ = writeln!(text, "prometheus.tcp.ip = {address}\nprometheus.tcp.port = {port}");
    }
    text
}

fn enabled_plugins(ports: &RabbitPorts, settings: &RabbitSettings) -> String {
    let mut plugins = vec!["rabbitmq_management", "rabbitmq_consistent_hash_exchange"];
    plugins.extend(ports.prometheus.map(|_| "rabbitmq_prometheus"));
    plugins.extend(settings.plugins.iter().map(String::as_str));
    format!("[{}].\n", plugins.join(","))
}

/// The environment of the node and of `rabbitmqctl`: nothing of it comes from outside.
pub(super) fn environment(
    command: &mut Command,
    programs: &RabbitPrograms,
    folder: &Path,
    ports: &RabbitPorts,
    settings: &RabbitSettings,
) {
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if ["RABBITMQ_", "ERL_", "NOTIFY_SOCKET"].iter().any(|prefix| name.starts_with(prefix)) {
            command.env_remove(name.as_ref());
        }
    }
    let inherited = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::split_paths(&inherited).chain([programs.erlang_bin.clone()]);
    if let Ok(path) = std::env::join_paths(path) {
        command.env("PATH", path);
    }
    let paths = [
        ("HOME", folder.join("home")),
        ("RABBITMQ_CONF_ENV_FILE", folder.join("rabbitmq-env.conf")),
        ("RABBITMQ_CONFIG_FILE", config_file(folder)),
        ("RABBITMQ_CONFIG_FILES", folder.join("conf.d")),
        ("RABBITMQ_ADVANCED_CONFIG_FILE", folder.join("advanced.config")),
        ("RABBITMQ_ENABLED_PLUGINS_FILE", plugins_file(folder)),
        ("RABBITMQ_MNESIA_BASE", data(folder)),
        ("RABBITMQ_LOG_BASE", folder.join("log")),
        ("RABBITMQ_GENERATED_CONFIG_DIR", folder.join("generated")),
        ("RABBITMQ_SCHEMA_DIR", folder.join("schema")),
        ("RABBITMQ_PID_FILE", folder.join("node.pid")),
    ];
    let schedulers = std::thread::available_parallelism().map_or(1, usize::from).min(SCHEDULERS_MAX);
    let local = "-kernel inet_dist_use_interface {127,0,0,1} -start_epmd false";
    command
        .envs(paths)
        .env("RABBITMQ_NODENAME", &settings.node)
        .env("RABBITMQ_DIST_PORT", ports.distribution.to_string())
        .env("ERL_EPMD_PORT", ports.epmd.to_string())
        .env("ERL_EPMD_ADDRESS", "127.0.0.1")
        .env("ERL_CRASH_DUMP_SECONDS", "0")
        // Makes the script become the node instead of waiting for it, so that the process
        // that we signal is the node.
        .env("RUNNING_UNDER_SYSTEMD", "true")
        // Other nodes may use the same cores, so ours is not tied to any; an idle scheduler
        // sleeps instead of spinning.
        .env("RABBITMQ_SCHEDULER_BIND_TYPE", "u")
        .env(
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
            format!("+S {schedulers}:{schedulers} +sbwt none +sbwtdcpu none +sbwtdio none {local}"),
        )
        .env("RABBITMQ_CTL_ERL_ARGS", format!("+S 1:1 {local}"));
}
