//! One partition at work: consume → step → publish, each waiting for the next through a short
//! queue, so that a step's successor is gathered while it commits and its messages are confirmed.

use crate::broker::{self, Backoff};
use crate::incoming::{Incoming, Opened};
use crate::logbook::{Logbook, Received, Stood, recalling};
use crate::publisher::Finished;
use crate::rules::{Place, ReadsEvents, Rules};
use crate::stepper::{Committed, StepError, Stepper};
use crate::store::Fault;
use crate::trace::{self, Context, Origins};
use crate::waking::Waking;
use contracts::{Timestamp, control::Control};
use futures::{FutureExt, StreamExt};
use lapin::{Acker, message::Delivery};
use std::time::Duration;
use tokio::sync::{mpsc, watch};

/// What was gathered for one step.
pub struct Gathered<I> {
    batch: Vec<Incoming>,
    /// What the messages say, as far as that was read ahead.
    ahead: Vec<Option<Opened<I>>>,
    acker: Acker,
    received: Received,
    /// Of which consumption these are.
    consumption: u64,
    origins: Origins,
}

/// Steps that may wait for their publication. Past this the next step waits.
pub const FINISHED_MAX: usize = 8;
/// A step's inputs together; more would only make everyone wait longer.
const GATHERED_BYTES_MAX: usize = 512 * 1024;
/// The chosen one hears from itself every fifteen seconds: whoever is given nothing for so long is a
/// standby, or the broker has forgotten him. Asking anew does neither any harm.
const QUIET_MAX: Duration = Duration::from_secs(60);
/// How long to leave the partition to another instance that is at work on it.
const FENCED_PAUSE: Duration = Duration::from_secs(1);

pub struct Consuming<I> {
    pub url: String,
    pub place: Place,
    pub reads_ahead: Option<ReadsEvents<I>>,
    pub queue: String,
    pub prefetch: u16,
    pub inputs_max: usize,
    /// Before the first connection.
    pub delay: Duration,
    /// Between the beginnings of two steps.
    pub interval: Duration,
    /// Counts the partition's consumptions, one a connection; nothing while there is none.
    pub consuming: watch::Sender<Option<u64>>,
}

impl<I> Consuming<I> {
    /// Hands over batches until shutdown; connects again for ever. `fenced` counts the times that
    /// the stepper wants the messages given back.
    pub async fn run(
        self,
        steps: mpsc::Sender<Gathered<I>>,
        fenced: watch::Receiver<u64>,
        mut stop: watch::Receiver<bool>,
    ) {
        let mut backoff = Backoff::default();
        let mut consumption = 0;
        tokio::time::sleep(self.delay).await;
        while !*stop.borrow() {
            consumption += 1;
            let ended = tokio::select! {
                ended = self.consume(consumption, &steps, fenced.clone(), &mut backoff) => ended,
                _ = stop.wait_for(|stop| *stop) => return,
            };
            self.consuming.send_replace(None);
            if let Err(error) = ended {
                tracing::warn!(queue = self.queue, %error, "no deliveries; connecting again");
            }
            backoff.wait().await;
        }
    }

