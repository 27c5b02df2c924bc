//! The step: deliveries in, one transaction, messages out. Everything a partition knows of itself
//! lives here, and nothing in it is ever ahead of the database. A step without deliveries is the
//! rules' own, for what is due.
//!
//! **Invariant** A step is committed only by the instance that knows the step before it (`heads`).
//! **Invariant** Effects, positions, and outgoing messages are in the same transaction.
//! **Invariant** No future here is ever dropped half way: callers neither time it out nor select.

use crate::connection::{Connection, Failure};
use crate::head::{Advance, Head};
use crate::incoming::{Envelope, Incoming, Opened, envelope};
use crate::parking::{self, Doubts};
use crate::reading::{Condemned, Reader, Reading, as_operate};
use crate::rules::{Place, ReplyTo, Rules, Step};
use crate::store::{Db, Fault};
use crate::writes::Writes;
use chrono::SubsecRound;
use contracts::{Code, Refusal, StreamName, Timestamp, control::Operate, topology};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// A message that a committed step sends on a stream.
#[derive(Clone, Debug)]
pub struct Outgoing {
    pub stream: StreamName,
    pub seq: u64,
    pub body: Vec<u8>,
    /// Somebody must hear it; else it is for whoever is there.
    pub kept: bool,
}

/// What a step did, once it is durable.
#[derive(Debug, Default)]
pub struct Committed {
    pub messages: Vec<Outgoing>,
    pub replies: Vec<(ReplyTo, Vec<u8>)>,
    /// Streams of which something is missing, with the first sequence missed.
    pub gaps: Vec<(StreamName, u64)>,
    /// How many inputs were applied, and how many messages parked.
    pub inputs: usize,
    pub parked: usize,
}

#[derive(Debug, thiserror::Error)]
pub enum StepError {
    #[error(transparent)]
    Fault(#[from] Fault),
    /// Another instance commits steps of this partition.
    #[error("another instance is at work on this partition")]
    Fenced,
}

pub struct Stepper<R: Rules> {
    db: Db,
    connection: Arc<Connection>,
    place: Place,
    shared: R::Shared,
    rules: R,
    head: Head,
    /// The streams that some partition must hear all of.
    kept: FxHashSet<String>,
}

impl<R: Rules> Stepper<R> {
    pub async fn open(db: Db, place: Place, shared: R::Shared) -> Result<Self, Fault> {
        let streams = topology::streams(place.partitions).into_iter();
        let kept = streams
            .filter(|stream| !stream.listeners.is_empty())
            .map(|stream| stream.name.to_string())
            .collect();
        let head = Head::load(&db, place).await?;
        let rules = R::open(&shared, place, &db).await?;
        Ok(Stepper { connection: db.own(), db, place, shared, rules, head, kept })
    }

    /// Forgets everything and reads it anew; what cannot be read leaves all as it was.
    pub async fn reopen(&mut self) -> Result<(), Fault> {
        // The head first: if somebody commits in between, our next step is fenced, never mixed.
        let head = Head::load(&self.db, self.place).await?;
        let rules = R::open(&self.shared, self.place, &self.db).await?;
        (self.head, self.rules) = (head, rules);
        Ok(())
    }

    /// Reads everything anew if another instance has made a step since. After a fault: reopen.
    pub(crate) async fn catch_up(&mut self) -> Result<(), Fault> {
        if self.head.is_current(&Db::reader(&self.connection)).await? {
            return Ok(());
        }
        self.reopen().await
    }

    pub fn place(&self) -> Place {
        self.place
    }

    /// When it is to be run though nothing has come: with an empty batch.
    pub fn due(&self) -> Option<Timestamp> {
        self.rules.due()
    }

    pub fn db(&self) -> &Db {
        &self.db
    }

    pub fn positions(&self) -> &FxHashMap<String, u64> {
        &self.head.positions
    }

    /// Takes a batch to its commit. A fault leaves nothing done: reopen and try the same again.
    pub async fn run(&mut self, batch: &[Incoming], now: Timestamp) -> Result<Committed, StepError> {
        self.run_read(batch, Vec::new(), now).await
    }

    /// The same where some of the batch is read already: of each of its messages what it says, or nothing.
    pub(crate) async fn run_read(
        &mut self,
        batch: &[Incoming],
        ahead: Vec<Option<Opened<R::Input>>>,
        now: Timestamp,
    ) -> Result<Committed, StepError> {
        // Postgres keeps no more; what is said and what is kept must be the same time.
        let now = now.trunc_subsecs(6);
        let doubts = Doubts::about(&self.db, self.place.partition, batch).await?;
        if !doubts.one_by_one() && batch.iter().all(|incoming| as_operate(incoming).is_none()) {
            return self.run_together(batch, ahead, now, &doubts, Condemned::default()).await;
        }
        let mut committed = Committed::default();
        for incoming in batch {
            let verdict = doubts.verdict(&self.db, self.place.partition, incoming).await?;
            let condemned = verdict.map_or_else(Condemned::default, |reason| condemn_all(incoming, &reason));
            let alone = std::slice::from_ref(incoming);
            committed.absorb(self.run_together(alone, Vec::new(), now, &doubts, condemned).await?);
        }
        Ok(committed)
    }

