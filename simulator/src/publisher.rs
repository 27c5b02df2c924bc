//! What happens to a step after its commit, as `chassis/src/publisher.rs` and `settling.rs` have it:
//! sent in order, confirmed, then acknowledged; what fails is read back from the outbox; reports,
//! heartbeats and replays. The outbox is the real one. The sending is a model, because the real
//! one is made of AMQP.

use crate::broker::Broker;
use crate::plants::Plant;
use crate::twin::Database;
use chassis::incoming::{Incoming, envelope};
use chassis::rules::ReplyTo;
use chassis::stepper::Outgoing;
use chassis::{Outbox, Place};
use contracts::{StreamName, Timestamp, control::Control, topology};
use futures::FutureExt;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, VecDeque};

/// As in the chassis: how often listeners report and writers repeat.
pub const TICK_MS: u64 = 1_000;
const TICKS_BETWEEN_FULL_REPORTS: u64 = 15;
const REPLAY_PAGE: u64 = 128;

/// A committed step on its way out.
pub struct Finished {
    pub messages: Vec<Outgoing>,
    pub replies: Vec<(ReplyTo, Vec<u8>)>,
    pub gaps: Vec<(StreamName, u64)>,
    pub positions: FxHashMap<String, u64>,
    pub controls: Vec<Control>,
    /// Of the step's last delivery. None: nothing was delivered for it.
    pub tag: Option<u64>,
}

enum Sent {
    /// With a confirmation to wait for.
    Firm {
        stream: StreamName,
        seq: u64,
        body: Vec<u8>,
        step: Option<u64>,
    },
    /// May be lost.
    Loose {
        key: String,
        incoming: Incoming,
    },
    Reply {
        to: ReplyTo,
        body: Vec<u8>,
    },
}

struct Settling {
    step: u64,
    waiting: usize,
    tag: Option<u64>,
}

pub struct Publisher {
    place: Place,
    outbox: Outbox,
    database: Database,
    plant: Option<Plant>,
    wire: VecDeque<Sent>,
    /// Taken by the broker; its word is on its way.
    confirming: VecDeque<(StreamName, u64, Option<u64>)>,
    settling: VecDeque<Settling>,
    steps: u64,
    failed: BTreeMap<String, u64>,
    /// For the bug of the same name alone.
    sent: FxHashMap<String, u64>,
    spoke: FxHashMap<String, u64>,
    counted: FxHashMap<String, u64>,
    reported: BTreeMap<String, u64>,
    positions: BTreeMap<String, u64>,
    asked: FxHashMap<String, u64>,
    ticks: u64,
    loaded: bool,
}

impl Publisher {
    pub fn new(place: Place, outbox: Outbox, database: Database, plant: Option<Plant>) -> Self {
        Publisher {
            place,
            outbox,
            database,
            plant,
            wire: VecDeque::new(),
            confirming: VecDeque::new(),
            settling: VecDeque::new(),
            steps: 0,
            failed: BTreeMap::new(),
            sent: FxHashMap::default(),
            spoke: FxHashMap::default(),
            counted: FxHashMap::default(),
            reported: BTreeMap::new(),
            positions: BTreeMap::new(),
            asked: FxHashMap::default(),
            ticks: 0,
            loaded: false,
        }
    }

    /// The positions that the partition opened with.
    pub fn know(&mut self, positions: FxHashMap<String, u64>) {
        if self.positions.is_empty() {
            self.positions.extend(positions);
        }
    }

    pub fn is_idle(&self) -> bool {
        self.wire.is_empty()
            && self.confirming.is_empty()
            && self.settling.is_empty()
            && self.failed.is_empty()
    }

    pub fn describe(&self) -> String {
        let waiting = self.settling.iter().map(|step| step.waiting).sum::<usize>();
        format!(
            "({} sent, {} unconfirmed, {} steps wait for {waiting}, failed {:?})",
            self.wire.len(),
            self.confirming.len(),
            self.settling.len(),
            self.failed
        )
    }

    pub fn has_mail(&self) -> bool {
        !self.wire.is_empty() || !self.confirming.is_empty()
    }

    /// Steps that are published and not yet acknowledged, and whether all of the first is confirmed.
    pub fn unsettled(&self) -> usize {
        self.settling.len()
    }

