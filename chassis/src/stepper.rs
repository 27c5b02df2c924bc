//! The step: deliveries in, one transaction, messages out. Everything a partition knows of itself
//! lives here, and nothing in it is ever ahead of the database.
//!
//! **Invariant** A step is committed only by the instance that knows the step before it (`heads`).
//! **Invariant** Effects, positions, and outgoing messages are in the same transaction.
//! **Invariant** No future here is ever dropped half way: callers neither time it out nor select.

use crate::incoming::{Envelope, Incoming, Kind, envelope};
use crate::parking::{self, Parked};
use crate::rules::{Place, ReplyTo, Rules, Source, Step};
use crate::store::{Db, Fault, Tx};
use contracts::{
    Code, Refusal, StreamName, Timestamp, control::Operate, intake::IntakeReply, refusal::Answer,
};
use rustc_hash::{FxHashMap, FxHashSet};
use sea_orm::FromQueryResult;
use uuid::Uuid;

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
    place: Place,
    shared: R::Shared,
    /// Tells our commits from another instance's when an answer was lost.
    writer: Uuid,
    rules: R,
    step: u64,
    positions: FxHashMap<String, u64>,
    counters: FxHashMap<String, u64>,
    parked_keys: FxHashSet<String>,
    /// The streams that some partition must hear all of.
    kept: FxHashSet<String>,
}

/// An input with where it stands in its batch.
struct Item<I> {
    input: I,
    /// Of the delivery, and of the event in it.
    at: (usize, usize),
    asker: Option<ReplyTo>,
}

/// What reading a batch gave.
struct Reading<I> {
    items: Vec<Item<I>>,
    parked: Vec<Parked>,
    positions: FxHashMap<String, u64>,
    gaps: Vec<(StreamName, u64)>,
    replies: Vec<(ReplyTo, Vec<u8>)>,
    /// Rows of `parked` that this batch applies again.
    redriven: Vec<Uuid>,
}

/// Events that cannot be taken, by place in the batch, with the reason.
type Condemned = FxHashMap<(usize, usize), String>;

impl<R: Rules> Stepper<R> {
    pub async fn open(db: Db, place: Place, shared: R::Shared) -> Result<Self, Fault> {
        let kept = contracts::topology::streams(place.partitions)
            .into_iter()
            .filter(|stream| !stream.listeners.is_empty())
            .map(|stream| stream.name.to_string())
            .collect();
        let rules = R::open(&shared, place, &db).await?;
        let (positions, counters, parked_keys) = Default::default();
        let writer = Uuid::now_v7();
        let mut stepper =
            Stepper { db, place, shared, writer, rules, step: 0, positions, counters, parked_keys, kept };
        stepper.load_head().await?;
        Ok(stepper)
    }

    /// Forgets everything and reads it anew.
    pub async fn reopen(&mut self) -> Result<(), Fault> {
        // The head first: if somebody commits in between, our next step is fenced, never mixed.
        self.load_head().await?;
        self.rules = R::open(&self.shared, self.place, &self.db).await?;
        Ok(())
    }

    async fn load_head(&mut self) -> Result<(), Fault> {
        #[derive(FromQueryResult)]
        struct Head {
            step: i64,
        }
        let partition = i32::from(self.place.partition);
        let head =
            self.db.one::<Head>("select step from heads where partition = $1", [partition.into()]).await?;
        self.step = match head {
            Some(head) => head.step as u64,
            None => {
                self.create_head().await?;
                0
            }
        };
        self.positions = self.sequences("positions").await?;
        self.counters = self.sequences("counters").await?;
        self.parked_keys = parking::keys(&self.db, partition).await?;
        Ok(())
    }

    async fn create_head(&self) -> Result<(), Fault> {
        let (partition, nobody) = (i32::from(self.place.partition), Uuid::nil());
        self.db
            .transaction(async move |tx: &Tx| {
                let insert =
                    "insert into heads (partition, step, writer) values ($1, 0, $2) on conflict do nothing";
                tx.execute(insert, [partition.into(), nobody.into()]).await
            })
            .await
            .map(|_| ())
    }

