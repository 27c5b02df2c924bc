//! The report as one page: no script, no network, nothing beside it.

use super::plot::{Across, Line, Plot, Up, escaped};
use super::{Latency, Report, Second};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

const STYLE: &str = "
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 1500px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.3rem; } h2 { font-size: 1.05rem; margin-top: 2rem; }
main { display: grid; grid-template-columns: repeat(auto-fit, minmax(460px, 1fr)); gap: 1.5rem; }
figure { margin: 0; } figcaption { font-weight: 600; }
svg { width: 100%; } svg text { font-size: 11px; fill: currentColor; } .grid { stroke: #8884; }
.legend { margin: 0; font-size: 13px; } .legend span { margin-right: 1rem; } .legend i { display: inline-block; width: 12px; height: 3px; margin-right: 5px; vertical-align: middle; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; } td, th { padding: 2px 14px 2px 0; text-align: right; } td:first-child, th:first-child { text-align: left; }
.well { color: #16a34a; } .failed { color: #dc2626; }
";

pub fn page(report: &Report) -> String {
    let mut out = String::new();
    write(report, &mut out).expect("strings grow");
    out
}

fn write(report: &Report, out: &mut String) -> std::fmt::Result {
    let run = &report.run;
    writeln!(out, "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">")?;
    writeln!(out, "<title>Load {}</title><style>{STYLE}</style>", escaped(&report.at))?;
    writeln!(
        out,
        "<h1>{} at {}/s for {:.0} s by {}</h1>",
        escaped(&run.mix),
        run.rate,
        run.for_s,
        escaped(&run.by)
    )?;
    writeln!(
        out,
        "<p>{}: {} users of whom {} listen, {} symbols, schedule {}, seed {}</p>",
        escaped(&report.at),
        run.users,
        run.listeners,
        run.symbols,
        escaped(&run.schedule),
        run.seed
    )?;
    verdict(report, out)?;
    figures(report, out)?;
    writeln!(out, "<main>")?;
    plots(report).iter().try_for_each(|plot| out.write_str(&plot.svg()))?;
    writeln!(out, "</main>")?;
    processes(report, out)?;
    surroundings(report, out)?;
    writeln!(out, "</html>")
}

fn verdict(report: &Report, out: &mut String) -> std::fmt::Result {
    if report.is_well() {
        writeln!(out, "<p class=\"well\">Every message accounted for, audit clean.</p>")?;
    }
    for failure in &report.failures {
        writeln!(out, "<p class=\"failed\">Failed: {}</p>", escaped(failure))?;
    }
    for (what, times) in &report.counts.surprises {
        writeln!(out, "<p class=\"failed\">Not as planned: {}, {times} times</p>", escaped(what))?;
    }
    report.remarks.iter().try_for_each(|remark| writeln!(out, "<p>Note: {}</p>", escaped(remark)))
}

fn figures(report: &Report, out: &mut String) -> std::fmt::Result {
    let super::Counts { sent, answered, pushes_expected, pushed, behind_at_end, .. } = &report.counts;
    let super::Rates { sent_per_s, settled_per_s, drain_s, held_up_s } = &report.rates;
    writeln!(
        out,
        "<p>{sent} messages sent ({sent_per_s:.0}/s), {answered} answered, {settled_per_s:.0}/s settled; {behind_at_end} behind when the schedule ended, {drain_s:.1} s to drain. {pushed} of {pushes_expected} pushes came to users who listen; the audit covers the others. The broker held the generator up for {held_up_s:.2} s.</p>"
    )?;
    writeln!(
        out,
        "<table><tr><th>milliseconds from due time<th>count<th>p50<th>p90<th>p99<th>p99.9<th>max</tr>"
    )?;
    for (name, latency) in hops(report) {
        let Latency { count, p50_ms, p90_ms, p99_ms, p999_ms, max_ms, .. } = latency;
        writeln!(
            out,
            "<tr><td>{name}<td>{count}<td>{p50_ms:.2}<td>{p90_ms:.2}<td>{p99_ms:.2}<td>{p999_ms:.2}<td>{max_ms:.2}</tr>"
        )?;
    }
    writeln!(out, "</table>")?;
    let Some(ceiling) = &report.ceiling else { return Ok(()) };
    if let Some(broker) = ceiling.broker_per_s {
        let ratio = settled_per_s / broker;
        writeln!(
            out,
            "<p>The broker alone: {broker:.0} single messages a second; this run settled {ratio:.2} of that.</p>"
        )?;
    }
    if let (Some(commits), Some(rows)) = (ceiling.database_commits_per_s, ceiling.database_rows_per_s) {
        writeln!(
            out,
            "<p>The database alone: {commits:.0} commits of {} rows a second ({rows:.0} rows).</p>",
            ceiling.rows_per_commit
        )?;
    }
    ceiling.missing.iter().try_for_each(|missing| writeln!(out, "<p>Not measured: {}</p>", escaped(missing)))
}

fn hops(report: &Report) -> impl Iterator<Item = (&'static str, &Latency)> {
    let latency = &report.latency;
    let all = [
        ("sent (the generator's lateness)", &latency.late),
        ("confirmed by the broker", &latency.confirm),
        ("answered after the commit", &latency.reply),
        ("pushed to its owner", &latency.push),
    ];
    all.into_iter().filter(|(_, latency)| latency.count > 0)
}

fn plots(report: &Report) -> Vec<Plot> {
    let seconds = &report.seconds;
    let over_time = |name: &str, of: fn(&Second) -> f64| Line {
        name: name.to_owned(),
        points: seconds.iter().map(|second| (second.at_s, of(second))).collect(),
    };
    let plot = |title: &str, up, lines| Plot { title: title.to_owned(), across: Across::Seconds, up, lines };
    let curves =
        hops(report).map(|(name, latency)| Line { name: name.to_owned(), points: latency.curve.clone() });
    vec![
        plot(
            "Latency over time",
            Up::Milliseconds,
            vec![
                over_time("reply p50", |second| second.reply_p50_ms),
                over_time("reply p99", |second| second.reply_p99_ms),
                over_time("push p50", |second| second.push_p50_ms),
                over_time("push p99", |second| second.push_p99_ms),
            ],
        ),
        Plot {
            title: "Latency by percentile".to_owned(),
            across: Across::Percentiles,
            up: Up::Milliseconds,
            lines: curves.collect(),
        },
        plot(
            "Throughput",
            Up::Amount("/s"),
            vec![
                over_time("sent", |second| second.sent as f64),
                over_time("answered", |second| second.answered as f64),
                over_time("pushed to users who listen", |second| second.pushed as f64),
            ],
        ),
        plot(
            "Lag per hop: messages of streams said and not heard",
            Up::Amount(""),
            by_name(seconds, |s| whole(&s.lag)),
        ),
        plot("Messages ready in queues", Up::Amount(""), by_name(seconds, |s| whole(&s.queues))),
        plot("CPU by process, of one core", Up::Amount("%"), by_name(seconds, |s| s.cpu_percent.clone())),
        plot("Memory by process", Up::Amount(" MB"), by_name(seconds, |s| s.memory_mb.clone())),
    ]
}

fn whole(counts: &BTreeMap<String, u64>) -> BTreeMap<String, f64> {
    counts.iter().map(|(name, count)| (name.clone(), *count as f64)).collect()
}

/// A line for each name that ever occurs.
fn by_name(seconds: &[Second], of: impl Fn(&Second) -> BTreeMap<String, f64>) -> Vec<Line> {
    let maps: Vec<_> = seconds.iter().map(|second| (second.at_s, of(second))).collect();
    let names: BTreeSet<&String> = maps.iter().flat_map(|(_, map)| map.keys()).collect();
    let line = |name: &String| Line {
        name: name.clone(),
        points: maps.iter().filter_map(|(at, map)| Some((*at, *map.get(name)?))).collect(),
    };
    names.into_iter().map(line).collect()
}

fn processes(report: &Report, out: &mut String) -> std::fmt::Result {
    writeln!(out, "<h2>Processes</h2><table>")?;
    writeln!(
        out,
        "<tr><th>process<th>cpu s<th>% of a core<th>µs a message<th>MB before<th>MB most<th>MB after</tr>"
    )?;
    for (name, used) in &report.processes {
        writeln!(
            out,
            "<tr><td>{}<td>{:.2}<td>{:.1}<td>{:.1}<td>{:.0}<td>{:.0}<td>{:.0}</tr>",
            escaped(name),
            used.cpu_s,
            used.cpu_percent,
            used.cpu_us_per_message,
            used.memory_before_mb,
            used.memory_most_mb,
            used.memory_after_mb
        )?;
    }
    writeln!(out, "</table>")
}

fn surroundings(report: &Report, out: &mut String) -> std::fmt::Result {
    let machine = &report.machine;
    writeln!(out, "<h2>Where</h2><table>")?;
    let own = [
        ("processor".to_owned(), format!("{} × {}", machine.cores, machine.processor)),
        ("memory".to_owned(), format!("{} MB", machine.memory_mb)),
        ("kernel".to_owned(), machine.kernel.clone()),
    ];
    let rest =
        report.versions.iter().chain(&report.settings).map(|(name, value)| (name.clone(), value.clone()));
    for (name, value) in own.into_iter().chain(rest) {
        writeln!(out, "<tr><td>{}<td>{}</tr>", escaped(&name), escaped(&value))?;
    }
    writeln!(out, "</table>")
}
