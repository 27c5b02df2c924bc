//! PlaceOrder, CancelOrder, AmendOrder; InstrumentChanged: go to the book of their symbol, in the order in which they came.
//!
//! Twice the same changes nothing: the book knows the ids of its orders.

use crate::domain::{Command, Settings};
use crate::rules::Input;
use chassis::{Place, Source};
use contracts::ordering::read_commands;
use contracts::stock_data::StockDataEvent;
use contracts::{Symbol, topology};
use rustc_hash::FxHashMap;

/// Reads what portfolio and stock-data say. An order that its instrument forbids, or that is another
/// partition's, breaks a promise that was kept upstream.
pub fn decode(place: &Place, source: Source<'_>, events: &[u8]) -> Result<Vec<Input>, String> {
    let unreadable = |error: serde_json::Error| error.to_string();
    match source {
        Source::Stream { service: topology::PORTFOLIO, .. } => {
            let commands = read_commands(events).map_err(unreadable)?;
            commands.iter().map(|command| Command::of(command).and_then(|of| ours(place, of))).collect()
        }
        Source::Stream { service: topology::STOCK_DATA, .. } => {
            let events: Vec<StockDataEvent> = serde_json::from_slice(events).map_err(unreadable)?;
            events.iter().map(|event| configure(event).and_then(|of| ours(place, of))).collect()
        }
        Source::Stream { service, .. } => Err(format!("{service} does not place orders in books")),
        Source::Request { .. } | Source::Orders { .. } => Err("not a stream".to_owned()),
    }
}

fn configure(event: &StockDataEvent) -> Result<(Symbol, Command), String> {
    match event {
        StockDataEvent::InstrumentChanged(instrument) => {
            Ok((instrument.symbol, Command::Configure(Settings::of(instrument))))
        }
        StockDataEvent::PriceChanged(quote) => Err(format!("a price of {} is not for books", quote.symbol)),
        StockDataEvent::FeedChanged { symbol, .. } => Err(format!("a feed of {symbol} is not for books")),
    }
}

fn ours(place: &Place, (symbol, command): (Symbol, Command)) -> Result<Input, String> {
    match place.partitions.of_symbol(symbol) {
        partition if partition == place.partition => Ok(Input::Order(symbol, command)),
        other => Err(format!("{symbol} belongs to matching.{other}, not to {}", place.name())),
    }
}

/// A step's commands: symbols as they first came, each with its commands as they came.
#[derive(Default)]
pub struct Commands {
    by_symbol: Vec<(Symbol, Vec<Command>)>,
    index: FxHashMap<Symbol, usize>,
}

impl Commands {
    pub fn add(&mut self, symbol: Symbol, command: Command) {
        let at = self.place_of(symbol);
        self.by_symbol[at].1.push(command);
    }

    /// The symbol's book is told the time, if nothing else.
    pub fn wake(&mut self, symbol: Symbol) {
        self.place_of(symbol);
    }

    fn place_of(&mut self, symbol: Symbol) -> usize {
        *self.index.entry(symbol).or_insert_with(|| {
            self.by_symbol.push((symbol, Vec::new()));
            self.by_symbol.len() - 1
        })
    }

    pub fn is_empty(&self) -> bool {
        self.by_symbol.is_empty()
    }

    pub fn take(&mut self) -> Vec<(Symbol, Vec<Command>)> {
        std::mem::take(self).by_symbol
    }
}
