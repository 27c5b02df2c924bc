//! The connections: one that publishes as portfolio, and one for each service that hears matching.

use super::commands::Batch;
use crate::bodies::field;
use crate::wire::{Connection, Encoder, Event, Property, Writer};
use anyhow::{Context, Result, bail, ensure};
use chassis::settings::Settings;
use contracts::topology::{self, PORTFOLIO};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// A step's messages are large; the broker may be so many ahead of what is read.
const UNACKED_MAX: u16 = 64;
/// How often it is looked whether more may be sent.
const LOOK_AGAIN: Duration = Duration::from_micros(200);
/// Nothing was heard for so long: then something is wrong.
const SILENCE_LIMIT: Duration = Duration::from_secs(20);
/// Stream and sequence of a message stand in its first bytes.
const HEAD_BYTES: usize = 120;
/// Each event has one.
const EVENT: &[u8] = b"\"sequence\":";

/// So many of a partition's events were heard at a time.
#[derive(Clone, Copy)]
pub struct Mark {
    pub partition: usize,
    pub count: u64,
    pub at: Instant,
    pub bytes: usize,
}

pub struct Feed {
    writer: Writer,
    encoder: Encoder,
    ears: Vec<Arc<Ear>>,
    threads: Vec<JoinHandle<Result<()>>>,
    /// Commands that were sent.
    sent: u64,
}

/// One listener.
struct Ear {
    /// Events of all partitions.
    total: AtomicU64,
    marks: Mutex<Vec<Mark>>,
    /// To acknowledge with; gone when all is over.
    writer: Mutex<Option<Writer>>,
}

impl Feed {
    pub fn open(settings: &Settings, listeners: &[&str]) -> Result<Self> {
        let url = settings.broker_url(PORTFOLIO)?;
        let (writer, confirms) = Connection::open(&url, "exchange load, as portfolio")?.split()?;
        let refused = std::thread::spawn(move || {
            confirms.run(|event| match event {
                Event::Refused { .. } => bail!("a queue of matching's is full"),
                Event::Returned => bail!("no queue takes what portfolio says"),
                Event::Confirmed { .. } | Event::Delivered { .. } | Event::Blocked | Event::Unblocked => {
                    Ok(())
                }
            })
        });
        let (mut threads, mut ears) = (vec![refused], Vec::new());
        for listener in listeners {
            let (ear, thread) = hear(settings, listener)?;
            ears.push(ear);
            threads.push(thread);
        }
        Ok(Feed { writer, encoder: Encoder::new(PORTFOLIO, ""), ears, threads, sent: 0 })
    }

    /// Sends all and waits until everybody has heard what became of it. Answers when each was sent:
    /// with a rate, when it was due.
    pub fn send(&mut self, batches: &[Batch], ahead: usize, rate: Option<u32>) -> Result<Vec<Instant>> {
        let (begun, mut due, mut sent) = (Instant::now(), Duration::ZERO, Vec::with_capacity(batches.len()));
        let mut on_their_way = std::collections::VecDeque::with_capacity(ahead);
        for batch in batches {
            if on_their_way.len() == ahead {
                let oldest = on_their_way.pop_front().unwrap_or_default();
                self.until(oldest)?;
            }
            let at = begun + due;
            if let Some(rate) = rate {
                std::thread::sleep(at.saturating_duration_since(Instant::now()));
                due += Duration::from_secs_f64(batch.count as f64 / f64::from(rate));
            }
            sent.push(if rate.is_some() { at } else { Instant::now() });
            let key =
                format!("{PORTFOLIO}.0>{}", topology::partition_name(topology::MATCHING, batch.partition));
            let sender = Property::UserId(PORTFOLIO.as_bytes());
            self.writer.publish(&self.encoder, key.as_bytes(), sender, &batch.body)?;
            self.writer.flush()?;
            self.sent += batch.count as u64;
            on_their_way.push_back(self.sent);
        }
        self.until(self.sent)?;
        Ok(sent)
    }

    /// Waits until so many commands' events were heard by all. Those of several partitions may come in
    /// another order; then it is as good to wait for as many.
    fn until(&self, count: u64) -> Result<()> {
        let (mut heard, mut since) = (0, Instant::now());
        loop {
            let now = self.ears.iter().map(|ear| ear.total.load(Ordering::Relaxed)).min().unwrap_or(count);
            if now >= count {
                return Ok(());
            }
            if now > heard {
                (heard, since) = (now, Instant::now());
            }
            ensure!(!self.threads.iter().any(JoinHandle::is_finished), "a connection to RabbitMQ has ended");
            ensure!(
                since.elapsed() < SILENCE_LIMIT,
                "nothing heard for {SILENCE_LIMIT:?}: {now} of {count} commands have had their event"
            );
            std::thread::sleep(LOOK_AGAIN);
        }
    }

