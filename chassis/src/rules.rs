//! What a service decides, apart from how messages reach it and how rows are kept.
//!
//! A step: `decode` → `prefetch` → `apply`, one message after the other → `decide` → `write`, and
//! the chassis commits. `apply` is pure over the prefetched rows: no clock, no I/O. What is to happen
//! at a time, whether messages come or not, says so by `due`.

use crate::store::{Db, Fault};
use crate::writes::Writes;
use async_trait::async_trait;
use contracts::{Partitions, Refusal, StreamName, Timestamp};
use rustc_hash::FxHashMap;
use serde::Serialize;

/// Which partition of which service this is.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub service: &'static str,
    pub partition: u16,
    pub partitions: Partitions,
}

impl Place {
    /// `ordering.3`: the partition's name, its queue and its end of streams.
    pub fn name(&self) -> String {
        contracts::topology::partition_name(self.service, self.partition)
    }

    pub fn stream_to(&self, listener: &str) -> StreamName {
        StreamName::between(&self.name(), listener)
    }

    pub fn streams_to_each(&self, service: &str) -> Vec<StreamName> {
        contracts::topology::partition_names(service, self.partitions)
            .iter()
            .map(|listener| self.stream_to(listener))
            .collect()
    }

    pub fn stream_to_all(&self) -> StreamName {
        StreamName::to_all(&self.name())
    }
}