    pub fn on_the_wire(&self) -> usize {
        self.wire.len()
    }

    /// The outbox can be asked only while nobody is in the middle of writing.
    fn may_ask(&mut self) -> bool {
        if !self.database.lock().is_free() {
            return false;
        }
        if !self.loaded {
            now(self.outbox.load()).expect("the twin answers");
            self.loaded = true;
        }
        true
    }

    /// False when it must be tried again later: what failed before has to go first.
    pub fn may_send(&mut self) -> bool {
        self.recover();
        self.failed.is_empty()
    }

    pub fn send(&mut self, step: Finished, now_ms: u64) {
        self.steps += 1;
        for (to, body) in step.replies {
            self.wire.push_back(Sent::Reply { to, body });
        }
        let mut waiting = 0;
        for message in step.messages {
            self.sent.insert(message.stream.to_string(), message.seq);
            self.spoke.insert(message.stream.to_string(), now_ms);
            if message.kept {
                waiting += 1;
                let Outgoing { stream, seq, body, .. } = message;
                self.wire.push_back(Sent::Firm { stream, seq, body, step: Some(self.steps) });
            } else {
                self.say(message.stream.as_str(), message.body);
            }
        }
        self.positions.extend(step.positions);
        self.ask_for_replays(step.gaps, now_ms);
        for control in step.controls {
            match control {
                Control::Position { stream, listener, seq } => self.outbox.heard(&stream, &listener, seq),
                Control::Replay { stream, from, .. } => self.replay(&stream, from),
                Control::Wake {} => {}
            }
        }
        self.settling.push_back(Settling { step: self.steps, waiting, tag: step.tag });
    }

    fn say(&mut self, stream: &str, body: Vec<u8>) {
        let incoming = self.incoming(self.place.service, body);
        self.wire.push_back(Sent::Loose { key: stream.to_owned(), incoming });
    }

    fn incoming(&self, exchange: &str, body: Vec<u8>) -> Incoming {
        let sender = self.place.service.to_owned();
        Incoming {
            exchange: exchange.to_owned(),
            sender,
            body,
            reply_to: None,
            deadline: None,
            redelivered: false,
        }
    }

    /// One message reaches the broker, or one confirmation comes back.
    pub fn carry(&mut self, broker: &mut Broker, consumer: u32, confirm_first: bool) {
        if (confirm_first || self.wire.is_empty())
            && let Some((stream, seq, step)) = self.confirming.pop_front()
        {
            self.confirmed(&stream, seq, step);
        } else {
            match self.wire.pop_front() {
                Some(Sent::Firm { stream, seq, body, step }) => {
                    let incoming = self.incoming(self.place.service, body);
                    broker.publish(stream.as_str(), &incoming, 0);
                    self.confirming.push_back((stream, seq, step));
                }
                Some(Sent::Loose { key, incoming }) => broker.publish(&key, &incoming, 0),
                Some(Sent::Reply { to, body }) => {
                    broker.replies.push_back((to.correlation_id.unwrap_or_default(), body));
                }
                None => {}
            }
        }
        self.settle(broker, consumer);
    }

    fn confirmed(&mut self, stream: &StreamName, seq: u64, step: Option<u64>) {
        self.done_with(step);
        if self.plant == Some(Plant::PrunedBeforeHeard) {
            let key = [stream.as_str().into(), (seq as i64).into()].iter().map(crate::twin::part).collect();
            self.database.lock().tables.remove("outbox", key);
        }
    }

    fn done_with(&mut self, step: Option<u64>) {
        if let Some(settling) = self.settling.iter_mut().find(|settling| Some(settling.step) == step) {
            settling.waiting -= 1;
        }
    }

    /// In the order of sending.
    pub fn settle(&mut self, broker: &mut Broker, consumer: u32) {
        while let Some(first) = self.settling.front().filter(|first| first.waiting == 0) {
            if let Some(tag) = first.tag {
                broker.ack(&self.place.name(), consumer, tag);
            }
            self.settling.pop_front();
        }
    }

    /// The connection for publishing breaks: what is on its way is gone, and so is the broker's word.
    pub fn lose_link(&mut self) {
        for sent in std::mem::take(&mut self.wire) {
            if let Sent::Firm { stream, seq, step, .. } = sent {
                self.done_with(step);
                self.note_failed(&stream, seq);
            }
        }
        for (stream, seq, step) in std::mem::take(&mut self.confirming) {
            self.done_with(step);
            self.note_failed(&stream, seq);
        }
    }

