//! The seventeen invariants, held against an exchange that was left alone after a fault.
//!
//! `exchange audit` proves I1–I6, I8, I10–I14 from the five databases. What it cannot know is held
//! here: I7 what callers were told, I9 price–time priority by another engine, I12 that nothing was
//! dead-lettered, I15 what listeners at the sockets show, I16 that all comes to rest, I17 that no
//! process keeps what the storm needed.

mod books;
mod sockets;

use crate::record::{Outcome, Record};
use crate::{Exchange, Resources};
use anyhow::{Context, ensure};
use sea_orm::FromQueryResult;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, Instant};

/// I16 wants half a minute of an exchange that has its machine to itself. Here others build beside
/// us, so only what never comes to rest is a failure; how long it took is told.
const DRAIN_LIMIT: Duration = Duration::from_secs(180);
/// Connections of the fault's own, and of pools that were stormed, are given up by then.
const SHRINK_LIMIT: Duration = Duration::from_secs(60);
const LOOK_AGAIN: Duration = Duration::from_millis(250);
/// The audit's word for what `Record::parked` expects.
const PARKED: &str = "nothing is parked";

/// How an exchange was found.
#[derive(Debug)]
pub struct Held {
    /// From the last fault until nothing was on its way.
    pub drained: Duration,
    pub orders: usize,
    pub trades: usize,
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Held { drained, orders, trades } = self;
        write!(f, "at rest after {:.1} s; {orders} orders and {trades} trades agree", drained.as_secs_f64())
    }
}

/// Every trial ends here. The load has ended, and no fault lasts.
pub async fn hold(exchange: &Exchange, record: &Record) -> anyhow::Result<Held> {
    exchange.heal()?;
    let drained = comes_to_rest(exchange).await.context("I16")?;
    audited(exchange, record)?;
    let orders = callers_were_told_the_truth(exchange, record).await.context("I7")?;
    let trades = books::obey_price_and_time(exchange).await.context("I9")?;
    nothing_is_dead(exchange).await.context("I12")?;
    for watcher in &record.watchers {
        sockets::show_what_is(exchange, watcher).await.context("I15")?;
    }
    shrinks(exchange, &record.baseline).await.context("I17")?;
    Ok(Held { drained, orders, trades })
}

async fn comes_to_rest(exchange: &Exchange) -> anyhow::Result<Duration> {
    let begun = Instant::now();
    loop {
        let streams = exchange.status()?["streams"].as_array().cloned();
        // web tells nobody how far it is.
        let lag = |stream: &Value| stream["lag"].as_u64().unwrap_or(0);
        let late = streams.map(|streams| streams.iter().filter(|stream| lag(stream) > 0).count());
        let pending = exchange.number("ordering", "select count(*) from orders where status = 0").await?;
        if late == Some(0) && pending == 0 {
            return Ok(begun.elapsed());
        }
        ensure!(
            begun.elapsed() < DRAIN_LIMIT,
            "{late:?} streams lag, {pending} orders are pending\n{}",
            exchange.log_tail()
        );
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// I1–I6, I8, I10–I14.
fn audited(exchange: &Exchange, record: &Record) -> anyhow::Result<()> {
    let report = exchange.findings()?;
    ensure!(report["quiet"] == true, "the audit saw no quiet moment: {report}");
    let findings = report["findings"].as_array().context("a list of findings")?;
    let (parked, found): (Vec<&Value>, Vec<&Value>) =
        findings.iter().partition(|finding| finding["rule"] == PARKED);
    ensure!(found.is_empty(), "the audit found {found:?}\n{}", exchange.log_tail());
    let count: u64 = parked
        .iter()
        .filter_map(|finding| finding["detail"].as_str()?.split(' ').next()?.parse::<u64>().ok())
        .sum();
    ensure!(count == record.parked as u64, "{} messages should be parked: {parked:?}", record.parked);
    Ok(())
}

#[derive(FromQueryResult)]
struct OrderRow {
    order_id: String,
    user_id: String,
    filled_quantity: i64,
}

/// What was acknowledged is there, as its caller's; what was refused has traded nothing; and nobody
/// is left without an answer.
async fn callers_were_told_the_truth(exchange: &Exchange, record: &Record) -> anyhow::Result<usize> {
    let sql = "select order_id::text as order_id, user_id::text as user_id, filled_quantity from orders";
    let rows = exchange.db("ordering").await?.all::<OrderRow>(sql, []).await?;
    let known: BTreeMap<&str, &OrderRow> = rows.iter().map(|row| (row.order_id.as_str(), row)).collect();
    for (id, call) in &record.orders {
        let row = known.get(id.as_str());
        match call.outcome {
            Outcome::Ok => {
                let row =
                    row.with_context(|| format!("{id} was acknowledged, and is not there: {call:?}"))?;
                let user = crate::user_id(call.user).to_string();
                ensure!(row.user_id == user, "{id} of {user} is now {}'s", row.user_id);
            }
            Outcome::Refused => {
                let filled = row.map_or(0, |row| row.filled_quantity);
                ensure!(filled == 0, "{id} was refused, and traded {filled}");
            }
            Outcome::Unknown => anyhow::bail!("{id} of {} was never answered", call.user),
        }
    }
    Ok(rows.len())
}

async fn nothing_is_dead(exchange: &Exchange) -> anyhow::Result<()> {
    // The management interface knows what was five seconds ago; the node itself knows now.
    let vhost = exchange.settings()?.broker.vhost;
    let listed = exchange.rabbitmqctl(&[
        "list_queues",
        "--vhost",
        &vhost,
        "--no-table-headers",
        "name",
        "messages",
    ])?;
    let dead =
        listed.lines().find_map(|line| line.strip_prefix("dead\t")).context("the queue of the dead")?;
    ensure!(dead.trim() == "0", "{dead} messages were dead-lettered");
    Ok(())
}

async fn shrinks(exchange: &Exchange, baseline: &Resources) -> anyhow::Result<()> {
    let begun = Instant::now();
    loop {
        let grown = Resources::of(exchange)?.grown_over(baseline);
        if grown.is_empty() {
            return Ok(());
        }
        ensure!(begun.elapsed() < SHRINK_LIMIT, "{}", grown.join("; "));
        tokio::time::sleep(LOOK_AGAIN * 4).await;
    }
}
