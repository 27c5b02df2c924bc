//! The exchange as it is seen from beside it during a run: queues, streams, processes.

use crate::processes::{self, Use};
use crate::report::{Second, milliseconds};
use crate::tally::{Hop, Tally};
use crate::wire::Connection;
use anyhow::Result;
use async_trait::async_trait;
use chassis::settings::Settings;
use contracts::{Partitions, topology};
use std::collections::BTreeMap;

/// Messages of one stream that one listener has still to hear.
#[derive(Clone, Debug)]
pub struct Lag {
    /// The partitions: `portfolio.2`, `matching.5`.
    pub writer: String,
    pub listener: String,
    pub messages: u64,
}

/// What only the program that runs the exchange can find out.
#[async_trait]
pub trait Exchange: Send + Sync {
    fn settings(&self) -> &Settings;
    /// Of its processes and servers, as far as they run on this machine.
    fn pids(&self) -> Vec<(String, u32)>;
    async fn lags(&self) -> Result<Vec<Lag>>;
    /// Everything that the audit finds.
    async fn audit(&self) -> Result<Vec<String>>;
    /// What took part, by name.
    async fn versions(&self) -> BTreeMap<String, String>;
}

/// How many messages are ready in the queues of the partitions, by service.
pub struct Depths {
    connection: Connection,
    partitions: Partitions,
}

impl Depths {
    pub fn open(settings: &Settings) -> Result<Self> {
        let url = settings.broker_url(topology::LOADTEST)?;
        let connection = Connection::open(&url, "exchange load, watching")?;
        Ok(Depths { connection, partitions: settings.partitions })
    }

    pub fn look(&mut self) -> Result<BTreeMap<String, u64>> {
        let mut depths = BTreeMap::new();
        for service in topology::SERVICES {
            let mut depth = 0;
            for queue in topology::partition_names(service, self.partitions) {
                depth += u64::from(self.connection.depth(&queue)?);
            }
            depths.insert(service.to_owned(), depth);
        }
        Ok(depths)
    }
}

/// By the services at both ends.
pub fn by_hop(lags: &[Lag]) -> BTreeMap<String, u64> {
    let mut hops = BTreeMap::<String, u64>::new();
    for Lag { writer, listener, messages } in lags {
        let hop = format!("{} → {}", topology::service_of(writer), topology::service_of(listener));
        *hops.entry(hop).or_default() += messages;
    }
    hops
}

/// Looks once a second.
pub struct Watch<'a> {
    exchange: &'a dyn Exchange,
    depths: Option<Depths>,
    used: BTreeMap<String, Use>,
    counted: [u64; 3],
    at_s: f64,
}

impl<'a> Watch<'a> {
    pub fn new(exchange: &'a dyn Exchange) -> Self {
        let depths = Depths::open(exchange.settings()).ok();
        let used = processes::measure(&exchange.pids());
        Watch { exchange, depths, used, counted: [0; 3], at_s: 0.0 }
    }

    /// What happened since the last look.
    pub async fn look(&mut self, tally: &Tally) -> Second {
        let at_s = tally.now_us() as f64 / 1e6;
        let length_s = (at_s - std::mem::replace(&mut self.at_s, at_s)).max(0.001);
        let counts = [Hop::Sent, Hop::Answered, Hop::Pushed].map(|hop| tally.count(hop));
        let before = std::mem::replace(&mut self.counted, counts);
        let (reply, push) = (tally.lately(Hop::Answered), tally.lately(Hop::Pushed));
        let used = processes::measure(&self.exchange.pids());
        let percent = |name: &String, now: &Use| {
            let before = self.used.get(name)?;
            Some((name.clone(), 100.0 * (now.cpu_s - before.cpu_s).max(0.0) / length_s))
        };
        let cpu_percent = used.iter().filter_map(|(name, now)| percent(name, now)).collect();
        let memory_mb = used.iter().map(|(name, now)| (name.clone(), now.memory_mb)).collect();
        self.used = used;
        // Who cannot be asked is not shown; the run goes on.
        let queues = self.depths.as_mut().and_then(|depths| depths.look().ok()).unwrap_or_default();
        let lag = self.exchange.lags().await.map(|lags| by_hop(&lags)).unwrap_or_default();
        Second {
            at_s,
            sent: counts[0] - before[0],
            answered: counts[1] - before[1],
            pushed: counts[2] - before[2],
            reply_p50_ms: milliseconds(reply.value_at_quantile(0.5)),
            reply_p99_ms: milliseconds(reply.value_at_quantile(0.99)),
            push_p50_ms: milliseconds(push.value_at_quantile(0.5)),
            push_p99_ms: milliseconds(push.value_at_quantile(0.99)),
            queues,
            lag,
            cpu_percent,
            memory_mb,
        }
    }
}

/// One line for who looks on.
pub fn line(second: &Second) -> String {
    let queued: u64 = second.queues.values().sum();
    let lag: u64 = second.lag.values().sum();
    let worst = second.lag.iter().max_by_key(|(_, lag)| **lag).filter(|(_, lag)| **lag > 0);
    let worst = worst.map_or(String::new(), |(hop, lag)| format!(" ({hop} {lag})"));
    format!(
        "{:>5.0} s  sent {:>6}  answered {:>6}  pushed {:>6}  reply p50 {:>7.2} p99 {:>8.2} ms  push p50 {:>7.2} p99 {:>8.2} ms  queued {queued}  lag {lag}{worst}",
        second.at_s,
        second.sent,
        second.answered,
        second.pushed,
        second.reply_p50_ms,
        second.reply_p99_ms,
        second.push_p50_ms,
        second.push_p99_ms
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lags_of_all_partitions_of_a_hop_are_one() {
        let lag = |writer: &str, listener: &str, messages| Lag {
            writer: writer.into(),
            listener: listener.into(),
            messages,
        };
        let lags = [
            lag("portfolio.0", "matching.1", 2),
            lag("portfolio.1", "matching.0", 3),
            lag("stock-data.0", "ordering.0", 0),
        ];
        let expected = [("portfolio → matching".to_owned(), 5), ("stock-data → ordering".to_owned(), 0)];
        assert_eq!(by_hop(&lags), BTreeMap::from(expected));
    }
}
