//! A step of matching: commands gather by symbol, the books carry them out, the journal keeps them.

use crate::actors::{Books, Floor};
use crate::domain::{Command, Record};
use crate::handlers::{depths, orders};
use crate::recovery::{self, Chain, Entry};
use crate::snapshots::Snapshots;
use crate::store::journal::{self, Pruning};
use crate::store::{Stored, snapshots};
use async_trait::async_trait;
use chassis::rules::{ReadsEvents, ReplyTo};
use chassis::{Db, Fault, Place, Poison, Rules, Source, Step, Writes};
use contracts::matching::{Depths, MatchingCommand, Words};
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
}

pub enum Input {
    Order(Symbol, Command),
    Depths,
}

/// What a step gathers. There are no rows to read: the books are in memory.
#[derive(Default)]
pub struct Gathered {
    now: Timestamp,
    commands: orders::Commands,
    askers: Vec<ReplyTo>,
    entry: Option<Entry>,
    snapshot: Option<Stored>,
}

#[async_trait]
impl Rules for Matching {
    type Shared = Shared;
    type Input = Input;
    type Rows = Gathered;

    async fn open(shared: &Shared, place: Place, db: &Db) -> Result<Self, Fault> {
        let begun = Instant::now();
        let recovered = recovery::recover(db, place.partition).await?;
        let (step_no, chain) = (recovered.replay.step_no(), recovered.replay.chain());
        let again = recovered.replay.carried_out();
        let snapshots = Snapshots::new(place.partition, shared.snapshot_every, again, recovered.snapshots);
        let pruning = Pruning { pruned: recovered.pruned, prunable: snapshots.oldest_kept() };
        let books = recovered.replay.into_books();
        let took_ms = begun.elapsed().as_millis() as u64;
        tracing::info!(partition = %place.name(), step_no, commands = again.0, books = books.len(), took_ms, "recovered");
        Ok(Matching {
            place,
            stream: place.stream_to_all(),
            books: Books::seat(shared.floor.clone(), books),
            step_no,
            chain,
            snapshots,
            pruning,
        })
    }

    const READS_AHEAD: Option<ReadsEvents<Input>> = Some(orders::decode);

    fn decode_events(&self, source: Source<'_>, events: &[u8]) -> Result<Vec<Input>, String> {
        orders::decode(&self.place, source, events)
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
        Ok(Gathered::default())
    }

    fn apply(&mut self, gathered: &mut Gathered, input: Input, step: &mut Step) -> Result<(), Poison> {
        match input {
            Input::Order(symbol, command) => gathered.commands.add(symbol, command),
            Input::Depths => gathered.askers.extend(step.asker()),
        }
        Ok(())
    }

    fn due(&self) -> Option<Timestamp> {
        self.books.due()
    }

    async fn decide(&mut self, gathered: &mut Gathered, step: &mut Step) -> Result<(), Fault> {
        gathered.now = step.now;
        // Nobody is left out who waits for the time, and nobody is told it who does not.
        self.books.due_by(step.now).into_iter().for_each(|symbol| gathered.commands.wake(symbol));
        if !gathered.commands.is_empty() {
            let record = Record { at: step.now, commands: gathered.commands.take() };
            gathered.entry = Some(self.carry_out(record, step).await?);
            gathered.snapshot = self.snapshots.ready().await?;
        }
        if !gathered.askers.is_empty() {
            let depths = Depths { depths: self.books.depths().await?, seq: step.last_seq(&self.stream) };
            let answer = Answer::Ok(depths);
            gathered.askers.drain(..).for_each(|asker| step.reply_to(asker, &answer));
        }
        Ok(())
    }

    fn write(&mut self, gathered: Gathered, writes: &mut Writes) {
        let partition = self.place.partition;
        if let Some(entry) = gathered.entry {
            journal::append(partition, entry, writes);
        }
        if let Some(snapshot) = gathered.snapshot {
            self.snapshots.keep(snapshot.step_no);
            self.pruning.prunable = self.snapshots.oldest_kept();
            snapshots::save(partition, snapshot, self.pruning.prunable, gathered.now, writes);
        }
        self.pruning.go_on(partition, writes);
    }
}

impl Matching {
    async fn carry_out(&mut self, record: Record, step: &mut Step) -> Result<Entry, Fault> {
        let (commands, count) = (record.to_bytes(), record.count());
        let said = self.books.run(record).await?;
        said.iter().for_each(|words| step.say_all(&self.stream, words.list()));
        self.chain = self.chain.next(&commands, said.iter().flat_map(Words::each));
        self.step_no += 1;
        self.snapshots.after(self.step_no, self.chain, count, &self.books).await?;
        Ok(Entry { step_no: self.step_no, commands, digest: self.chain.0.to_vec() })
    }
}
