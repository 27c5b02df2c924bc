//! Confirmations, in the order of sending; and the acknowledgement of what a step took in.

use crate::broker::{PATIENCE, within};
use crate::logbook::Logbook;
use crate::measures::InFlight;
use lapin::{Acker, Channel, Confirmation, PublisherConfirm, options::BasicAckOptions};
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex};
use tokio::sync::mpsc;
use tokio::time::Instant;

/// A step's messages on their way.
pub(crate) struct Unconfirmed {
    /// On which it was sent: once that is gone, no confirmation comes any more.
    pub channel: Channel,
    pub sent_at: Instant,
    pub confirms: Vec<(String, u64, PublisherConfirm)>,
    pub acker: Option<Acker>,
}

/// What was sent but never confirmed: the first such sequence of each stream.
#[derive(Clone, Default)]
pub(crate) struct Failed(Arc<Mutex<FxHashMap<String, u64>>>);

impl Failed {
    pub fn note(&self, stream: &str, seq: u64) {
        let mut failed = self.0.lock().expect("no panic while held");
        let first = failed.entry(stream.to_owned()).or_insert(seq);
        *first = seq.min(*first);
    }

    pub fn take(&self) -> FxHashMap<String, u64> {
        std::mem::take(&mut *self.0.lock().expect("no panic while held"))
    }
}

/// Awaits confirmations in the order of sending, then acknowledges. The inputs are committed
/// whatever became of the messages, which are in the outbox; so they are acknowledged either way.
/// Each has its time from when it was sent: those behind one that never comes are not awaited anew.
pub(crate) async fn settle(
    mut unconfirmed: mpsc::Receiver<Unconfirmed>,
    failed: Failed,
    in_flight: InFlight,
    logbook: Logbook,
) {
    while let Some(Unconfirmed { channel, sent_at, confirms, acker }) = unconfirmed.recv().await {
        for (stream, seq, confirm) in confirms {
            let outcome = if channel.status().connected() {
                tokio::time::timeout_at(sent_at + PATIENCE, confirm).await.ok().and_then(Result::ok)
            } else {
                None
            };
            in_flight.settled();
            match outcome {
                Some(Confirmation::Ack(None)) => logbook.confirmed(&stream, seq, chrono::Utc::now()),
                Some(Confirmation::Ack(Some(returned))) => {
                    // With several in flight a return may hang on a neighbour's confirmation.
                    let id =
                        returned.delivery.properties.message_id().as_ref().map(|id| id.as_str().to_owned());
                    let named = id
                        .as_deref()
                        .and_then(|id| id.split_once('#'))
                        .and_then(|(s, n)| Some((s, n.parse().ok()?)));
                    let (stream, seq) = named.unwrap_or((stream.as_str(), seq));
                    tracing::warn!(stream, seq, "no queue takes it; will send it again");
                    failed.note(stream, seq);
                }
                Some(Confirmation::Nack(_) | Confirmation::NotRequested) | None => {
                    tracing::warn!(stream, seq, "not confirmed; will send it again");
                    failed.note(&stream, seq);
                }
            }
        }
        // When its channel is gone, it is delivered again, and known.
        if let Some(acker) = acker.filter(Acker::usable)
            && let Err(error) = within(acker.ack(BasicAckOptions { multiple: true })).await
        {
            tracing::debug!(%error, "could not acknowledge; it will come again");
        }
    }
}
