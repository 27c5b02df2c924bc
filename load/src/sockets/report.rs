//! What was measured, and what follows from it.

use serde::Serialize;
use std::fmt::{self, Display, Formatter};

/// A tick is 100 ms, so a price is 100 ms old at most when it is sent; a server that needs longer
/// than another tick to send it does not keep up.
const LATENCY_P99_MAX_MS: u64 = 200;
/// Ticks at either end of a measurement may fall outside.
const DELIVERED_MIN: f64 = 0.97;

/// One server under one load.
#[derive(Debug, Clone, Serialize)]
pub struct Measured {
    pub server: &'static str,
    pub clients: usize,
    pub symbols: usize,
    pub changes_per_s: u64,
    pub lasted_s: f64,
    /// Messages that a server that keeps up delivers in this time.
    pub due: u64,
    pub delivered: u64,
    pub bytes: u64,
    pub latency_p50_ms: u64,
    pub latency_p99_ms: u64,
    pub latency_max_ms: u64,
    pub server_cpu_s: f64,
    pub server_memory_mib: u64,
    pub clients_cpu_s: f64,
}

impl Measured {
    pub fn kept_up(&self) -> bool {
        self.delivered as f64 >= self.due as f64 * DELIVERED_MIN && self.latency_p99_ms <= LATENCY_P99_MAX_MS
    }

    pub fn per_s(&self) -> f64 {
        self.delivered as f64 / self.lasted_s
    }

    /// Messages for each second of the server's processor time.
    pub fn per_core_s(&self) -> f64 {
        self.delivered as f64 / self.server_cpu_s
    }
}

#[derive(Debug, Serialize)]
pub struct Report {
    pub measured: Vec<Measured>,
}

impl Report {
    fn of(&self, server: &'static str) -> impl Iterator<Item = &Measured> {
        self.measured.iter().filter(move |one| one.server == server)
    }

    /// The highest load that a server kept up with.
    fn highest(&self, server: &'static str) -> Option<&Measured> {
        self.of(server).filter(|one| one.kept_up()).max_by_key(|one| one.due)
    }
}

pub const HEADINGS: &str = "server  clients symbols   messages/s  bytes  p50 ms  p99 ms  max ms  cores  clients' cores  MiB  messages per core-second";

impl Display for Measured {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        write!(
            f,
            "{:<7} {:>7} {:>7} {:>12.0} {:>6} {:>7} {:>7} {:>7} {:>6.2} {:>15.2} {:>4}  {:>12.0}{}",
            self.server,
            self.clients,
            self.symbols,
            self.per_s(),
            self.bytes.checked_div(self.delivered).unwrap_or_default(),
            self.latency_p50_ms,
            self.latency_p99_ms,
            self.latency_max_ms,
            self.server_cpu_s / self.lasted_s,
            self.clients_cpu_s / self.lasted_s,
            self.server_memory_mib,
            self.per_core_s(),
            if self.kept_up() { "" } else { "  (did not keep up)" },
        )
    }
}

/// The ratios: under the same load, and each at the highest load that it kept up with.
impl Display for Report {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        for node in self.of("node") {
            let same = |one: &&Measured| (one.symbols, one.clients) == (node.symbols, node.clients);
            if let Some(ours) = self.of("web").find(same) {
                let ratio = ours.per_core_s() / node.per_core_s();
                writeln!(
                    f,
                    "{} symbols: web delivers {ratio:.1} × node's messages per core-second",
                    node.symbols
                )?;
            }
        }
        match (self.highest("web"), self.highest("node")) {
            (Some(ours), Some(node)) => {
                let ratio = ours.per_core_s() / node.per_core_s();
                write!(
                    f,
                    "at the highest load that each kept up with ({} and {} symbols): {ratio:.1} ×",
                    ours.symbols, node.symbols
                )
            }
            (Some(ours), None) => {
                write!(f, "web kept up with {} symbols for {} clients", ours.symbols, ours.clients)
            }
            (None, _) => write!(f, "web kept up with none of these loads"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    fn measured(server: &'static str, symbols: usize, delivered: u64, p99: u64, cpu: f64) -> Measured {
        Measured {
            server,
            clients: 10,
            symbols,
            changes_per_s: symbols as u64 * 20,
            lasted_s: 10.0,
            due: symbols as u64 * 1_000,
            delivered,
            bytes: delivered * 200,
            latency_p50_ms: 30,
            latency_p99_ms: p99,
            latency_max_ms: p99,
            server_cpu_s: cpu,
            server_memory_mib: 9,
            clients_cpu_s: 1.0,
        }
    }

    #[test]
    fn a_load_that_was_not_kept_up_with_does_not_count() {
        let report = Report {
            measured: vec![
                measured("web", 1, 1_000, 60, 0.1),
                measured("node", 1, 990, 60, 0.3),
                measured("web", 9, 9_000, 90, 0.3),
                // Late, and not all of it.
                measured("node", 9, 9_000, 201, 9.0),
                measured("web", 99, 90_000, 90, 3.0),
            ],
        };
        expect![[r#"
            1 symbols: web delivers 3.0 × node's messages per core-second
            9 symbols: web delivers 30.0 × node's messages per core-second
            at the highest load that each kept up with (9 and 1 symbols): 9.1 ×"#]]
        .assert_eq(&report.to_string());
    }
}