    async fn sequences(&self, table: &str) -> Result<FxHashMap<String, u64>, Fault> {
        #[derive(FromQueryResult)]
        struct Row {
            stream: String,
            seq: i64,
        }
        let sql = format!("select stream, seq from {table} where partition = $1");
        let rows = self.db.all::<Row>(&sql, [i32::from(self.place.partition).into()]).await?;
        Ok(rows.into_iter().map(|row| (row.stream, row.seq as u64)).collect())
    }

    pub fn place(&self) -> Place {
        self.place
    }

    pub fn db(&self) -> &Db {
        &self.db
    }

    pub fn positions(&self) -> &FxHashMap<String, u64> {
        &self.positions
    }

    pub fn counters(&self) -> &FxHashMap<String, u64> {
        &self.counters
    }

    /// Takes a batch to its commit. A fault leaves nothing done: rebuild and try the same again.
    pub async fn run(&mut self, batch: &[Incoming], now: Timestamp) -> Result<Committed, StepError> {
        let doubts = parking::Doubts::about(&self.db, self.place.partition, batch).await?;
        if !doubts.one_by_one() && batch.iter().all(|incoming| as_operate(incoming).is_none()) {
            return self.run_all(batch, now, &doubts, Condemned::default()).await;
        }
        let mut committed = Committed::default();
        for incoming in batch {
            let alone = std::slice::from_ref(incoming);
            let mut condemned = Condemned::default();
            match doubts.verdict(&self.db, self.place.partition, incoming).await? {
                Some(reason) => {
                    let events = Envelope::read(incoming)
                        .and_then(|e| e.each_event())
                        .map_or(1, |events| events.len());
                    condemned.extend((0..events).map(|event| ((0, event), reason.clone())));
                }
                None => {}
            }
            committed.absorb(self.run_all(alone, now, &doubts, condemned).await?);
        }
        Ok(committed)
    }

    async fn run_all(
        &mut self,
        batch: &[Incoming],
        now: Timestamp,
        doubts: &parking::Doubts,
        mut condemned: Condemned,
    ) -> Result<Committed, StepError> {
        loop {
            let mut reading = self.read(batch, now, &condemned).await?;
            let mut step = Step::with_last_seqs(now, self.counters.clone());
            let inputs: Vec<(R::Input, (usize, usize), Option<ReplyTo>)> =
                std::mem::take(&mut reading.items).into_iter().map(|i| (i.input, i.at, i.asker)).collect();
            let count = inputs.len();
            let (inputs, places): (Vec<_>, Vec<_>) =
                inputs.into_iter().map(|(input, at, asker)| (input, (at, asker))).unzip();
            let mut rows = self.rules.prefetch(&self.db, &inputs).await?;
            let mut poison = None;
            for (input, (at, asker)) in inputs.into_iter().zip(places) {
                step.set_asker(asker);
                if let Err(reason) = self.rules.apply(&mut rows, input, &mut step) {
                    poison = Some((at, reason.0));
                    break;
                }
            }
            if let Some((at, reason)) = poison {
                // The rules may have seen what came before it; they start again without it.
                tracing::error!(partition = %self.place.name(), reason, "a message breaks a promise and is parked");
                condemned.insert(at, reason);
                self.reopen().await?;
                continue;
            }
            step.set_asker(None);
            self.rules.decide(&mut rows, &mut step).await?;
            return self.commit(rows, step, reading, count, batch, doubts).await;
        }
    }

