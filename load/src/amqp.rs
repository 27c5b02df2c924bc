//! Orders over AMQP, as `docs/amqp.md` has it: one connection, confirms, replies by correlation id.

use crate::bodies::{Bodies, field};
use crate::clock;
use crate::tally::Tally;
use crate::wire::{Connection, Encoder, Event, Property, Writer};
use anyhow::{Context, Result};
use contracts::topology::{ORDER_REPLIES_EXCHANGE, ORDERS_EXCHANGE};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Sends a tally's messages when they are due.
pub struct Sending {
    stop: Arc<AtomicBool>,
    blocked: Arc<Blocked>,
    sender: JoinHandle<Result<(Writer, Duration)>>,
    reader: JoinHandle<Result<()>>,
}

/// How long the broker was short of memory or disk.
#[derive(Default)]
struct Blocked {
    times: AtomicU64,
}

/// What held the generator up, and was not its own doing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Held {
    /// How long writes waited because the broker did not read.
    pub waited: Duration,
    /// How often the broker said that it is short of memory or disk.
    pub blocked: u64,
}

/// A reply queue of our own, and the connection for it.
fn open(url: &str, name: &str) -> Result<(Connection, Encoder)> {
    let mut connection = Connection::open(url, name)?;
    let queue = format!("loadtest.{}", uuid::Uuid::now_v7());
    connection.declare_own(&queue)?;
    connection.bind(&queue, ORDER_REPLIES_EXCHANGE)?;
    connection.consume(&queue, None)?;
    Ok((connection, Encoder::new(ORDERS_EXCHANGE, &queue)))
}

impl Sending {
    /// Connects, begins at `at`, and sends until all is sent.
    pub fn begin(url: &str, tally: &Arc<Tally>, at: Instant) -> Result<Self> {
        let (connection, encoder) = open(url, "exchange load")?;
        let (writer, reader) = connection.split()?;
        let stop = Arc::new(AtomicBool::new(false));
        let blocked = Arc::new(Blocked::default());
        tally.begin(at);
        let (heard, counted) = (tally.clone(), blocked.clone());
        let mut lowest = 0;
        let hear = move |event: Event<'_>| {
            hear(&heard, &counted, &mut lowest, event);
            Ok(())
        };
        let reader = std::thread::Builder::new().name("replies".into()).spawn(move || reader.run(hear))?;
        let (tally, stopped) = (tally.clone(), stop.clone());
        let send = move || send(&tally, &stopped, writer, &encoder, at);
        let sender = std::thread::Builder::new().name("orders".into()).spawn(send)?;
        Ok(Sending { stop, blocked, sender, reader })
    }

    /// Whether everything was sent, or nothing more can be.
    pub fn is_over(&self) -> bool {
        self.sender.is_finished() || self.reader.is_finished()
    }

    /// Ends the connection.
    pub fn finish(self) -> Result<Held> {
        self.stop.store(true, Ordering::Relaxed);
        let (writer, waited) = self.sender.join().expect("the sender does not panic")?;
        writer.close();
        self.reader.join().expect("the reader does not panic")?;
        Ok(Held { waited, blocked: self.blocked.times.load(Ordering::Relaxed) })
    }
}

fn send(
    tally: &Tally,
    stop: &AtomicBool,
    writer: Writer,
    encoder: &Encoder,
    at: Instant,
) -> Result<(Writer, Duration)> {
    let (mut body, mut correlation, mut key) = (Vec::new(), Vec::new(), Vec::new());
    std::thread::sleep(at.saturating_duration_since(Instant::now()));
    let bodies = Bodies::beginning_now(tally.ids);
    let writer = std::cell::RefCell::new(writer);
    let send = |number: u32| {
        bodies.amqp(&mut body, &tally.plan.messages, &tally.due, number);
        text(&mut correlation, number);
        text(&mut key, crate::bots::user_id(tally.plan.messages[number as usize].user));
        writer.borrow_mut().publish(encoder, &key, Property::CorrelationId(&correlation), &body)
    };
    clock::keep(tally, stop, send, || writer.borrow_mut().flush())?;
    let writer = writer.into_inner();
    let waited = writer.waited;
    Ok((writer, waited))
}

fn text(out: &mut Vec<u8>, value: impl std::fmt::Display) {
    use std::io::Write;
    out.clear();
    write!(out, "{value}").expect("memory grows");
}

fn hear(tally: &Tally, blocked: &Blocked, lowest: &mut u32, event: Event<'_>) {
    match event {
        Event::Confirmed { tag, multiple } => tally.confirmed(tag, multiple, lowest),
        Event::Refused { tag, multiple } => {
            let last = (tag - 1) as u32;
            let first = if multiple { *lowest } else { last };
            (first..=last).for_each(|number| tally.taken_back(number, "refused by a full queue"));
        }
        // Which one it was stands in its body; the confirmation comes all the same.
        Event::Returned => tally.unexpected(u32::MAX, "returned: no queue takes it"),
        Event::Delivered { correlation_id, body, .. } => {
            let number = std::str::from_utf8(correlation_id).ok().and_then(|id| id.parse().ok());
            let Some(number) = number else { return };
            let status = field(body, "\"status\":").unwrap_or_default();
            let code = field(body, "\"code\":").map(String::from_utf8_lossy);
            tally.answered(number, &String::from_utf8_lossy(status), code.as_deref());
        }
        Event::Blocked => {
            blocked.times.fetch_add(1, Ordering::Relaxed);
        }
        Event::Unblocked => {}
    }
}

/// So many of those that are sent beside the measuring are unanswered at a time.
const WINDOW: u64 = 2_000;
const ANSWER_LIMIT: Duration = Duration::from_secs(60);

/// Messages that are not measured: sent as fast as they are answered. A message is a user's id and
/// its body. Answers how often each refusal was given.
pub fn send_beside(
    url: &str,
    messages: impl Iterator<Item = (String, Vec<u8>)>,
) -> Result<BTreeMap<String, u64>> {
    let (connection, encoder) = open(url, "exchange load, preparing")?;
    let (mut writer, reader) = connection.split()?;
    let answered = Arc::new(AtomicU64::new(0));
    let counted = answered.clone();
    let reading = std::thread::spawn(move || {
        let mut refusals = BTreeMap::<String, u64>::new();
        reader.run(|event| {
            if let Event::Delivered { body, .. } = event {
                if let Some(code) = field(body, "\"code\":") {
                    *refusals.entry(String::from_utf8_lossy(code).into_owned()).or_default() += 1;
                }
                counted.fetch_add(1, Ordering::Relaxed);
            }
            anyhow::ensure!(!matches!(event, Event::Refused { .. }), "a queue is full");
            Ok(())
        })?;
        anyhow::Ok(refusals)
    });
    let mut sent = 0;
    let wait_for = |least: u64| -> Result<()> {
        let begun = Instant::now();
        while answered.load(Ordering::Relaxed) < least {
            anyhow::ensure!(!reading.is_finished(), "the connection to RabbitMQ is lost");
            anyhow::ensure!(begun.elapsed() < ANSWER_LIMIT, "no answer to an order within {ANSWER_LIMIT:?}");
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    };
    for (user_id, body) in messages {
        writer.publish(&encoder, user_id.as_bytes(), Property::CorrelationId(b"0"), &body)?;
        sent += 1;
        if sent % (WINDOW / 4) == 0 {
            writer.flush()?;
            wait_for(sent.saturating_sub(WINDOW))?;
        }
    }
    writer.flush()?;
    wait_for(sent)?;
    writer.close();
    reading.join().expect("the reader does not panic").context("hearing replies")
}
