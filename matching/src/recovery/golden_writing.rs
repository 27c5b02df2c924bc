//! Writes a journal as `matching/golden` keeps it, of what this program knows.

use super::Chain;
use crate::domain::tests::commands::{Batch, batches};
use crate::domain::{Book, Record};
use contracts::{Symbol, Timestamp};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use std::collections::BTreeMap;
use std::fmt::Write;

const STEPS: usize = 24;
const BOOKS: usize = 16;
const STEP_MS: i64 = 7_000;
/// October 2025: any time will do, as long as it stays the same.
const BEGIN_MS: i64 = 1_760_000_000_000;

/// Afterwards give it the next number, and name it in `golden_tests.rs`.
#[test]
#[ignore = "writes a file: run it once when books have learned a new kind of command"]
fn a_golden_journal_is_written() {
    let (mut runner, batches) = (TestRunner::deterministic(), batches());
    let mut draw = || batches.new_tree(&mut runner).unwrap().current();
    let drawn: Vec<(Symbol, Vec<Batch>)> =
        (0..BOOKS).map(|n| (format!("GOLD{n:02}").parse().unwrap(), draw())).collect();
    let (mut books, mut chain, mut text) = (BTreeMap::new(), Chain::GENESIS, String::new());
    for step in 0..STEPS {
        let of_step = drawn.iter().filter_map(|(symbol, batches)| Some((*symbol, batches.get(step)?)));
        let commands = of_step.map(|(symbol, batch)| (symbol, batch.commands.clone())).collect();
        let at = Timestamp::from_timestamp_millis(BEGIN_MS + step as i64 * STEP_MS).unwrap();
        let record = Record { at, commands };
        let mut events = Vec::new();
        for (symbol, commands) in &record.commands {
            let book = books.entry(*symbol).or_insert_with(|| Book::new(*symbol));
            book.run_batch(commands, record.at, &mut events);
        }
        let events: Vec<_> = events.iter().map(|event| serde_json::to_vec(event).unwrap()).collect();
        let bytes = record.to_bytes();
        chain = chain.next(&bytes, events.iter().map(Vec::as_slice));
        writeln!(text, "step {} {} {}", step + 1, hex(&bytes), hex(&chain.0)).unwrap();
        if step + 1 == STEPS / 2 || step + 1 == STEPS {
            for (symbol, book) in &books {
                writeln!(text, "book {symbol} {}", hex(&book.to_bytes())).unwrap();
            }
        }
    }
    std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/golden/journal-new.txt"), text).unwrap();
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
