//! What the broker does alone: single persistent messages, confirmed, consumed and acknowledged on a
//! quorum queue of our own, which is deleted afterwards.

use crate::wire::{Connection, Encoder, Event, Property, Writer};
use anyhow::{Context, Result, bail};
use chassis::settings::Settings;
use contracts::topology;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

const MESSAGES: u64 = 100_000;
/// As many unconfirmed as a client should have at most.
const WINDOW: u64 = 1_000;
const PREFETCH: u16 = 2_000;
const ACKNOWLEDGE_EVERY: u64 = 100;
/// An order's size.
const BODY_BYTES: usize = 240;
/// If we cannot delete the queue, the broker does.
const UNUSED_MS: i32 = 60_000;
/// A queue that has just been made may still be choosing its leader.
const SETTLES: Duration = Duration::from_secs(2);
const LIMIT: Duration = Duration::from_secs(60);

/// Messages a second.
pub fn broker(settings: &Settings) -> Result<f64> {
    let url = settings.broker_url(topology::LOADTEST)?;
    let name = format!("loadtest.ceiling.{}", uuid::Uuid::now_v7());
    let mut publishing = Connection::open(&url, "exchange load, ceiling")?;
    publishing.declare_exchange(&name)?;
    publishing.declare_quorum(&name, UNUSED_MS)?;
    publishing.bind(&name, &name)?;
    std::thread::sleep(SETTLES);
    let mut consuming = Connection::open(&url, "exchange load, ceiling's consumer")?;
    consuming.consume(&name, Some(PREFETCH))?;
    let rate = through(publishing, consuming, &name);
    Connection::open(&url, "exchange load, ceiling's end")?.delete_queue(&name)?;
    rate
}

fn through(publishing: Connection, consuming: Connection, name: &str) -> Result<f64> {
    let (mut writer, confirms) = publishing.split()?;
    let confirmed = Arc::new(AtomicU64::new(0));
    let counted = confirmed.clone();
    let confirming = std::thread::spawn(move || {
        // A confirmation may come before that of an earlier message, or cover many.
        let (mut seen, mut lowest, mut count) = (vec![false; MESSAGES as usize + 1], 1, 0);
        confirms.run(|event| {
            let Event::Confirmed { tag, multiple } = event else { bail!("the broker says {event:?}") };
            let first = if multiple { lowest } else { tag as usize };
            let covered = seen.get_mut(first..=tag as usize).unwrap_or_default();
            count += covered.iter().filter(|seen| !**seen).count() as u64;
            covered.fill(true);
            while seen.get(lowest) == Some(&true) {
                lowest += 1;
            }
            counted.store(count, Ordering::Relaxed);
            Ok(())
        })
    });
    let (acknowledging, deliveries) = consuming.split()?;
    let consumed = Arc::new(AtomicU64::new(0));
    let seen = consumed.clone();
    let mut acknowledging = Some(acknowledging);
    let consumer = std::thread::spawn(move || {
        deliveries.run(|event| {
            let Event::Delivered { tag, .. } = event else { return Ok(()) };
            if (tag % ACKNOWLEDGE_EVERY == 0 || tag == MESSAGES)
                && let Some(writer) = acknowledging.as_mut()
            {
                writer.acknowledge(tag)?;
            }
            seen.store(tag, Ordering::Relaxed);
            if tag == MESSAGES
                && let Some(writer) = acknowledging.take()
            {
                writer.close();
            }
            Ok(())
        })
    });
    let begun = Instant::now();
    publish(&mut writer, name, &confirmed)?;
    while confirmed.load(Ordering::Relaxed) < MESSAGES || consumed.load(Ordering::Relaxed) < MESSAGES {
        anyhow::ensure!(begun.elapsed() < LIMIT, "not through after {LIMIT:?}");
        std::thread::sleep(Duration::from_micros(200));
    }
    let rate = MESSAGES as f64 / begun.elapsed().as_secs_f64();
    writer.close();
    confirming.join().expect("no panic").context("hearing confirmations")?;
    consumer.join().expect("no panic").context("consuming")?;
    Ok(rate)
}

fn publish(writer: &mut Writer, name: &str, confirmed: &AtomicU64) -> Result<()> {
    let encoder = Encoder::new(name, "");
    let body = [b'x'; BODY_BYTES];
    let begun = Instant::now();
    for sent in 0..MESSAGES {
        while sent - confirmed.load(Ordering::Relaxed).min(sent) >= WINDOW {
            writer.flush()?;
            anyhow::ensure!(begun.elapsed() < LIMIT, "no confirmations");
            std::thread::sleep(Duration::from_micros(100));
        }
        writer.publish(&encoder, name.as_bytes(), Property::None, &body)?;
    }
    writer.flush()
}
