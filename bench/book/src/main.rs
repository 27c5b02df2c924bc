//! Holds books against each other: the same commands, interleaved rounds, results checked.

mod contenders;
mod naive;
mod tally;
mod workload;

use anyhow::{Result, ensure};
use clap::Parser;
use contenders::{CONTENDERS, Contender};
use std::collections::BTreeMap;
use std::time::Instant;
use tally::Tally;
use workload::{Answers, Workload};

#[derive(Parser)]
struct Arguments {
    /// Only these workloads: s1, s100, d1m, g1.
    #[arg(long, value_delimiter = ',')]
    workloads: Vec<String>,
    /// Only these books.
    #[arg(long, value_delimiter = ',')]
    books: Vec<String>,
    #[arg(long, default_value_t = 5)]
    rounds: u32,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    pin_to_one_core();
    let chosen = |names: &[String], name: &str| names.is_empty() || names.iter().any(|n| n == name);
    println!("nanoseconds a command: median (least – most) of {} interleaved rounds", arguments.rounds);
    for name in workload::names().filter(|name| chosen(&arguments.workloads, name)) {
        let workload = workload::generate(name);
        let mut times = BTreeMap::<usize, Vec<f64>>::new();
        for _ in 0..arguments.rounds {
            for (at, (book, make)) in CONTENDERS.iter().enumerate() {
                if chosen(&arguments.books, book) {
                    let took = race(&workload, make(&workload).as_mut());
                    match took {
                        Ok(took) => times.entry(at).or_default().push(took),
                        Err(error) => println!("{name} {book}: left out: {error}"),
                    }
                }
            }
        }
        let mut first = None;
        for (at, mut of_book) in times {
            of_book.sort_by(f64::total_cmp);
            let median = of_book[of_book.len() / 2];
            let ratio = median / *first.get_or_insert(median);
            let (least, most) = (of_book[0], of_book[of_book.len() - 1]);
            println!(
                "{name:<5} {:<8} {median:>8.1} ({least:.1} – {most:.1})  × {ratio:.2}",
                CONTENDERS[at].0
            );
        }
    }
    Ok(())
}

/// Nanoseconds a command, if all the answers are right.
fn race(workload: &Workload, book: &mut dyn Contender) -> Result<f64> {
    let (mut before, mut tally) = (Tally::default(), Tally::default());
    book.run(0..workload.prefill, &mut before);
    let begun = Instant::now();
    book.run(workload.prefill..workload.ops.len(), &mut tally);
    let took = begun.elapsed();
    let Tally { fills, volume, notional, hash } = tally;
    let state = workload::state_hash(book.best().into_iter());
    let answers = Answers { fills, volume, notional, hash, state, live: book.live() as u64 };
    let expected = workload::expected(workload.name);
    ensure!(answers == expected, "it answers {answers:x?}, right is {expected:x?}");
    Ok(took.as_nanos() as f64 / (workload.ops.len() - workload.prefill) as f64)
}

fn pin_to_one_core() {
    // SAFETY: an all-zero cpu_set_t is an empty set, and the kernel only reads it.
    unsafe {
        let mut set: libc::cpu_set_t = std::mem::zeroed();
        libc::CPU_SET(1, &mut set);
        libc::sched_setaffinity(0, size_of::<libc::cpu_set_t>(), &raw const set);
    }
}
