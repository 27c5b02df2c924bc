//! Reading a batch: which deliveries are new, what they say, and what cannot be read.

use crate::incoming::{Envelope, Incoming, Kind, Opened};
use crate::logbook::recalling;
use crate::parking::{self, Parked, ParkedRow};
use crate::rules::{ReplyTo, Rules, Source};
use contracts::{
    Code, OrderId, Refusal, StreamName, Timestamp, control::Operate, intake::IntakeReply, refusal::Answer,
};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;
use uuid::Uuid;

/// Where an input stands in its batch: which delivery, which of its events.
pub(crate) type Spot = (usize, usize);
/// Events that cannot be taken, with the reason.
pub(crate) type Condemned = FxHashMap<Spot, String>;

/// Many times the longest command of ours. The broker takes messages of megabytes, which streams need.
const REQUEST_BYTES_MAX: usize = 64 * 1024;

const BEHIND: &str = "waits behind a parked message";

/// What reading a batch gave.
pub(crate) struct Reading<I> {
    pub inputs: Vec<I>,
    /// Of each input: its spot, and who asks.
    pub origins: Vec<(Spot, Option<ReplyTo>)>,
    pub parked: Vec<Parked>,
    /// The positions that this batch reaches.
    pub positions: FxHashMap<String, u64>,
    pub gaps: Vec<(StreamName, u64)>,
    pub replies: Vec<(ReplyTo, Vec<u8>)>,
    /// Rows of `parked` that this batch applies again.
    pub redriven: Vec<Uuid>,
}

/// Reads one batch, knowing where the partition stands.
pub(crate) struct Reader<'a, R: Rules> {
    rules: &'a R,
    positions: &'a FxHashMap<String, u64>,
    condemned: &'a Condemned,
    parked_keys: FxHashSet<String>,
    now: Timestamp,
    reading: Reading<R::Input>,
}

impl<'a, R: Rules> Reader<'a, R> {
    pub fn new(
        rules: &'a R,
        positions: &'a FxHashMap<String, u64>,
        parked_keys: &FxHashSet<String>,
        condemned: &'a Condemned,
        now: Timestamp,
    ) -> Self {
        let reading = Reading {
            inputs: Vec::new(),
            origins: Vec::new(),
            parked: Vec::new(),
            positions: FxHashMap::default(),
            gaps: Vec::new(),
            replies: Vec::new(),
            redriven: Vec::new(),
        };
        Reader { rules, positions, condemned, parked_keys: parked_keys.clone(), now, reading }
    }

    pub fn finish(self) -> Reading<R::Input> {
        self.reading
    }

    /// `ahead` is what was read of it already, if anything was.
    pub fn read(&mut self, index: usize, incoming: &Incoming, ahead: Option<Opened<R::Input>>) {
        match incoming.kind() {
            Kind::Stream => self.stream(index, incoming, ahead),
            // Answered beside the steps.
            Kind::Request if recalling::is_recall(incoming) => {}
            Kind::Request | Kind::Orders => self.request(index, incoming),
            // Listeners' reports are the publisher's business.
            Kind::Control => {}
        }
    }

    fn stream(&mut self, index: usize, incoming: &Incoming, ahead: Option<Opened<R::Input>>) {
        let suspicious =
            !self.parked_keys.is_empty() || self.condemned.keys().any(|(delivery, _)| *delivery == index);
        let open = || Opened::read(incoming, |source, events| self.rules.decode_events(source, events));
        if !suspicious && let Some(opened) = ahead.or_else(open) {
            return self.opened(index, opened);
        }
        let envelope = match Envelope::read(incoming) {
            Ok(envelope) => envelope,
            // It has no place in any stream, so nothing waits behind it.
            Err(reason) => return self.reading.parked.push(Parked::whole(incoming, reason)),
        };
        if !self.is_next(&envelope.stream, envelope.seq, envelope.is_heartbeat()) {
            return;
        }
        let source = Source::Stream { service: envelope.service(), at: envelope.at };
        match envelope.each_event() {
            Ok(events) => {
                for (event, text) in events.iter().enumerate() {
                    self.one_event((index, event), text.get(), source, |key, reason| {
                        Parked::event(&envelope, incoming, text.get(), key, reason)
                    });
                }
            }
            Err(reason) => self.reading.parked.push(Parked::event(&envelope, incoming, "null", None, reason)),
        }
    }

    fn opened(&mut self, index: usize, opened: Opened<R::Input>) {
        let Opened { stream, seq, is_heartbeat, inputs } = opened;
        if !self.is_next(&stream, seq, is_heartbeat) {
            return;
        }
        for (event, input) in inputs.into_iter().enumerate() {
            self.accept(input, (index, event), None);
        }
    }

    /// Whether it is the message that comes next; then the position moves to it.
    fn is_next(&mut self, stream: &str, seq: u64, is_heartbeat: bool) -> bool {
        let known = self.reading.positions.get(stream).or(self.positions.get(stream));
        let position = known.copied().unwrap_or(0);
        if seq <= position {
            return false;
        }
        if seq > position + 1 || is_heartbeat {
            self.gap(StreamName::from(stream), position + 1);
            return false;
        }
        self.reading.positions.insert(stream.to_owned(), seq);
        true
    }

    fn gap(&mut self, stream: StreamName, from: u64) {
        if !self.reading.gaps.iter().any(|(missed, _)| *missed == stream) {
            self.reading.gaps.push((stream, from));
        }
    }