    /// What was heard up to now is no round's.
    pub fn forget(&self) {
        self.ears.iter().for_each(|ear| ear.marks.lock().expect("no panic while held").clear());
    }

    /// What the last of the listeners heard.
    pub fn heard(&self) -> Vec<Mark> {
        let marks = |ear: &Arc<Ear>| ear.marks.lock().expect("no panic while held").clone();
        let last = |marks: &Vec<Mark>| marks.last().map(|mark| mark.at);
        self.ears.iter().map(marks).max_by_key(last).unwrap_or_default()
    }

    pub fn close(self) -> Result<()> {
        self.writer.close();
        let writers =
            self.ears.iter().filter_map(|ear| ear.writer.lock().expect("no panic while held").take());
        writers.for_each(Writer::close);
        for thread in self.threads {
            thread.join().expect("no panic").context("a connection to RabbitMQ")?;
        }
        Ok(())
    }
}

fn hear(settings: &Settings, listener: &str) -> Result<(Arc<Ear>, JoinHandle<Result<()>>)> {
    let name = format!("exchange load, as {listener}");
    let mut connection = Connection::open(&settings.broker_url(listener)?, &name)?;
    connection.consume(&topology::partition_name(listener, 0), Some(UNACKED_MAX))?;
    let (writer, reader) = connection.split()?;
    let ear =
        Arc::new(Ear { total: AtomicU64::new(0), marks: Mutex::default(), writer: Mutex::new(Some(writer)) });
    let hearing = ear.clone();
    let mut streams = Streams::default();
    let thread = std::thread::spawn(move || {
        reader.run(|event| {
            let Event::Delivered { tag, body, .. } = event else { return Ok(()) };
            let at = Instant::now();
            if let Some(writer) = hearing.writer.lock().expect("no panic while held").as_mut() {
                writer.acknowledge(tag)?;
            }
            let Some((partition, count, new)) = streams.take(body)? else { return Ok(()) };
            let mark = Mark { partition, count, at, bytes: body.len() };
            hearing.marks.lock().expect("no panic while held").push(mark);
            hearing.total.fetch_add(new, Ordering::Relaxed);
            Ok(())
        })
    });
    Ok((ear, thread))
}

/// How far each partition's stream was heard.
#[derive(Default)]
struct Streams(Vec<(u64, u64)>);

impl Streams {
    /// The partition, how many of its events were heard, and how many of these are new. Nothing of a
    /// message that says nothing, or was heard before.
    fn take(&mut self, body: &[u8]) -> Result<Option<(usize, u64, u64)>> {
        let head = &body[..body.len().min(HEAD_BYTES)];
        let stream = field(head, "\"stream\":").and_then(|name| std::str::from_utf8(name).ok());
        let partition =
            stream.and_then(|name| name.strip_prefix("matching.")?.strip_suffix(">*")?.parse().ok());
        let seq = head.split(|byte| *byte == b',').find_map(|part| part.strip_prefix(b"\"seq\":"));
        let seq = seq.and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok());
        // Others' reports, and what is for whoever is there.
        let (Some(partition), Some(seq)) = (partition, seq) else { return Ok(None) };
        let partition: usize = partition;
        if self.0.len() <= partition {
            self.0.resize(partition + 1, (0, 0));
        }
        let (last, count) = &mut self.0[partition];
        let new = memchr::memmem::find_iter(body, EVENT).count() as u64;
        if new == 0 || seq <= *last {
            return Ok(None);
        }
        ensure!(seq == *last + 1, "matching.{partition} says message {seq} after {last}");
        *last = seq;
        *count += new;
        Ok(Some((partition, *count, new)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(partition: usize, seq: u64, events: usize) -> Vec<u8> {
        let events = vec![r#"{"order_opened":{"order_id":"x","sequence":7}}"#; events].join(",");
        format!(
            r#"{{"stream":"matching.{partition}>*","seq":{seq},"at":"2026-11-28T12:00:00Z","events":[{events}]}}"#
        )
        .into_bytes()
    }

    #[test]
    fn events_are_counted_once_and_by_partition() {
        let mut streams = Streams::default();
        assert_eq!(streams.take(&said(0, 1, 3)).unwrap(), Some((0, 3, 3)));
        assert_eq!(streams.take(&said(2, 1, 1)).unwrap(), Some((2, 1, 1)));
        assert_eq!(streams.take(&said(0, 2, 2)).unwrap(), Some((0, 5, 2)));
        assert_eq!(streams.take(&said(0, 2, 2)).unwrap(), None, "said again");
        assert_eq!(streams.take(&said(0, 2, 0)).unwrap(), None, "a heartbeat");
        assert_eq!(streams.take(br#"{"position":{}}"#).unwrap(), None, "no stream's");
        assert!(streams.take(&said(0, 4, 1)).is_err(), "a gap");
    }
}
