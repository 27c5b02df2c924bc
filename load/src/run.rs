//! One run: prepare, send on schedule, hear, drain, sweep, and tell what was seen.

use crate::bodies::{GOOD_FOR_MS, Ids};
use crate::ears::Ears;
use crate::mix::Mix;
use crate::plan::Plan;
use crate::report::{self, Counts, Latencies, Latency, Machine, Rates, Report, Run, Second};
use crate::schedule::{self, Shape};
use crate::tally::{Hop, Tally};
use crate::watch::{self, Exchange, Watch};
use crate::{amqp, funds, prepare, processes, rest, sweep};
use anyhow::{Result, bail};
use chassis::settings::Settings;
use contracts::topology;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::block_in_place;

/// From the last message to everything heard; a backlog of a minute is not worth waiting for.
const DRAIN_LIMIT: Duration = Duration::from_secs(120);
/// From when everything is heard to the end of the last order that ends by itself: the book looks
/// at the time once a second.
const EXPIRY_LIMIT: Duration = Duration::from_millis(GOOD_FOR_MS + 5_000);
/// Prepared, nothing is on its way any more by then.
const CALM_LIMIT: Duration = Duration::from_secs(120);
const LOOK_AGAIN: Duration = Duration::from_millis(25);
/// All messages are looked through.
const LOOK_FOR_ENDS_AGAIN: Duration = Duration::from_millis(250);
/// Of one core: what a desktop does by itself.
const OTHERS_PERCENT_MAX: f64 = 10.0;
/// For the threads to be there when the schedule begins.
const LEAD: Duration = Duration::from_millis(200);
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// AMQP: until the reply.
    Amqp,
    /// REST: until the 201.
    Rest,
}

