//! Which of the remembered messages are about an order, and which of their events. Pure.
//!
//! A message is read only if the order's id stands in it; an event is told only if it names both the
//! order and its owner, or was said in the same step about its owner alone.

use super::{Remembered, Replied, Said, Taken};
use crate::incoming::Kind;
use crate::rules::ReplyTo;
use contracts::journey::{Direction, Hop, Kept, Recall};
use contracts::{StreamName, Timestamp, topology};
use memchr::memmem;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;
use uuid::Uuid;

/// A stream's message with each of its events as text.
#[derive(Deserialize)]
pub struct Opened<'a> {
    #[serde(borrow)]
    pub stream: Cow<'a, str>,
    pub seq: u64,
    #[serde(borrow)]
    pub events: Vec<&'a RawValue>,
}

/// What an order is found by.
pub struct Needles {
    order: memmem::Finder<'static>,
    owner: String,
    /// As its client may have spelt the order's id.
    spellings: Vec<memmem::Finder<'static>>,
    /// As far as only the owner's partitions say it.
    symbol: String,
}

/// By whom, and where.
pub struct Witness<'a> {
    pub service: &'a str,
    pub partition: &'a str,
    pub clock: &'a str,
}

impl Needles {
    pub fn of(recall: &Recall) -> Self {
        let (usual, plain) = (recall.order_id.to_string(), recall.order_id.0.simple().to_string());
        let spellings = [usual.clone(), usual.to_uppercase(), plain.clone(), plain.to_uppercase()];
        let finder = |text: &String| memmem::Finder::new(text).into_owned();
        Needles {
            order: finder(&usual),
            owner: recall.user_id.to_string(),
            spellings: spellings.iter().map(finder).collect(),
            symbol: format!(r#""symbol":"{}""#, recall.symbol),
        }
    }

    /// Whether the order's id stands in it, as we write it.
    pub fn are_in(&self, body: &[u8]) -> bool {
        self.order.find(body).is_some()
    }

    /// The same in what a client wrote.
    pub fn are_in_a_clients(&self, body: &[u8]) -> bool {
        self.spellings.iter().any(|spelling| spelling.find(body).is_some())
    }

    /// Whether an event is about the order, and its owner's to know.
    pub fn pick(&self, event: &str) -> bool {
        self.are_in(event.as_bytes()) && event.contains(&self.owner)
    }

    /// Whether an event is about the owner and no order at all, as what he has now.
    pub fn pick_of_owner(&self, event: &str) -> bool {
        event.contains(&self.owner) && !event.contains(r#""order_id""#)
    }

    /// A price of the order's stock, which is everybody's to know.
    fn pick_price(&self, event: &str) -> bool {
        event.starts_with(r#"{"price_changed""#) && event.contains(&self.symbol)
    }
}

/// `{"order_filled":{…}}` is called `order_filled`, and says what is in it.
pub fn named(event: &RawValue) -> (String, Box<RawValue>) {
    let parts: Option<BTreeMap<String, &RawValue>> = serde_json::from_str(event.get()).ok();
    let only = parts.filter(|parts| parts.len() == 1).and_then(|mut parts| parts.pop_first());
    match only {
        Some((name, body)) => (name, body.to_owned()),
        None => ("event".to_owned(), event.to_owned()),
    }
}

/// Whether a stream's message is no later than where the partition stands in it.
pub fn is_reached(body: &[u8], positions: &FxHashMap<String, u64>) -> bool {
    #[derive(Deserialize)]
    struct Head<'a> {
        #[serde(borrow)]
        stream: Cow<'a, str>,
        seq: u64,
    }
    let head: Option<Head> = serde_json::from_slice(body).ok();
    head.is_some_and(|head| positions.get(&*head.stream).is_some_and(|position| head.seq <= *position))
}

/// What is remembered about an order, in no order; each message of a stream once in each direction.
pub fn pick(witness: &Witness, needles: &Needles, remembered: &Remembered) -> Vec<Hop> {
    let mut picking =
        Picking { witness, needles, hops: Vec::new(), steps: FxHashSet::default(), askers: Vec::new() };
    let mut known = FxHashSet::default();
    for taken in &remembered.taken {
        picking.taken(taken, &mut known);
    }
    for said in &remembered.said {
        picking.said(said);
    }
    for replied in &remembered.replied {
        picking.replied(replied);
    }
    picking.hops
}

struct Picking<'a> {
    witness: &'a Witness<'a>,
    needles: &'a Needles,
    hops: Vec<Hop>,
    /// In which something of the order was taken.
    steps: FxHashSet<Timestamp>,
    /// Who wait for an answer about it, and from which step.
    askers: Vec<(&'a ReplyTo, Timestamp)>,
}

impl<'a> Picking<'a> {
    fn taken(&mut self, taken: &'a Taken, known: &mut FxHashSet<(String, u64)>) {
        let incoming = &taken.incoming;
        match incoming.kind() {
            Kind::Stream if self.needles.are_in(&incoming.body) => {
                let Ok(opened) = serde_json::from_slice::<Opened>(&incoming.body) else { return };
                // Delivered again, it changed nothing.
                if !known.insert((opened.stream.to_string(), opened.seq)) {
                    return;
                }
                for event in opened.events.iter().filter(|event| self.needles.pick(event.get())) {
                    self.steps.insert(taken.committed_at);
                    let hop = of_stream(self.witness, Direction::Received, &opened, event);
                    let times = (Some(taken.received_at), Some(taken.committed_at));
                    self.hops.push(Hop { received_at: times.0, committed_at: times.1, ..hop });
                }
            }
            Kind::Orders if self.needles.are_in_a_clients(&incoming.body) => {
                let Some(kind) = self.clients_kind(&incoming.body) else { return };
                self.steps.insert(taken.committed_at);
                self.askers.extend(incoming.reply_to.as_ref().map(|asker| (asker, taken.committed_at)));
                self.hops.push(Hop {
                    message: kind,
                    door: Some(topology::ORDERS_EXCHANGE.to_owned()),
                    sender: Some(incoming.sender.clone()).filter(|sender| !sender.is_empty()),
                    received_at: Some(taken.received_at),
                    committed_at: Some(taken.committed_at),
                    ..empty(self.witness, Direction::Received, raw(&incoming.body))
                });
            }
            Kind::Stream | Kind::Orders | Kind::Request | Kind::Control => {}
        }
    }

    /// Of a client's message of the order's owner.
    fn clients_kind(&self, body: &[u8]) -> Option<String> {
        kind_of_clients(body, &self.needles.owner)
    }

    fn said(&mut self, said: &Said) {
        let body = &said.message.body;
        let in_its_step = self.steps.contains(&said.committed_at);
        if !in_its_step && !self.needles.are_in(body) {
            return;
        }
        let Ok(opened) = serde_json::from_slice::<Opened>(body) else { return };
        let is_price = self.witness.service == topology::STOCK_DATA;
        for event in &opened.events {
            let text = event.get();
            let is_picked = self.needles.pick(text)
                || (in_its_step && self.needles.pick_of_owner(text))
                || (in_its_step && is_price && self.needles.pick_price(text));
            if is_picked {
                let hop = of_stream(self.witness, Direction::Sent, &opened, event);
                self.hops.push(Hop {
                    committed_at: Some(said.committed_at),
                    published_at: Some(said.published_at),
                    confirmed_at: said.confirmed_at,
                    ..hop
                });
            }
        }
    }

    fn replied(&mut self, replied: &Replied) {
        let (to, body) = &*replied.reply;
        if self.askers.iter().any(|(asker, at)| *asker == to && *at == replied.committed_at) {
            self.hops.push(Hop {
                message: "order_reply".to_owned(),
                door: Some(to.exchange.clone()),
                committed_at: Some(replied.committed_at),
                published_at: Some(replied.published_at),
                ..empty(self.witness, Direction::Sent, raw(body))
            });
        }
    }
}

/// What the outbox still has of a message that memory has lost.
pub fn pick_kept(witness: &Witness, needles: &Needles, body: &[u8], step_at: Timestamp) -> Vec<Hop> {
    let Ok(opened) = serde_json::from_slice::<Opened>(body) else { return Vec::new() };
    let events = opened.events.iter().filter(|event| needles.pick(event.get()));
    let hop = |event: &&RawValue| Hop {
        committed_at: Some(step_at),
        source: Kept::Outbox,
        ..of_stream(witness, Direction::Sent, &opened, event)
    };
    events.map(hop).collect()
}

/// The kind of a client's message, if it is its owner's.
pub fn kind_of_clients(body: &[u8], owner: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Written<'a> {
        #[serde(rename = "type", borrow)]
        kind: Cow<'a, str>,
        user_id: Uuid,
    }
    let written: Written = serde_json::from_slice(body).ok()?;
    (written.user_id.to_string() == owner).then(|| written.kind.into_owned())
}

/// One event of a stream's message.
pub fn of_stream(witness: &Witness, direction: Direction, opened: &Opened, event: &RawValue) -> Hop {
    let (message, body) = named(event);
    let stream = Some(StreamName::from(&*opened.stream));
    Hop { message, stream, seq: Some(opened.seq), ..empty(witness, direction, body) }
}

/// A hop that says only by whom it is told.
pub fn empty(witness: &Witness, direction: Direction, body: Box<RawValue>) -> Hop {
    Hop {
        service: witness.service.to_owned(),
        partition: witness.partition.to_owned(),
        direction,
        message: String::new(),
        stream: None,
        seq: None,
        door: None,
        sender: None,
        received_at: None,
        committed_at: None,
        published_at: None,
        confirmed_at: None,
        clock: witness.clock.to_owned(),
        source: Kept::Memory,
        body,
    }
}

/// As it was sent; what is no JSON is shown as a text.
pub fn raw(body: &[u8]) -> Box<RawValue> {
    serde_json::from_slice(body).unwrap_or_else(|_| {
        let text = String::from_utf8_lossy(body);
        serde_json::value::to_raw_value(&text).expect("a text is JSON")
    })
}
