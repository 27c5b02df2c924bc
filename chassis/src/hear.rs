//! Hearing streams without a position of one's own: from now on, with gaps made known. For web,
//! which starts from a snapshot and can do so again.

use crate::broker::{self, Backoff, Taking};
use crate::incoming::{Envelope, Incoming};
use crate::settings::{Settings, SettingsError};
use contracts::{StreamName, Timestamp, topology};
use lapin::options::BasicAckOptions;
use rustc_hash::FxHashMap;
use std::time::Duration;
use tokio::sync::mpsc;
use uuid::Uuid;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// After each connection: nothing known before is sure to be complete.
    Connected,
    /// Nothing is heard until the next connection.
    Lost,
    Batch {
        stream: StreamName,
        seq: u64,
        at: Timestamp,
        /// A JSON array.
        events: Vec<u8>,
    },
    /// Something of this stream was missed.
    Gap { stream: StreamName },
    /// Nothing new, and nothing was missed: its writer is there.
    Alive { stream: StreamName },
}

/// Some seconds of the busiest market. A listener that falls further behind loses the oldest, and
/// learns it by the gap.
const QUEUE_MESSAGES_MAX: i64 = 10_000;
/// Batches read ahead of the listener, and as many again ahead of those by the library.
const READ_AHEAD: usize = 256;
/// Writers repeat themselves once a second. When none of them is heard for as long as so many of AMQP's
/// heartbeats, it may be that we are deaf, though the library and the broker call the connection a good one.
const SILENCE_HEARTBEATS: u32 = 6;
/// Often enough for the broker to go on sending.
const ACKNOWLEDGED_TOGETHER: usize = READ_AHEAD / 4;

pub struct Hearing;

impl Hearing {
    pub fn start(
        settings: &Settings,
        user: &'static str,
        streams: Vec<StreamName>,
    ) -> Result<mpsc::Receiver<Heard>, SettingsError> {
        let url = settings.broker_url(user)?;
        let silence_max = SILENCE_HEARTBEATS * Duration::from_secs(settings.broker.heartbeat_s.into());
        let (heard, receiver) = mpsc::channel(READ_AHEAD);
        tokio::spawn(async move {
            let mut backoff = Backoff::default();
            while !heard.is_closed() {
                if let Err(error) = hear(&url, user, &streams, silence_max, &heard, &mut backoff).await {
                    tracing::warn!(user, %error, "hearing nothing; connecting again");
                }
                // Whoever does not listen any more need not know.
                let _ = heard.send(Heard::Lost).await;
                backoff.wait().await;
            }
        });
        Ok(receiver)
    }
}

async fn hear(
    url: &str,
    user: &str,
    streams: &[StreamName],
    silence_max: Duration,
    heard: &mpsc::Sender<Heard>,
    backoff: &mut Backoff,
) -> lapin::Result<()> {
    let connection = broker::connect(url, &format!("{user} hears")).await?;
    let queue = format!("{user}.streams.{}", Uuid::now_v7());
    let bindings: Vec<_> =
        streams.iter().map(|stream| (topology::service_of(stream.writer()), stream.as_str())).collect();
    let taking = Taking::Ahead(READ_AHEAD as u16);
    let mut deliveries =
        broker::consume_own(&connection, &queue, QUEUE_MESSAGES_MAX, taking, &bindings).await?;
    backoff.reset();
    let mut positions: FxHashMap<String, u64> = FxHashMap::default();
    if heard.send(Heard::Connected).await.is_err() {
        return Ok(());
    }
    let mut unacknowledged = 0;
    while let Some(mut delivery) = broker::next_within(silence_max, &mut deliveries).await? {
        let incoming = Incoming::from_delivery(&mut delivery);
        for item in sort(&incoming, &mut positions) {
            if heard.send(item).await.is_err() {
                return Ok(());
            }
        }
        unacknowledged += 1;
        if unacknowledged == ACKNOWLEDGED_TOGETHER {
            broker::within(delivery.acker.ack(BasicAckOptions { multiple: true })).await?;
            unacknowledged = 0;
        }
    }
    Ok(())
}

/// What a delivery means to somebody who has heard up to `positions`.
fn sort(incoming: &Incoming, positions: &mut FxHashMap<String, u64>) -> Vec<Heard> {
    let envelope = match Envelope::read(incoming) {
        Ok(envelope) => envelope,
        Err(reason) => {
            tracing::warn!(reason, "not a stream's message");
            return Vec::new();
        }
    };
    let stream = StreamName::from(&*envelope.stream);
    let Envelope { seq, at, .. } = envelope;
    let known = positions.get(stream.as_str()).copied();
    let mut heard = Vec::new();
    // The first of a stream is 1.
    if seq <= known.unwrap_or(0) {
        if envelope.is_heartbeat() {
            heard.push(Heard::Alive { stream });
        }
        return heard;
    }
    let expected = if envelope.is_heartbeat() { seq } else { seq - 1 };
    positions.insert(stream.to_string(), seq);
    if known.is_some_and(|known| known < expected) {
        heard.push(Heard::Gap { stream: stream.clone() });
    } else if envelope.is_heartbeat() {
        heard.push(Heard::Alive { stream: stream.clone() });
    }
    if !envelope.is_heartbeat() {
        heard.push(Heard::Batch { stream, seq, at, events: envelope.events.get().as_bytes().to_vec() });
    }
    heard
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incoming::envelope;

    fn said(seq: u64, events: &str) -> Incoming {
        let stream = StreamName::from("matching.0>*");
        Incoming {
            exchange: "matching".into(),
            sender: "matching".into(),
            body: envelope(&stream, seq, Timestamp::UNIX_EPOCH, events.as_bytes()),
            reply_to: None,
            deadline: None,
            redelivered: false,
        }
    }

    #[test]
    fn gaps_are_told_and_duplicates_are_not() {
        let mut positions = FxHashMap::default();
        let mut kinds = |seq, events: &str| {
            let heard = sort(&said(seq, events), &mut positions);
            heard
                .iter()
                .map(|h| match h {
                    Heard::Connected => "connected",
                    Heard::Lost => "lost",
                    Heard::Batch { .. } => "batch",
                    Heard::Gap { .. } => "gap",
                    Heard::Alive { .. } => "alive",
                })
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(kinds(7, "[1]"), "batch", "the first is where we start");
        assert_eq!(kinds(7, "[1]"), "");
        assert_eq!(kinds(8, "[1]"), "batch");
        assert_eq!(kinds(8, "[]"), "alive", "a heartbeat of what is known");
        assert_eq!(kinds(10, "[1]"), "gap batch");
        assert_eq!(kinds(12, "[]"), "gap", "a heartbeat reveals a lost tail");
        assert_eq!(kinds(13, "[1]"), "batch");
        let mut positions = FxHashMap::default();
        let first = sort(&said(7, "[]"), &mut positions);
        assert_eq!(first, [Heard::Alive { stream: "matching.0>*".into() }], "a quiet stream is there, too");
    }

    #[test]
    fn a_message_under_a_false_name_is_not_heard() {
        let mut forged = said(1, "[1]");
        forged.sender = "loadtest".into();
        assert!(sort(&forged, &mut FxHashMap::default()).is_empty());
    }
}
