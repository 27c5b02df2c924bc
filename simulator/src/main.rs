//! Many schedules, by hand: `cargo run --release -p simulator -- --schedules 100000`.

use clap::Parser;
use simulator::{Coverage, Ending, Plant, Schedule};
use std::process::ExitCode;
use std::time::Instant;

#[derive(Parser)]
#[command(about = "Runs the exchange's cores through schedules of faults, each made by its seed")]
struct Arguments {
    /// How many schedules.
    #[arg(long, default_value_t = 10_000)]
    schedules: u64,
    /// The first seed; the others follow.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Moves in each schedule before it comes to rest.
    #[arg(long, default_value_t = 600)]
    steps: u32,
    /// Stop after so many failures.
    #[arg(long, default_value_t = 5)]
    failures: usize,
    /// Plant a bug, to see whether it is found.
    #[arg(long)]
    plant: Option<Plant>,
}

fn main() -> ExitCode {
    let Arguments { schedules, seed, steps, failures, plant } = Arguments::parse();
    let (begun, mut coverage) = (Instant::now(), Coverage::default());
    let (mut sound, mut parked, mut failed) = (0_u64, 0_u64, Vec::new());
    for seed in seed..seed.saturating_add(schedules) {
        let ran = Schedule { seed, steps, plant }.run();
        coverage.absorb(&ran.coverage);
        match ran.outcome {
            Ok(Ending::Sound) => sound += 1,
            Ok(Ending::Parked) => parked += 1,
            Err(failure) => {
                println!("{failure}\n");
                failed.push(seed);
                if failed.len() >= failures {
                    break;
                }
            }
        }
    }
    let (ran, minutes) = (sound + parked + failed.len() as u64, begun.elapsed().as_secs_f64() / 60.0);
    println!("{coverage}");
    println!("{ran} schedules of {steps} moves, {:.0} a minute", ran as f64 / minutes);
    println!("{sound} sound, {parked} with a message parked for its attempts, failed: {failed:?}");
    let missing = coverage.missing();
    if !missing.is_empty() {
        println!("never met: {missing:?}");
    }
    if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
