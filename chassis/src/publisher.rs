//! After the commit: publish in order, see every message confirmed, then acknowledge what the step
//! took in. What is not confirmed is read back from the outbox and sent again, in order, before
//! anything newer.

use crate::broker::{self, Backoff, PATIENCE, within};
use crate::incoming::envelope;
use crate::link::{Link, describe, publish_firmly, publish_loosely};
use crate::logbook::Logbook;
use crate::logbook::recalling::{self, ASKED_MAX, Asked, Recaller};
use crate::measures::Measures;
use crate::outbox::Outbox;
use crate::rules::{Place, ReplyTo};
use crate::settling::{Failed, Unconfirmed, settle};
use crate::stepper::Outgoing;
use crate::trace::{self, Context};
use contracts::refusal::Answer;
use contracts::{Code, Refusal, StreamName, Timestamp, control::Control, topology};
use futures::StreamExt;
use lapin::{Acker, Channel, Confirmation, PublisherConfirm};
use rustc_hash::FxHashMap;
use std::time::Duration;
use tokio::sync::{mpsc, watch};

/// A committed step on its way out.
pub struct Finished {
    pub committed_at: Timestamp,
    pub messages: Vec<Outgoing>,
    pub replies: Vec<(ReplyTo, Vec<u8>)>,
    pub gaps: Vec<(StreamName, u64)>,
    pub positions: FxHashMap<String, u64>,
    pub controls: Vec<Control>,
    /// Who wants to know what is remembered.
    pub recalls: Vec<Asked>,
    /// Acknowledges everything up to the step's last delivery.
    pub acker: Option<Acker>,
    /// What all that it says belongs to.
    pub context: Context,
}

/// How the name of a stream ends that everybody may hear.
const TO_ALL: &str = ">*";
/// Steps whose confirmations are awaited at the same time: enough to cover the broker's fsync.
const UNCONFIRMED_STEPS_MAX: usize = 16;
/// How often listeners report, writers repeat their last sequence, and outboxes are pruned.
const TICK: Duration = Duration::from_secs(1);
const TICKS_BETWEEN_FULL_REPORTS: u64 = 15;
/// Outbox messages read and sent again at a time.
const REPLAY_PAGE: u64 = 128;

pub struct Publisher {
    url: String,
    place: Place,
    outbox: Outbox,
    logbook: Logbook,
    link: Option<Link>,
    failed: Failed,
    /// When this instance last said something there.
    spoke: FxHashMap<String, tokio::time::Instant>,
    /// The counters as they were a tick ago.
    counted: FxHashMap<String, u64>,
    /// Positions in the streams we hear, as last reported and as they are.
    reported: FxHashMap<String, u64>,
    positions: FxHashMap<String, u64>,
    asked: FxHashMap<String, tokio::time::Instant>,
    /// Which of the partition's consumptions this is, while there is one.
    consuming: watch::Receiver<Option<u64>>,
    ticks: u64,
    measures: Measures,
}

impl Publisher {
    pub fn new(
        url: String,
        place: Place,
        outbox: Outbox,
        logbook: Logbook,
        positions: FxHashMap<String, u64>,
        consuming: watch::Receiver<Option<u64>>,
    ) -> Self {
        Publisher {
            url,
            place,
            outbox,
            logbook,
            link: None,
            failed: Failed::default(),
            spoke: FxHashMap::default(),
            counted: FxHashMap::default(),
            reported: FxHashMap::default(),
            positions,
            asked: FxHashMap::default(),
            consuming,
            ticks: 0,
            measures: Measures::new(place),
        }
    }

