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
        if !StreamName::from(&*envelope.stream).is_well_formed() {
            return Err(format!("no stream can be called {}", quoted(&envelope.stream)));
        }
        if !YEARS.contains(&envelope.at.year()) {
            return Err(format!("no step was made in the year {}", envelope.at.year()));
        }
        let service = envelope.service();
        if service != incoming.exchange || service != incoming.sender {
            let Incoming { exchange, sender, .. } = incoming;
            return Err(format!("stream {} came from {sender:?} by exchange {exchange:?}", envelope.stream));
        }
        Ok(envelope)
    }

    pub fn service(&self) -> &str {
        let writer = self.stream.split_once('>').map_or("", |(writer, _)| writer);
        contracts::topology::service_of(writer)
    }

    pub fn is_heartbeat(&self) -> bool {
        self.events.get() == "[]"
    }

    pub fn each_event(&self) -> Result<Vec<&'a RawValue>, String> {
        serde_json::from_str(self.events.get()).map_err(|e| format!("not a list of events: {e}"))
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
