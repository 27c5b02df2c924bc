//! Keeps a schedule from a thread of its own: sleeps between due times, never waits for anybody.

use crate::tally::{Hop, Tally};
use anyhow::Result;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// So that an end from outside is noticed.
const SLEEP_MAX: Duration = Duration::from_millis(50);

/// Sends each message when it is due, late ones at once, and flushes whenever none is due.
pub fn keep(
    tally: &Tally,
    stop: &AtomicBool,
    mut send: impl FnMut(u32) -> Result<()>,
    mut flush: impl FnMut() -> Result<()>,
) -> Result<()> {
    let mut number = 0;
    while number < tally.due.len() && !stop.load(Ordering::Relaxed) {
        let (due, now) = (u64::from(tally.due[number]), tally.now_us());
        if due <= now {
            send(number as u32)?;
            tally.note(Hop::Sent, number as u32, number as u32);
            number += 1;
            continue;
        }
        flush()?;
        let wait = Duration::from_micros(due - tally.now_us().min(due));
        std::thread::sleep(wait.min(SLEEP_MAX));
    }
    flush()
}