    /// Works until the steps end, then until everything is confirmed and acknowledged.
    pub async fn run(mut self, mut finished: mpsc::Receiver<Finished>) {
        if let Err(fault) = self.outbox.load().await {
            // They will report again.
            tracing::warn!(error = %fault, "could not read how far the listeners have come");
        }
        let (unconfirmed, confirming) = mpsc::channel(UNCONFIRMED_STEPS_MAX);
        let in_flight = self.measures.in_flight().clone();
        let settling = tokio::spawn(settle(confirming, self.failed.clone(), in_flight, self.logbook.clone()));
        let (recalls, asked) = mpsc::channel(ASKED_MAX);
        let recaller =
            Recaller { logbook: self.logbook.clone(), place: self.place, keeper: self.outbox.keeper() };
        tokio::spawn(recaller.run(asked));
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            let next = tokio::select! {
                next = finished.recv() => next,
                _ = ticks.tick() => {
                    self.tick().await;
                    continue;
                }
                Ok(()) = self.consuming.changed() => {
                    self.wake().await;
                    continue;
                }
            };
            let Some(step) = next else { break };
            if step.acker.is_some() {
                self.measures.delivered();
            }
            self.recover().await;
            let taken = self.send(step, &recalls).await;
            if unconfirmed.send(taken).await.is_err() {
                break;
            }
        }
        drop(unconfirmed);
        let _ = settling.await;
        self.report_positions().await;
        if let Some(link) = self.link {
            let _ = within(link.connection.close(200, "done".into())).await;
        }
    }

    async fn send(&mut self, step: Finished, recalls: &mpsc::Sender<(Asked, Channel)>) -> Unconfirmed {
        let loose = self.link().await.loose.clone();
        for (to, body) in &step.replies {
            let mut properties = broker::transient(self.place.service, "reply");
            if let Some(id) = &to.correlation_id {
                properties = properties.with_correlation_id(id.clone().into());
            }
            let properties = trace::carrying(properties, Some(step.context));
            if !publish_loosely(&loose, &to.exchange, &to.routing_key, body, properties).await {
                // Nor would it take the others; whoever asked will ask again.
                self.link = None;
                break;
            }
        }
        self.logbook.replied(step.replies, step.committed_at, chrono::Utc::now());
        let mut confirms = Vec::with_capacity(step.messages.len());
        for message in step.messages {
            let published_at = chrono::Utc::now();
            if let Some(confirm) = self.publish(&message, step.context).await {
                confirms.push((message.stream.to_string(), message.seq, confirm));
            }
            self.logbook.said(message, step.committed_at, published_at);
        }
        self.positions.extend(step.positions);
        self.ask_for_replays(step.gaps).await;
        for control in step.controls {
            self.obey(control).await;
        }
        for asked in step.recalls {
            self.recall(asked, recalls).await;
        }
        let channel = self.link().await.firm.clone();
        Unconfirmed { channel, sent_at: tokio::time::Instant::now(), confirms, acker: step.acker }
    }

    /// Has it answered beside the steps, after all that was said until now.
    async fn recall(&mut self, asked: Asked, recalls: &mpsc::Sender<(Asked, Channel)>) {
        let loose = self.link().await.loose.clone();
        if let Err(mpsc::error::TrySendError::Full((asked, loose))) = recalls.try_send((asked, loose)) {
            let busy =
                Refusal::new(Code::Unavailable, "too many want to know at once; ask again in a moment");
            recalling::reply(&loose, self.place.service, asked.to, &Answer::Refused(busy)).await;
        }
    }

    /// Sends a message; without a confirmation to wait for when it is for whoever is there.
    async fn publish(&mut self, message: &Outgoing, context: Context) -> Option<PublisherConfirm> {
        let stream = message.stream.to_string();
        self.spoke.insert(stream.clone(), tokio::time::Instant::now());
        let service = self.place.service;
        if !message.kept {
            let loose = self.link().await.loose.clone();
            let properties = trace::carrying(broker::transient(service, "batch"), Some(context));
            publish_loosely(&loose, service, message.stream.as_str(), &message.body, properties).await;
            return None;
        }
        let firm = self.link().await.firm.clone();
        match publish_firmly(&firm, service, &message.stream, message.seq, &message.body, Some(context)).await
        {
            Ok(confirm) => {
                self.measures.in_flight().sent();
                Some(confirm)
            }
            Err(error) => {
                tracing::warn!(stream, seq = message.seq, %error, "could not publish; will send it again");
                self.failed.note(&stream, message.seq);
                self.link = None;
                None
            }
        }
    }

    /// Sends again what failed, before anything newer. Gives up only with the process.
    async fn recover(&mut self) {
        let mut backoff = Backoff::default();
        loop {
            let failed = self.failed.take();
            if failed.is_empty() {
                return;
            }
            // Whatever became of it, this connection has not brought it there; it may seem a good one.
            self.link = None;
            for (stream, seq) in failed {
                if let Err(error) = self.replay(&StreamName::from(stream.as_str()), seq).await {
                    tracing::warn!(stream, seq, error = %format!("{error:#}"), "could not send again; will try once more");
                    self.failed.note(&stream, seq);
                    self.link = None;
                    backoff.wait().await;
                }
            }
        }
    }

    /// Sends a stream from the outbox, from `from` to its end.
    async fn replay(&mut self, stream: &StreamName, from: u64) -> anyhow::Result<()> {
        let mut next = from;
        loop {
            let page = self.outbox.page(stream, next, REPLAY_PAGE).await?;
            let Some((last, _)) = page.last() else { return Ok(()) };
            let last = *last;
            if page[0].0 > next {
                tracing::error!(%stream, from = next, oldest = page[0].0, "the outbox no longer has what a listener misses");
            }
            let firm = self.link().await.firm.clone();
            let mut confirms = futures::stream::FuturesUnordered::new();
            for (seq, body) in &page {
                // The outbox keeps no headers.
                confirms.push(publish_firmly(&firm, self.place.service, stream, *seq, body, None).await?);
            }
            while let Some(confirm) = tokio::time::timeout(PATIENCE, confirms.next()).await? {
                match confirm? {
                    Confirmation::Ack(None) => {}
                    other => anyhow::bail!("not confirmed: {}", describe(&other)),
                }
            }
            next = last + 1;
        }
    }

    async fn obey(&mut self, control: Control) {
        match control {
            Control::Wake {} => {}
            Control::Position { stream, listener, seq } => self.outbox.heard(&stream, &listener, seq),
            Control::Replay { stream, listener, .. } if !self.outbox.keeps(&stream) => {
                tracing::warn!(%stream, listener, "asked to replay a stream that is not written here");
            }
            Control::Replay { stream, listener, from } => {
                tracing::info!(%stream, listener, from, "replaying");
                metrics::counter!("exchange_replays_total").increment(1);
                if self.replay(&stream, from).await.is_err() {
                    self.failed.note(stream.as_str(), from);
                }
            }
        }
    }

    /// At most once a tick for each stream: what is missing may just be on its way.
    async fn ask_for_replays(&mut self, gaps: Vec<(StreamName, u64)>) {
        for (stream, from) in gaps {
            let now = tokio::time::Instant::now();
            let recently = self.asked.get(stream.as_str()).is_some_and(|at| now - *at < TICK);
            if recently {
                continue;
            }
            tracing::info!(%stream, from, "something is missing, asking for it again");
            self.asked.insert(stream.to_string(), now);
            let writer = stream.writer().to_owned();
            self.control(&writer, &Control::Replay { stream, listener: self.place.name(), from }).await;
        }
    }

    async fn tick(&mut self) {
        self.recover().await;
        self.ticks += 1;
        if self.ticks.is_multiple_of(TICKS_BETWEEN_FULL_REPORTS) {
            // A report may be lost, or its writer may have forgotten it. And who was not chosen when he
            // began to consume may have been since.
            self.reported.clear();
            self.wake().await;
        }
        self.report_positions().await;
        let now = chrono::Utc::now();
        match self.outbox.counters().await {
            Ok(counters) => {
                if let Err(fault) = self.measures.report(&self.outbox, &counters, now).await {
                    tracing::warn!(error = %fault, "could not measure the outbox");
                }
                self.repeat_last(counters).await;
            }
            Err(fault) => {
                tracing::warn!(error = %fault, "could not read the counters");
                // Nobody can have written more; and silence means that we are gone.
                self.repeat_last(self.counted.clone().into_iter().collect()).await;
            }
        }
        if let Err(fault) = self.outbox.prune(now).await {
            tracing::warn!(error = %fault, "could not prune the outbox");
        }
    }

    async fn report_positions(&mut self) {
        let changed: Vec<_> =
            self.positions.iter().filter(|(stream, seq)| self.reported.get(*stream) != Some(*seq)).collect();
        let changed: Vec<(String, u64)> =
            changed.into_iter().map(|(stream, seq)| (stream.clone(), *seq)).collect();
        for (stream, seq) in changed {
            let name = StreamName::from(stream.as_str());
            let writer = name.writer().to_owned();
            self.control(&writer, &Control::Position { stream: name, listener: self.place.name(), seq })
                .await;
            self.reported.insert(stream, seq);
        }
    }

    /// Heartbeats: who missed the end of a stream learns of it. From the database, because what
    /// was committed last may have been committed by an instance that is gone.
    async fn repeat_last(&mut self, counters: Vec<(String, u64)>) {
        let now = tokio::time::Instant::now();
        for (stream, seq) in counters {
            let quiet = self.spoke.get(&stream).is_none_or(|at| now - *at >= TICK);
            // Ours, or another instance's: committed a moment ago, and about to be sent. Only for a
            // moment: whoever committed it may have ended, or may not know that he did.
            let on_its_way = self.counted.insert(stream.clone(), seq).is_some_and(|counted| counted < seq);
            let name = StreamName::from(stream.as_str());
            // Web hears what is said to all, reports nothing, and takes silence for absence.
            let all_heard = !name.as_str().ends_with(TO_ALL) && self.outbox.all_heard(&name, seq);
            if !quiet || on_its_way || all_heard {
                continue;
            }
            let heartbeat = envelope(&name, seq, chrono::Utc::now(), b"[]");
            let loose = self.link().await.loose.clone();
            let properties = broker::transient(self.place.service, "heartbeat");
            publish_loosely(&loose, self.place.service, &stream, &heartbeat, properties).await;
        }
    }

    /// Whoever of the partition's instances is chosen gets this, and knows it by that.
    async fn wake(&mut self) {
        let consumes = self.consuming.borrow_and_update().is_some();
        if consumes {
            self.control(&self.place.name(), &Control::Wake {}).await;
        }
    }

    async fn control(&mut self, writer: &str, control: &Control) {
        let loose = self.link().await.loose.clone();
        let body = serde_json::to_vec(control).expect("our own messages are JSON");
        let properties = broker::transient(self.place.service, "control");
        publish_loosely(&loose, topology::CONTROL_EXCHANGE, writer, &body, properties).await;
    }

    /// The connection, made anew when it is gone.
    async fn link(&mut self) -> &Link {
        if !self.link.as_ref().is_some_and(Link::is_alive) {
            self.link = None;
            let mut backoff = Backoff::default();
            let name = format!("{} publishes", self.place.name());
            self.link = loop {
                match Link::open(&self.url, &name).await {
                    Ok(link) => break Some(link),
                    Err(error) => tracing::warn!(%error, "no connection to publish on"),
                }
                backoff.wait().await;
            };
        }
        self.link.as_ref().expect("just made")
    }
}
