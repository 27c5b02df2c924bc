//! How long single commands take. Reading the clock twice takes time as well: that is measured in
//! the same way, shown beside, and not taken off.

use crate::contenders::{Contender, Entrant};
use crate::race::{Wrong, check};
use crate::tally::Tally;
use crate::timer;
use crate::workload::Workload;
use serde::Serialize;
use std::ops::Range;

pub use crate::timer::NAME as TIMER;

/// In nanoseconds.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Latency {
    pub p50: f64,
    pub p99: f64,
    pub p999: f64,
    pub max: f64,
}

/// Of each of the workload's timed commands.
pub fn measure(workload: &Workload, entrant: &Entrant) -> Result<Latency, Wrong> {
    let mut book = (entrant.make)(workload);
    let mut tally = Tally::default();
    book.run(0..workload.prefill, &mut tally);
    let latency = each(book.as_mut(), workload.prefill..workload.ops.len(), &mut tally);
    check(workload, book.as_ref(), tally)?;
    Ok(latency)
}

/// Of as many commands that do nothing.
pub fn of_timer(workload: &Workload) -> Latency {
    each(&mut Nothing, workload.prefill..workload.ops.len(), &mut Tally::default())
}

fn each(book: &mut dyn Contender, ops: Range<usize>, tally: &mut Tally) -> Latency {
    // Not zeros, which would be memory that is not there before it is written to.
    let mut took = vec![u32::MAX; ops.len()];
    let ((), unit_ns) = timer::calibrated(|| {
        for (op, took) in ops.zip(&mut took) {
            let begun = timer::now();
            book.run(op..op + 1, tally);
            *took = u32::try_from(timer::now() - begun).unwrap_or(u32::MAX);
        }
    });
    took.sort_unstable();
    let at = |share: f64| f64::from(took[((took.len() - 1) as f64 * share) as usize]) * unit_ns;
    Latency { p50: at(0.5), p99: at(0.99), p999: at(0.999), max: at(1.0) }
}

struct Nothing;

impl Contender for Nothing {
    // Called as a book is.
    #[inline(never)]
    fn run(&mut self, ops: Range<usize>, _: &mut Tally) {
        std::hint::black_box(ops);
    }

    fn best(&self) -> Vec<(u64, u64)> {
        Vec::new()
    }

    fn live(&self) -> usize {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_read_twice_takes_longer_than_nothing() {
        let latency = of_timer(&crate::workload::generate("g1", 10_000));
        assert!(latency.p50 > 0.0 && latency.p50 <= latency.p99 && latency.p99 <= latency.max, "{latency:?}");
    }
}
