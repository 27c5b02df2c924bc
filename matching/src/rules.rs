//! A step of matching: commands gather by symbol, the books carry them out, the journal keeps them.

use crate::actors::{Books, Floor};
use crate::domain::{Command, Record};
use crate::handlers::{depths, orders};
use crate::recovery::{self, Chain, Entry};
use crate::snapshots::Snapshots;
use crate::store::journal::{self, Pruning};
use crate::store::snapshots;
use async_trait::async_trait;
use chassis::rules::ReplyTo;
use chassis::{Db, Fault, Place, Poison, Rules, Source, Step, Tx};
use contracts::matching::{Depths, MatchingCommand};
use contracts::refusal::Answer;
use contracts::{Refusal, StreamName, Symbol, Timestamp};
use std::sync::Arc;
use std::time::Instant;

/// What the partitions of a process share.
#[derive(Clone)]
pub struct Shared {
    floor: Arc<Floor>,
    snapshot_every: u64,
}

impl Shared {
    pub fn start(snapshot_every: u64) -> std::io::Result<Self> {
        Ok(Shared { floor: Arc::new(Floor::open()?), snapshot_every })
    }

    /// For the simulator: all books work in the step's own thread.
    #[cfg(feature = "simulation")]
    pub fn without_threads(snapshot_every: u64) -> Self {
        Shared { floor: Arc::new(Floor::without_threads()), snapshot_every }
    }
}

pub struct Matching {
    place: Place,
    stream: StreamName,
    books: Books,
    /// Of the last step that changed a book.
    step_no: u64,
    chain: Chain,
    snapshots: Snapshots,
    pruning: Pruning,
    /// The journal did not end where we left it, so these books are not the durable ones.
    overtaken: bool,
}

pub enum Input {
    Order(Symbol, Command),
    Depths,
}

/// What a step gathers. There are no rows to read: the books are in memory.
pub struct Gathered {
    now: Timestamp,
    commands: orders::Commands,
    askers: Vec<ReplyTo>,
    entry: Option<Entry>,
}

#[async_trait]
impl Rules for Matching {
    type Shared = Shared;
    type Input = Input;
    type Rows = Gathered;

    async fn open(shared: &Shared, place: Place, db: &Db) -> Result<Self, Fault> {
        let begun = Instant::now();
        let recovered = recovery::recover(db, place.partition).await?;
        let pruning = Pruning { pruned: recovered.pruned, prunable: recovered.prunable };
        let (step_no, chain) = (recovered.replay.step_no(), recovered.replay.chain());
        let commands = recovered.replay.commands();
        let books = recovered.replay.into_books();
        let took_ms = begun.elapsed().as_millis() as u64;
        tracing::info!(partition = %place.name(), step_no, commands, books = books.len(), took_ms, "recovered");
        Ok(Matching {
            place,
            stream: place.stream_to_all(),
            books: Books::seat(shared.floor.clone(), books),
            step_no,
            chain,
            snapshots: Snapshots::new(place.partition, shared.snapshot_every, commands),
            pruning,
            overtaken: false,
        })
    }

    fn decode_events(&self, source: Source<'_>, events: &[u8]) -> Result<Vec<Input>, String> {
        let commands = orders::decode(&self.place, source, events)?;
        Ok(commands.into_iter().map(|(symbol, command)| Input::Order(symbol, command)).collect())
    }

    fn decode_request(&self, source: Source<'_>, body: &[u8]) -> Result<Input, Refusal> {
        match depths::decode(source, body)? {
            MatchingCommand::Depths {} => Ok(Input::Depths),
        }
    }

    fn key(&self, input: &Input) -> String {
        match input {
            Input::Order(symbol, _) => symbol.as_str().to_owned(),
            // No symbol is so short, so this never waits behind a parked order.
            Input::Depths => String::new(),
        }
    }

    async fn prefetch(&mut self, _db: &Db, _inputs: &[Input]) -> Result<Gathered, Fault> {
        if self.overtaken {
            return Err(Fault::new("go on with the journal", "it did not end where we left it"));
        }
        let (commands, askers) = Default::default();
        Ok(Gathered { now: Timestamp::UNIX_EPOCH, commands, askers, entry: None })
    }

    fn apply(&mut self, gathered: &mut Gathered, input: Input, step: &mut Step) -> Result<(), Poison> {
        match input {
            Input::Order(symbol, command) => gathered.commands.add(symbol, command),
            Input::Depths => gathered.askers.extend(step.asker()),
        }
        Ok(())
    }

    async fn decide(&mut self, gathered: &mut Gathered, step: &mut Step) -> Result<(), Fault> {
        gathered.now = step.now;
        if !gathered.commands.is_empty() {
            let record = Record { at: step.now, commands: gathered.commands.take() };
            gathered.entry = Some(self.carry_out(record, step).await?);
        }
        if !gathered.askers.is_empty() {
            let depths = Depths { depths: self.books.depths().await?, seq: step.last_seq(&self.stream) };
            let answer = Answer::Ok(depths);
            gathered.askers.drain(..).for_each(|asker| step.reply_to(asker, &answer));
        }
        Ok(())
    }

    async fn write(&mut self, tx: &Tx, gathered: Gathered) -> Result<(), Fault> {
        let partition = self.place.partition;
        if let Some(entry) = &gathered.entry {
            // When somebody else was at work the step's own fence refuses it, at the end of this transaction.
            self.overtaken = !journal::append(tx, partition, entry).await?;
        }
        if let Some(snapshot) = self.snapshots.ready().await? {
            self.pruning.prunable = snapshots::save(tx, partition, snapshot, gathered.now).await?;
        }
        self.pruning.go_on(tx, partition).await
    }
}

impl Matching {
    async fn carry_out(&mut self, record: Record, step: &mut Step) -> Result<Entry, Fault> {
        let (commands, count) = (record.to_bytes(), record.count());
        let events = self.books.run(record).await?;
        events.iter().flatten().for_each(|event| step.say(&self.stream, event));
        let words = events.iter().flatten().map(|event| event.get().as_bytes());
        self.chain = self.chain.next(&commands, words);
        self.step_no += 1;
        self.snapshots.after(self.step_no, self.chain, count, &self.books).await?;
        Ok(Entry { step_no: self.step_no, commands, digest: self.chain.0.to_vec() })
    }
}
