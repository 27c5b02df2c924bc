//! The report for a terminal.

use super::{Latency, Report};
use std::fmt::Write;

/// Lines that fit a terminal of 100 columns.
pub fn table(report: &Report) -> String {
    let mut out = String::new();
    write(report, &mut out).expect("strings grow");
    out
}

fn write(report: &Report, out: &mut String) -> std::fmt::Result {
    let Report { run, counts, rates, latency, machine, .. } = report;
    writeln!(
        out,
        "{} for {:.0} s at {}/s ({}) by {}, {} users ({} listen), {} symbols, seed {}",
        run.mix, run.for_s, run.rate, run.schedule, run.by, run.users, run.listeners, run.symbols, run.seed
    )?;
    writeln!(out, "{} × {}, {} MB, {}", machine.cores, machine.processor, machine.memory_mb, machine.kernel)?;
    writeln!(
        out,
        "\nmessages   {:>10} planned, {} sent, {} answered",
        counts.planned, counts.sent, counts.answered
    )?;
    writeln!(
        out,
        "pushes     {:>10} expected by users who listen, {} came; of all others the audit is the proof",
        counts.pushes_expected, counts.pushed
    )?;
    writeln!(
        out,
        "rate       {:>10.0}/s sent, {:.0}/s settled ({:.1} s to drain, {} behind at the end)",
        rates.sent_per_s, rates.settled_per_s, rates.drain_s, counts.behind_at_end
    )?;
    writeln!(
        out,
        "\n{:<28}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}",
        "milliseconds from due time", "count", "p50", "p90", "p99", "p99.9", "max"
    )?;
    for (name, latency) in [
        ("sent (generator's lateness)", &latency.late),
        ("confirmed by the broker", &latency.confirm),
        ("answered after the commit", &latency.reply),
        ("pushed to its owner", &latency.push),
    ] {
        let Latency { count, p50_ms, p90_ms, p99_ms, p999_ms, max_ms, .. } = latency;
        if *count == 0 {
            continue;
        }
        writeln!(
            out,
            "{name:<28}{count:>9}{p50_ms:>9.2}{p90_ms:>9.2}{p99_ms:>9.2}{p999_ms:>9.2}{max_ms:>9.2}"
        )?;
    }
    writeln!(
        out,
        "\n{:<14}{:>9}{:>12}{:>14}{:>14}",
        "process", "cpu s", "% of a core", "µs a message", "memory MB"
    )?;
    let mut total = 0.0;
    for (name, used) in &report.processes {
        total += used.cpu_percent;
        writeln!(
            out,
            "{name:<14}{:>9.2}{:>12.1}{:>14.1}{:>14.0}",
            used.cpu_s, used.cpu_percent, used.cpu_us_per_message, used.memory_most_mb
        )?;
    }
    writeln!(out, "{:<14}{:>21.1}  of {}00", "all", total, machine.cores)?;
    if let Some(ceiling) = &report.ceiling {
        ceilings(ceiling, rates.settled_per_s, out)?;
    }
    for remark in &report.remarks {
        writeln!(out, "\nnote: {remark}")?;
    }
    for (what, times) in &counts.surprises {
        writeln!(out, "\nnot as planned: {what}, {times} times")?;
    }
    for failure in &report.failures {
        writeln!(out, "\nFAILED: {failure}")?;
    }
    if report.is_well() {
        writeln!(out, "\nevery message accounted for, audit clean")?;
    }
    Ok(())
}

fn ceilings(ceiling: &super::Ceiling, settled_per_s: f64, out: &mut String) -> std::fmt::Result {
    writeln!(out)?;
    if let Some(broker) = ceiling.broker_per_s {
        writeln!(
            out,
            "the broker alone: {broker:.0} single messages a second; this run settled {:.2} of that",
            settled_per_s / broker
        )?;
    }
    if let (Some(commits), Some(rows)) = (ceiling.database_commits_per_s, ceiling.database_rows_per_s) {
        writeln!(
            out,
            "the database alone: {commits:.0} commits of {} rows a second, {rows:.0} rows; this run settled {:.3} of that",
            ceiling.rows_per_commit,
            settled_per_s / rows
        )?;
    }
    ceiling.missing.iter().try_for_each(|missing| writeln!(out, "not measured: {missing}"))
}