    fn note_failed(&mut self, stream: &StreamName, seq: u64) {
        let first = self.failed.entry(stream.to_string()).or_insert(seq);
        *first = seq.min(*first);
    }

    /// Sends again what failed, before anything newer.
    pub fn recover(&mut self) {
        for (stream, seq) in std::mem::take(&mut self.failed) {
            self.replay(&StreamName::from(stream.as_str()), seq);
        }
    }

    fn replay(&mut self, stream: &StreamName, from: u64) {
        if !self.may_ask() {
            return self.note_failed(stream, from);
        }
        let mut next = from;
        loop {
            let page = now(self.outbox.page(stream, next, REPLAY_PAGE)).expect("the twin answers");
            let Some((last, _)) = page.last() else { return };
            let last = *last;
            for (seq, body) in page {
                self.wire.push_back(Sent::Firm { stream: stream.clone(), seq, body, step: None });
            }
            let sent = self.sent.entry(stream.to_string()).or_default();
            *sent = last.max(*sent);
            next = last + 1;
        }
    }

    fn ask_for_replays(&mut self, gaps: Vec<(StreamName, u64)>, now_ms: u64) {
        for (stream, from) in gaps {
            if self.asked.get(stream.as_str()).is_some_and(|at| now_ms - *at < TICK_MS) {
                continue;
            }
            self.asked.insert(stream.to_string(), now_ms);
            let writer = stream.writer().to_owned();
            self.control(&writer, &Control::Replay { stream, listener: self.place.name(), from });
        }
    }

    /// Whoever of the partition's instances is chosen gets this, and knows it by that.
    pub fn wake(&mut self) {
        self.control(&self.place.name(), &Control::Wake {});
    }

    /// Nothing when somebody is in the middle of writing; then it is for the next tick.
    pub fn tick(&mut self, now_ms: u64, at: Timestamp, consumes: bool) {
        if !self.may_ask() {
            return;
        }
        self.recover();
        self.ticks += 1;
        if self.ticks.is_multiple_of(TICKS_BETWEEN_FULL_REPORTS) {
            self.reported.clear();
            if consumes {
                self.wake();
            }
        }
        self.report_positions();
        if self.plant != Some(Plant::NoHeartbeats) {
            self.repeat_last(now_ms, at);
        }
        now(self.outbox.prune(at)).expect("the twin answers");
    }

    fn report_positions(&mut self) {
        let changed = self.positions.iter().filter(|(stream, seq)| self.reported.get(*stream) != Some(seq));
        let changed: Vec<(String, u64)> = changed.map(|(stream, seq)| (stream.clone(), *seq)).collect();
        for (stream, seq) in changed {
            let name = StreamName::from(stream.as_str());
            let writer = name.writer().to_owned();
            self.control(&writer, &Control::Position { stream: name, listener: self.place.name(), seq });
            self.reported.insert(stream, seq);
        }
    }

    fn repeat_last(&mut self, now_ms: u64, at: Timestamp) {
        for (stream, seq) in now(self.outbox.counters()).expect("the twin answers") {
            let quiet = self.spoke.get(&stream).is_none_or(|spoke| now_ms - *spoke >= TICK_MS);
            let new = self.counted.insert(stream.clone(), seq).is_some_and(|counted| counted < seq);
            let unsent = self.sent.get(&stream).is_some_and(|sent| *sent < seq);
            let on_its_way = new || (self.plant == Some(Plant::WaitsForWhatItNeverSends) && unsent);
            let name = StreamName::from(stream.as_str());
            if !quiet || on_its_way || self.outbox.all_heard(&name, seq) {
                continue;
            }
            self.say(&stream, envelope(&name, seq, at, b"[]"));
        }
    }

    fn control(&mut self, writer: &str, control: &Control) {
        let body = serde_json::to_vec(control).expect("our own messages are JSON");
        let incoming = self.incoming(topology::CONTROL_EXCHANGE, body);
        self.wire.push_back(Sent::Loose { key: writer.to_owned(), incoming });
    }
}

/// What never has to wait, because its connection is never slow and nobody is writing.
fn now<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("there is nothing to wait for")
}