    async fn commit(
        &mut self,
        rows: R::Rows,
        step: Step,
        reading: Reading<R::Input>,
        inputs: usize,
        batch: &[Incoming],
        doubts: &parking::Doubts,
    ) -> Result<Committed, StepError> {
        let now = step.now;
        let (said, mut replies) = step.into_said();
        replies.extend(reading.replies);
        let idle =
            inputs == 0 && reading.positions.is_empty() && reading.parked.is_empty() && said.is_empty();
        let mut committed = Committed {
            replies,
            gaps: reading.gaps,
            inputs,
            parked: reading.parked.len(),
            ..Default::default()
        };
        if idle && reading.redriven.is_empty() {
            return Ok(committed);
        }
        let mut counters = Vec::with_capacity(said.len());
        for (stream, events) in said {
            let seq = self.counters.get(stream.as_str()).copied().unwrap_or(0) + 1;
            counters.push((stream.to_string(), seq));
            let body = envelope(&stream, seq, now, &events);
            let kept = self.kept.contains(stream.as_str());
            committed.messages.push(Outgoing { stream, seq, body, kept });
        }
        let tx = self.db.begin().await?;
        self.rules.write(&tx, rows).await?;
        parking::save(&tx, self.place.partition, &reading.parked, &reading.redriven, now).await?;
        doubts.settle(&tx, self.place.partition, batch).await?;
        if !self.save_head(&tx, &reading.positions, &counters, &committed.messages, now).await? {
            tx.rollback().await?;
            return Err(StepError::Fenced);
        }
        if let Err(fault) = tx.commit().await {
            self.resolve(fault).await?;
        }
        self.step += 1;
        self.positions.extend(reading.positions);
        self.counters.extend(counters);
        self.parked_keys.extend(reading.parked.into_iter().filter_map(|parked| parked.key));
        if !reading.redriven.is_empty() {
            self.parked_keys = parking::keys(&self.db, i32::from(self.place.partition)).await?;
        }
        Ok(committed)
    }

    /// One statement, last before the commit: the fence, positions, counters, outbox.
    async fn save_head(
        &self,
        tx: &Tx,
        positions: &FxHashMap<String, u64>,
        counters: &[(String, u64)],
        messages: &[Outgoing],
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let (heard, heard_seqs): (Vec<_>, Vec<_>) =
            positions.iter().map(|(s, seq)| (s.clone(), *seq as i64)).unzip();
        let (written, written_seqs): (Vec<_>, Vec<_>) =
            counters.iter().map(|(s, seq)| (s.clone(), *seq as i64)).unzip();
        let kept: Vec<_> = messages.iter().filter(|message| message.kept).collect();
        let outbox_streams: Vec<String> = kept.iter().map(|m| m.stream.to_string()).collect();
        let outbox_seqs: Vec<i64> = kept.iter().map(|m| m.seq as i64).collect();
        let outbox_bodies: Vec<Vec<u8>> = kept.iter().map(|m| m.body.clone()).collect();
        let sql = "
            with heard as (
                insert into positions (partition, stream, seq)
                select $1, stream, seq from unnest($4::text[], $5::bigint[]) as heard (stream, seq)
                on conflict (partition, stream) do update set seq = excluded.seq
            ), written as (
                insert into counters (partition, stream, seq)
                select $1, stream, seq from unnest($6::text[], $7::bigint[]) as written (stream, seq)
                on conflict (partition, stream) do update set seq = excluded.seq
            ), sent as (
                insert into outbox (stream, seq, body, created_at)
                select stream, seq, body, $11 from unnest($8::text[], $9::bigint[], $10::bytea[]) as sent (stream, seq, body)
            )
            update heads set step = $2 + 1, writer = $3 where partition = $1 and step = $2";
        let changed = tx
            .execute(
                sql,
                [
                    i32::from(self.place.partition).into(),
                    (self.step as i64).into(),
                    self.writer.into(),
                    heard.into(),
                    heard_seqs.into(),
                    written.into(),
                    written_seqs.into(),
                    outbox_streams.into(),
                    outbox_seqs.into(),
                    outbox_bodies.into(),
                    now.into(),
                ],
            )
            .await?;
        Ok(changed == 1)
    }

    /// The commit's answer was lost: it happened if the head says that we made this step.
    async fn resolve(&self, fault: Fault) -> Result<(), StepError> {
        #[derive(FromQueryResult)]
        struct Head {
            step: i64,
            writer: Uuid,
        }
        tracing::warn!(partition = %self.place.name(), error = %fault, "the answer to a commit was lost");
        let sql = "select step, writer from heads where partition = $1";
        let head = self.db.one::<Head>(sql, [i32::from(self.place.partition).into()]).await?;
        match head {
            Some(head) if head.step as u64 == self.step + 1 && head.writer == self.writer => Ok(()),
            _ => Err(fault.into()),
        }
    }

