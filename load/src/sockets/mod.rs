//! Socket.IO fan-out: how many messages a second a core of the server delivers, and how late.
//!
//! Web's own push path (market, hub, rooms, sockets, listener) runs in a process of its own on a
//! synthetic feed of prices; optionally Node's Socket.IO server does the same work afterwards, for
//! the same clients. Every client subscribes to the prices of every symbol, one room each, over
//! WebSocket. The cost is the server process's processor time as the system counts it.

mod client;
mod frames;
mod latencies;
mod report;
mod server;
pub mod stage;

pub use report::{HEADINGS, Measured, Report};

use anyhow::{Result, bail, ensure};
use client::Seen;
use server::Server;
use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;
use tokio::task::LocalSet;
use tokio::time::{Instant, sleep};

/// Each room is pushed at most so often, by web and by Node alike.
pub const TICKS_PER_S: u64 = 10;
/// Two changes of every symbol for each tick: whatever the timers do, every room has news in it.
pub const CHANGES_PER_TICK: u64 = 2;
/// From listening to the last client's last snapshot.
const SETTLING_MAX: Duration = Duration::from_secs(60);
/// What happened while clients came in is left behind before anything is counted.
const SETTLED: Duration = Duration::from_secs(2);
/// Connections that are opened at the same moment: fewer than the listener lets wait.
const OPENED_AT_ONCE: usize = 100;

pub struct Options {
    pub clients: usize,
    /// Measured one after the other: this many symbols each.
    pub symbols: Vec<usize>,
    /// Price changes a second over all symbols; without it, enough for news in every room and tick.
    pub rate: Option<u64>,
    pub measured_for: Duration,
    /// The folder of Node's server, if it is measured too.
    pub node: Option<PathBuf>,
    /// The program whose `load sockets-stage SYMBOLS RATE` runs web on the synthetic feed.
    pub program: PathBuf,
}

/// Measures each number of symbols, ours and then Node's. Needs the whole machine for itself.
pub fn run(options: &Options, mut progress: impl FnMut(&Measured)) -> Result<Report> {
    ensure!(options.symbols.iter().all(|n| (1..=9_999).contains(n)), "--symbols: from 1 to 9999");
    // One thread, so that the server has the other core.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut measured = Vec::new();
    for &symbols in &options.symbols {
        let rate = options.rate.unwrap_or(symbols as u64 * TICKS_PER_S * CHANGES_PER_TICK);
        let mut one = |server: Server| -> Result<()> {
            let local = LocalSet::new();
            let figures = local.block_on(&runtime, measure(server, options, symbols, rate))?;
            progress(&figures);
            measured.push(figures);
            Ok(())
        };
        one(Server::ours(&options.program, symbols, rate)?)?;
        if let Some(folder) = &options.node {
            one(Server::node(folder, symbols, rate)?)?;
        }
    }
    Ok(Report { measured })
}

async fn measure(server: Server, options: &Options, symbols: usize, rate: u64) -> Result<Measured> {
    let names: Rc<[String]> = (0..symbols).map(stage::symbol).collect();
    let seen = Rc::new(RefCell::new(Seen::new()));
    let mut clients = Vec::new();
    for n in 0..options.clients {
        let client = client::run(server.address, names.clone(), seen.clone());
        clients.push(tokio::task::spawn_local(client));
        if (n + 1) % OPENED_AT_ONCE == 0 {
            sleep(Duration::from_millis(100)).await;
        }
    }
    let deadline = Instant::now() + SETTLING_MAX;
    while seen.borrow().settled < options.clients {
        whole(&seen)?;
        ensure!(Instant::now() < deadline, "{} of the clients settled", seen.borrow().settled);
        sleep(Duration::from_millis(10)).await;
    }
    sleep(SETTLED).await;

    seen.borrow_mut().clear();
    let (began, server_before, own_before) = (Instant::now(), server.cpu()?, server::own_cpu()?);
    sleep(options.measured_for).await;
    let (server_after, own_after, lasted) = (server.cpu()?, server::own_cpu()?, began.elapsed());
    whole(&seen)?;

    let seen = seen.borrow();
    let events_per_s = rate.min(symbols as u64 * TICKS_PER_S);
    let figures = Measured {
        server: server.name,
        clients: options.clients,
        symbols,
        changes_per_s: rate,
        lasted_s: lasted.as_secs_f64(),
        due: (events_per_s as f64 * lasted.as_secs_f64() * options.clients as f64) as u64,
        delivered: seen.messages,
        bytes: seen.bytes,
        latency_p50_ms: seen.latencies.quantile_ms(0.5),
        latency_p99_ms: seen.latencies.quantile_ms(0.99),
        latency_max_ms: seen.latencies.quantile_ms(1.0),
        server_cpu_s: (server_after - server_before).as_secs_f64(),
        server_memory_mib: server.memory_mib()?,
        clients_cpu_s: (own_after - own_before).as_secs_f64(),
    };
    clients.iter().for_each(|client| client.abort());
    Ok(figures)
}

fn whole(seen: &RefCell<Seen>) -> Result<()> {
    let seen = seen.borrow();
    if let Some(first) = seen.failures.first() {
        bail!("{} clients failed, the first: {first}", seen.failures.len());
    }
    Ok(())
}
