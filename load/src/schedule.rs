//! When messages are due: fixed before the run, whatever the exchange does during it.

use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde::Serialize;
use std::{fmt, str::FromStr, time::Duration};

/// Due times are microseconds in 32 bits.
pub const DURATION_MAX: Duration = Duration::from_secs(70 * 60);
/// Half a gigabyte of plan; an hour at five thousand a second.
pub const MESSAGES_MAX: u64 = 20_000_000;

/// A ramp begins at this part of its rate.
const RAMP_FROM: f64 = 0.1;
const STEPS: u32 = 5;
/// A burst has a second's messages in this part of it.
const BURST_PART: f64 = 0.1;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// One every 1/rate seconds.
    Constant,
    /// From a tenth of the rate up to the rate, evenly.
    Ramp,
    /// Five steps of equal length: a fifth of the rate, two fifths, up to the rate.
    Step,
    /// Each second's messages in its first tenth.
    Burst,
    /// Independent arrivals: gaps are exponential, the rate is their mean.
    Poisson,
}

impl Shape {
    pub const ALL: [Shape; 5] = [Shape::Constant, Shape::Ramp, Shape::Step, Shape::Burst, Shape::Poisson];

    pub const fn as_str(self) -> &'static str {
        match self {
            Shape::Constant => "constant",
            Shape::Ramp => "ramp",
            Shape::Step => "step",
            Shape::Burst => "burst",
            Shape::Poisson => "poisson",
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Shape {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names = Shape::ALL.map(Shape::as_str).join(", ");
        Shape::ALL
            .into_iter()
            .find(|shape| shape.as_str() == text)
            .ok_or_else(|| format!("expected one of {names}, got {text:?}"))
    }
}

/// The due time of each message, in microseconds after the beginning, never falling.
pub fn due_times(shape: Shape, rate: u32, duration: Duration, seed: u64) -> Result<Vec<u32>, String> {
    let seconds = duration.as_secs_f64();
    if duration > DURATION_MAX {
        return Err(format!("a run lasts at most {} s, got {seconds:.0} s", DURATION_MAX.as_secs()));
    }
    if seconds * f64::from(rate) > MESSAGES_MAX as f64 {
        return Err(format!(
            "a run has at most {MESSAGES_MAX} messages, got {:.0}",
            seconds * f64::from(rate)
        ));
    }
    let rate = f64::from(rate);
    let due: Vec<f64> = match shape {
        Shape::Constant => (0..(rate * seconds) as u64).map(|n| n as f64 / rate).collect(),
        Shape::Ramp => ramp(rate, seconds),
        Shape::Step => steps(rate, seconds),
        Shape::Burst => {
            let in_burst = |n: u64| {
                let at = n as f64 / rate;
                at.floor() + at.fract() * BURST_PART
            };
            (0..(rate * seconds) as u64).map(in_burst).collect()
        }
        Shape::Poisson => poisson(rate, seconds, seed),
    };
    Ok(due.into_iter().map(|at| (at * 1e6) as u32).collect())
}

/// The n-th message comes when the area under the rising rate is n.
fn ramp(rate: f64, seconds: f64) -> Vec<f64> {
    let first = rate * RAMP_FROM;
    let slope = (rate - first) / seconds;
    let total = (first * seconds + slope * seconds * seconds / 2.0) as u64;
    (0..total).map(|n| ((first * first + 2.0 * slope * n as f64).sqrt() - first) / slope).collect()
}

fn steps(rate: f64, seconds: f64) -> Vec<f64> {
    let length = seconds / f64::from(STEPS);
    (0..STEPS)
        .flat_map(|step| {
            let rate = rate * f64::from(step + 1) / f64::from(STEPS);
            let begin = f64::from(step) * length;
            (0..(rate * length) as u64).map(move |n| begin + n as f64 / rate)
        })
        .collect()
}

fn poisson(rate: f64, seconds: f64, seed: u64) -> Vec<f64> {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut at = 0.0;
    let mut due = Vec::new();
    loop {
        // Of (0, 1]: its logarithm is finite.
        let drawn: f64 = 1.0 - rng.random::<f64>();
        at -= drawn.ln() / rate;
        if at >= seconds {
            return due;
        }
        due.push(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due(shape: Shape, rate: u32, seconds: u64) -> Vec<u32> {
        due_times(shape, rate, Duration::from_secs(seconds), 7).unwrap()
    }

    fn in_second(due: &[u32], second: u32) -> usize {
        due.iter().filter(|at| **at / 1_000_000 == second).count()
    }

    #[test]
    fn constant_is_even() {
        assert_eq!(due(Shape::Constant, 4, 1), [0, 250_000, 500_000, 750_000]);
    }

    #[test]
    fn a_ramp_rises_evenly_from_a_tenth_to_all() {
        let due = due(Shape::Ramp, 1000, 9);
        // (100 + 1000) / 2 on average.
        assert_eq!(due.len(), 4950);
        let rises: Vec<usize> = (0..9).map(|second| in_second(&due, second)).collect();
        assert_eq!(rises, [150, 250, 350, 450, 550, 650, 750, 850, 950]);
    }

    #[test]
    fn steps_are_fifths() {
        let due = due(Shape::Step, 1000, 5);
        assert_eq!((0..5).map(|s| in_second(&due, s)).collect::<Vec<_>>(), [200, 400, 600, 800, 1000]);
    }

    #[test]
    fn a_burst_is_over_after_a_tenth_of_its_second() {
        let due = due(Shape::Burst, 500, 2);
        assert_eq!([in_second(&due, 0), in_second(&due, 1)], [500, 500]);
        assert!(due.iter().all(|at| at % 1_000_000 < 100_000));
    }

    #[test]
    fn poisson_keeps_its_rate_and_its_gaps_spread_as_exponential_ones_do() {
        let due = due(Shape::Poisson, 1000, 20);
        assert!((19_400..20_600).contains(&due.len()), "{}", due.len());
        let gaps: Vec<f64> = due.windows(2).map(|pair| f64::from(pair[1] - pair[0])).collect();
        let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
        let variance = gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / gaps.len() as f64;
        let spread = variance.sqrt() / mean;
        assert!((0.95..1.05).contains(&spread), "{spread}");
        assert_eq!(due, super::due_times(Shape::Poisson, 1000, Duration::from_secs(20), 7).unwrap());
    }

    #[test]
    fn no_shape_goes_back_in_time_or_past_its_end() {
        for shape in Shape::ALL {
            let due = due(shape, 333, 7);
            assert!(due.is_sorted(), "{shape}");
            assert!(due.iter().all(|at| *at < 7_000_000), "{shape}");
        }
    }

    #[test]
    fn too_long_and_too_many_are_refused_with_the_limit() {
        let refused = |rate, seconds| due_times(Shape::Constant, rate, Duration::from_secs(seconds), 0);
        assert!(refused(1, 4201).unwrap_err().contains("4200 s"));
        assert!(refused(20_000, 3600).unwrap_err().contains("20000000 messages"));
    }
}
