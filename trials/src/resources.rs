//! What the processes use: memory, file descriptors (connections are among them), and PostgreSQL's
//! own processes, one for each connection.

use crate::Exchange;
use std::collections::BTreeMap;
use std::fs;

pub const SERVICES: [&str; 6] = ["accounts", "portfolio", "stock-data", "ordering", "matching", "web"];

/// By process.
#[derive(Clone, Debug, Default)]
pub struct Resources(BTreeMap<&'static str, Usage>);

#[derive(Clone, Copy, Debug, Default)]
struct Usage {
    resident_kib: u64,
    descriptors: u64,
}

/// An allocator keeps some of what a storm needed: a backlog of a minute and more, several times over.
/// That nothing leaks is for the soak to show.
const RESIDENT_SLACK_KIB: u64 = 48 * 1024;
/// A service's pool of database connections may be full or not.
const DESCRIPTORS_SLACK: u64 = 16;
/// All pools together.
const BACKENDS_SLACK: u64 = 40;
const GROWTH_PERCENT: u64 = 10;

impl Resources {
    pub fn of(exchange: &Exchange) -> anyhow::Result<Self> {
        let mut usages = BTreeMap::new();
        for name in SERVICES.into_iter().chain(["rabbitmq"]) {
            let pid = exchange.pid(name)?;
            // The broker's memory is its own business: it collects garbage when it likes.
            let resident_kib = if name == "rabbitmq" { 0 } else { resident_kib(pid)? };
            let descriptors = fs::read_dir(format!("/proc/{pid}/fd"))?.count() as u64;
            usages.insert(name, Usage { resident_kib, descriptors });
        }
        // One for each connection, and a few of its own.
        let backends = children(exchange.pid("postgres")?).len() as u64;
        usages.insert("postgres", Usage { resident_kib: 0, descriptors: backends });
        Ok(Resources(usages))
    }

    /// Of each the most that either has.
    pub fn most(mut self, other: Resources) -> Self {
        for (name, usage) in other.0 {
            let most = self.0.entry(name).or_default();
            most.resident_kib = most.resident_kib.max(usage.resident_kib);
            most.descriptors = most.descriptors.max(usage.descriptors);
        }
        self
    }

    /// What is more than a tenth above the baseline and what cannot be told from it.
    pub fn grown_over(&self, baseline: &Resources) -> Vec<String> {
        let mut grown = Vec::new();
        for (name, now) in &self.0 {
            let Some(before) = baseline.0.get(name) else { continue };
            let slack = match *name {
                "postgres" => BACKENDS_SLACK,
                // All services' connections end there.
                "rabbitmq" => DESCRIPTORS_SLACK * 2,
                _ => DESCRIPTORS_SLACK,
            };
            let within = |now: u64, before: u64, slack| now <= before * (100 + GROWTH_PERCENT) / 100 + slack;
            if !within(now.resident_kib, before.resident_kib, RESIDENT_SLACK_KIB) {
                grown
                    .push(format!("{name}: {} KiB resident, were {}", now.resident_kib, before.resident_kib));
            }
            if !within(now.descriptors, before.descriptors, slack) {
                grown.push(format!("{name}: {} descriptors, were {}", now.descriptors, before.descriptors));
            }
        }
        grown
    }
}

fn resident_kib(pid: u32) -> anyhow::Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    Ok(line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0))
}

pub(crate) fn children(pid: u32) -> Vec<u32> {
    let tasks = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    tasks.split_whitespace().filter_map(|child| child.parse().ok()).collect()
}
