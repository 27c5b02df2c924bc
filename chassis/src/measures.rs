//! What a partition measures of itself, apart from how long its steps take: how far its listeners
//! are behind, how long what they have not heard has waited, and what the broker has not confirmed.
//! docs/metrics.md has all metrics.
//!
//! Promises: fixed names; labels are partitions and streams, of which there are as many as the
//! topology has; each metric is there from the beginning, so that its absence means something.

use crate::outbox::Outbox;
use crate::rules::Place;
use crate::store::Fault;
use contracts::Timestamp;
use rustc_hash::FxHashMap;
use std::time::Duration;
use tokio::time::Instant;

/// A partition that is consumed has deliveries more often than this, if only its own instance's
/// `wake` every fifteen seconds. Who has none is not told by the listeners how far they are.
const STANDBY_AFTER: Duration = Duration::from_secs(35);

pub(crate) struct Measures {
    partition: String,
    /// When deliveries last came, while this instance is the one that the broker has chosen.
    delivered: Option<Instant>,
    in_flight: InFlight,
}

/// Messages sent for the first time whose confirmations are awaited.
#[derive(Clone)]
pub(crate) struct InFlight(metrics::Gauge);

impl InFlight {
    pub fn sent(&self) {
        self.0.increment(1.0);
    }

    /// However it ended.
    pub fn settled(&self) {
        self.0.decrement(1.0);
    }
}

impl Measures {
    pub fn new(place: Place) -> Self {
        let partition = place.name();
        for name in ["exchange_step_faults_total", "exchange_wakes_total", "exchange_inputs_total"] {
            metrics::counter!(name, "partition" => partition.clone()).increment(0);
        }
        metrics::counter!("exchange_replays_total").increment(0);
        metrics::counter!("exchange_parked_total").increment(0);
        let in_flight = metrics::gauge!("exchange_confirms_in_flight", "partition" => partition.clone());
        in_flight.set(0.0);
        Measures { partition, delivered: None, in_flight: InFlight(in_flight) }
    }

    pub fn in_flight(&self) -> &InFlight {
        &self.in_flight
    }

    /// A step has taken deliveries.
    pub fn delivered(&mut self) {
        self.delivered = Some(Instant::now());
    }

    /// Once a tick, with the sequences of the partition's streams.
    pub async fn report(
        &mut self,
        outbox: &Outbox,
        counters: &[(String, u64)],
        now: Timestamp,
    ) -> Result<(), Fault> {
        let chosen = self.delivered.is_some_and(|at| at.elapsed() < STANDBY_AFTER);
        let written: FxHashMap<&str, u64> =
            counters.iter().map(|(stream, seq)| (stream.as_str(), *seq)).collect();
        for (stream, listener, heard) in outbox.listeners() {
            let written = written.get(stream).copied().unwrap_or(0);
            // Another instance hears the reports: it has the word.
            let lag = if chosen { written.saturating_sub(heard) } else { 0 };
            let labels = [("stream", stream.to_owned()), ("listener", listener.to_owned())];
            metrics::gauge!("exchange_stream_lag", &labels).set(lag as f64);
        }
        let oldest = if chosen { outbox.oldest_unheard().await? } else { None };
        metrics::gauge!("exchange_outbox_age_seconds", "partition" => self.partition.clone())
            .set(age_s(oldest, now));
        Ok(())
    }
}

fn age_s(since: Option<Timestamp>, now: Timestamp) -> f64 {
    // Another instance may have written it by a clock that is ahead.
    since.map_or(0.0, |since| (now - since).as_seconds_f64().max(0.0))
}
