//! A delivery as the broker handed it over, and what it turns out to be.

use crate::rules::{ReplyTo, Source};
use chrono::Datelike;
use contracts::{StreamName, Timestamp, control::Control, refusal::quoted};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// One delivery to a partition, apart from AMQP.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// The exchange it was published to.
    pub exchange: String,
    /// The AMQP user that published it, as the broker vouches; empty when it does not.
    pub sender: String,
    pub body: Vec<u8>,
    pub reply_to: Option<ReplyTo>,
    /// After this nobody waits for it any more, and it must not happen.
    pub deadline: Option<Timestamp>,
    /// It was delivered before, to somebody who did not finish.
    pub redelivered: bool,
}

/// What an exchange's messages are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Stream,
    Request,
    Orders,
    Control,
}

impl Incoming {
    pub(crate) fn kind(&self) -> Kind {
        match self.exchange.as_str() {
            contracts::topology::REQUESTS_EXCHANGE => Kind::Request,
            contracts::topology::ORDERS_EXCHANGE => Kind::Orders,
            contracts::topology::CONTROL_EXCHANGE => Kind::Control,
            _ => Kind::Stream,
        }
    }

    /// For messages that are no stream's: where they come from.
    pub(crate) fn request_source(&self) -> Source<'_> {
        match self.kind() {
            // Whoever gives no name has the rights of the least.
            Kind::Orders if self.sender.is_empty() => {
                Source::Orders { sender: contracts::topology::LOADTEST }
            }
            Kind::Orders => Source::Orders { sender: &self.sender },
            Kind::Request | Kind::Control | Kind::Stream => Source::Request { sender: &self.sender },
        }
    }

    /// What a listener tells a writer, if it speaks for itself.
    pub fn as_control(&self) -> Option<Control> {
        if self.kind() != Kind::Control {
            return None;
        }
        let control: Control = serde_json::from_slice(&self.body).ok()?;
        let listener = match &control {
            Control::Position { listener, .. } | Control::Replay { listener, .. } => listener,
            // That it was delivered is all it has to say.
            Control::Wake {} => return None,
        };
        (contracts::topology::service_of(listener) == self.sender).then_some(control)
    }
}

/// What RFC 3339 can say of our era; the database knows no years far outside it.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=9999;

/// A stream's message with its events still as text.
#[derive(Deserialize)]
pub(crate) struct Envelope<'a> {
    #[serde(borrow)]
    pub stream: Cow<'a, str>,
    pub seq: u64,
    pub at: Timestamp,
    #[serde(borrow)]
    pub events: &'a RawValue,
}

impl<'a> Envelope<'a> {
    /// Reads a stream's message, and makes sure that its writer sent it.
    pub fn read(incoming: &'a Incoming) -> Result<Self, String> {
        let envelope: Envelope =
            serde_json::from_slice(&incoming.body).map_err(|e| format!("not a stream's message: {e}"))?;
        check(&envelope.stream, envelope.at, incoming)?;
        Ok(envelope)
    }

    pub fn service(&self) -> &str {
        service_of(&self.stream)
    }

    pub fn is_heartbeat(&self) -> bool {
        self.events.get() == "[]"
    }

    pub fn each_event(&self) -> Result<Vec<&'a RawValue>, String> {
        serde_json::from_str(self.events.get()).map_err(|e| format!("not a list of events: {e}"))
    }
}

fn service_of(stream: &str) -> &str {
    let writer = stream.split_once('>').map_or("", |(writer, _)| writer);
    contracts::topology::service_of(writer)
}

fn check(stream: &str, at: Timestamp, incoming: &Incoming) -> Result<(), String> {
    if !StreamName::from(stream).is_well_formed() {
        return Err(format!("no stream can be called {}", quoted(stream)));
    }
    if !YEARS.contains(&at.year()) {
        return Err(format!("no step was made in the year {}", at.year()));
    }
    let service = service_of(stream);
    if service != incoming.exchange || service != incoming.sender {
        let Incoming { exchange, sender, .. } = incoming;
        return Err(format!("stream {stream} came from {sender:?} by exchange {exchange:?}"));
    }
    Ok(())
}

/// A stream's message that is as it should be, with its events read.
#[derive(Debug)]
pub struct Opened<I> {
    pub(crate) stream: String,
    pub(crate) seq: u64,
    pub(crate) is_heartbeat: bool,
    pub(crate) inputs: Vec<I>,
}

/// A message's first bytes: longer than any stream's name with a sequence and a time.
const HEAD_BYTES_MAX: usize = 256;

impl<I> Opened<I> {
    /// Nothing where anything is unusual: then `Envelope::read` finds out what it is. The events are
    /// passed over once only, by whoever reads them.
    pub(crate) fn read(
        incoming: &Incoming,
        decode: impl FnOnce(Source<'_>, &[u8]) -> Result<Vec<I>, String>,
    ) -> Option<Self> {
        #[derive(Deserialize)]
        struct Head<'a> {
            #[serde(borrow)]
            stream: Cow<'a, str>,
            seq: u64,
            at: Timestamp,
        }
        const EVENTS: &[u8] = br#","events":"#;
        if incoming.kind() != Kind::Stream {
            return None;
        }
        let body = incoming.body.strip_suffix(b"}")?;
        let first = &body[..body.len().min(HEAD_BYTES_MAX)];
        let length = first.windows(EVENTS.len()).position(|window| window == EVENTS)?;
        let head = [&body[..length], b"}"].concat();
        let Head { stream, seq, at } = serde_json::from_slice(&head).ok()?;
        check(&stream, at, incoming).ok()?;
        let events = &body[length + EVENTS.len()..];
        let is_heartbeat = events == b"[]";
        let source = Source::Stream { service: service_of(&stream), at };
        let inputs = if is_heartbeat { Vec::new() } else { decode(source, events).ok()? };
        Some(Opened { stream: stream.into_owned(), seq, is_heartbeat, inputs })
    }
}

/// Puts a stream's message together. `events` is a JSON array.
pub fn envelope(stream: &StreamName, seq: u64, at: Timestamp, events: &[u8]) -> Vec<u8> {
    let at = at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
    let mut body = format!(r#"{{"stream":"{stream}","seq":{seq},"at":"{at}","events":"#).into_bytes();
    body.extend_from_slice(events);
    body.push(b'}');
    body
}
