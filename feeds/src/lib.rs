//! Prices of other markets, for instruments that follow them when people trade on paper.
//!
//! Follows    the simulated market, Polygon.io's stocks, Binance's book tickers: whichever are on
//! Asks       stock-data what is listed, and what follows what
//! Sends      TakeFeed (to stock-data)
//! Promises   a task for each source, which connects again whatever happens; of each instrument the last
//!            word of an interval and no more; a frame that makes no sense is counted and passed over;
//!            prices are exact, never floats. That a source is silent is for stock-data to say: this
//!            program may be what is silent.

mod adapter;
mod exact;

mod binance;
mod polygon;
mod simulated;
mod socket;

mod board;
mod following;

mod roster;
mod telling;

pub use adapter::{Adapter, Quoted, Trouble};
pub use binance::Binance;
pub use board::Board;
pub use following::follow;
pub use polygon::Polygon;
pub use roster::Followed;
pub use simulated::Simulated;
pub use socket::{BadFrame, News, Patience, Protocol, Socket};

use anyhow::{Result, ensure};
use chassis::ask::Asker;
use chassis::health::{self, Ready};
use chassis::settings::Settings;
use chassis::shutdown;
use contracts::{stock_data::FeedSource, topology};
use roster::Roster;
use std::sync::Arc;
use telling::tell;
use tokio::task::JoinSet;

/// Follows what the settings name until somebody wants it to end.
pub async fn run(settings: Settings) -> Result<()> {
    ensure!(!settings.feeds.sources.is_empty(), "feeds.sources names no source: there is nothing to follow");
    settings.polygon_key()?;
    // Only ours is compiled in, and who is first in a process decides.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let ready = Ready::default();
    health::serve(&settings.health.address, settings.health_port(topology::FEEDS), ready.clone()).await?;
    let asker = Asker::connect(&settings, topology::FEEDS).await?;
    let ended = shutdown::requested();
    tokio::pin!(ended);
    let mut roster = Roster::new(settings.feeds.sources.clone());
    // By source. Whoever follows anew begins again: what was under way is dropped with its tasks.
    let mut under_way: Vec<(FeedSource, JoinSet<()>)> = Vec::new();
    tracing::info!(sources = ?settings.feeds.sources, "ready to follow other markets");
    loop {
        tokio::select! {
            () = &mut ended => break,
            changed = roster.changed(&asker) => {
                ready.set(true);
                for (source, followed) in changed {
                    under_way.retain(|(of, _)| *of != source);
                    if let Some(adapter) = adapter(&settings, source, followed)? {
                        under_way.push((source, start(adapter, &settings, asker.clone())));
                    }
                }
            }
        }
    }
    tracing::info!("stopping");
    Ok(())
}

fn start(adapter: Box<dyn Adapter>, settings: &Settings, asker: Asker) -> JoinSet<()> {
    let (source, board) = (adapter.source(), Arc::new(Board::default()));
    let mut tasks = JoinSet::new();
    tasks.spawn(follow(adapter, board.clone(), Patience::default()));
    tasks.spawn(tell(source, board, settings.feeds.interval(), asker));
    tasks
}

/// None: nobody follows it.
fn adapter(
    settings: &Settings,
    source: FeedSource,
    followed: Vec<Followed>,
) -> Result<Option<Box<dyn Adapter>>> {
    if followed.is_empty() {
        return Ok(None);
    }
    let (feeds, patience) = (&settings.feeds, Patience::default());
    let symbols = followed.iter().map(|followed| followed.symbol);
    Ok(Some(match source {
        FeedSource::Simulated => Box::new(Simulated::new(followed, feeds.simulated.seed, feeds.interval())),
        FeedSource::Polygon => {
            let key = settings.polygon_key()?.cloned().unwrap_or_default();
            Box::new(Socket::new(Polygon::new(&feeds.polygon.url, key, symbols), patience))
        }
        FeedSource::Binance => Box::new(Socket::new(Binance::new(&feeds.binance.url, symbols), patience)),
    }))
}
