//! A server under measurement: a process of its own, and what the system says it costs.

use anyhow::{Context, Result, ensure};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The unit of processor time in `/proc/PID/stat`: the same on every Linux that people run.
const CLOCK_TICKS_PER_S: u64 = 100;

/// Ends with its value.
pub struct Server {
    pub name: &'static str,
    pub address: SocketAddr,
    child: Child,
}

impl Server {
    /// Web on the synthetic feed.
    pub fn ours(program: &Path, symbols: usize, rate: u64) -> Result<Self> {
        let mut command = Command::new(program);
        command.args(["load", "sockets-stage"]);
        Self::start("web", command, symbols, rate)
    }

    pub fn node(folder: &Path, symbols: usize, rate: u64) -> Result<Self> {
        let installed = folder.join("node_modules/socket.io").exists();
        ensure!(installed, "socket.io is not installed: run `npm ci` in {}", folder.display());
        let mut command = Command::new("node");
        // What the libraries themselves advise for anything but development.
        command.arg("server.js").current_dir(folder).env("NODE_ENV", "production");
        Self::start("node", command, symbols, rate)
    }

    fn start(name: &'static str, mut command: Command, symbols: usize, rate: u64) -> Result<Self> {
        command.arg(symbols.to_string()).arg(rate.to_string());
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("start {command:?}"))?;
        let mut port = String::new();
        let said = BufReader::new(child.stdout.take().context("no output")?).read_line(&mut port);
        // From here on the process ends with the value, whatever happens.
        let mut server = Server { name, address: SocketAddr::from(([127, 0, 0, 1], 0)), child };
        said?;
        server.address.set_port(port.trim().parse().with_context(|| format!("{name} did not start"))?);
        Ok(server)
    }

    pub fn cpu(&self) -> Result<Duration> {
        cpu(&self.child.id().to_string())
    }

    pub fn memory_mib(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        let kib: u64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kib / 1024)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn own_cpu() -> Result<Duration> {
    cpu("self")
}

/// User and system time of all threads: fields 14 and 15 of proc(5), counted after the name, which
/// may itself have spaces in it.
fn cpu(process: &str) -> Result<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    let (_, after_name) = stat.rsplit_once(") ").context("a line of proc(5)")?;
    let fields: Vec<&str> = after_name.split(' ').collect();
    let ticks = fields[11].parse::<u64>()? + fields[12].parse::<u64>()?;
    Ok(Duration::from_millis(ticks * 1_000 / CLOCK_TICKS_PER_S))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_costs_processor_time_and_sleep_does_not() {
        // Other tests work in other threads.
        let own_cpu = || cpu("thread-self");
        let before = own_cpu().unwrap();
        std::thread::sleep(Duration::from_millis(200));
        let slept = own_cpu().unwrap();
        let began = std::time::Instant::now();
        while began.elapsed() < Duration::from_millis(200)
            || own_cpu().unwrap() < slept + Duration::from_millis(50)
        {
            std::hint::black_box(began);
        }
        assert!(slept - before < Duration::from_millis(150), "{before:?} {slept:?}");
    }
}
