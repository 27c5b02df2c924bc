//! What was found, as a table and as JSON.

mod text;

use crate::Machine;
use crate::contenders::{BOOK, REFERENCE};
use crate::latency::Latency;
use crate::race::Memory;
use crate::timer::Took;
use crate::workload::Mix;
use serde::Serialize;

#[derive(Debug, Serialize)]
pub struct Report {
    pub machine: Machine,
    pub rounds: usize,
    /// Some of each workload's commands only: no figures to go by.
    pub quick: bool,
    pub workloads: Vec<OfWorkload>,
    pub latency: Option<Latencies>,
}

#[derive(Debug, Serialize)]
pub struct OfWorkload {
    pub name: &'static str,
    pub symbols: u16,
    pub commands: usize,
    /// Orders that rest before the first of them.
    pub resting: usize,
    pub mix: Mix,
    pub contenders: Vec<OfContender>,
    pub left_out: Vec<LeftOut>,
}

/// Times are nanoseconds a command.
#[derive(Debug, Serialize)]
pub struct OfContender {
    pub name: &'static str,
    pub version: Option<&'static str>,
    pub min: f64,
    pub median: f64,
    pub max: f64,
    /// The median of each round's ratio.
    pub of_book: Option<f64>,
    pub of_reference: Option<f64>,
    pub memory: Memory,
    /// Of each round.
    pub times: Vec<f64>,
    /// The largest part of a round in which something else had the core.
    pub elsewhere: f64,
}

#[derive(Clone, Debug, Serialize)]
pub struct LeftOut {
    pub name: &'static str,
    pub version: Option<&'static str>,
    pub answered: String,
    pub right: String,
}

/// Nanoseconds from before a command to after it, the timer's own time included.
#[derive(Debug, Serialize)]
pub struct Latencies {
    pub workload: &'static str,
    pub timer: &'static str,
    pub of_timer: Latency,
    pub contenders: Vec<(&'static str, Latency)>,
}

/// One that answered rightly each time.
pub struct Ran {
    pub name: &'static str,
    pub version: Option<&'static str>,
    pub memory: Memory,
    pub took: Vec<Took>,
}

/// All that ran in the same rounds.
pub fn compare(ran: Vec<Ran>) -> Vec<OfContender> {
    let times = |ran: &Ran| ran.took.iter().map(|took| took.ns).collect::<Vec<_>>();
    let times_of = |name: &str| ran.iter().find(|ran| ran.name == name).map(times);
    let (book, reference) = (times_of(BOOK), times_of(REFERENCE));
    let contender = |ran: Ran| {
        let times = times(&ran);
        OfContender {
            name: ran.name,
            version: ran.version,
            min: times.iter().copied().fold(f64::INFINITY, f64::min),
            median: median(times.clone()),
            max: times.iter().copied().fold(0.0, f64::max),
            of_book: book.as_deref().map(|book| ratio(&times, book)),
            of_reference: reference.as_deref().map(|reference| ratio(&times, reference)),
            memory: ran.memory,
            times,
            elsewhere: ran.took.iter().map(|took| took.elsewhere).fold(0.0, f64::max),
        }
    };
    ran.into_iter().map(contender).collect()
}

/// A machine is not as fast in one round as in the next, so rounds are compared one by one.
fn ratio(times: &[f64], others: &[f64]) -> f64 {
    median(times.iter().zip(others).map(|(time, other)| time / other).collect())
}

/// The middle one, or the mean of the two.
fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    let half = numbers.len() / 2;
    if numbers.len() % 2 == 1 { numbers[half] } else { (numbers[half - 1] + numbers[half]) / 2.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), 2.5);
    }

    #[test]
    fn ratios_are_those_of_the_rounds() {
        // The second round was three times slower for everybody.
        let memory = Memory { allocations_per_command: 0.0, bytes_per_resting_order: 0.0 };
        let ran = |name, times: [f64; 3]| {
            let took = times.map(|ns| Took { ns, elsewhere: ns / 1_000.0 }).to_vec();
            Ran { name, version: None, memory, took }
        };
        let compared = compare(vec![ran("other", [20.0, 60.0, 22.0]), ran(BOOK, [10.0, 30.0, 10.0])]);
        assert_eq!(compared[0].of_book, Some(2.0));
        assert_eq!(compared[0].of_reference, None);
        assert_eq!((compared[1].min, compared[1].median, compared[1].max), (10.0, 10.0, 30.0));
        assert_eq!(compared[1].elsewhere, 0.03);
    }
}