impl By {
    pub const fn as_str(self) -> &'static str {
        match self {
            By::Amqp => "amqp",
            By::Rest => "rest",
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub struct Options {
    pub users: u32,
    pub symbols: u16,
    pub rate: u32,
    pub duration: Duration,
    pub shape: Shape,
    pub mix: Mix,
    pub seed: u64,
    pub by: By,
    pub listeners: u32,
}

enum Sending {
    Amqp(amqp::Sending),
    Rest(rest::Sending),
}

impl Sending {
    fn begin(settings: &Settings, by: By, tally: &Arc<Tally>) -> Result<Self> {
        let at = Instant::now() + LEAD;
        match by {
            By::Amqp => {
                let url = settings.broker_url(topology::LOADTEST)?;
                Ok(Sending::Amqp(amqp::Sending::begin(&url, tally, at)?))
            }
            By::Rest => Ok(Sending::Rest(rest::Sending::begin(settings, tally, at)?)),
        }
    }

    fn is_over(&self) -> bool {
        match self {
            Sending::Amqp(sending) => sending.is_over(),
            Sending::Rest(sending) => sending.is_over(),
        }
    }

    fn finish(self) -> Result<amqp::Held> {
        match self {
            Sending::Amqp(sending) => sending.finish(),
            Sending::Rest(sending) => sending.finish(),
        }
    }
}

/// Runs once. The audit is the caller's, so that a search with many runs has one at its end.
pub async fn measure(exchange: &dyn Exchange, options: &Options, tell: prepare::Tell<'_>) -> Result<Report> {
    let settings = exchange.settings();
    let due = schedule::due_times(options.shape, options.rate, options.duration, options.seed);
    let due = due.map_err(anyhow::Error::msg)?;
    let plan = Plan::draw(due.len(), options.users, options.symbols, options.mix, options.seed);
    let plan = plan.map_err(anyhow::Error::msg)?;
    if plan.messages.is_empty() {
        bail!("at {}/s for {:?} there is nothing to send", options.rate, options.duration);
    }
    prepare::prepare(settings, &plan, tell).await?;
    let quotes = funds::quotes(&plan);
    let now = chrono::Utc::now();
    let ids = Ids::new(u64::try_from(now.timestamp_millis())?, rand::random());
    let listeners = options.listeners.min(options.users);
    let tally = Arc::new(Tally::new(plan, due, ids, listeners));
    let ears = Ears::open(settings, &tally).await?;
    block_in_place(|| sweep::quote(settings, ids, &quotes))?;
    calm(exchange).await?;
    tell(&format!("{listeners} users listen; {} messages are to be sent", tally.due.len()));

    let observed = observe(exchange, options, &tally, tell).await?;
    let (lost, resyncs) = (&ears.heard.lost, &ears.heard.resyncs);
    let (lost, resyncs) = (load(lost), load(resyncs));
    drop(ears);
    let mut failures = observed.failures;
    match block_in_place(|| sweep::sweep(settings, &tally, &quotes)) {
        Ok(swept) => tell(&format!("{swept} resting orders taken off the books")),
        Err(error) => failures.push(format!("{error:#}")),
    }
    if let Err(error) = calm(exchange).await {
        failures.push(format!("{error:#}"));
    }

    let mut report = Report {
        version: report::VERSION,
        at: now.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        machine: Machine::this(),
        versions: exchange.versions().await,
        settings: settings_that_matter(settings),
        run: Run {
            users: options.users,
            symbols: options.symbols,
            rate: options.rate,
            for_s: options.duration.as_secs_f64(),
            schedule: options.shape.to_string(),
            mix: options.mix.to_string(),
            seed: options.seed,
            by: options.by.as_str().to_owned(),
            listeners,
        },
        counts: counts(&tally, observed.behind_at_end),
        rates: observed.rates,
        latency: Latencies {
            late: Latency::of(&tally.total(Hop::Sent)),
            confirm: Latency::of(&tally.total(Hop::Confirmed)),
            reply: Latency::of(&tally.total(Hop::Answered)),
            push: Latency::of(&tally.total(Hop::Pushed)),
        },
        processes: observed.processes,
        seconds: observed.seconds,
        ceiling: None,
        failures,
        remarks: Vec::new(),
    };
    report.remarks = remarks(&report, observed.held, lost, resyncs);
    report.failures.extend(report::failures(&report));
    Ok(report)
}

fn remarks(report: &Report, held: amqp::Held, lost: u64, resyncs: u64) -> Vec<String> {
    let mut remarks = Vec::new();
    if held.blocked > 0 {
        remarks.push(format!("RabbitMQ was short of memory or disk {} times", held.blocked));
    }
    if lost > 0 || resyncs > 0 {
        remarks
            .push(format!("{lost} listening connections were lost, {resyncs} times web asked to read anew"));
    }
    let unseen = topology::SERVICES.iter().chain([&topology::WEB]);
    let unseen: Vec<&str> = unseen.copied().filter(|name| !report.processes.contains_key(*name)).collect();
    if !unseen.is_empty() {
        let names = unseen.join(", ");
        remarks.push(format!("what {names} used is unknown: `exchange up` did not start them here"));
    }
    let others = report.processes.get(processes::OTHERS).map_or(0.0, |others| others.cpu_percent);
    if others > OTHERS_PERCENT_MAX {
        remarks.push(format!(
            "other programs used {others:.0} % of a core: these are figures of a busy machine"
        ));
    }
    remarks
}

fn load(counter: &std::sync::atomic::AtomicU64) -> u64 {
    counter.load(std::sync::atomic::Ordering::Relaxed)
}

/// What was seen from the beginning of the schedule to the end of the drain.
struct Observed {
    rates: Rates,
    behind_at_end: u64,
    processes: BTreeMap<String, report::ProcessUse>,
    seconds: Vec<Second>,
    held: amqp::Held,
    failures: Vec<String>,
}

async fn observe(
    exchange: &dyn Exchange,
    options: &Options,
    tally: &Arc<Tally>,
    tell: prepare::Tell<'_>,
) -> Result<Observed> {
    let mut watch = Watch::new(exchange);
    let sending = block_in_place(|| Sending::begin(exchange.settings(), options.by, tally))?;
    tokio::time::sleep(LEAD).await;
    let before = processes::measure(&exchange.pids());
    let mut seconds = Vec::new();
    let mut behind_at_end = 0;
    let mut ticks = tokio::time::interval(Duration::from_secs(1));
    ticks.tick().await;
    while !sending.is_over() && tally.now_us() < options.duration.as_micros() as u64 {
        ticks.tick().await;
        behind_at_end = tally.count(Hop::Sent).saturating_sub(tally.count(Hop::Answered));
        seconds.push(watch.look(tally).await);
        tell(&watch::line(seconds.last().expect("just pushed")));
    }
    let after = processes::measure(&exchange.pids());
    let looked_s = tally.now_us() as f64 / 1e6;
    // The look at the last second took a moment too.
    let sent_s = if sending.is_over() { options.duration.as_secs_f64().min(looked_s) } else { looked_s };
    let mut failures = Vec::new();
    let drained_s = match drain(exchange, tally, &sending, &mut watch, &mut seconds, tell).await {
        Ok(drained_s) => drained_s,
        Err(error) => {
            failures.push(format!("{error:#}"));
            tally.now_us() as f64 / 1e6
        }
    };
    expire(tally).await;
    let held = match block_in_place(|| sending.finish()) {
        Ok(held) => held,
        Err(error) => {
            failures.push(format!("the connection did not last: {error:#}"));
            amqp::Held::default()
        }
    };
    let sent = tally.count(Hop::Sent);
    let answered = tally.count(Hop::Answered);
    let rates = Rates {
        sent_per_s: sent as f64 / sent_s,
        settled_per_s: answered as f64 / drained_s,
        drain_s: drained_s - sent_s,
        held_up_s: held.waited.as_secs_f64(),
    };
    let processes = report::processes(&before, &after, &seconds, looked_s, sent);
    Ok(Observed { rates, behind_at_end, processes, seconds, held, failures })
}

/// Until everything is answered, pushed to those who listen, and heard by every service. Answers when,
/// in seconds from the beginning.
async fn drain(
    exchange: &dyn Exchange,
    tally: &Tally,
    sending: &Sending,
    watch: &mut Watch<'_>,
    seconds: &mut Vec<Second>,
    tell: prepare::Tell<'_>,
) -> Result<f64> {
    let begun = Instant::now();
    let mut looked = begun;
    loop {
        if sending.is_over() && tally.is_answered() && tally.is_pushed() {
            let lags = exchange.lags().await?;
            if lags.iter().all(|lag| lag.messages == 0) {
                return Ok(tally.now_us() as f64 / 1e6);
            }
        }
        if begun.elapsed() > DRAIN_LIMIT {
            let (unanswered, unpushed) = tally.unaccounted();
            bail!(
                "not drained after {DRAIN_LIMIT:?}: {unanswered} without an answer, {unpushed} without a push"
            );
        }
        if looked.elapsed() > Duration::from_secs(1) {
            looked = Instant::now();
            seconds.push(watch.look(tally).await);
            tell(&watch::line(seconds.last().expect("just pushed")));
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// Until those orders are over that end by themselves. Who was not told so counts as unpushed.
async fn expire(tally: &Tally) {
    let begun = Instant::now();
    while !tally.is_ended() && begun.elapsed() < EXPIRY_LIMIT {
        tokio::time::sleep(LOOK_FOR_ENDS_AGAIN).await;
    }
}

/// Waits until every listener has heard everything.
pub async fn calm(exchange: &dyn Exchange) -> Result<()> {
    let begun = Instant::now();
    loop {
        let lags = exchange.lags().await?;
        if lags.iter().all(|lag| lag.messages == 0) {
            return Ok(());
        }
        if begun.elapsed() > CALM_LIMIT {
            let late = watch::by_hop(&lags);
            bail!("the exchange does not come to rest within {CALM_LIMIT:?}; still on their way: {late:?}");
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

fn counts(tally: &Tally, behind_at_end: u64) -> Counts {
    let (unanswered, unpushed) = tally.unaccounted();
    Counts {
        planned: tally.plan.messages.len() as u64,
        sent: tally.count(Hop::Sent),
        confirmed: tally.count(Hop::Confirmed),
        answered: tally.count(Hop::Answered),
        pushes_expected: tally.pushes_expected(),
        pushed: tally.count(Hop::Pushed),
        unanswered,
        unpushed,
        surprises: tally.surprises(),
        behind_at_end,
    }
}

fn settings_that_matter(settings: &Settings) -> BTreeMap<String, String> {
    let limits = &settings.limits;
    [
        ("partitions.users", settings.partitions.users.to_string()),
        ("partitions.symbols", settings.partitions.symbols.to_string()),
        ("limits.step_inputs", limits.step_inputs.to_string()),
        ("limits.prefetch", limits.prefetch.to_string()),
        ("limits.snapshot_every", limits.snapshot_every.to_string()),
        ("fees.maker_basis_points", settings.fees.maker_basis_points.to_string()),
        ("fees.taker_basis_points", settings.fees.taker_basis_points.to_string()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}
