//! Matching by itself: what portfolio would say is published to its queues, and what it says is heard.
//!
//! Every command leads to exactly one event, so the events that were heard are the commands that are
//! committed: an event is published only after the commit that has it.

mod commands;
mod feed;
mod round;

pub use round::{Round, Spread};

use crate::processes::{self, Use};
use anyhow::{Result, ensure};
use chassis::settings::Settings;
use commands::Commands;
use feed::Feed;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// In a round.
    pub commands: usize,
    /// In a message.
    pub batch: usize,
    pub symbols: u16,
    /// Of each symbol, before anything is measured.
    pub resting: usize,
    /// Messages that may be on their way.
    pub ahead: usize,
    /// Commands a second; without one, as many as are taken.
    pub rate: Option<u32>,
    pub seed: u64,
}

/// A round's messages are drawn before it begins, and kept in memory: a gigabyte or two.
const COMMANDS_MAX: usize = 5_000_000;
/// Drawn and sent together before the rounds.
const FILLING: usize = 100_000;

pub struct Matching {
    options: Options,
    commands: Commands,
    feed: Feed,
}

impl Matching {
    /// Connects as portfolio and, to hear, as each of these services.
    pub fn begin(settings: &Settings, listeners: &[&str], options: Options) -> Result<Self> {
        let Options { commands, batch, symbols, ahead, .. } = options;
        ensure!(commands <= COMMANDS_MAX, "a round has at most {COMMANDS_MAX} commands, not {commands}");
        ensure!(
            batch > 0 && symbols > 0 && ahead > 0,
            "batches, symbols and messages ahead are at least one"
        );
        Ok(Matching {
            options,
            commands: Commands::new(settings.partitions, symbols, batch, options.seed),
            feed: Feed::open(settings, listeners)?,
        })
    }

    /// Fills the books.
    pub fn fill(&mut self) -> Result<()> {
        let mut missing = self.options.resting * usize::from(self.options.symbols);
        while missing > 0 {
            let batches = self.commands.resting(missing.min(FILLING));
            self.feed.send(&batches, self.options.ahead, None)?;
            missing -= missing.min(FILLING);
        }
        Ok(())
    }

    /// Sends a round's commands and hears what became of them. `pids` are whose time is counted.
    pub fn round(&mut self, pids: &[(String, u32)]) -> Result<Round> {
        let Options { commands, ahead, rate, .. } = self.options;
        let batches = self.commands.mixed(commands);
        self.feed.forget();
        let (used, begun) = (processes::measure(pids), Instant::now());
        let sent = self.feed.send(&batches, ahead, rate)?;
        let took = begun.elapsed();
        let used = difference(&used, processes::measure(pids));
        Ok(Round::of(commands, took, &batches, &sent, &self.feed.heard(), used))
    }

    /// From the kill of matching until the event of a trade, asked for right after it, was heard.
    pub fn next_match_after(&mut self, kill: impl FnOnce() -> Result<()>) -> Result<Duration> {
        let batches = self.commands.taking(1);
        let begun = Instant::now();
        kill()?;
        self.feed.send(&batches, self.options.ahead, None)?;
        Ok(begun.elapsed())
    }

    pub fn end(self) -> Result<()> {
        self.feed.close()
    }
}

fn difference(before: &BTreeMap<String, Use>, after: BTreeMap<String, Use>) -> BTreeMap<String, f64> {
    let since = |name: &String| before.get(name).map_or(0.0, |of| of.cpu_s);
    after.into_iter().map(|(name, of)| (name.clone(), of.cpu_s - since(&name))).collect()
}
