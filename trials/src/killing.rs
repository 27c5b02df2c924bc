//! Ends, pauses and replaces processes behind the exchange's back.

use crate::resources::{SERVICES, children};
use crate::{Exchange, send_signal};
use anyhow::Context;
use std::time::{Duration, Instant};

/// From its death until its successor is ready: the longest pause before a start, and the start.
const BACK_LIMIT: Duration = Duration::from_secs(120);
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// Nothing that dies is started again until this is dropped.
pub struct Unsupervised(u32);

impl Drop for Unsupervised {
    fn drop(&mut self) {
        let _ = send_signal(self.0, "CONT");
    }
}

/// Stands still until this is dropped.
pub struct Paused(Vec<u32>);

impl Drop for Paused {
    fn drop(&mut self) {
        for pid in &self.0 {
            let _ = send_signal(*pid, "CONT");
        }
    }
}

impl Exchange {
    pub fn unsupervised(&self) -> anyhow::Result<Unsupervised> {
        let pid = self.supervisor()?;
        send_signal(pid, "STOP")?;
        Ok(Unsupervised(pid))
    }

    pub fn pause(&self, name: &str) -> anyhow::Result<Paused> {
        Ok(Paused(vec![self.signal(name, "STOP")?]))
    }

    /// `kill -9`; of PostgreSQL also every process that it has.
    pub fn kill(&self, name: &str) -> anyhow::Result<()> {
        let pid = self.pid(name)?;
        let more = if name == "postgres" { children(pid) } else { Vec::new() };
        send_signal(pid, "KILL")?;
        for child in more {
            // It may have followed its parent already.
            let _ = send_signal(child, "KILL");
        }
        Ok(())
    }

    /// Kills it, and waits until its successor is ready. Answers how long that took.
    pub async fn kill_and_wait(&self, name: &str) -> anyhow::Result<Duration> {
        let pid = self.pid(name)?;
        self.kill(name)?;
        self.successor(name, pid).await
    }

    /// Waits until another process than `pid` has taken its place, and is ready.
    pub async fn successor(&self, name: &str, pid: u32) -> anyhow::Result<Duration> {
        let begun = Instant::now();
        while !self.pid(name).is_ok_and(|now| now != pid && self.is_ready(name)) {
            anyhow::ensure!(begun.elapsed() < BACK_LIMIT, "{name} does not come back\n{}", self.log_tail());
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        Ok(begun.elapsed())
    }

    /// The services reach the broker or the database by this port from now on; each starts again.
    pub async fn reroute(&self, section: &str, port: u16) -> anyhow::Result<()> {
        let file = self.folder().join("exchange.toml");
        let before = std::fs::read_to_string(&file).unwrap_or_default();
        std::fs::write(&file, format!("{before}[{section}]\nport = {port}\n"))
            .context("exchange.toml is written")?;
        for name in SERVICES {
            let pid = self.signal(name, "TERM")?;
            self.successor(name, pid).await?;
        }
        Ok(())
    }
}
