//! What makes a run a failure.

use super::{Counts, Report};

/// A generator of whose messages one in a hundred is later than this did not keep its schedule. It
/// has to fight for the processor like everybody, so a little is allowed.
const LATE_MS_MAX: f64 = 50.0;

/// In words, one for each.
pub fn failures(report: &Report) -> Vec<String> {
    let Report { counts, latency, rates, .. } = report;
    let Counts { planned, sent, unanswered, unpushed, surprises, .. } = counts;
    let mut failures = Vec::new();
    if sent < planned {
        failures.push(format!("{} of {planned} messages were never sent", planned - sent));
    }
    if *unanswered > 0 || *unpushed > 0 {
        failures.push(format!("{unanswered} messages without an answer, {unpushed} without a push"));
    }
    if !surprises.is_empty() {
        let times: u64 = surprises.values().sum();
        failures.push(format!("{times} outcomes were not as planned"));
    }
    if latency.late.p99_ms > LATE_MS_MAX {
        let why = if rates.held_up_s * 1000.0 > LATE_MS_MAX { ": RabbitMQ did not read" } else { "" };
        failures.push(format!(
            "the schedule was not kept: one message in a hundred was sent {:.0} ms late or more{why}",
            latency.late.p99_ms
        ));
    }
    failures
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::sample;

    fn check(change: impl FnOnce(&mut Report), expected: &[&str]) {
        let mut report = sample();
        change(&mut report);
        assert_eq!(failures(&report), expected);
    }

    #[test]
    fn a_run_with_all_accounted_for_is_none() {
        check(|_| {}, &[]);
    }

    #[test]
    fn whatever_is_missing_is_one() {
        check(|report| report.counts.sent = 1990, &["10 of 2000 messages were never sent"]);
        check(|report| report.counts.unanswered = 1, &["1 messages without an answer, 0 without a push"]);
        check(|report| report.counts.unpushed = 2, &["0 messages without an answer, 2 without a push"]);
    }

    #[test]
    fn what_was_not_planned_is_one() {
        let surprise = |report: &mut Report| {
            report.counts.surprises.insert("Rest pushed rejected".into(), 3);
        };
        check(surprise, &["3 outcomes were not as planned"]);
    }

    #[test]
    fn a_late_generator_is_one_and_who_held_it_up_is_named() {
        let text = "the schedule was not kept: one message in a hundred was sent 80 ms late or more";
        check(|report| report.latency.late.p99_ms = 80.0, &[text]);
        let held = |report: &mut Report| {
            report.latency.late.p99_ms = 80.0;
            report.rates.held_up_s = 0.3;
        };
        check(held, &[&format!("{text}: RabbitMQ did not read")]);
        check(|report| report.latency.late.p99_ms = 49.0, &[]);
    }
}
