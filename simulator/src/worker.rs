//! One instance at work on one partition: the real step, in a loop like that of
//! `chassis/src/partition.rs`, which the simulator advances poll by poll and may drop anywhere.

use crate::plants::Plant;
use crate::publisher::{Finished, Publisher};
use crate::twin::{Connection, Database, Gate};
use chassis::incoming::Incoming;
use chassis::stepper::{Committed, StepError, Stepper};
use chassis::{Outbox, Place, Rules};
use contracts::{Timestamp, control::Control};
use futures::FutureExt;
use rustc_hash::FxHashMap;
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// What the loop and the simulator hand each other.
#[derive(Default)]
struct Desk {
    work: Option<Work>,
    outcome: Option<Outcome>,
    clock: Timestamp,
    /// The partition is open.
    opened: Option<FxHashMap<String, u64>>,
    /// When the rules want a step of their own accord.
    due: Option<Timestamp>,
    /// Attempts of a step that failed, and times that another instance was found at work.
    faults: u64,
    fences: u64,
}

/// What a step is made for.
enum Work {
    Batch(Vec<Incoming>),
    /// Something is due. The first of a consumption looks first whether others were at work.
    Wake {
        is_first: bool,
    },
}

enum Done {
    Committed(Committed),
    /// Only of a step that no message waits for.
    Failed,
    /// Another instance is at work.
    Fenced,
}

/// What became of a step.
struct Outcome {
    done: Done,
    positions: FxHashMap<String, u64>,
}

/// What a step under way is for: messages that were taken from the queue, if it has a tag.
struct Flight {
    tag: Option<u64>,
    controls: Vec<Control>,
}

/// How a step has ended.
pub enum Ended {
    Committed(Replies),
    Failed,
    /// It is left to another instance.
    Left,
}

/// Where each answer goes, and what it says.
pub type Replies = Vec<(String, Vec<u8>)>;

pub struct Worker {
    pub id: u32,
    pub place: Place,
    pub publisher: Publisher,
    pub gate: Arc<Gate>,
    desk: Arc<Mutex<Desk>>,
    task: Pin<Box<dyn Future<Output = ()> + Send>>,
    flights: VecDeque<Flight>,
    finished: VecDeque<Finished>,
    /// How its clock differs from the true time.
    pub skew_ms: i64,
    /// Until then it does nothing, like a process that was stopped.
    pub stopped_until_ms: u64,
    /// It found another instance at work and gave its messages back.
    pub left: bool,
    waking: Waking,
}

/// As in `chassis/src/waking.rs`.
#[derive(Default)]
struct Waking {
    /// Which of its consumptions this is, as far as the instance knows.
    consuming: Option<u64>,
    consumptions: u64,
    /// The one of the last delivery.
    delivered: Option<u64>,
    woken: bool,
    not_before_ms: u64,
}

/// Between two steps that no message asks for.
const BETWEEN_WAKES_MS: u64 = 1_000;

/// How long messages stay in an outbox after all have them: short, so that pruning takes part.
const OUTBOX_KEPT: Duration = Duration::from_secs(3);
/// Steps that may wait for their publication.
const FINISHED_MAX: usize = 8;

impl Worker {
    pub fn start<R: Rules>(
        id: u32,
        place: Place,
        shared: R::Shared,
        database: &Database,
        plant: Option<Plant>,
    ) -> Worker {
        let gate = Arc::<Gate>::default();
        let db = Connection::open(id * 2, database.clone(), gate.clone());
        let side_door = Connection::open(id * 2 + 1, database.clone(), Arc::default());
        let desk = Arc::<Mutex<Desk>>::default();
        let task = Box::pin(work::<R>(db, place, shared, desk.clone(), plant));
        let outbox = Outbox::new(side_door, place, OUTBOX_KEPT);
        Worker {
            id,
            place,
            publisher: Publisher::new(place, outbox, database.clone(), plant),
            gate,
            desk,
            task,
            flights: VecDeque::new(),
            finished: VecDeque::new(),
            skew_ms: 0,
            stopped_until_ms: 0,
            left: false,
            waking: Waking::default(),
        }
    }

