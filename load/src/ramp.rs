//! Looks for the highest rate that holds its latency bound without queues growing.

use crate::prepare::Tell;
use crate::report::{Report, Second};
use crate::run::{Options, measure};
use crate::watch::Exchange;
use anyhow::Result;

/// Doubled from here until it does not hold.
const FIRST_RATE: u32 = 250;
/// The search ends when the next step would be nearer than this part of the rate.
const NEAR: f64 = 0.1;
/// The generator alone would be the limit.
const RATE_MAX: u32 = 200_000;
/// A few steps' messages may always be on their way.
const ALWAYS_ON_THE_WAY: f64 = 50.0;
/// What is on its way at the end may be so many times what was in the middle.
const GROWS: f64 = 2.0;

/// A rate that was tried.
#[derive(Clone, Debug)]
pub struct Step {
    pub rate: u32,
    /// Why it does not hold. None: it holds.
    pub broken: Option<String>,
    pub push_p99_ms: f64,
    pub reply_p99_ms: f64,
    pub settled_per_s: f64,
}

pub struct Ramp {
    pub steps: Vec<Step>,
    /// Of the highest rate that holds.
    pub best: Option<Report>,
}

/// Doubles, then halves the distance.
pub async fn ramp(exchange: &dyn Exchange, options: &Options, bound_ms: f64, tell: Tell<'_>) -> Result<Ramp> {
    let mut ramp = Ramp { steps: Vec::new(), best: None };
    let (mut holds, mut breaks) = (0, None);
    while let Some(rate) = next(holds, breaks) {
        let report = measure(exchange, &Options { rate, ..*options }, tell).await?;
        let broken = broken(&report, bound_ms);
        let verdict = broken.as_ref().map_or("holds".to_owned(), |why| format!("does not hold: {why}"));
        tell(&format!(
            "{rate}/s {verdict} (push p99 {:.1} ms, reply p99 {:.1} ms, {:.0}/s settled)",
            report.latency.push.p99_ms, report.latency.reply.p99_ms, report.rates.settled_per_s
        ));
        if broken.is_some() {
            breaks = Some(rate)
        } else {
            holds = rate
        }
        ramp.steps.push(Step {
            rate,
            push_p99_ms: report.latency.push.p99_ms,
            reply_p99_ms: report.latency.reply.p99_ms,
            settled_per_s: report.rates.settled_per_s,
            broken: broken.clone(),
        });
        if broken.is_none() {
            ramp.best = Some(report);
        } else if !report.is_accounted_for() {
            // Not slow but wrong: that is no limit, it is a failure.
            ramp.best = Some(report);
            break;
        }
    }
    Ok(ramp)
}

/// The next rate to try, between the highest that holds and the lowest that does not.
fn next(holds: u32, breaks: Option<u32>) -> Option<u32> {
    let Some(breaks) = breaks else {
        let rate = if holds == 0 { FIRST_RATE } else { holds * 2 };
        return (rate <= RATE_MAX).then_some(rate);
    };
    let rate = holds + (breaks - holds) / 2;
    (f64::from(breaks - holds) > NEAR * f64::from(breaks) && rate > holds).then_some(rate)
}

/// Why a run did not hold the bound.
fn broken(report: &Report, bound_ms: f64) -> Option<String> {
    let latency = &report.latency;
    let (what, p99) = match latency.push.count {
        0 => ("reply", latency.reply.p99_ms),
        _ => ("push", latency.push.p99_ms),
    };
    if p99 > bound_ms {
        return Some(format!("{what} p99 {p99:.1} ms is more than {bound_ms} ms"));
    }
    if let Some((middle, end)) = growth(&report.seconds, report.run.for_s) {
        return Some(format!("what is on its way grows: {middle:.0} in the middle, {end:.0} at the end"));
    }
    report.failures.first().cloned()
}

/// What was on its way in the middle third of the schedule and in its last, if that is growth.
fn growth(seconds: &[Second], for_s: f64) -> Option<(f64, f64)> {
    let on_the_way = |from: f64, to: f64| {
        let of = |second: &Second| second.queues.values().chain(second.lag.values()).sum::<u64>() as f64;
        let part: Vec<f64> =
            seconds.iter().filter(|s| s.at_s > from * for_s && s.at_s <= to * for_s + 0.5).map(of).collect();
        if part.is_empty() { 0.0 } else { part.iter().sum::<f64>() / part.len() as f64 }
    };
    let (middle, end) = (on_the_way(1.0 / 3.0, 2.0 / 3.0), on_the_way(2.0 / 3.0, 1.0));
    (end > GROWS * middle + ALWAYS_ON_THE_WAY).then_some((middle, end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// The rates that are tried when all up to `limit` hold.
    fn search(limit: u32) -> (Vec<u32>, u32) {
        let (mut holds, mut breaks, mut tried) = (0, None, Vec::new());
        while let Some(rate) = next(holds, breaks) {
            tried.push(rate);
            if rate <= limit { holds = rate } else { breaks = Some(rate) }
        }
        (tried, holds)
    }

    #[test]
    fn the_search_doubles_and_then_closes_in() {
        assert_eq!(search(3_300), (vec![250, 500, 1000, 2000, 4000, 3000, 3500, 3250], 3250));
        let (_, found) = search(11_000);
        assert!((9_900..=11_000).contains(&found), "{found}");
        assert_eq!(search(100).1, 93);
        assert_eq!(search(u32::MAX).1, 128_000);
    }

    fn seconds(queued: &[u64]) -> Vec<Second> {
        let second = |(at, queued): (usize, &u64)| Second {
            at_s: at as f64 + 1.0,
            queues: BTreeMap::from([("ordering".to_owned(), *queued)]),
            ..Second::default()
        };
        queued.iter().enumerate().map(second).collect()
    }

    #[test]
    fn queues_that_grow_are_told_from_queues_that_sway() {
        assert_eq!(growth(&seconds(&[10, 30, 20, 40, 10, 35, 25, 45, 30]), 9.0), None);
        let grown = growth(&seconds(&[0, 100, 200, 300, 400, 500, 900, 1400, 2000]), 9.0);
        assert!(grown.is_some_and(|(middle, end)| middle == 400.0 && end > 1400.0), "{grown:?}");
    }
}