    async fn read(
        &self,
        batch: &[Incoming],
        now: Timestamp,
        condemned: &Condemned,
    ) -> Result<Reading<R::Input>, Fault> {
        let mut reading = Reading {
            items: Vec::with_capacity(batch.len()),
            parked: Vec::new(),
            positions: FxHashMap::default(),
            gaps: Vec::new(),
            replies: Vec::new(),
            redriven: Vec::new(),
        };
        let mut parked_keys = self.parked_keys.clone();
        for (index, incoming) in batch.iter().enumerate() {
            match incoming.kind() {
                Kind::Stream => self.read_stream(index, incoming, condemned, &mut parked_keys, &mut reading),
                Kind::Request | Kind::Orders => match as_operate(incoming) {
                    Some(Operate::Redrive { ids }) => self.read_parked(&ids, incoming, &mut reading).await?,
                    None => {
                        self.read_request(index, incoming, now, condemned, &mut parked_keys, &mut reading)
                    }
                },
                Kind::Control => {}
            }
        }
        Ok(reading)
    }

    fn read_stream(
        &self,
        index: usize,
        incoming: &Incoming,
        condemned: &Condemned,
        parked_keys: &mut FxHashSet<String>,
        reading: &mut Reading<R::Input>,
    ) {
        let envelope = match Envelope::read(incoming) {
            Ok(envelope) => envelope,
            // It has no place in any stream, so nothing waits behind it.
            Err(reason) => return reading.parked.push(Parked::whole(incoming, reason)),
        };
        let position = reading
            .positions
            .get(&*envelope.stream)
            .or(self.positions.get(&*envelope.stream))
            .copied()
            .unwrap_or(0);
        if envelope.seq <= position {
            return;
        }
        if envelope.seq > position + 1 || envelope.is_heartbeat() {
            let stream = StreamName::from(&*envelope.stream);
            if !reading.gaps.iter().any(|(missed, _)| *missed == stream) {
                reading.gaps.push((stream, position + 1));
            }
            return;
        }
        reading.positions.insert(envelope.stream.to_string(), envelope.seq);
        let source = Source::Stream { service: envelope.service(), at: envelope.at };
        let suspicious = !parked_keys.is_empty() || condemned.keys().any(|(delivery, _)| *delivery == index);
        if !suspicious && let Ok(inputs) = self.rules.decode_events(source, envelope.events.get().as_bytes())
        {
            let items = inputs.into_iter().enumerate();
            return reading.items.extend(items.map(|(n, input)| Item { input, at: (index, n), asker: None }));
        }
        let events = match envelope.each_event() {
            Ok(events) => events,
            Err(reason) => {
                return reading.parked.push(Parked::event(&envelope, incoming, "null", None, reason));
            }
        };
        for (n, event) in events.into_iter().enumerate() {
            let alone = format!("[{}]", event.get());
            let park = |key, reason| Parked::event(&envelope, incoming, event.get(), key, reason);
            let inputs = match self.rules.decode_events(source, alone.as_bytes()) {
                Ok(inputs) => inputs,
                Err(reason) => {
                    let key = parking::guess_key(event.get());
                    parked_keys.extend(key.clone());
                    reading.parked.push(park(key, reason));
                    continue;
                }
            };
            for input in inputs {
                let key = self.rules.key(&input);
                if let Some(reason) = condemned.get(&(index, n)) {
                    parked_keys.insert(key.clone());
                    reading.parked.push(park(Some(key), reason.clone()));
                } else if parked_keys.contains(&key) {
                    reading.parked.push(park(Some(key), "waits behind a parked message".into()));
                } else {
                    reading.items.push(Item { input, at: (index, n), asker: None });
                }
            }
        }
    }

