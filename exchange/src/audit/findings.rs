//! What an audit found, and how it is told.

use super::between::BETWEEN;
use super::look::Look;
use super::undelivered::Unseen;
use crate::streams::Arrival;
use chassis::audit::Finding;
use serde::Serialize;
use std::collections::{BTreeMap, HashSet};
use std::fmt;

#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Whether all that was compared is of one moment at which nothing was on its way. If not,
    /// only what was found twice is told.
    pub quiet: bool,
    /// Whether the services could be held against each other.
    pub compared: bool,
    pub findings: Vec<Finding>,
    /// What was looked at, and how much of it.
    pub seen: BTreeMap<&'static str, usize>,
    /// What could not be looked at.
    pub unseen: Vec<Unseen>,
    pub on_the_way: Vec<Arrival>,
}

/// Which rule says that everything arrives.
const ARRIVES: &str = "what was said is heard";

impl Report {
    pub fn of_a_moment(look: Look) -> Self {
        let Look { alone, between, seen, unseen, .. } = look;
        let mut findings = [alone, between].concat();
        findings.sort();
        Report { quiet: true, compared: true, findings, seen, unseen, on_the_way: Vec::new() }
    }

    /// Of two looks at an exchange that did not come to rest. `all_arrived`: between them all that
    /// was on its way at the first look arrived, and what followed from it. Only then can services
    /// be held against each other; else what did not arrive at all is the finding.
    pub fn while_moving(first: Look, second: Look, all_arrived: bool) -> Self {
        let twice = |first: Vec<Finding>, second: Vec<Finding>| {
            let first: HashSet<Finding> = first.into_iter().collect();
            second.into_iter().filter(move |found| first.contains(found))
        };
        let mut findings: Vec<Finding> = twice(first.alone, second.alone).collect();
        if all_arrived {
            findings.extend(twice(first.between, second.between));
        }
        let stuck = second.late.iter().filter(|late| {
            first.late.iter().any(|before| {
                (&before.stream, &before.listener, before.heard) == (&late.stream, &late.listener, late.heard)
            })
        });
        findings.extend(stuck.map(|late| {
            let Arrival { stream, listener, said, heard, .. } = late;
            Finding::new(BETWEEN, ARRIVES, format!("{listener} has heard {heard} of {said} of {stream}"))
        }));
        findings.sort();
        Report {
            quiet: false,
            compared: all_arrived,
            findings,
            seen: second.seen,
            unseen: second.unseen,
            on_the_way: second.late,
        }
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
        if !self.compared {
            writeln!(f, "what was on its way did not arrive: the services were not held against each other")?;
        }
        for Unseen { what, why } in &self.unseen {
            writeln!(f, "not looked at: {what} ({why})")?;
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

    fn seen(alone: &[&'static str], between: &[&'static str]) -> Look {
        let findings = |details: &[&str]| details.iter().map(|d| Finding::new("x", "rule", *d)).collect();
        Look {
            one_moment: false,
            late: Vec::new(),
            alone: findings(alone),
            between: findings(between),
            seen: BTreeMap::new(),
            unseen: Vec::new(),
        }
    }

    fn late(listener: &str, said: u64, heard: u64) -> Arrival {
        Arrival { stream: "a>*".into(), listener: listener.into(), said, heard, lag: said - heard }
    }

    fn details(report: &Report) -> Vec<&str> {
        report.findings.iter().map(|finding| finding.detail.as_str()).collect()
    }

    #[test]
    fn while_it_moves_only_what_stays_is_told() {
        let report = Report::while_moving(seen(&["a", "b"], &["c"]), seen(&["b"], &["c", "d"]), true);
        assert_eq!(details(&report), ["b", "c"]);
    }

    #[test]
    fn while_something_does_not_arrive_nobody_is_compared() {
        let report = Report::while_moving(seen(&["b"], &["c"]), seen(&["b"], &["c"]), false);
        assert_eq!(details(&report), ["b"]);
        assert!(report.to_string().contains("not held against each other"), "{report}");
    }

    #[test]
    fn what_does_not_arrive_is_told_and_what_is_slow_is_not() {
        let first = Look { late: vec![late("b", 6, 5), late("c", 6, 5)], ..seen(&[], &[]) };
        let second = Look { late: vec![late("b", 7, 5), late("c", 9, 8), late("d", 9, 1)], ..seen(&[], &[]) };
        let report = Report::while_moving(first, second, false);
        assert_eq!(details(&report), ["b has heard 5 of 7 of a>*"]);
    }
}
