//! Holds books against each other: the same commands, interleaved rounds, results checked.

use anyhow::{Context, Result, bail, ensure};
use book_bench::contenders::{Entrant, entrants};
use book_bench::race::Wrong;
use book_bench::report::{Latencies, LeftOut, OfWorkload, Ran, Report, compare};
use book_bench::workload::{self, Workload};
use book_bench::{Machine, latency, race};
use clap::Parser;
use std::path::PathBuf;

#[derive(Parser)]
#[command(about)]
struct Arguments {
    /// Only these workloads: s1, s100, d1m, g1.
    #[arg(long, value_delimiter = ',')]
    workloads: Vec<String>,
    /// Only these books.
    #[arg(long, value_delimiter = ',')]
    books: Vec<String>,
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..))]
    rounds: u16,
    /// Two rounds of the first commands of each workload: to see that all runs, not to measure.
    #[arg(long, conflicts_with = "rounds")]
    quick: bool,
    /// Leaves out the single commands of s1.
    #[arg(long)]
    no_latency: bool,
    /// Writes the report here as well, as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
}

/// Enough to trade a few thousand times.
const QUICK_COMMANDS: usize = 100_000;
const QUICK_ROUNDS: usize = 2;
/// Whose single commands are timed.
const LATENCY_OF: &str = "s1";

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let entrants = chosen(entrants(), |entrant| entrant.name, &arguments.books)?;
    let workloads = chosen(workload::names().collect(), |name| name, &arguments.workloads)?;
    let rounds = if arguments.quick { QUICK_ROUNDS } else { usize::from(arguments.rounds) };
    let most = if arguments.quick { QUICK_COMMANDS } else { usize::MAX };
    let machine = Machine::pinned();
    let mut report = Report { machine, rounds, quick: arguments.quick, workloads: Vec::new(), latency: None };
    print!("{}", report.head());
    for name in workloads {
        eprintln!("{name}: drawing the commands");
        let workload = workload::generate(name, most);
        let (right, of_workload) = run(&workload, &entrants, rounds)?;
        print!("\n{of_workload}");
        report.workloads.push(of_workload);
        if name == LATENCY_OF && !arguments.no_latency {
            let latencies = latencies(&workload, &right)?;
            print!("\n{latencies}");
            report.latency = Some(latencies);
        }
    }
    report.factor().iter().for_each(|factor| print!("\n{factor}"));
    if let Some(path) = arguments.json {
        let file = std::fs::File::create(&path).with_context(|| format!("create {}", path.display()))?;
        serde_json::to_writer_pretty(file, &report).with_context(|| format!("write {}", path.display()))?;
    }
    let ours = |left_out: &&LeftOut| left_out.version.is_none();
    let wrong = report.workloads.iter().flat_map(|workload| &workload.left_out).find(ours);
    ensure!(wrong.is_none(), "a book of our own answers wrongly: {wrong:?}");
    Ok(())
}

/// Those that are asked for by name; without names, all.
fn chosen<T>(all: Vec<T>, name: impl Fn(&T) -> &'static str, names: &[String]) -> Result<Vec<T>> {
    if let Some(unknown) = names.iter().find(|wanted| all.iter().all(|one| name(one) != **wanted)) {
        let known: Vec<_> = all.iter().map(name).collect();
        bail!("{unknown} is none of {}", known.join(", "));
    }
    let is_wanted = |one: &T| names.is_empty() || names.iter().any(|wanted| name(one) == *wanted);
    Ok(all.into_iter().filter(is_wanted).collect())
}

/// Answers who was right, and what was found.
fn run(workload: &Workload, entrants: &[Entrant], rounds: usize) -> Result<(Vec<Entrant>, OfWorkload)> {
    let (mut right, mut ran, mut left_out) = (Vec::new(), Vec::new(), Vec::new());
    for entrant in entrants {
        let Entrant { name, version, .. } = *entrant;
        eprintln!("{}: {name}: answers and memory", workload.name);
        match race::weigh(workload, entrant) {
            Ok(memory) => {
                right.push(*entrant);
                ran.push(Ran { name, version, memory, took: Vec::with_capacity(rounds) });
            }
            Err(wrong) => left_out.push(refused(workload, entrant, &wrong)),
        }
    }
    for round in 0..rounds {
        eprintln!("{}: round {} of {rounds}", workload.name, round + 1);
        // Nobody comes after the same other each time.
        for turn in 0..right.len() {
            let at = (turn + round) % right.len();
            let took = race::time(workload, &right[at]);
            ran[at].took.push(took.map_err(|wrong| fickle(workload, &right[at], &wrong))?);
        }
    }
    let found = OfWorkload {
        name: workload.name,
        symbols: workload.symbols,
        commands: workload.timed(),
        resting: workload.prefill,
        mix: workload.mix,
        contenders: compare(ran),
        left_out,
    };
    Ok((right, found))
}

fn latencies(workload: &Workload, entrants: &[Entrant]) -> Result<Latencies> {
    let mut contenders = Vec::new();
    for entrant in entrants {
        eprintln!("{}: {}: single commands", workload.name, entrant.name);
        let measured = latency::measure(workload, entrant);
        contenders.push((entrant.name, measured.map_err(|wrong| fickle(workload, entrant, &wrong))?));
    }
    let of_timer = latency::of_timer(workload);
    Ok(Latencies { workload: workload.name, timer: latency::TIMER, of_timer, contenders })
}

fn refused(workload: &Workload, entrant: &Entrant, Wrong(answered): &Wrong) -> LeftOut {
    let (answered, right) = (answered.to_string(), workload.answers.to_string());
    LeftOut { name: entrant.name, version: entrant.version, answered, right }
}

/// Right once and wrong later: nothing that was measured is worth anything.
fn fickle(workload: &Workload, entrant: &Entrant, wrong: &Wrong) -> anyhow::Error {
    let LeftOut { name, answered, right, .. } = refused(workload, entrant, wrong);
    anyhow::anyhow!("{name} was right on {} and now answers {answered}; right is {right}", workload.name)
}