    fn read_request(
        &self,
        index: usize,
        incoming: &Incoming,
        now: Timestamp,
        condemned: &Condemned,
        parked_keys: &mut FxHashSet<String>,
        reading: &mut Reading<R::Input>,
    ) {
        let in_time = incoming.deadline.is_none_or(|deadline| now <= deadline);
        let late =
            || Refusal::new(Code::DeadlinePassed, "the deadline passed before the request was taken up");
        let decoded = if in_time {
            self.rules.decode_request(incoming.request_source(), &incoming.body)
        } else {
            Err(late())
        };
        let input = match decoded {
            Ok(input) => input,
            Err(refusal) => {
                if let Some(asker) = &incoming.reply_to {
                    reading.replies.push((asker.clone(), refuse(incoming, refusal)));
                }
                return;
            }
        };
        let key = self.rules.key(&input);
        if let Some(reason) = condemned.get(&(index, 0)) {
            parked_keys.insert(key.clone());
            reading.parked.push(Parked { key: Some(key), ..Parked::whole(incoming, reason.clone()) });
        } else if parked_keys.contains(&key) {
            let reason = "waits behind a parked message".to_owned();
            reading.parked.push(Parked { key: Some(key), ..Parked::whole(incoming, reason) });
        } else {
            reading.items.push(Item { input, at: (index, 0), asker: incoming.reply_to.clone() });
        }
    }

    /// Operators take parked messages up again: these, and all behind the same keys, in their order.
    async fn read_parked(
        &self,
        ids: &[Uuid],
        incoming: &Incoming,
        reading: &mut Reading<R::Input>,
    ) -> Result<(), Fault> {
        if incoming.sender != contracts::topology::ADMIN {
            let refusal = Refusal::new(Code::NotAllowed, "only an admin takes parked messages up again");
            reading.replies.extend(incoming.reply_to.clone().map(|asker| (asker, refuse(incoming, refusal))));
            return Ok(());
        }
        let rows = parking::take_up(&self.db, self.place.partition, ids).await?;
        let mut applied = 0_u32;
        for row in rows {
            let decoded = match row.source() {
                source @ Source::Stream { .. } => self
                    .rules
                    .decode_events(source, format!("[{}]", String::from_utf8_lossy(&row.body)).as_bytes()),
                source => {
                    self.rules.decode_request(source, &row.body).map(|i| vec![i]).map_err(|r| r.to_string())
                }
            };
            match decoded {
                Ok(inputs) => {
                    applied += 1;
                    reading.redriven.push(row.parked_id);
                    let items =
                        inputs.into_iter().map(|input| Item { input, at: (usize::MAX, 0), asker: None });
                    reading.items.extend(items);
                }
                Err(reason) => {
                    tracing::warn!(parked_id = %row.parked_id, reason, "still cannot be read, stays parked")
                }
            }
        }
        let answer = serde_json::to_vec(&Answer::Ok(applied)).expect("a number is JSON");
        reading.replies.extend(incoming.reply_to.clone().map(|asker| (asker, answer)));
        Ok(())
    }
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

fn as_operate(incoming: &Incoming) -> Option<Operate> {
    // Cheap to tell apart: no other request begins like this.
    let looks_like_it = incoming.kind() == Kind::Request && incoming.body.starts_with(b"{\"redrive\"");
    looks_like_it.then(|| serde_json::from_slice(&incoming.body).ok()).flatten()
}

fn refuse(incoming: &Incoming, refusal: Refusal) -> Vec<u8> {
    let json = match incoming.kind() {
        Kind::Orders => {
            let body: Option<serde_json::Value> = serde_json::from_slice(&incoming.body).ok();
            let order_id = body.and_then(|body| body.get("order_id")?.as_str()?.parse().ok());
            serde_json::to_vec(&IntakeReply::rejected(order_id, refusal))
        }
        Kind::Request | Kind::Stream | Kind::Control => serde_json::to_vec(&Answer::<()>::Refused(refusal)),
    };
    json.expect("our own answers are JSON")
}
