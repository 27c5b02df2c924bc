//! How late messages were, to the millisecond: their times say no more.

/// Five seconds late is as bad as never.
const LATENCY_MAX_MS: usize = 5_000;

pub struct Latencies {
    /// How many were so many milliseconds late; the last: or later.
    counts: Vec<u64>,
}

impl Latencies {
    pub fn new() -> Self {
        Latencies { counts: vec![0; LATENCY_MAX_MS + 1] }
    }

    pub fn add(&mut self, latency_ms: u64) {
        let latency_ms = usize::try_from(latency_ms).unwrap_or(LATENCY_MAX_MS);
        self.counts[latency_ms.min(LATENCY_MAX_MS)] += 1;
    }

    /// The latency that this share of the messages did not exceed. Zero without a message.
    pub fn quantile_ms(&self, share: f64) -> u64 {
        let wanted = (self.counts.iter().sum::<u64>() as f64 * share).ceil() as u64;
        let mut so_far = 0;
        let found = self.counts.iter().position(|count| {
            so_far += count;
            so_far >= wanted
        });
        found.unwrap_or_default() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_what_so_many_did_not_exceed() {
        let mut latencies = Latencies::new();
        assert_eq!(latencies.quantile_ms(0.99), 0);
        (1..=100).for_each(|latency_ms| latencies.add(latency_ms));
        latencies.add(1 << 40);
        let of = |share| latencies.quantile_ms(share);
        assert_eq!((of(0.0), of(0.5), of(0.99), of(1.0)), (0, 51, 100, 5_000));
    }
}
