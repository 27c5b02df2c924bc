//! What a round has shown.

use super::commands::Batch;
use super::feed::Mark;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

#[derive(Clone, Debug)]
pub struct Round {
    pub commands: usize,
    /// From the first message until the last event was heard.
    pub took: Duration,
    /// Messages that matching said: its steps that said anything.
    pub steps: usize,
    /// Of a message, and of what was said about it.
    pub bytes: Bytes,
    /// From a message's sending (its due time, with a rate) until the event of its last command was
    /// heard.
    pub latency_ms: Spread,
    /// Processor time by process, in seconds.
    pub cpu_s: BTreeMap<String, f64>,
}

/// For a command.
#[derive(Clone, Copy, Debug)]
pub struct Bytes {
    pub heard: f64,
    pub said: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    pub p50: f64,
    pub p99: f64,
    pub max: f64,
}

impl Round {
    pub(super) fn of(
        commands: usize,
        took: Duration,
        batches: &[Batch],
        sent: &[Instant],
        heard: &[Mark],
        cpu_s: BTreeMap<String, f64>,
    ) -> Self {
        let each = |bytes: usize| bytes as f64 / commands as f64;
        let bytes = Bytes {
            heard: each(batches.iter().map(|batch| batch.body.len()).sum()),
            said: each(heard.iter().map(|mark| mark.bytes).sum()),
        };
        let latency_ms = Spread::of(latencies(batches, sent, heard));
        Round { commands, took, steps: heard.len(), bytes, latency_ms, cpu_s }
    }

    pub fn per_second(&self) -> f64 {
        self.commands as f64 / self.took.as_secs_f64()
    }
}

fn latencies(batches: &[Batch], sent: &[Instant], heard: &[Mark]) -> Vec<f64> {
    // Of each partition, what was heard, in its order.
    let mut marks = BTreeMap::<usize, Vec<&Mark>>::new();
    heard.iter().for_each(|mark| marks.entry(mark.partition).or_default().push(mark));
    let latency = |(batch, sent): (&Batch, &Instant)| {
        let marks = marks.get(&usize::from(batch.partition))?;
        let at = marks.partition_point(|mark| mark.count < batch.through);
        Some((marks.get(at)?.at - *sent).as_secs_f64() * 1e3)
    };
    batches.iter().zip(sent).filter_map(latency).collect()
}

impl Spread {
    fn of(mut values: Vec<f64>) -> Self {
        values.sort_unstable_by(f64::total_cmp);
        let at = |share: f64| {
            let index = (share * values.len() as f64).ceil() as usize;
            values.get(index.saturating_sub(1)).copied().unwrap_or(f64::NAN)
        };
        Spread { p50: at(0.5), p99: at(0.99), max: at(1.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_done_when_its_last_command_is() {
        let begun = Instant::now();
        let ms = |n| begun + Duration::from_millis(n);
        let batch = |partition, through| Batch { partition, through, count: 10, body: Vec::new() };
        let mark = |partition, count, at| Mark { partition, count, at: ms(at), bytes: 0 };
        let batches = [batch(0, 10), batch(1, 10), batch(0, 20)];
        let heard = [mark(0, 15, 5), mark(1, 10, 8), mark(0, 20, 9)];
        let latencies = latencies(&batches, &[ms(0), ms(2), ms(3)], &heard);
        assert_eq!(latencies, [5.0, 6.0, 6.0]);
    }

    #[test]
    fn a_hundredth_may_be_later_than_the_99th_percentile() {
        let spread = Spread::of((1..=200).rev().map(f64::from).collect());
        assert_eq!(spread, Spread { p50: 100.0, p99: 198.0, max: 200.0 });
    }
}
