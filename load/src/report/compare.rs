//! Two reports beside each other, as ratios.

use super::Report;
use std::fmt::Write;

/// A line of the comparison: what, in the one, in the other.
struct Line {
    name: String,
    before: f64,
    after: f64,
}

/// Every figure that both have, and how many times the first the second is. Says when the two runs
/// were not the same run.
pub fn compare(before: &Report, after: &Report) -> String {
    let mut out = String::new();
    write(before, after, &mut out).expect("strings grow");
    out
}

fn write(before: &Report, after: &Report, out: &mut String) -> std::fmt::Result {
    writeln!(out, "A: {}  {}", before.at, before.run.mix)?;
    writeln!(out, "B: {}  {}", after.at, after.run.mix)?;
    for difference in differences(before, after) {
        writeln!(out, "not the same: {difference}")?;
    }
    writeln!(out, "\n{:<36}{:>12}{:>12}{:>9}", "", "A", "B", "B / A")?;
    for Line { name, before, after } in lines(before, after) {
        writeln!(out, "{name:<36}{before:>12.2}{after:>12.2}{:>9.2}", after / before)?;
    }
    for (name, report) in [("A", before), ("B", after)] {
        report.failures.iter().try_for_each(|failure| writeln!(out, "\n{name} FAILED: {failure}"))?;
    }
    Ok(())
}

fn differences(before: &Report, after: &Report) -> Vec<String> {
    let (a, b) = (&before.run, &after.run);
    let pairs = [
        ("processor", before.machine.processor.clone(), after.machine.processor.clone()),
        ("cores", before.machine.cores.to_string(), after.machine.cores.to_string()),
        ("users", a.users.to_string(), b.users.to_string()),
        ("symbols", a.symbols.to_string(), b.symbols.to_string()),
        ("rate", a.rate.to_string(), b.rate.to_string()),
        ("seconds", a.for_s.to_string(), b.for_s.to_string()),
        ("schedule", a.schedule.clone(), b.schedule.clone()),
        ("mix", a.mix.clone(), b.mix.clone()),
        ("seed", a.seed.to_string(), b.seed.to_string()),
        ("by", a.by.clone(), b.by.clone()),
        ("listeners", a.listeners.to_string(), b.listeners.to_string()),
    ];
    let mut told: Vec<String> = pairs
        .into_iter()
        .filter(|(_, a, b)| a != b)
        .map(|(name, a, b)| format!("{name} {a} and {b}"))
        .collect();
    for (which, first, second) in
        [("version", &before.versions, &after.versions), ("setting", &before.settings, &after.settings)]
    {
        for (name, value) in first {
            match second.get(name) {
                Some(other) if other != value => told.push(format!("{which} of {name}: {value} and {other}")),
                Some(_) | None => {}
            }
        }
    }
    told
}

fn lines(before: &Report, after: &Report) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut line = |name: &str, before: f64, after: f64| {
        if before != 0.0 && after != 0.0 {
            lines.push(Line { name: name.to_owned(), before, after });
        }
    };
    line("settled /s", before.rates.settled_per_s, after.rates.settled_per_s);
    line("drain s", before.rates.drain_s, after.rates.drain_s);
    for (name, a, b) in [
        ("confirm", &before.latency.confirm, &after.latency.confirm),
        ("reply", &before.latency.reply, &after.latency.reply),
        ("push", &before.latency.push, &after.latency.push),
    ] {
        line(&format!("{name} p50 ms"), a.p50_ms, b.p50_ms);
        line(&format!("{name} p99 ms"), a.p99_ms, b.p99_ms);
        line(&format!("{name} p99.9 ms"), a.p999_ms, b.p999_ms);
    }
    let (a, b) = (before.ceiling.as_ref(), after.ceiling.as_ref());
    if let (Some(a), Some(b)) = (a.and_then(|c| c.broker_per_s), b.and_then(|c| c.broker_per_s)) {
        line("the broker alone /s", a, b);
        line("settled, of the broker alone", before.rates.settled_per_s / a, after.rates.settled_per_s / b);
    }
    for (name, used) in &before.processes {
        if let Some(other) = after.processes.get(name) {
            line(&format!("{name}: cpu µs a message"), used.cpu_us_per_message, other.cpu_us_per_message);
        }
    }
    for (name, used) in &before.processes {
        if let Some(other) = after.processes.get(name) {
            line(&format!("{name}: memory MB"), used.memory_most_mb, other.memory_most_mb);
        }
    }
    lines
}