    async fn run_together(
        &mut self,
        batch: &[Incoming],
        mut ahead: Vec<Option<Opened<R::Input>>>,
        now: Timestamp,
        doubts: &Doubts,
        mut condemned: Condemned,
    ) -> Result<Committed, StepError> {
        loop {
            let mut reading = self.read(batch, std::mem::take(&mut ahead), now, &condemned).await?;
            let inputs = std::mem::take(&mut reading.inputs);
            let mut step = Step::with_last_seqs(now, self.head.counters.clone());
            let reader = Db::reader(&self.connection);
            let mut rows = self.rules.prefetch(&reader, &inputs).await?;
            // What was read and what is remembered must be of one time before the rules see both. And
            // what looks like a gap may be one in our memory alone: nobody could fill that. So may what
            // looks due.
            let is_due = self.rules.due().is_some_and(|due| due <= now);
            let relies_on_memory = !inputs.is_empty() || !reading.gaps.is_empty() || is_due;
            if relies_on_memory && !self.head.is_current(&reader).await? {
                return Err(StepError::Fenced);
            }
            let mut poison = None;
            for (input, (spot, asker)) in inputs.into_iter().zip(&reading.origins) {
                step.set_asker(asker.clone());
                if let Err(reason) = self.rules.apply(&mut rows, input, &mut step) {
                    poison = Some((*spot, reason.0));
                    break;
                }
            }
            if let Some((spot, reason)) = poison {
                // The rules may remember what came before it; they start again without it.
                tracing::error!(partition = %self.place.name(), reason, "a message breaks a promise and is parked");
                condemned.insert(spot, reason);
                self.reopen().await?;
                continue;
            }
            step.set_asker(None);
            self.rules.decide(&mut rows, &mut step).await?;
            return self.commit(rows, step, reading, batch, doubts).await;
        }
    }

    async fn read(
        &mut self,
        batch: &[Incoming],
        ahead: Vec<Option<Opened<R::Input>>>,
        now: Timestamp,
        condemned: &Condemned,
    ) -> Result<Reading<R::Input>, Fault> {
        let mut reader =
            Reader::new(&self.rules, &self.head.positions, &self.head.parked_keys, condemned, now);
        let ahead = ahead.into_iter().chain(std::iter::repeat_with(|| None));
        for ((index, incoming), ahead) in batch.iter().enumerate().zip(ahead) {
            match as_operate(incoming) {
                None => reader.read(index, incoming, ahead),
                Some(Operate::Redrive { .. })
                    if ![topology::ADMIN, topology::WEB].contains(&&*incoming.sender) =>
                {
                    let refusal =
                        Refusal::new(Code::NotAllowed, "only an admin takes parked messages up again");
                    reader.refuse(incoming, refusal);
                }
                Some(Operate::Redrive { ids }) => {
                    reader.redrive(&parking::take_up(&self.db, self.place.partition, &ids).await?, incoming);
                }
            }
        }
        Ok(reader.finish())
    }

    async fn commit(
        &mut self,
        rows: R::Rows,
        step: Step,
        reading: Reading<R::Input>,
        batch: &[Incoming],
        doubts: &Doubts,
    ) -> Result<Committed, StepError> {
        let (now, inputs) = (step.now, reading.origins.len());
        let (said, mut replies) = step.into_said();
        replies.extend(reading.replies);
        let mut changes = Writes::default();
        self.rules.write(rows, &mut changes);
        let idle = inputs == 0
            && reading.positions.is_empty()
            && reading.parked.is_empty()
            && said.is_empty()
            && changes.is_empty();
        let (gaps, parked) = (reading.gaps, reading.parked.len());
        let mut committed = Committed { replies, gaps, inputs, parked, ..Default::default() };
        if idle {
            return Ok(committed);
        }
        let mut advance = Advance { positions: reading.positions, counters: Vec::with_capacity(said.len()) };
        for (stream, events) in said {
            let seq = self.head.counters.get(stream.as_str()).copied().unwrap_or(0) + 1;
            advance.counters.push((stream.to_string(), seq));
            let body = envelope(&stream, seq, now, &events);
            let kept = self.kept.contains(stream.as_str());
            committed.messages.push(Outgoing { stream, seq, body, kept });
        }
        let mut writes = Writes::default();
        self.head.claim(&mut writes);
        writes.append(changes);
        let partition = self.place.partition;
        let (redriven, has_parked) = (!reading.redriven.is_empty(), parked > 0);
        parking::save(&mut writes, partition, reading.parked, reading.redriven, now);
        doubts.settle(&mut writes, partition, batch);
        self.head.save(&mut writes, &advance, &committed.messages, now);
        match self.connection.commit(writes).await {
            Ok(()) => {}
            Err(Failure::Fenced) => return Err(StepError::Fenced),
            Err(Failure::Fault(fault)) => {
                if !self.head.was_saved(&self.db).await? {
                    return Err(fault.into());
                }
                tracing::warn!(partition = %self.place.name(), error = %fault, "the answer to a commit was lost");
            }
        }
        self.head.advance(advance);
        metrics::counter!("exchange_parked_total").increment(parked as u64);
        if redriven || has_parked {
            self.head.parked_keys = parking::keys(&self.db, i32::from(self.place.partition)).await?;
        }
        Ok(committed)
    }
}

fn condemn_all(incoming: &Incoming, reason: &str) -> Condemned {
    let events =
        Envelope::read(incoming).and_then(|envelope| envelope.each_event()).map_or(1, |events| events.len());
    (0..events).map(|event| ((0, event), reason.to_owned())).collect()
}

impl Committed {
    fn absorb(&mut self, later: Committed) {
        self.messages.extend(later.messages);
        self.replies.extend(later.replies);
        self.gaps.extend(later.gaps);
        self.inputs += later.inputs;
        self.parked += later.parked;
    }
}
