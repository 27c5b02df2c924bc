//! What an audit found, and how it is told.

use super::look::Look;
use crate::streams::Arrival;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

/// A promise that is broken, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// A service, or `between` services.
    pub service: String,
    pub rule: String,
    pub detail: String,
}

impl Finding {
    pub fn new(service: &str, rule: &str, detail: impl Into<String>) -> Self {
        Finding { service: service.to_owned(), rule: rule.to_owned(), detail: detail.into() }
    }
}

#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Whether all that was compared is of one moment at which nothing was on its way. If not,
    /// only what was found twice is told.
    pub quiet: bool,
    pub findings: Vec<Finding>,
    /// What was looked at, and how much of it.
    pub seen: BTreeMap<&'static str, usize>,
    pub on_the_way: Vec<Arrival>,
}

/// Which rule says that everything arrives.
const ARRIVES: &str = "what was said is heard";

impl Report {
    pub fn of_a_moment(look: Look) -> Self {
        let mut findings = [look.alone, look.between].concat();
        findings.sort();
        Report { quiet: true, findings, seen: look.seen, on_the_way: Vec::new() }
    }

    /// Of two looks at an exchange that did not come to rest. Nothing moved between them: then
    /// what is on its way does not arrive, and services cannot be held against each other.
    pub fn while_moving(first: Look, second: Look, on_the_way: Vec<Arrival>) -> Self {
        let stands_still = first.steps == second.steps;
        let mut findings: Vec<Finding> =
            second.alone.into_iter().filter(|found| first.alone.contains(found)).collect();
        if stands_still {
            findings.extend(on_the_way.iter().map(|late| {
                let Arrival { stream, listener, said, heard, .. } = late;
                Finding::new(
                    "between",
                    ARRIVES,
                    format!("{listener} has heard {heard} of {said} of {stream}"),
                )
            }));
        } else {
            findings.extend(second.between.into_iter().filter(|found| first.between.contains(found)));
        }
        findings.sort();
        Report { quiet: false, findings, seen: second.seen, on_the_way }
    }
}

/// More of one rule say nothing more.
const SHOWN_OF_A_RULE: usize = 10;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seen: Vec<String> = self.seen.iter().map(|(what, count)| format!("{count} {what}")).collect();
        writeln!(f, "looked at {}", seen.join(", "))?;
        if !self.quiet {
            let late: u64 = self.on_the_way.iter().map(|arrival| arrival.lag).sum();
            writeln!(
                f,
                "it did not come to rest ({late} messages on their way): only what was found twice is told"
            )?;
        }
        let mut rules: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
        for Finding { service, rule, detail } in &self.findings {
            rules.entry((service, rule)).or_default().push(detail);
        }
        for ((service, rule), details) in &rules {
            writeln!(f, "\n{service}: {rule} – {}", broken(details.len()))?;
            for detail in details.iter().take(SHOWN_OF_A_RULE) {
                writeln!(f, "  {detail}")?;
            }
            if details.len() > SHOWN_OF_A_RULE {
                writeln!(f, "  and {} more (--json tells all)", details.len() - SHOWN_OF_A_RULE)?;
            }
        }
        match self.findings.len() {
            0 => write!(f, "nothing found"),
            1 => write!(f, "\n1 finding"),
            count => write!(f, "\n{count} findings"),
        }
    }
}

fn broken(times: usize) -> String {
    match times {
        1 => "broken once".to_owned(),
        times => format!("broken {times} times"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(step: u64, alone: &[&str], between: &[&str]) -> Look {
        let findings = |details: &[&str]| details.iter().map(|d| Finding::new("x", "rule", *d)).collect();
        Look {
            one_moment: false,
            steps: BTreeMap::from([("matching.0".to_owned(), step)]),
            alone: findings(alone),
            between: findings(between),
            seen: BTreeMap::new(),
        }
    }

    fn details(report: &Report) -> Vec<&str> {
        report.findings.iter().map(|finding| finding.detail.as_str()).collect()
    }

    #[test]
    fn while_it_moves_only_what_stays_is_told() {
        let report = Report::while_moving(seen(1, &["a", "b"], &["c"]), seen(2, &["b"], &["c", "d"]), vec![]);
        assert_eq!(details(&report), ["b", "c"]);
    }

    #[test]
    fn when_it_stands_still_what_does_not_arrive_is_told_and_nobody_is_compared() {
        let late = Arrival { stream: "a>b".into(), listener: "b".into(), said: 7, heard: 5, lag: 2 };
        let report = Report::while_moving(seen(1, &[], &["c"]), seen(1, &[], &["c"]), vec![late]);
        assert_eq!(details(&report), ["b has heard 5 of 7 of a>b"]);
    }
}
