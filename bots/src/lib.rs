//! Market makers: programs that trade for accounts of role bot, so that whoever comes finds a market.
//!
//! Hears      StockDataEvent, MatchingEvent (public)
//! Asks       stock-data what is traded; portfolio what its own accounts have
//! Sends      what any program may send to `orders` (docs/amqp.md)
//! Promises   the same seed and the same news give the same orders; never more than so many a second;
//!            after a restart, or if anything was missed, its old orders are canceled before new ones
//!            are placed.

pub mod domain;

mod desk;
mod ears;
mod tickets;

use anyhow::Result;
use chassis::ask::Asker;
use chassis::health::{self, Ready};
use chassis::hear::{Heard, Hearing};
use chassis::settings::Settings;
use chassis::shutdown;
use contracts::topology;
use desk::{Desk, Reply};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;

/// Often enough for prices to seem alive, and seldom enough to sleep in between.
const STEP: Duration = Duration::from_millis(100);
/// What was not answered: each order that is under way has one answer, and so has each account.
const REPLIES_MAX: usize = 1_024;

/// Trades until somebody wants it to end. Its orders stay where they are: the next start cancels them.
pub async fn run(settings: Settings) -> Result<()> {
    let ready = Ready::default();
    health::serve(&settings.health.address, settings.health_port(topology::BOTS), ready.clone()).await?;
    let asker = Asker::connect(&settings, topology::BOTS).await?;
    let mut news = Hearing::start(&settings, topology::BOTS, ears::streams(settings.partitions))?;
    let (told, mut replies) = mpsc::channel::<Reply>(REPLIES_MAX);
    let mut desk = Desk::new(&settings, asker, told);
    let mut steps = tokio::time::interval(STEP);
    steps.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let ended = shutdown::requested();
    tokio::pin!(ended);
    tracing::info!(
        accounts = settings.bots.accounts.len(),
        seed = settings.bots.seed,
        "ready to make markets"
    );
    loop {
        tokio::select! {
            biased;
            () = &mut ended => break,
            Some(reply) = replies.recv() => desk.replied(reply),
            heard = news.recv() => match heard {
                Some(Heard::Batch { events, stream, .. }) => desk.heard(&stream, &events),
                Some(Heard::Connected) => desk.hears(true),
                Some(Heard::Lost) => desk.hears(false),
                Some(Heard::Gap { .. }) => desk.missed(),
                Some(Heard::Alive { .. }) => {}
                None => break,
            },
            _ = steps.tick() => {
                desk.step().await;
                ready.set(desk.is_at_work());
            }
        }
    }
    tracing::info!("stopping");
    Ok(())
}