    async fn consume(
        &self,
        consumption: u64,
        steps: &mpsc::Sender<Gathered<I>>,
        mut fenced: watch::Receiver<u64>,
        backoff: &mut Backoff,
    ) -> lapin::Result<()> {
        let connection = broker::connect(&self.url, &format!("{} consumes", self.queue)).await?;
        let mut consumer = broker::consume(&connection, &self.queue, self.prefetch).await?;
        fenced.mark_unchanged();
        tracing::info!(queue = self.queue, "consuming");
        self.consuming.send_replace(Some(consumption));
        let mut next_step = tokio::time::Instant::now();
        loop {
            // First a place for the batch, then the batch: it grows while the step before is busy.
            let Ok(place) = steps.reserve().await else { return Ok(()) };
            let first = tokio::select! {
                first = consumer.next() => first,
                () = tokio::time::sleep(QUIET_MAX) => {
                    tracing::debug!(queue = self.queue, "nothing was delivered for a while; consuming anew");
                    let _ = broker::within(connection.close(200, "consuming anew".into())).await;
                    backoff.reset();
                    return Ok(());
                }
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
            let received_at = chrono::Utc::now();
            tokio::time::sleep_until(next_step).await;
            next_step = tokio::time::Instant::now() + self.interval;
            let (gathered, failure) = self.gather(consumption, first?, received_at, &mut consumer);
            place.send(gathered);
            if let Some(error) = failure {
                return Err(error);
            }
        }
    }

    fn gather(
        &self,
        consumption: u64,
        mut first: Delivery,
        received_at: Timestamp,
        consumer: &mut lapin::Consumer,
    ) -> (Gathered<I>, Option<lapin::Error>) {
        let mut origins = Origins::default();
        origins.add(&first);
        let mut batch = vec![Incoming::from_delivery(&mut first)];
        let mut bytes = batch[0].body.len();
        let mut acker = first.acker;
        let mut failure = None;
        while batch.len() < self.inputs_max && bytes < GATHERED_BYTES_MAX {
            match consumer.next().now_or_never() {
                Some(Some(Ok(mut delivery))) => {
                    origins.add(&delivery);
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
        let received = Received { first: received_at, others: chrono::Utc::now() };
        // The step before is committing: the processor has nothing better to do.
        let ahead = self.reads_ahead.map_or_else(Vec::new, |read| {
            let open = |incoming| Opened::read(incoming, |source, events| read(&self.place, source, events));
            batch.iter().map(open).collect()
        });
        (Gathered { batch, ahead, acker, received, consumption, origins }, failure)
    }
}

/// Runs steps until nothing more is gathered: for what was gathered, and for what is due though
/// nothing was. Never cancelled: it ends with its input.
pub async fn step<R: Rules>(
    mut stepper: Stepper<R>,
    mut gathered: mpsc::Receiver<Gathered<R::Input>>,
    finished: mpsc::Sender<Finished>,
    fenced: watch::Sender<u64>,
    mut waking: Waking,
    logbook: Logbook,
) {
    loop {
        // Either can be dropped: nothing of the stepper's is under way.
        let next = tokio::select! {
            biased;
            next = gathered.recv() => match next {
                None => return,
                next => next,
            },
            () = waking.moment(stepper.due()) => None,
        };
        let outcome = match next {
            Some(gathered) => {
                waking.delivered(gathered.consumption);
                take(&mut stepper, gathered, &logbook).await
            }
            None => wake(&mut stepper, &mut waking).await,
        };
        match outcome {
            Outcome::Done(step) => {
                if finished.send(*step).await.is_err() {
                    return;
                }
            }
            Outcome::Failed => {}
            Outcome::Fenced => {
                // Somebody else is at work here. Its messages are not ours to acknowledge.
                waking.not_chosen();
                fenced.send_modify(|times| *times += 1);
                while gathered.try_recv().is_ok() {}
            }
        }
    }
}

enum Outcome {
    Done(Box<Finished>),
    /// Only of a step that no message waits for.
    Failed,
    /// Another instance proves to be at work.
    Fenced,
}

async fn take<R: Rules>(
    stepper: &mut Stepper<R>,
    gathered: Gathered<R::Input>,
    logbook: &Logbook,
) -> Outcome {
    let Gathered { batch, ahead, acker, received, origins, .. } = gathered;
    let span = trace::step(stepper.place(), origins);
    let partition = stepper.place().name();
    let (begun, before) = (std::time::Instant::now(), stepper.positions().clone());
    let Some(committed) = commit(stepper, &batch, ahead).await else { return Outcome::Fenced };
    metrics::histogram!("exchange_step_seconds", "partition" => partition.clone()).record(begun.elapsed());
    metrics::histogram!("exchange_step_inputs", "partition" => partition.clone())
        .record(committed.inputs as f64);
    metrics::counter!("exchange_inputs_total", "partition" => partition).increment(committed.inputs as u64);
    let controls: Vec<Control> = batch.iter().filter_map(Incoming::as_control).collect();
    let context = trace::stepped(span, &committed);
    let recalls = recalling::asked(&batch);
    let mut step = finished(stepper, committed, controls, Some(acker), context);
    step.recalls = recalls;
    let stood = Stood { before: &before, after: &step.positions, gaps: &step.gaps };
    logbook.took(batch, received, step.committed_at, stood);
    Outcome::Done(step)
}

/// A step of the rules' own accord. It is not tried again at once: by then it may be another's.
async fn wake<R: Rules>(stepper: &mut Stepper<R>, waking: &mut Waking) -> Outcome {
    let partition = stepper.place().name();
    metrics::counter!("exchange_wakes_total", "partition" => partition.clone()).increment(1);
    let span = trace::step(stepper.place(), Origins::default());
    let result = if waking.is_first() { run_caught_up(stepper).await } else { run_alone(stepper).await };
    let outcome = match result {
        Ok(committed) => {
            let context = trace::stepped(span, &committed);
            Outcome::Done(finished(stepper, committed, Vec::new(), None, context))
        }
        Err(StepError::Fenced) => {
            tracing::warn!(partition, "another instance is at work on this partition; leaving it");
            Outcome::Fenced
        }
        Err(StepError::Fault(fault)) => {
            failed(&partition, fault);
            reopen(stepper, &mut Backoff::default()).await;
            Outcome::Failed
        }
    };
    waking.has_been();
    outcome
}

/// Who took over from another instance may have heard nothing yet that told him how far that one had
/// come. Later on, who is behind is not chosen any more.
async fn run_caught_up<R: Rules>(stepper: &mut Stepper<R>) -> Result<Committed, StepError> {
    stepper.catch_up().await?;
    run_alone(stepper).await
}

async fn run_alone<R: Rules>(stepper: &mut Stepper<R>) -> Result<Committed, StepError> {
    stepper.run(&[], chrono::Utc::now()).await
}

fn finished<R: Rules>(
    stepper: &Stepper<R>,
    committed: Committed,
    controls: Vec<Control>,
    acker: Option<Acker>,
    context: Context,
) -> Box<Finished> {
    Box::new(Finished {
        committed_at: chrono::Utc::now(),
        messages: committed.messages,
        replies: committed.replies,
        gaps: committed.gaps,
        positions: stepper.positions().clone(),
        controls,
        recalls: Vec::new(),
        acker,
        context,
    })
}

/// Tries until it is done, or until another instance proves to be at work (then nothing).
async fn commit<R: Rules>(
    stepper: &mut Stepper<R>,
    batch: &[Incoming],
    mut ahead: Vec<Option<Opened<R::Input>>>,
) -> Option<Committed> {
    let mut backoff = Backoff::default();
    let mut fenced_before = false;
    let partition = stepper.place().name();
    loop {
        match stepper.run_read(batch, std::mem::take(&mut ahead), chrono::Utc::now()).await {
            Ok(committed) => return Some(committed),
            Err(StepError::Fenced) if fenced_before => {
                tracing::warn!(partition, "another instance is at work on this partition; leaving it");
                return None;
            }
            Err(StepError::Fenced) => fenced_before = true,
            Err(StepError::Fault(fault)) => {
                failed(&partition, fault);
                backoff.wait().await;
            }
        }
        reopen(stepper, &mut backoff).await;
    }
}

fn failed(partition: &str, fault: Fault) {
    metrics::counter!("exchange_step_faults_total", "partition" => partition.to_owned()).increment(1);
    tracing::warn!(partition, error = %format!("{:#}", anyhow::Error::from(fault)), "the step failed; trying again");
}

/// What memory holds may not be what the database holds.
async fn reopen<R: Rules>(stepper: &mut Stepper<R>, backoff: &mut Backoff) {
    while let Err(fault) = stepper.reopen().await {
        let partition = stepper.place().name();
        tracing::warn!(partition, error = %format!("{:#}", anyhow::Error::from(fault)), "could not read the partition's state");
        backoff.wait().await;
    }
}