    /// An event by itself, because it or another with its key may have to be parked.
    fn one_event(
        &mut self,
        spot: Spot,
        text: &str,
        source: Source,
        park: impl Fn(Option<String>, String) -> Parked,
    ) {
        match self.rules.decode_events(source, format!("[{text}]").as_bytes()) {
            Ok(inputs) => {
                for input in inputs {
                    self.accept_or_park(input, spot, None, |key, reason| park(Some(key), reason));
                }
            }
            Err(reason) => {
                let key = parking::guess_key(text);
                self.parked_keys.extend(key.clone());
                self.reading.parked.push(park(key, reason));
            }
        }
    }

    fn request(&mut self, index: usize, incoming: &Incoming) {
        let in_time = incoming.deadline.is_none_or(|deadline| self.now <= deadline);
        let late = || match incoming.redelivered {
            false => {
                Refusal::new(Code::DeadlinePassed, "the deadline passed before the request was taken up")
            }
            // The first time it may have been in time, and done.
            true => Refusal::new(
                Code::Unavailable,
                "the deadline passed, and whether the request was taken up before is unknown: ask again with the same ids",
            ),
        };
        let length = incoming.body.len();
        let decoded = if length > REQUEST_BYTES_MAX {
            let rule = format!("a request may have {REQUEST_BYTES_MAX} bytes, this has {length}");
            Err(Refusal::new(Code::Malformed, rule))
        } else if in_time {
            self.rules.decode_request(incoming.request_source(), &incoming.body)
        } else {
            Err(late())
        };
        match decoded {
            Ok(input) if self.is_behind(&input) => {
                // Nothing is lost by it, and whoever waits for an answer need not wait in vain. Parking
                // it would let clients fill the table.
                let rule = "messages about this are set aside until an operator has seen to them";
                self.refuse(incoming, Refusal::new(Code::Unavailable, rule));
            }
            Ok(input) => self.accept_or_park(input, (index, 0), incoming.reply_to.clone(), |key, reason| {
                Parked::whole(incoming, reason).under(key)
            }),
            Err(refusal) => self.refuse(incoming, refusal),
        }
    }

    fn is_behind(&self, input: &R::Input) -> bool {
        !self.parked_keys.is_empty() && self.parked_keys.contains(&self.rules.key(input))
    }

    fn accept_or_park(
        &mut self,
        input: R::Input,
        spot: Spot,
        asker: Option<ReplyTo>,
        park: impl FnOnce(String, String) -> Parked,
    ) {
        if self.parked_keys.is_empty() && self.condemned.is_empty() {
            return self.accept(input, spot, asker);
        }
        let key = self.rules.key(&input);
        if let Some(reason) = self.condemned.get(&spot) {
            self.parked_keys.insert(key.clone());
            self.reading.parked.push(park(key, reason.clone()));
        } else if self.parked_keys.contains(&key) {
            self.reading.parked.push(park(key, BEHIND.to_owned()));
        } else {
            self.accept(input, spot, asker);
        }
    }

    fn accept(&mut self, input: R::Input, spot: Spot, asker: Option<ReplyTo>) {
        self.reading.inputs.push(input);
        self.reading.origins.push((spot, asker));
    }

    pub fn refuse(&mut self, incoming: &Incoming, refusal: Refusal) {
        if let Some(asker) = &incoming.reply_to {
            self.reading.replies.push((asker.clone(), refuse(incoming, refusal)));
        }
    }

    /// Parked messages that an operator takes up again, in their order.
    pub fn redrive(&mut self, rows: &[ParkedRow], incoming: &Incoming) {
        let mut applied = 0_u32;
        let mut still_parked = FxHashSet::default();
        for (n, row) in rows.iter().enumerate() {
            // Of its own, so that one that still breaks a promise is known by it.
            let spot = (usize::MAX, n);
            if self.condemned.contains_key(&spot)
                || row.key.as_ref().is_some_and(|key| still_parked.contains(key))
            {
                still_parked.extend(row.key.clone());
                continue;
            }
            let decoded = match row.source() {
                source @ Source::Stream { .. } => self
                    .rules
                    .decode_events(source, format!("[{}]", String::from_utf8_lossy(&row.body)).as_bytes()),
                source @ (Source::Request { .. } | Source::Orders { .. }) => self
                    .rules
                    .decode_request(source, &row.body)
                    .map(|input| vec![input])
                    .map_err(|r| r.to_string()),
            };
            match decoded {
                Ok(inputs) => {
                    applied += 1;
                    self.reading.redriven.push(row.parked_id);
                    inputs.into_iter().for_each(|input| self.accept(input, spot, None));
                }
                Err(reason) => {
                    tracing::warn!(parked_id = %row.parked_id, reason, "still cannot be read, stays parked");
                    still_parked.extend(row.key.clone());
                }
            }
        }
        let answer = serde_json::to_vec(&Answer::Ok(applied)).expect("a number is JSON");
        self.reading.replies.extend(incoming.reply_to.clone().map(|asker| (asker, answer)));
    }
}

/// The operator's wish in a request, if it is one.
pub(crate) fn as_operate(incoming: &Incoming) -> Option<Operate> {
    // Cheap to tell apart: no other request begins like this.
    let looks_like_it = incoming.kind() == Kind::Request && incoming.body.starts_with(b"{\"redrive\"");
    looks_like_it.then(|| serde_json::from_slice(&incoming.body).ok()).flatten()
}

fn refuse(incoming: &Incoming, refusal: Refusal) -> Vec<u8> {
    let json = match incoming.kind() {
        Kind::Orders => {
            // No more of it is taken into memory than its id.
            #[derive(Deserialize)]
            struct Named {
                order_id: OrderId,
            }
            let order_id = serde_json::from_slice(&incoming.body).ok().map(|Named { order_id }| order_id);
            serde_json::to_vec(&IntakeReply::rejected(order_id, refusal))
        }
        Kind::Request | Kind::Stream | Kind::Control => serde_json::to_vec(&Answer::<()>::Refused(refusal)),
    };
    json.expect("our own answers are JSON")
}
