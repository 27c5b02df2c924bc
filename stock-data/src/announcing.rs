//! Where stock-data says what: prices and feeds to all, an instrument to all and to its book.

use chassis::{Place, Step};
use contracts::{
    Partitions, StreamName, Symbol,
    stock_data::{Feed, Instrument, Quote, StockDataEvent},
    topology,
};

pub struct Announcing {
    to_all: StreamName,
    /// By the number of matching's partition. A book follows its own instrument, and nothing else.
    to_books: Vec<StreamName>,
    partitions: Partitions,
}

impl Announcing {
    pub fn from(place: Place) -> Self {
        let to_books = place.streams_to_each(topology::MATCHING);
        Announcing { to_all: place.stream_to_all(), to_books, partitions: place.partitions }
    }

    pub fn instrument_changed(&self, instrument: Instrument, step: &mut Step) {
        let to_book = &self.to_books[usize::from(self.partitions.of_symbol(instrument.symbol))];
        let event = StockDataEvent::InstrumentChanged(instrument);
        step.say(&self.to_all, &event);
        step.say(to_book, &event);
    }

    pub fn price_changed(&self, quote: Quote, step: &mut Step) {
        step.say(&self.to_all, &StockDataEvent::PriceChanged(quote));
    }

    pub fn feed_changed(&self, symbol: Symbol, feed: Option<Feed>, step: &mut Step) {
        step.say(&self.to_all, &StockDataEvent::FeedChanged { symbol, feed });
    }
}
