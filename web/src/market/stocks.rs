//! The instruments and what their day looks like: the last list that stock-data gave, and what it
//! has said since.

use contracts::matching::Phase;
use contracts::stock_data::{Feed, Instrument, Quote, Stock, StockDataEvent};
use contracts::{Money, Symbol};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

#[derive(Debug, Default)]
pub struct Stocks {
    /// Whether a list has come since everything had to be asked anew.
    known: bool,
    /// Counts the changes.
    version: u64,
    listed: BTreeMap<Symbol, Listed>,
    /// Said while a list was under way; the list may be older.
    quotes: FxHashMap<Symbol, Quote>,
    instruments: FxHashMap<Symbol, Instrument>,
    feeds: FxHashMap<Symbol, Option<Feed>>,
}

#[derive(Debug)]
struct Listed {
    stock: Stock,
    /// The count of changes after its last one.
    version: u64,
}

/// What hearing an event calls for.
#[derive(Debug, PartialEq, Eq)]
pub enum Then {
    Nothing,
    /// Its trades are not known.
    IsNew(Symbol),
    /// What the event does not say can only be asked.
    AskAgain,
}

impl Stocks {
    pub fn forget(&mut self) {
        self.known = false;
        self.asked();
    }

    /// A list is asked for: what is heard from now on is newer than the list, or in it.
    pub fn asked(&mut self) {
        self.quotes.clear();
        self.instruments.clear();
        self.feeds.clear();
    }

    pub fn is_known(&self) -> bool {
        self.known
    }

    pub fn version(&self) -> u64 {
        self.version
    }

    pub fn get(&self, symbol: Symbol) -> Option<&Stock> {
        self.listed.get(&symbol).map(|listed| &listed.stock)
    }

    /// By symbol.
    pub fn all(&self) -> impl Iterator<Item = &Stock> {
        self.listed.values().map(|listed| &listed.stock)
    }

    /// The stock, if it has changed.
    pub fn changed_one(&self, symbol: Symbol, since_version: u64) -> Option<&Stock> {
        self.listed.get(&symbol).filter(|listed| listed.version > since_version).map(|listed| &listed.stock)
    }

    pub fn changed_since(&self, version: u64) -> impl Iterator<Item = &Stock> {
        self.listed.values().filter(move |listed| listed.version > version).map(|listed| &listed.stock)
    }

    /// Takes in the list that was asked for. Returns the symbols that were not listed before.
    pub fn answered(&mut self, list: Vec<Stock>) -> Vec<Symbol> {
        let mut new = Vec::new();
        for mut stock in list {
            let symbol = stock.instrument.symbol;
            if let Some(instrument) = self.instruments.remove(&symbol) {
                stock.instrument = instrument;
            }
            if let Some(quote) = self.quotes.remove(&symbol)
                && stock.at.is_none_or(|at| at <= quote.at)
            {
                quote_into(&mut stock, &quote);
            }
            if let Some(feed) = self.feeds.remove(&symbol) {
                stock.feed = feed;
            }
            if self.get(symbol).is_none() {
                new.push(symbol);
            }
            self.put(stock);
        }
        // Listed after the list was made.
        let instruments = std::mem::take(&mut self.instruments);
        for (symbol, instrument) in instruments {
            if self.get(symbol).is_none() {
                new.push(symbol);
                self.put(unquoted(instrument));
            }
        }
        for (symbol, feed) in std::mem::take(&mut self.feeds) {
            self.follow(symbol, feed);
        }
        let quotes = std::mem::take(&mut self.quotes);
        quotes.values().for_each(|quote| self.quote(quote));
        self.known = true;
        new
    }

    pub fn hear(&mut self, event: StockDataEvent) -> Then {
        match event {
            StockDataEvent::PriceChanged(quote) => {
                self.quote(&quote);
                self.quotes.insert(quote.symbol, quote);
                Then::Nothing
            }
            StockDataEvent::FeedChanged { symbol, feed } => {
                self.follow(symbol, feed.clone());
                self.feeds.insert(symbol, feed);
                Then::Nothing
            }
            StockDataEvent::InstrumentChanged(instrument) => {
                let symbol = instrument.symbol;
                self.instruments.insert(symbol, instrument.clone());
                let Some(stock) = self.get(symbol) else {
                    self.put(unquoted(instrument));
                    return Then::IsNew(symbol);
                };
                let moved = stock.instrument.previous_close != instrument.previous_close;
                self.put(Stock { instrument, ..stock.clone() });
                if moved { Then::AskAgain } else { Then::Nothing }
            }
        }
    }

    pub fn phase_changed(&mut self, symbol: Symbol, phase: Phase) {
        if let Some(stock) = self.get(symbol) {
            self.put(Stock { phase, ..stock.clone() });
        }
    }

    fn follow(&mut self, symbol: Symbol, feed: Option<Feed>) {
        if let Some(stock) = self.get(symbol) {
            self.put(Stock { feed, ..stock.clone() });
        }
    }

    fn quote(&mut self, quote: &Quote) {
        if let Some(stock) = self.get(quote.symbol)
            && stock.at.is_none_or(|at| at <= quote.at)
        {
            let mut stock = stock.clone();
            quote_into(&mut stock, quote);
            self.put(stock);
        }
    }

    fn put(&mut self, stock: Stock) {
        let symbol = stock.instrument.symbol;
        if self.get(symbol) != Some(&stock) {
            self.version += 1;
            self.listed.insert(symbol, Listed { stock, version: self.version });
        }
    }
}

fn quote_into(stock: &mut Stock, quote: &Quote) {
    stock.instrument.previous_close = quote.previous_close;
    stock.last_price = quote.last_price;
    stock.open = Some(quote.open);
    stock.high = Some(quote.high);
    stock.low = Some(quote.low);
    stock.volume = quote.volume;
    stock.change = quote.change;
    stock.change_percent.clone_from(&quote.change_percent);
    stock.at = Some(quote.at);
}

