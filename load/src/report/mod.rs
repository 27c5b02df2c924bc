//! What a run showed: kept as JSON, told as a table and as a page, held against another.

mod compare;
mod machine;
mod page;
mod plot;
mod table;
mod verdict;

pub use compare::compare;
pub use machine::Machine;
pub use page::page;
pub use table::table;
pub use verdict::failures;

use crate::processes::Use;
use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Raised when a field changes its meaning.
pub const VERSION: u32 = 1;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    pub version: u32,
    /// When it began, RFC 3339.
    pub at: String,
    pub machine: Machine,
    /// Of the programs that took part.
    pub versions: BTreeMap<String, String>,
    /// Of the exchange, as far as they bear on speed.
    pub settings: BTreeMap<String, String>,
    pub run: Run,
    pub counts: Counts,
    pub rates: Rates,
    pub latency: Latencies,
    /// Of the seconds from the beginning to the end of the schedule, by process.
    pub processes: BTreeMap<String, ProcessUse>,
    pub seconds: Vec<Second>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ceiling: Option<Ceiling>,
    /// What makes the run a failure, in words. Empty: it is none.
    pub failures: Vec<String>,
    /// What one should know when reading the figures.
    pub remarks: Vec<String>,
}

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    pub users: u32,
    pub symbols: u16,
    pub rate: u32,
    pub for_s: f64,
    pub schedule: String,
    pub mix: String,
    pub seed: u64,
    /// `amqp` or `rest`.
    pub by: String,
    pub listeners: u32,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Messages of the plan, and how many of them were sent.
    pub planned: u64,
    pub sent: u64,
    pub confirmed: u64,
    pub answered: u64,
    /// Messages whose owner listens, and of how many of them he was told the end.
    pub pushes_expected: u64,
    pub pushed: u64,
    /// Sent and never answered; and answered, but its owner, who listens, was not told.
    pub unanswered: u64,
    pub unpushed: u64,
    /// Answers and pushes that are not what the plan says, by what they said.
    pub surprises: BTreeMap<String, u64>,
    /// Not answered yet when the schedule ended.
    pub behind_at_end: u64,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Rates {
    /// Messages a second from the beginning to the end of the schedule.
    pub sent_per_s: f64,
    /// Messages a second from the beginning until nothing was on its way any more.
    pub settled_per_s: f64,
    /// From the end of the schedule until nothing was on its way any more.
    pub drain_s: f64,
    /// How long the generator's writes waited because the broker did not read.
    pub held_up_s: f64,
}

/// In milliseconds, from the due time.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Latencies {
    /// How late the generator itself was.
    pub late: Latency,
    pub confirm: Latency,
    pub reply: Latency,
    pub push: Latency,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Latency {
    pub count: u64,
    pub p50_ms: f64,
    pub p90_ms: f64,
    pub p99_ms: f64,
    pub p999_ms: f64,
    pub max_ms: f64,
    /// Pairs of a percentile and its milliseconds.
    pub curve: Vec<(f64, f64)>,
}

/// Ever closer to all, as the page draws them.
const CURVE: [f64; 16] =
    [0.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0, 97.5, 99.0, 99.5, 99.75, 99.9, 99.95, 99.99, 99.999, 100.0];

impl Latency {
    /// Of microseconds.
    pub fn of(histogram: &Histogram<u64>) -> Self {
        if histogram.is_empty() {
            return Latency::default();
        }
        let at = |percentile: f64| milliseconds(histogram.value_at_percentile(percentile));
        Latency {
            count: histogram.len(),
            p50_ms: at(50.0),
            p90_ms: at(90.0),
            p99_ms: at(99.0),
            p999_ms: at(99.9),
            max_ms: milliseconds(histogram.max()),
            curve: CURVE.iter().map(|percentile| (*percentile, at(*percentile))).collect(),
        }
    }
}

pub fn milliseconds(us: u64) -> f64 {
    us as f64 / 1000.0
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProcessUse {
    pub cpu_s: f64,
    /// Of one core.
    pub cpu_percent: f64,
    pub cpu_us_per_message: f64,
    pub memory_before_mb: f64,
    pub memory_most_mb: f64,
    pub memory_after_mb: f64,
}

/// One second of the run.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Second {
    /// Its end, counted from the beginning.
    pub at_s: f64,
    pub sent: u64,
    pub answered: u64,
    pub pushed: u64,
    pub reply_p50_ms: f64,
    pub reply_p99_ms: f64,
    pub push_p50_ms: f64,
    pub push_p99_ms: f64,
    /// Messages ready in each service's queues.
    pub queues: BTreeMap<String, u64>,
    /// Messages of streams that were said and not heard yet, by writer and listener.
    pub lag: BTreeMap<String, u64>,
    /// Of one core in that second, and the memory at its end.
    pub cpu_percent: BTreeMap<String, f64>,
    pub memory_mb: BTreeMap<String, f64>,
}

/// What the machine's servers do alone.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Ceiling {
    /// Single persistent messages, confirmed, consumed and acknowledged on one quorum queue.
    pub broker_per_s: Option<f64>,
    /// Commits of one step's rows.
    pub database_commits_per_s: Option<f64>,
    pub database_rows_per_s: Option<f64>,
    pub rows_per_commit: u32,
    /// What could not be measured, and why.
    pub missing: Vec<String>,
}

impl Report {
    pub fn is_well(&self) -> bool {
        self.failures.is_empty()
    }

    /// Whether every message had its planned outcome, however late.
    pub fn is_accounted_for(&self) -> bool {
        let Counts { unanswered, unpushed, surprises, .. } = &self.counts;
        *unanswered == 0 && *unpushed == 0 && surprises.is_empty()
    }

    pub fn read(text: &str) -> anyhow::Result<Self> {
        #[derive(Deserialize)]
        struct Versioned {
            version: u32,
        }
        let Versioned { version } = serde_json::from_str(text)?;
        anyhow::ensure!(version == VERSION, "is a report of version {version}; this program reads {VERSION}");
        Ok(serde_json::from_str(text)?)
    }
}

/// By process: the difference between two looks, and the memory of all looks between.
pub fn processes(
    before: &BTreeMap<String, Use>,
    after: &BTreeMap<String, Use>,
    seconds: &[Second],
    length_s: f64,
    messages: u64,
) -> BTreeMap<String, ProcessUse> {
    let mut used = BTreeMap::new();
    for (name, last) in after {
        let Some(first) = before.get(name) else { continue };
        let cpu_s = (last.cpu_s - first.cpu_s).max(0.0);
        let most = seconds
            .iter()
            .filter_map(|second| second.memory_mb.get(name))
            .fold(last.memory_mb, |a, b| a.max(*b));
        used.insert(
            name.clone(),
            ProcessUse {
                cpu_s,
                cpu_percent: 100.0 * cpu_s / length_s.max(0.001),
                cpu_us_per_message: 1e6 * cpu_s / messages.max(1) as f64,
                memory_before_mb: first.memory_mb,
                memory_most_mb: most,
                memory_after_mb: last.memory_mb,
            },
        );
    }
    used
}

#[cfg(test)]
mod tests;
