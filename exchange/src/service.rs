//! One service in this process.

use anyhow::{Result, bail};
use chassis::{settings::Settings, telemetry, trace};
use contracts::topology;
use nix::sys::signal::{Signal, raise};
use std::io::Read;
use std::path::Path;
use std::time::Duration;

/// Six processes share the machine's cores: more threads in each would only take turns.
const WORKER_THREADS_MAX: u16 = 2;
/// A process whose parent is gone has this long to finish what is under way.
const ORPHAN_LIMIT: Duration = Duration::from_secs(10);

/// Runs until the process is told to end; `with_parent`, also until its standard input closes.
pub fn run(name: &str, folder: &Path, with_parent: bool) -> Result<()> {
    let settings = Settings::load(folder)?;
    telemetry::start(&settings.log)?;
    if with_parent {
        std::thread::Builder::new().name("parent".into()).spawn(end_with_parent)?;
    }
    tracing::info!(service = name, "starting");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(worker_threads(name, &settings))
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let exporting = trace::start(&settings.telemetry, name)?;
        let ended = match name {
            topology::ACCOUNTS => accounts::run(settings).await,
            topology::STOCK_DATA => stock_data::run(settings).await,
            topology::ORDERING => ordering::run(settings).await,
            topology::PORTFOLIO => portfolio::run(settings).await,
            topology::MATCHING => matching::run(settings).await,
            topology::WEB => web::run(settings).await,
            topology::BOTS => bots::run(settings).await,
            topology::FEEDS => feeds::run(settings).await,
            other => bail!("no service is called {other:?}"),
        };
        exporting.finish().await;
        ended
    })
}

/// A partition does one thing after the other; handing it from thread to thread only costs.
fn worker_threads(name: &str, settings: &Settings) -> usize {
    let partitions = match name {
        topology::WEB => WORKER_THREADS_MAX,
        topology::BOTS | topology::FEEDS => 1,
        service => topology::partitions_of(service, settings.partitions),
    };
    partitions.clamp(1, WORKER_THREADS_MAX).into()
}

/// Nothing is ever written to us: reading ends when the last holder of the other end does,
/// however it ends. A thread of its own, so that it works even if the runtime hangs.
fn end_with_parent() {
    let mut nothing = [0; 64];
    while let Ok(1..) = std::io::stdin().read(&mut nothing) {}
    tracing::warn!("the parent process is gone: ending");
    let _ = raise(Signal::SIGTERM);
    std::thread::sleep(ORPHAN_LIMIT);
    std::process::exit(1);
}