/// Before its first trade.
fn unquoted(instrument: Instrument) -> Stock {
    Stock {
        last_price: instrument.previous_close,
        open: None,
        high: None,
        low: None,
        volume: contracts::Quantity::ZERO,
        change: Money::ZERO,
        change_percent: "0.00".into(),
        at: None,
        phase: Phase::default(),
        feed: None,
        instrument,
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use contracts::stock_data::{FeedSource, InstrumentState, TradingRules};
    use contracts::{Price, Timestamp};

    fn at(second: i64) -> Timestamp {
        chrono::DateTime::from_timestamp(second, 0).unwrap()
    }

    pub fn instrument(symbol: &str) -> Instrument {
        Instrument {
            symbol: symbol.parse().unwrap(),
            name: format!("{symbol} Inc."),
            currency: "USD".into(),
            tick_size: "0.01".parse().unwrap(),
            lot_size: "1".parse().unwrap(),
            previous_close: "100".parse().unwrap(),
            state: InstrumentState::Open,
            rules: TradingRules::default(),
        }
    }

    pub fn stock(symbol: &str) -> Stock {
        unquoted(instrument(symbol))
    }

    pub fn quote(symbol: &str, price: &str, second: i64) -> Quote {
        let last_price: Price = price.parse().unwrap();
        Quote {
            symbol: symbol.parse().unwrap(),
            last_price,
            open: last_price,
            high: last_price,
            low: last_price,
            volume: "5".parse().unwrap(),
            previous_close: "100".parse().unwrap(),
            change: Money::ZERO,
            change_percent: "0.00".into(),
            at: at(second),
        }
    }

    fn price(stocks: &Stocks, symbol: &str) -> String {
        stocks.get(symbol.parse().unwrap()).unwrap().last_price.to_string()
    }

    #[test]
    fn what_was_said_while_the_list_was_under_way_counts_if_it_is_newer() {
        let mut stocks = Stocks::default();
        stocks.asked();
        stocks.hear(StockDataEvent::PriceChanged(quote("ACME", "101", 5)));
        stocks.hear(StockDataEvent::PriceChanged(quote("BOLT", "101", 5)));
        let mut bolt = stock("BOLT");
        quote_into(&mut bolt, &quote("BOLT", "102", 6));
        assert!(!stocks.is_known());
        assert_eq!(stocks.answered(vec![stock("ACME"), bolt]).len(), 2);
        assert!(stocks.is_known());
        assert_eq!((price(&stocks, "ACME").as_str(), price(&stocks, "BOLT").as_str()), ("101", "102"));
    }

    #[test]
    fn a_feed_that_was_heard_of_meanwhile_is_younger_than_the_list() {
        let feed = |stale| Some(Feed { stale, ..Feed::silent(FeedSource::Binance) });
        let symbol: Symbol = "ACME".parse().unwrap();
        let mut stocks = Stocks::default();
        stocks.asked();
        stocks.hear(StockDataEvent::FeedChanged { symbol, feed: feed(false) });
        stocks.answered(vec![
            Stock { feed: feed(true), ..stock("ACME") },
            Stock { feed: feed(true), ..stock("BOLT") },
        ]);
        let stale = |stocks: &Stocks, symbol: &str| {
            stocks.get(symbol.parse().unwrap()).unwrap().feed.as_ref().map(|f| f.stale)
        };
        assert_eq!((stale(&stocks, "ACME"), stale(&stocks, "BOLT")), (Some(false), Some(true)));
        stocks.hear(StockDataEvent::InstrumentChanged(instrument("ACME")));
        assert_eq!(stale(&stocks, "ACME"), Some(false), "a listing says nothing of feeds");
        let version = stocks.version();
        stocks.hear(StockDataEvent::FeedChanged { symbol, feed: None });
        assert_eq!((stale(&stocks, "ACME"), stocks.changed_since(version).count()), (None, 1));
    }

    #[test]
    fn only_what_changed_is_told_apart() {
        let mut stocks = Stocks::default();
        stocks.answered(vec![stock("ACME"), stock("BOLT")]);
        let before = stocks.version();
        stocks.hear(StockDataEvent::PriceChanged(quote("BOLT", "101", 5)));
        stocks.hear(StockDataEvent::PriceChanged(quote("ACME", "99", 5)));
        stocks.hear(StockDataEvent::PriceChanged(quote("BOLT", "101", 5)));
        let changed: Vec<_> =
            stocks.changed_since(before + 1).map(|s| s.instrument.symbol.to_string()).collect();
        assert_eq!(changed, ["ACME"]);
        assert!(stocks.answered(vec![stock("BOLT")]).is_empty());
        assert_eq!(price(&stocks, "BOLT"), "101", "an older list does not undo what is known");
    }

    #[test]
    fn a_listing_is_known_at_once_and_a_new_close_is_asked_about() {
        let mut stocks = Stocks::default();
        stocks.answered(vec![]);
        let acme = instrument("ACME");
        assert_eq!(stocks.hear(StockDataEvent::InstrumentChanged(acme.clone())), Then::IsNew(acme.symbol));
        assert_eq!(price(&stocks, "ACME"), "100");
        let halted = Instrument { state: InstrumentState::Halted, ..acme.clone() };
        assert_eq!(stocks.hear(StockDataEvent::InstrumentChanged(halted)), Then::Nothing);
        let closed = Instrument { previous_close: "90".parse().unwrap(), ..acme };
        assert_eq!(stocks.hear(StockDataEvent::InstrumentChanged(closed)), Then::AskAgain);
    }
}