    fn desk(&self) -> std::sync::MutexGuard<'_, Desk> {
        self.desk.lock().expect("no panic while held")
    }

    pub fn is_open(&self) -> bool {
        self.desk().opened.is_some()
    }

    /// Whether there is room for another batch.
    pub fn wants_a_batch(&self) -> bool {
        let desk = self.desk();
        desk.opened.is_some() && desk.work.is_none() && self.finished.len() < FINISHED_MAX
    }

    /// It has a connection by which it consumes, and says so to whoever is chosen.
    pub fn consumes(&mut self) {
        self.left = false;
        self.waking.consumptions += 1;
        self.waking.consuming = Some(self.waking.consumptions);
        self.publisher.wake();
    }

    /// The connection is gone, and it knows.
    pub fn consumes_no_more(&mut self) {
        self.waking.consuming = None;
    }

    pub fn knows_to_consume(&self) -> bool {
        self.waking.consuming.is_some()
    }

    /// Whether something is due that it may do of its own accord, or may be: who was only just chosen
    /// cannot know.
    pub fn is_due(&self, at: Timestamp) -> bool {
        let Waking { consuming, delivered, woken, .. } = self.waking;
        let is_chosen = delivered.is_some() && delivered == consuming;
        is_chosen && (!woken || self.desk().due.is_some_and(|due| due <= at))
    }

    pub fn may_wake(&self, at: Timestamp, now_ms: u64) -> bool {
        self.is_due(at) && now_ms >= self.waking.not_before_ms && !self.is_busy() && self.wants_a_batch()
    }

    pub fn wake(&mut self, now_ms: u64) {
        let is_first = !std::mem::replace(&mut self.waking.woken, true);
        self.waking.not_before_ms = now_ms + BETWEEN_WAKES_MS;
        self.flights.push_back(Flight { tag: None, controls: Vec::new() });
        self.gate.committed.store(false, Ordering::Relaxed);
        self.desk().work = Some(Work::Wake { is_first });
    }

    pub fn give(&mut self, batch: Vec<Incoming>, tag: u64) {
        let controls = batch.iter().filter_map(Incoming::as_control).collect();
        self.flights.push_back(Flight { tag: Some(tag), controls });
        self.gate.committed.store(false, Ordering::Relaxed);
        let consumption = self.waking.consuming;
        if std::mem::replace(&mut self.waking.delivered, consumption) != consumption {
            self.waking.woken = false;
        }
        self.desk().work = Some(Work::Batch(batch));
    }

    /// Whether a step is under way or about to be.
    pub fn is_busy(&self) -> bool {
        !self.flights.is_empty() || !self.is_open()
    }

    pub fn has_finished(&self) -> bool {
        !self.finished.is_empty()
    }

    /// Whether nothing is left to do but to wait.
    pub fn rests(&self) -> bool {
        !self.is_busy() && !self.has_finished() && self.publisher.is_idle()
    }

    /// What keeps it from resting.
    pub fn describe(&self) -> String {
        format!(
            "{}, instance {} (connection {}): open {}, batches {}, finished {}, publisher {}",
            self.place.name(),
            self.id,
            self.id * 2,
            self.is_open(),
            self.flights.len(),
            self.finished.len(),
            self.publisher.describe(),
        )
    }

    pub fn faults_and_fences(&self) -> (u64, u64) {
        let desk = self.desk();
        (desk.faults, desk.fences)
    }

    /// Advances the step by one statement, or as far as it goes. Answers how it has ended, if it has.
    pub fn poll(&mut self, at: Timestamp, to_the_end: bool) -> Option<Ended> {
        self.gate.slow.store(!to_the_end, Ordering::Relaxed);
        self.desk().clock = at;
        let mut context = Context::from_waker(Waker::noop());
        if let Poll::Ready(()) = self.task.as_mut().poll(&mut context) {
            unreachable!("the loop has no end");
        }
        let opened =
            self.desk().opened.clone().filter(|_| self.flights.is_empty() && self.finished.is_empty());
        if let Some(positions) = opened {
            self.publisher.know(positions);
        }
        let Outcome { done, positions } = self.desk().outcome.take()?;
        let flight = self.flights.pop_front().expect("there was something to do");
        let Committed { messages, replies, gaps, .. } = match done {
            Done::Committed(committed) => committed,
            Done::Failed => return Some(Ended::Failed),
            Done::Fenced => {
                self.left = true;
                self.waking.delivered = None;
                self.waking.consuming = None;
                self.flights.clear();
                self.desk().work = None;
                return Some(Ended::Left);
            }
        };
        let answered =
            replies.iter().map(|(to, body)| (to.correlation_id.clone().unwrap_or_default(), body.clone()));
        let answered = answered.collect();
        let Flight { tag, controls } = flight;
        self.finished.push_back(Finished { messages, replies, gaps, positions, controls, tag });
        Some(Ended::Committed(answered))
    }

    /// Publishes the next committed step, unless something must go before it.
    pub fn publish(&mut self, now_ms: u64) {
        if !self.finished.is_empty() && self.publisher.may_send() {
            let step = self.finished.pop_front().expect("there is one");
            self.publisher.send(step, now_ms);
        }
    }
}