/// Where a message came from, as the broker vouches for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source<'a> {
    /// A stream of another service: `service` is e.g. `matching`, `at` the time of its step.
    Stream { service: &'a str, at: Timestamp },
    /// A command on `requests`, from the AMQP user `sender`.
    Request { sender: &'a str },
    /// A client's message on `orders`. `sender` is `loadtest` unless the broker vouches for another.
    Orders { sender: &'a str },
}

/// A message that cannot be taken: it is parked, and what follows for the same key behind it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Poison(pub String);

/// As `Rules::decode_events`, without a partition's state.
pub type ReadsEvents<I> = fn(&Place, Source<'_>, &[u8]) -> Result<Vec<I>, String>;

/// One partition of one service: its state, and what it does with messages.
#[async_trait]
pub trait Rules: Send + Sync + Sized + 'static {
    /// What all partitions of a process share: settings, thread pools.
    type Shared: Clone + Send + Sync + 'static;
    type Input: Send + 'static;
    /// Every row that a batch touches, as read; changed by `apply`, saved by `write`.
    type Rows: Send + 'static;

    /// From the durable state alone. Called at start, after a failed commit, and when another
    /// instance turns out to have been at work: memory is never ahead of disk.
    async fn open(shared: &Self::Shared, place: Place, db: &Db) -> Result<Self, Fault>;

    /// Reads a JSON array of a stream's events: one input for each event, in their order, also for
    /// those that change nothing here. An error parks what it is about, and nothing else:
    /// the chassis then asks again for each event alone.
    fn decode_events(&self, source: Source<'_>, events: &[u8]) -> Result<Vec<Self::Input>, String>;

    /// How `decode_events` reads, where that needs to know the place alone: then it is done while the
    /// step before still commits. Without one, events are read in their step.
    const READS_AHEAD: Option<ReadsEvents<Self::Input>> = None;

    /// Reads a command or a client's message. A refusal is answered to who asks for an answer.
    fn decode_request(&self, source: Source<'_>, body: &[u8]) -> Result<Self::Input, Refusal>;

    /// What messages must not overtake one another: the user, or the symbol.
    fn key(&self, input: &Self::Input) -> String;

    /// Reads every row that the inputs touch, in one query per table.
    async fn prefetch(&mut self, db: &Db, inputs: &[Self::Input]) -> Result<Self::Rows, Fault>;

    /// Changes rows and says what follows. Rows are untouched when it fails.
    fn apply(&mut self, rows: &mut Self::Rows, input: Self::Input, step: &mut Step) -> Result<(), Poison>;

    /// The earliest time at which it wants a step of its own accord. If nothing has come by then, the
    /// chassis makes one without inputs (`prefetch`, `decide`, `write`), no more than one a second, and
    /// only where the broker has chosen this instance. A step with inputs is as good: what is due by
    /// its time belongs into its `decide`. Changes in steps alone.
    fn due(&self) -> Option<Timestamp> {
        None
    }

    /// What is decided for the batch as a whole, after the last `apply`.
    async fn decide(&mut self, _rows: &mut Self::Rows, _step: &mut Step) -> Result<(), Fault> {
        Ok(())
    }

    /// Says how the changed rows are saved: one bulk statement per table, none for a table that did
    /// not change. A step in which nothing came, nothing was said and nothing is written is not made.
    fn write(&mut self, rows: Self::Rows, writes: &mut Writes);
}

/// What a step says: each stream with its events as a JSON array.
pub(crate) type Said = Vec<(StreamName, Vec<u8>)>;

/// Where an answer goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplyTo {
    pub exchange: String,
    pub routing_key: String,
    pub correlation_id: Option<String>,
}

/// One step under way: its time, and what it will say once it is committed.
pub struct Step {
    /// When the step began. The same for everything in it.
    pub now: Timestamp,
    /// The sequences that the step's messages will have, for those who must name them.
    last_seqs: FxHashMap<String, u64>,
    asker: Option<ReplyTo>,
    /// Each stream with its events as a JSON array that is still open.
    said: Said,
    replies: Vec<(ReplyTo, Vec<u8>)>,
}

impl Step {
    pub fn new(now: Timestamp) -> Self {
        Step { now, last_seqs: FxHashMap::default(), asker: None, said: Vec::new(), replies: Vec::new() }
    }

    pub(crate) fn with_last_seqs(now: Timestamp, last_seqs: FxHashMap<String, u64>) -> Self {
        Step { last_seqs, ..Step::new(now) }
    }

    /// Adds an event to this step's message on a stream.
    pub fn say<E: Serialize>(&mut self, stream: &StreamName, event: &E) {
        serde_json::to_writer(self.next(stream), event).expect("our own events are JSON");
    }

    /// Adds events that are JSON already, with commas between them.
    pub fn say_all(&mut self, stream: &StreamName, events: &[u8]) {
        if !events.is_empty() {
            self.next(stream).extend_from_slice(events);
        }
    }

    /// Where the next of the step's events on a stream goes.
    fn next(&mut self, stream: &StreamName) -> &mut Vec<u8> {
        let at = self.said.iter().position(|(name, _)| name == stream).unwrap_or_else(|| {
            self.said.push((stream.clone(), Vec::new()));
            self.said.len() - 1
        });
        let (_, events) = &mut self.said[at];
        events.push(if events.is_empty() { b'[' } else { b',' });
        events
    }

    /// Answers the request being applied, once the step is committed. Without an asker, nothing.
    pub fn reply<T: Serialize>(&mut self, answer: &T) {
        if let Some(asker) = self.asker.clone() {
            self.reply_to(asker, answer);
        }
    }

    /// Who asked, for an answer that `decide` will give.
    pub fn asker(&self) -> Option<ReplyTo> {
        self.asker.clone()
    }

    pub fn reply_to<T: Serialize>(&mut self, asker: ReplyTo, answer: &T) {
        self.replies.push((asker, serde_json::to_vec(answer).expect("our own answers are JSON")));
    }

    /// The sequence that this step's message on a stream has, or would have.
    pub fn last_seq(&self, stream: &StreamName) -> u64 {
        let spoken = self.said.iter().any(|(name, _)| name == stream);
        self.last_seqs.get(stream.as_str()).copied().unwrap_or(0) + u64::from(spoken)
    }

    pub(crate) fn set_asker(&mut self, asker: Option<ReplyTo>) {
        self.asker = asker;
    }

    /// What was said: each stream with its events as a JSON array.
    pub(crate) fn into_said(self) -> (Said, Vec<(ReplyTo, Vec<u8>)>) {
        let mut said = self.said;
        said.iter_mut().for_each(|(_, events)| events.push(b']'));
        (said, self.replies)
    }
}
