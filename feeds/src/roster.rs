//! Which instruments follow which source, as stock-data says: those that are listed.

use chassis::ask::Asker;
use contracts::{
    Price, Symbol,
    stock_data::{FeedSource, Question, Stock},
    topology,
};
use std::collections::BTreeMap;
use std::time::Duration;

/// An instrument, and what a made-up market needs to know of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Followed {
    pub symbol: Symbol,
    pub tick_size: Price,
    pub last_price: Price,
}

/// Seldom is anything listed, and nobody minds some seconds.
const LOOK_EVERY: Duration = Duration::from_secs(5);
const DEADLINE: Duration = Duration::from_secs(2);

pub struct Roster {
    sources: Vec<FeedSource>,
    known: BTreeMap<FeedSource, Vec<Symbol>>,
    looked: bool,
}

impl Roster {
    pub fn new(sources: Vec<FeedSource>) -> Self {
        Roster { sources, known: BTreeMap::new(), looked: false }
    }

    /// Waits until others follow a source than before, and answers who does now.
    pub async fn changed(&mut self, asker: &Asker) -> Vec<(FeedSource, Vec<Followed>)> {
        loop {
            if std::mem::replace(&mut self.looked, true) {
                tokio::time::sleep(LOOK_EVERY).await;
            }
            asker.connected().await;
            let question = Question::Stocks {};
            match asker.question::<Vec<Stock>>(topology::STOCK_DATA, &question, DEADLINE).await {
                Ok(stocks) => {
                    let changed = self.compare(&stocks);
                    if !changed.is_empty() {
                        return changed;
                    }
                }
                Err(error) => tracing::warn!(%error, "cannot ask what is listed; asking again"),
            }
        }
    }

    fn compare(&mut self, stocks: &[Stock]) -> Vec<(FeedSource, Vec<Followed>)> {
        let mut changed = Vec::new();
        for source in &self.sources {
            let follows = |stock: &&Stock| stock.feed.as_ref().is_some_and(|feed| feed.source == *source);
            let followed: Vec<Followed> = stocks.iter().filter(follows).map(Followed::of).collect();
            let symbols: Vec<Symbol> = followed.iter().map(|followed| followed.symbol).collect();
            if self.known.get(source) != Some(&symbols) {
                tracing::info!(%source, instruments = symbols.len(), "these follow it");
                self.known.insert(*source, symbols);
                changed.push((*source, followed));
            }
        }
        changed
    }
}

impl Followed {
    fn of(stock: &Stock) -> Self {
        let instrument = &stock.instrument;
        Followed { symbol: instrument.symbol, tick_size: instrument.tick_size, last_price: stock.last_price }
    }
}
