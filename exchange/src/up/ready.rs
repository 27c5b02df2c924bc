//! Whether the six processes are ready for work.

use crate::children::Supervised;
use crate::console::Console;
use crate::health;
use anyhow::{Result, bail};
use chassis::settings::Settings;
use std::time::Duration;
use tokio::time::Instant;

/// Rebuilding big books takes a while.
const READY_LIMIT: Duration = Duration::from_secs(180);
/// A process that ends so often before it was ever ready will not do better.
const DEATHS_MAX: u32 = 3;
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// Returns when all are, or says which one is not and what it said last.
pub async fn wait(settings: &Settings, children: &[Supervised], console: &Console) -> Result<()> {
    let step = console.step("starting the six processes");
    let client = health::client()?;
    let deadline = Instant::now() + READY_LIMIT;
    let mut waiting: Vec<&Supervised> = children.iter().collect();
    while !waiting.is_empty() {
        let mut still = Vec::new();
        for child in waiting {
            if !health::is_ready(&client, settings, child.name).await {
                give_up_on(child, deadline)?;
                still.push(child);
            }
        }
        waiting = still;
        step.progress("processes ready:", children.len() - waiting.len(), children.len());
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    step.done("six processes are ready");
    Ok(())
}

fn give_up_on(child: &Supervised, deadline: Instant) -> Result<()> {
    let (name, state) = (child.name, child.state());
    if state.deaths >= DEATHS_MAX {
        bail!("{name} does not start. The last it said was: {}", state.last_line);
    }
    if Instant::now() > deadline {
        bail!("{name} is not ready after {READY_LIMIT:?}. The last it said was: {}", state.last_line);
    }
    Ok(())
}
