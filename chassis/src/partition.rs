//! One partition at work: consume → step → publish, each waiting for the next through a short
//! queue, so that a step's successor is gathered while it commits and its messages are confirmed.

use crate::broker::{self, Backoff};
use crate::incoming::Incoming;
use crate::publisher::Finished;
use crate::rules::Rules;
use crate::stepper::{Committed, StepError, Stepper};
use contracts::control::Control;
use futures::{FutureExt, StreamExt};
use lapin::{Acker, message::Delivery};
use std::time::Duration;
use tokio::sync::{mpsc, watch};

/// What was gathered for one step.
pub struct Gathered {
    batch: Vec<Incoming>,
    acker: Acker,
}

/// Steps that may wait for their publication. Past this the next step waits.
pub const FINISHED_MAX: usize = 8;
/// A step's inputs together; more would only make everyone wait longer.
const GATHERED_BYTES_MAX: usize = 512 * 1024;
/// How long to leave the partition to another instance that is at work on it.
const FENCED_PAUSE: Duration = Duration::from_secs(1);

pub struct Consuming {
    pub url: String,
    pub queue: String,
    pub prefetch: u16,
    pub inputs_max: usize,
    /// Before the first connection.
    pub delay: Duration,
    /// Between the beginnings of two steps.
    pub interval: Duration,
}

impl Consuming {
    /// Hands over batches until shutdown; connects again for ever. `fenced` counts the times that
    /// the stepper wants the messages given back.
    pub async fn run(
        self,
        steps: mpsc::Sender<Gathered>,
        fenced: watch::Receiver<u64>,
        mut stop: watch::Receiver<bool>,
    ) {
        let mut backoff = Backoff::default();
        tokio::time::sleep(self.delay).await;
        while !*stop.borrow() {
            let ended = tokio::select! {
                ended = self.consume(&steps, fenced.clone(), &mut backoff) => ended,
                _ = stop.wait_for(|stop| *stop) => return,
            };
            if let Err(error) = ended {
                tracing::warn!(queue = self.queue, %error, "no deliveries; connecting again");
            }
            backoff.wait().await;
        }
    }

    async fn consume(
        &self,
        steps: &mpsc::Sender<Gathered>,
        mut fenced: watch::Receiver<u64>,
        backoff: &mut Backoff,
    ) -> lapin::Result<()> {
        let connection = broker::connect(&self.url, &format!("{} consumes", self.queue)).await?;
        let mut consumer = broker::consume(&connection, &self.queue, self.prefetch).await?;
        fenced.mark_unchanged();
        tracing::info!(queue = self.queue, "consuming");
        let mut next_step = tokio::time::Instant::now();
        loop {
            // First a place for the batch, then the batch: it grows while the step before is busy.
            let Ok(place) = steps.reserve().await else { return Ok(()) };
            let first = tokio::select! {
                first = consumer.next() => first,
                _ = fenced.changed() => {
                    // Closing gives the messages back in their order; anything else would mix them.
                    let _ = broker::within(connection.close(200, "another instance is at work".into())).await;
                    tokio::time::sleep(FENCED_PAUSE).await;
                    return Ok(());
                }
            };
            // The end of the consumer without an error: the broker took the queue away.
            let Some(first) = first else { return Ok(()) };
            backoff.reset();
            tokio::time::sleep_until(next_step).await;
            next_step = tokio::time::Instant::now() + self.interval;
            let (gathered, failure) = self.gather(first?, &mut consumer);
            place.send(gathered);
            if let Some(error) = failure {
                return Err(error);
            }
        }
    }

    fn gather(
        &self,
        mut first: Delivery,
        consumer: &mut lapin::Consumer,
    ) -> (Gathered, Option<lapin::Error>) {
        let mut batch = vec![Incoming::from_delivery(&mut first)];
        let mut bytes = batch[0].body.len();
        let mut acker = first.acker;
        let mut failure = None;
        while batch.len() < self.inputs_max && bytes < GATHERED_BYTES_MAX {
            match consumer.next().now_or_never() {
                Some(Some(Ok(mut delivery))) => {
                    let incoming = Incoming::from_delivery(&mut delivery);
                    bytes += incoming.body.len();
                    batch.push(incoming);
                    acker = delivery.acker;
                }
                Some(Some(Err(error))) => {
                    failure = Some(error);
                    break;
                }
                Some(None) | None => break,
            }
        }
        (Gathered { batch, acker }, failure)
    }
}

/// Runs steps until nothing more is gathered. Never cancelled: it ends with its input.
pub async fn step<R: Rules>(
    mut stepper: Stepper<R>,
    mut gathered: mpsc::Receiver<Gathered>,
    finished: mpsc::Sender<Finished>,
    fenced: watch::Sender<u64>,
) {
    let partition = stepper.place().name();
    while let Some(Gathered { batch, acker }) = gathered.recv().await {
        let begun = std::time::Instant::now();
        let Some(committed) = commit(&mut stepper, &batch).await else {
            // Somebody else is at work here. Its messages are not ours to acknowledge.
            fenced.send_modify(|times| *times += 1);
            while gathered.try_recv().is_ok() {}
            continue;
        };
        metrics::histogram!("exchange_step_seconds", "partition" => partition.clone())
            .record(begun.elapsed());
        metrics::histogram!("exchange_step_inputs", "partition" => partition.clone())
            .record(committed.inputs as f64);
        metrics::counter!("exchange_inputs_total", "partition" => partition.clone())
            .increment(committed.inputs as u64);
        let controls: Vec<Control> = batch.iter().filter_map(Incoming::as_control).collect();
        let step = Finished {
            messages: committed.messages,
            replies: committed.replies,
            gaps: committed.gaps,
            positions: stepper.positions().clone(),
            controls,
            acker: Some(acker),
        };
        if finished.send(step).await.is_err() {
            return;
        }
    }
}

/// Tries until it is done, or until another instance proves to be at work (then nothing).
async fn commit<R: Rules>(stepper: &mut Stepper<R>, batch: &[Incoming]) -> Option<Committed> {
    let mut backoff = Backoff::default();
    let mut fenced_before = false;
    let partition = stepper.place().name();
    loop {
        match stepper.run(batch, chrono::Utc::now()).await {
            Ok(committed) => return Some(committed),
            Err(StepError::Fenced) if fenced_before => {
                tracing::warn!(partition, "another instance is at work on this partition; leaving it");
                return None;
            }
            Err(StepError::Fenced) => fenced_before = true,
            Err(StepError::Fault(fault)) => {
                metrics::counter!("exchange_step_faults_total", "partition" => partition.clone())
                    .increment(1);
                tracing::warn!(partition, error = %format!("{:#}", anyhow::Error::from(fault)), "the step failed; trying again");
                backoff.wait().await;
            }
        }
        // What memory holds may not be what the database holds.
        while let Err(fault) = stepper.reopen().await {
            tracing::warn!(partition, error = %format!("{:#}", anyhow::Error::from(fault)), "could not read the partition's state");
            backoff.wait().await;
        }
    }
}
