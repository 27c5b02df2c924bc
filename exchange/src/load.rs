//! `exchange load`: the load kit, held against the exchange of this folder.

mod arguments;
mod beside;
mod database;
mod matching;
pub mod sockets;

pub use arguments::{Arguments, Command};

use crate::console::answer;
use anyhow::{Context, Result};
use arguments::Outputs;
use beside::Beside;
use load::{Exchange, Options, Report};
use std::path::Path;

/// Answers whether nothing was found wanting.
pub async fn run(folder: &Path, arguments: Arguments) -> Result<bool> {
    match arguments.command {
        Some(Command::Sockets(_) | Command::SocketsStage { .. }) => {
            unreachable!("these have their own runtimes")
        }
        None => orders(folder, arguments.options, arguments.search, arguments.outputs).await,
        Some(Command::Compare { before, after }) => {
            answer(load::compare(&read(&before)?, &read(&after)?));
            Ok(true)
        }
        Some(Command::Recovery { resting, users, symbols }) => {
            recovery(folder, resting, users, symbols).await
        }
        Some(Command::Matching(asked)) => matching::run(folder, asked).await,
    }
}

fn tell(text: &str) {
    eprintln!("{text}");
}

async fn orders(
    folder: &Path,
    options: arguments::OrderOptions,
    search: arguments::Search,
    outputs: Outputs,
) -> Result<bool> {
    let options = Options::from(options);
    let exchange = Beside::open(folder).await?;
    let ceiling = match outputs.ceiling {
        true => Some(ceilings(&exchange).await),
        false => None,
    };
    let mut report = if search.ramp_to_limit {
        ramp(&exchange, &options, search.bound_ms).await?
    } else {
        load::measure(&exchange, &options, &tell).await?
    };
    report.ceiling = ceiling;
    tell("auditing");
    report.failures.extend(told(exchange.audit().await?));
    answer(load::table(&report));
    let write = |path: &Path, text: String| {
        std::fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))
    };
    if let Some(path) = &outputs.json {
        write(path, serde_json::to_string_pretty(&report)?)?;
    }
    if let Some(path) = &outputs.html {
        write(path, load::page(&report))?;
    }
    Ok(report.is_well())
}

/// What could not be measured is said in the report; the run goes on without it.
async fn ceilings(exchange: &Beside) -> load::Ceiling {
    let mut ceiling = load::Ceiling { rows_per_commit: database::ROWS, ..Default::default() };
    tell("measuring the broker alone");
    match tokio::task::block_in_place(|| load::broker_ceiling(exchange.settings())) {
        Ok(rate) => ceiling.broker_per_s = Some(rate),
        Err(error) => ceiling.missing.push(format!("the broker alone: {error:#}")),
    }
    tell("measuring the database alone");
    match database::ceiling(exchange.settings()).await {
        Ok(commits) => {
            ceiling.database_commits_per_s = Some(commits);
            ceiling.database_rows_per_s = Some(commits * f64::from(database::ROWS));
        }
        Err(error) => ceiling.missing.push(format!("the database alone: {error:#}")),
    }
    ceiling
}

async fn ramp(exchange: &Beside, options: &Options, bound_ms: f64) -> Result<Report> {
    let ramp = load::ramp(exchange, options, bound_ms, &tell).await?;
    answer(format!(
        "{:>8}  {:>12}  {:>12}  {:>10}  holds {bound_ms} ms",
        "rate /s", "push p99 ms", "reply p99 ms", "settled /s"
    ));
    for step in &ramp.steps {
        answer(format!(
            "{:>8}  {:>12.1}  {:>12.1}  {:>10.0}  {}",
            step.rate,
            step.push_p99_ms,
            step.reply_p99_ms,
            step.settled_per_s,
            step.broken.as_deref().map_or("yes".to_owned(), |why| format!("no: {why}"))
        ));
    }
    ramp.best.with_context(|| format!("no rate holds {bound_ms} ms"))
}

async fn recovery(folder: &Path, resting: usize, users: u32, symbols: u16) -> Result<bool> {
    let exchange = Beside::open(folder).await?;
    let pid = exchange.pid(contracts::topology::MATCHING);
    let pid = pid.context("matching was not started by `exchange up` in this folder")?;
    let kill = || {
        use nix::sys::signal::{Signal, kill};
        kill(nix::unistd::Pid::from_raw(i32::try_from(pid)?), Signal::SIGKILL)
            .context("matching cannot be killed")
    };
    let seen = load::recovery(&exchange, resting, (users, symbols), kill, &tell).await?;
    let findings = exchange.audit().await?;
    answer(format!(
        "{:.2} s from kill -9 of matching with {} resting orders to its next match",
        seen.to_next_match_s, seen.resting
    ));
    let is_well = findings.is_empty();
    told(findings).iter().for_each(|failure| answer(format!("FAILED: {failure}")));
    Ok(is_well)
}

/// A rule that is broken for everybody says no more the hundredth time.
const FINDINGS_TOLD: usize = 20;

fn told(mut findings: Vec<String>) -> Vec<String> {
    let more = findings.len().saturating_sub(FINDINGS_TOLD);
    findings.truncate(FINDINGS_TOLD);
    let mut failures: Vec<String> = findings.into_iter().map(|finding| format!("audit: {finding}")).collect();
    if more > 0 {
        failures.push(format!("audit: and {more} more findings; `exchange audit` tells all"));
    }
    failures
}

fn read(path: &Path) -> Result<Report> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    Report::read(&text).with_context(|| format!("{}", path.display()))
}