/// Waits until the simulator has something.
async fn next_work(desk: &Mutex<Desk>) -> Work {
    loop {
        let work = desk.lock().expect("no panic while held").work.take();
        match work {
            Some(work) => return work,
            None => pause().await,
        }
    }
}

/// Until the next poll.
async fn pause() {
    let mut first = true;
    std::future::poll_fn(|_| if std::mem::take(&mut first) { Poll::Pending } else { Poll::Ready(()) }).await;
}

async fn work<R: Rules>(
    db: chassis::Db,
    place: Place,
    shared: R::Shared,
    desk: Arc<Mutex<Desk>>,
    plant: Option<Plant>,
) {
    let mut stepper = loop {
        match Stepper::<R>::open(db.clone(), place, shared.clone()).await {
            Ok(stepper) => break stepper,
            Err(_) => pause().await,
        }
    };
    desk.lock().expect("no panic while held").opened = Some(stepper.positions().clone());
    loop {
        desk.lock().expect("no panic while held").due = stepper.due();
        let done = match next_work(&desk).await {
            Work::Batch(batch) => {
                let committed = commit(&mut stepper, &batch, &desk, plant).await;
                committed.map_or(Done::Fenced, Done::Committed)
            }
            Work::Wake { is_first } => wake(&mut stepper, is_first, &desk).await,
        };
        let positions = stepper.positions().clone();
        desk.lock().expect("no panic while held").outcome = Some(Outcome { done, positions });
        // The simulator takes it before anything else happens here.
        pause().await;
    }
}

/// As in `chassis/src/partition.rs`.
async fn commit<R: Rules>(
    stepper: &mut Stepper<R>,
    batch: &[Incoming],
    desk: &Mutex<Desk>,
    plant: Option<Plant>,
) -> Option<Committed> {
    let mut fenced_before = false;
    loop {
        let clock = desk.lock().expect("no panic while held").clock;
        match stepper.run(batch, clock).await {
            Ok(committed) => return Some(committed),
            Err(StepError::Fenced) => {
                desk.lock().expect("no panic while held").fences += 1;
                if std::mem::replace(&mut fenced_before, true) {
                    return None;
                }
            }
            Err(StepError::Fault(_)) => {
                desk.lock().expect("no panic while held").faults += 1;
                pause().await;
                if plant == Some(Plant::NoRereadAfterAFault) {
                    continue;
                }
            }
        }
        while stepper.reopen().await.is_err() {
            pause().await;
        }
    }
}

/// As there, too: once, for what is due may be another's by then.
async fn wake<R: Rules>(stepper: &mut Stepper<R>, is_first: bool, desk: &Mutex<Desk>) -> Done {
    let read = if is_first { stepper.reopen().await.map_err(StepError::from) } else { Ok(()) };
    let clock = desk.lock().expect("no panic while held").clock;
    let result = match read {
        Ok(()) => stepper.run(&[], clock).await,
        Err(error) => Err(error),
    };
    match result {
        Ok(committed) => return Done::Committed(committed),
        Err(StepError::Fenced) => {
            desk.lock().expect("no panic while held").fences += 1;
            return Done::Fenced;
        }
        Err(StepError::Fault(_)) => desk.lock().expect("no panic while held").faults += 1,
    }
    while stepper.reopen().await.is_err() {
        pause().await;
    }
    Done::Failed
}

/// Runs what never has to wait.
pub fn at_once<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("there is nothing to wait for")
}
