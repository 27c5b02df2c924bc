//! How long nobody can trade when matching is killed with full books.

use crate::bodies::Ids;
use crate::bots;
use crate::ears::Ears;
use crate::mix::Mix;
use crate::plan::Plan;
use crate::run::calm;
use crate::tally::{Hop, Tally};
use crate::watch::Exchange;
use crate::{prepare, prepare::Tell, sweep};
use anyhow::{Context, Result, ensure};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::block_in_place;

const RECOVERY_LIMIT: Duration = Duration::from_secs(120);
const LOOK_AGAIN: Duration = Duration::from_millis(2);

pub struct Recovery {
    pub resting: usize,
    /// From the kill until both owners were told that their orders, sent right after it, have traded.
    pub to_next_match_s: f64,
}

/// Fills the books, kills matching with `kill`, waits for the next match, and empties the books.
pub async fn recovery(
    exchange: &dyn Exchange,
    resting: usize,
    (users, symbols): (u32, u16),
    kill: impl FnOnce() -> Result<()>,
    tell: Tell<'_>,
) -> Result<Recovery> {
    let settings = exchange.settings();
    let full = drawn(resting, users, symbols, Mix { rest: 1, ..Mix::default() }, 0)?;
    prepare::prepare(settings, &full.plan, tell).await?;
    let pair = Arc::new(drawn(2, users, symbols, Mix { cross: 1, ..Mix::default() }, users)?);
    prepare::prepare(settings, &pair.plan, tell).await?;
    calm(exchange).await?;
    let ears = Ears::open(settings, &pair).await?;
    tell(&format!("placing {resting} orders that rest"));
    let placed = block_in_place(|| sweep::place(settings, &full));
    let traded = match placed {
        Ok(()) => kill_and_trade(exchange, &pair, kill, tell).await,
        Err(error) => Err(error),
    };
    drop(ears);
    let swept = block_in_place(|| sweep::sweep(settings, &full, &[]))?;
    tell(&format!("{swept} orders taken off the books"));
    let to_next_match_s = traded?;
    calm(exchange).await?;
    Ok(Recovery { resting, to_next_match_s })
}

/// Answers after how many seconds both owners were told.
async fn kill_and_trade(
    exchange: &dyn Exchange,
    pair: &Tally,
    kill: impl FnOnce() -> Result<()>,
    tell: Tell<'_>,
) -> Result<f64> {
    calm(exchange).await?;
    tell("killing matching");
    pair.begin(Instant::now());
    kill()?;
    block_in_place(|| sweep::place(exchange.settings(), pair)).context("the two orders that are to trade")?;
    let begun = Instant::now();
    while pair.count(Hop::Pushed) < 2 {
        ensure!(begun.elapsed() < RECOVERY_LIMIT, "no trade {RECOVERY_LIMIT:?} after matching was killed");
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    ensure!(pair.surprises().is_empty(), "the two orders did not trade: {:?}", pair.surprises());
    // The later of the two, as its owner heard it.
    Ok(pair.total(Hop::Pushed).max() as f64 / 1e6)
}

fn drawn(count: usize, users: u32, symbols: u16, mix: Mix, listeners: u32) -> Result<Tally> {
    let plan = Plan::draw(count, users, symbols, mix, 1).map_err(anyhow::Error::msg)?;
    let now = u64::try_from(chrono::Utc::now().timestamp_millis())?;
    let ids = Ids::new(now, rand::random());
    ensure!(users <= bots::USERS_MAX, "at most {} users", bots::USERS_MAX);
    Ok(Tally::new(plan, vec![0; count], ids, listeners))
}
