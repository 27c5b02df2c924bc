//! `exchange load matching`: matching alone between servers of its own, in a folder that is deleted
//! afterwards. Nothing else of an exchange runs.

mod costs;
mod stage;

use crate::console::answer;
use anyhow::{Result, ensure};
use chassis::Db;
use clap::Args;
use contracts::topology::{MATCHING, ORDERING, PORTFOLIO, STOCK_DATA};
use costs::Costs;
use load::matching::{Matching, Options, Round};
use stage::Stage;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;
use tokio::task::block_in_place;

/// Those who hear matching: each has a queue to which the broker copies what it says.
const LISTENERS: [&str; 3] = [STOCK_DATA, ORDERING, PORTFOLIO];

#[derive(Args, Clone, Copy)]
pub struct Arguments {
    /// Commands of a round: half rest, 40 % cancel, 10 % trade
    #[arg(long, default_value_t = 1_000_000)]
    commands: usize,
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Commands of a message: what a step of portfolio has to say
    #[arg(long, default_value_t = 500)]
    batch: usize,
    #[arg(long, default_value_t = 100)]
    symbols: u16,
    /// Orders that rest in each book before anything is measured
    #[arg(long, default_value_t = 1_000)]
    resting: usize,
    /// Partitions of matching
    #[arg(long, default_value_t = 1)]
    partitions: u16,
    /// Services that hear what matching says, each by a quorum queue
    #[arg(long, default_value_t = 1)]
    listeners: usize,
    /// Messages on their way at the same time
    #[arg(long, default_value_t = 32)]
    ahead: usize,
    /// Commands a second [default: as many as are taken]
    #[arg(long)]
    rate: Option<u32>,
    /// Afterwards kill matching with `kill -9`, and measure until it trades again
    #[arg(long)]
    recover: bool,
    /// The same seed draws the same commands
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

pub async fn run(folder: &Path, asked: Arguments) -> Result<bool> {
    let services = LISTENERS.len();
    ensure!((1..=services).contains(&asked.listeners), "1 to {services} services hear matching");
    ensure!(asked.rounds > 0 && asked.commands > 0, "there is nothing to send");
    let listeners = &LISTENERS[..asked.listeners];
    let mut stage = Stage::prepare(folder, asked.partitions)?;
    let measured = async {
        stage.start(listeners).await?;
        measure(&stage, listeners, asked).await
    };
    let measured = measured.await;
    stage.end().await?;
    report(&measured?);
    Ok(true)
}

struct Measured {
    rounds: Vec<Round>,
    /// Of all rounds together.
    costs: Costs,
    to_next_match: Option<Duration>,
}

async fn measure(stage: &Stage, listeners: &[&str], asked: Arguments) -> Result<Measured> {
    let Arguments { commands, batch, symbols, resting, ahead, rate, seed, .. } = asked;
    let options = Options { commands, batch, symbols, resting, ahead, rate, seed };
    let settings = stage.settings();
    let mut matching = Matching::begin(settings, listeners, options)?;
    super::tell(&format!("filling {symbols} books with {resting} orders each"));
    block_in_place(|| matching.fill())?;
    let db = Db::connect_for_reports(&settings.database_url(MATCHING)?).await?;
    let before = Costs::so_far(&db).await?;
    let mut rounds = Vec::with_capacity(asked.rounds);
    for number in 1..=asked.rounds {
        let round = block_in_place(|| matching.round(&stage.pids()))?;
        super::tell(&format!("round {number}: {:.0} commands/s", round.per_second()));
        rounds.push(round);
    }
    let costs = Costs::so_far(&db).await?.since(&before);
    ensure!(stage.deaths() == 0, "matching died while it was measured");
    let kill = || stage.kill_matching();
    let to_next_match = match asked.recover {
        true => Some(block_in_place(|| matching.next_match_after(kill))?),
        false => None,
    };
    block_in_place(|| matching.end())?;
    Ok(Measured { rounds, costs, to_next_match })
}

fn report(Measured { rounds, costs, to_next_match }: &Measured) {
    let count: usize = rounds.iter().map(|round| round.commands).sum();
    let row = |what: &str, of: &dyn Fn(&Round) -> f64, digits: usize| {
        let mut values: Vec<f64> = rounds.iter().map(of).collect();
        values.sort_unstable_by(f64::total_cmp);
        let (least, median, most) = (values[0], values[values.len() / 2], values[values.len() - 1]);
        answer(format!("{what:<44} {least:>10.digits$} {median:>10.digits$} {most:>10.digits$}"));
    };
    answer(format!(
        "{:<44} {:>10} {:>10} {:>10}",
        format!("{} rounds", rounds.len()),
        "min",
        "median",
        "max"
    ));
    row("commands committed to the journal, a second", &Round::per_second, 0);
    row("commands in a step", &|round| round.commands as f64 / round.steps as f64, 0);
    row("latency of a message, ms: p50", &|round| round.latency_ms.p50, 1);
    row("  p99", &|round| round.latency_ms.p99, 1);
    row("  max", &|round| round.latency_ms.max, 1);
    row("bytes of a command, as portfolio says it", &|round| round.bytes.heard, 0);
    row("  of what matching says about it", &|round| round.bytes.said, 0);
    let names: BTreeMap<&str, ()> =
        rounds.iter().flat_map(|round| round.cpu_s.keys()).map(|name| (name.as_str(), ())).collect();
    let cpu = |round: &Round, name: &str| round.cpu_s.get(name).copied().unwrap_or(0.0);
    for name in names.keys() {
        let each = |round: &Round| cpu(round, name) * 1e6 / round.commands as f64;
        row(&format!("processor time of a command, µs: {name}"), &each, 2);
    }
    row("  all, of one core", &|round| round.cpu_s.values().sum::<f64>() / round.took.as_secs_f64(), 2);
    costs.tell(count);
    if let Some(took) = to_next_match {
        answer(format!("{:.2} s from kill -9 of matching to its next match", took.as_secs_f64()));
    }
}
