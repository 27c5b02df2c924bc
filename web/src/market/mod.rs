//! The latest public state: instruments and prices, depth, last trades. In memory only: it starts
//! from snapshots that it needs to be given, and follows the streams from there.
//!
//! Promises: what it answers is complete up to some moment, or it says that it does not know.
//!
//! **Invariant** A snapshot is asked for after its stream is heard, so nothing lies between the two.

pub mod book;
pub mod events;
pub mod stocks;
pub mod tape;

use book::Book;
use contracts::matching::{Depth, Depths};
use contracts::stock_data::{Stock, StockDataEvent, Trade};
use contracts::{Partitions, Symbol, Timestamp};
use events::BookEvent;
use rustc_hash::FxHashMap;
use stocks::{Stocks, Then};
use tape::Tape;

/// Batches heard while a partition's depth is asked for. A second of the busiest partition has some
/// hundred; past this many the question is asked anew.
const BATCHES_WAITING_MAX: usize = 4_096;

/// A snapshot that must be asked for. What was asked before of the same thing is void.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Need {
    Stocks,
    Depths { partition: u16 },
    Trades { symbol: Symbol },
}

/// A need, and the number under which its answer is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asking {
    pub need: Need,
    pub ticket: u64,
}

#[derive(Debug)]
pub enum Snapshot {
    Stocks(Vec<Stock>),
    Depths { partition: u16, depths: Depths },
    Trades { symbol: Symbol, newest_first: Vec<Trade> },
}

impl Snapshot {
    fn need(&self) -> Need {
        match self {
            Snapshot::Stocks(_) => Need::Stocks,
            Snapshot::Depths { partition, .. } => Need::Depths { partition: *partition },
            Snapshot::Trades { symbol, .. } => Need::Trades { symbol: *symbol },
        }
    }
}

/// The state is being fetched; ask again in a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the market's state is being fetched")]
pub struct NotYet;

#[derive(Debug)]
pub struct Market {
    partitions: Partitions,
    stocks: Stocks,
    following: Vec<Following>,
    /// The last batch of each partition whose trades were taken in.
    printed: Vec<u64>,
    books: FxHashMap<Symbol, Book>,
    tapes: FxHashMap<Symbol, Tape>,
    tickets: FxHashMap<Need, u64>,
    last_ticket: u64,
    asking: Vec<Asking>,
}

/// How far the books of a partition follow its stream.
#[derive(Debug)]
enum Following {
    /// A snapshot is under way; these batches came since.
    Waiting(Vec<(u64, Vec<BookEvent>)>),
    Upto(u64),
}

impl Market {
    pub fn new(partitions: Partitions) -> Self {
        Market {
            partitions,
            stocks: Stocks::default(),
            following: (0..partitions.symbols).map(|_| Following::Waiting(Vec::new())).collect(),
            printed: vec![0; usize::from(partitions.symbols)],
            books: FxHashMap::default(),
            tapes: FxHashMap::default(),
            tickets: FxHashMap::default(),
            last_ticket: 0,
            asking: Vec::new(),
        }
    }

    /// Everything may have changed meanwhile.
    pub fn connected(&mut self) {
        self.stocks_missed();
        self.printed.fill(0);
        (0..self.partitions.symbols).for_each(|partition| self.matching_missed(partition));
    }

    pub fn stocks_missed(&mut self) {
        self.stocks.forget();
        self.need(Need::Stocks);
    }

    /// A new day: what is known stays until the new list is there.
    pub fn day_began(&mut self) {
        self.stocks.asked();
        self.need(Need::Stocks);
    }

    pub fn matching_missed(&mut self, partition: u16) {
        self.following[usize::from(partition)] = Following::Waiting(Vec::new());
        self.need(Need::Depths { partition });
        let symbols = self.stocks.all().map(|stock| stock.instrument.symbol);
        let of_it: Vec<Symbol> = symbols.filter(|s| self.partitions.of_symbol(*s) == partition).collect();
        of_it.into_iter().for_each(|symbol| self.trades_missed(symbol));
    }

    fn trades_missed(&mut self, symbol: Symbol) {
        self.tapes.entry(symbol).or_default().forget();
        self.need(Need::Trades { symbol });
    }

    fn need(&mut self, need: Need) {
        self.last_ticket += 1;
        self.tickets.insert(need, self.last_ticket);
        self.asking.retain(|asking| asking.need != need);
        self.asking.push(Asking { need, ticket: self.last_ticket });
    }

    /// What must be asked for now. Said once.
    pub fn take_asking(&mut self) -> Vec<Asking> {
        std::mem::take(&mut self.asking)
    }

    pub fn stock_data_said(&mut self, events: Vec<StockDataEvent>) {
        for event in events {
            match self.stocks.hear(event) {
                Then::Nothing => {}
                Then::IsNew(symbol) if self.tapes.contains_key(&symbol) => {}
                Then::IsNew(symbol) => self.trades_missed(symbol),
                Then::AskAgain => self.day_began(),
            }
        }
    }

    pub fn matching_said(&mut self, partition: u16, seq: u64, at: Timestamp, events: Vec<BookEvent>) {
        let printed = &mut self.printed[usize::from(partition)];
        if seq > *printed {
            *printed = seq;
            self.print(at, &events);
        }
        match &mut self.following[usize::from(partition)] {
            Following::Waiting(batches) if batches.len() == BATCHES_WAITING_MAX => {
                batches.clear();
                self.need(Need::Depths { partition });
            }
            Following::Waiting(batches) => batches.push((seq, events)),
            Following::Upto(known) if seq <= *known => {}
            Following::Upto(known) if seq == *known + 1 => {
                *known = seq;
                self.follow(partition, &events);
            }
            Following::Upto(_) => self.matching_missed(partition),
        }
    }

    fn print(&mut self, at: Timestamp, events: &[BookEvent]) {
        for event in events {
            if let BookEvent::OrderFilled(filled) = event {
                let trade = Trade {
                    trade_id: filled.trade_id,
                    symbol: filled.symbol,
                    price: filled.price,
                    quantity: filled.quantity,
                    taker_side: filled.taker_side,
                    at,
                };
                self.tapes.entry(filled.symbol).or_default().hear(trade);
            }
        }
    }

    fn follow(&mut self, partition: u16, events: &[BookEvent]) {
        for event in events {
            let symbol = event.symbol();
            if let Err(discrepancy) = self.books.entry(symbol).or_default().apply(event) {
                tracing::warn!(%symbol, %discrepancy, "the depth does not add up; asking for it anew");
                return self.matching_missed(partition);
            }
        }
    }

    /// Takes in a snapshot, unless another has been asked for since.
    pub fn answered(&mut self, ticket: u64, snapshot: Snapshot) {
        if self.tickets.get(&snapshot.need()) != Some(&ticket) {
            return;
        }
        match snapshot {
            Snapshot::Stocks(list) => {
                for symbol in self.stocks.answered(list) {
                    if !self.tapes.get(&symbol).is_some_and(Tape::is_known) {
                        self.need(Need::Trades { symbol });
                    }
                }
            }
            Snapshot::Depths { partition, depths } => self.depths_answered(partition, depths),
            Snapshot::Trades { symbol, newest_first } => {
                self.tapes.entry(symbol).or_default().answered(newest_first);
            }
        }
    }

    fn depths_answered(&mut self, partition: u16, Depths { seq, depths }: Depths) {
        let following = &mut self.following[usize::from(partition)];
        let Following::Waiting(batches) = following else { return };
        let batches: Vec<_> = std::mem::take(batches).into_iter().filter(|(heard, _)| *heard > seq).collect();
        let gapless = batches.iter().zip(seq + 1..).all(|((heard, _), expected)| *heard == expected);
        if !gapless {
            return self.matching_missed(partition);
        }
        *following = Following::Upto(seq + batches.len() as u64);
        self.books.retain(|symbol, _| self.partitions.of_symbol(*symbol) != partition);
        self.books.extend(depths.iter().map(|depth| (depth.symbol, Book::of(depth))));
        for (_, events) in &batches {
            self.follow(partition, events);
        }
    }

    /// Whether everything but trades is there.
    pub fn is_known(&self) -> bool {
        self.stocks.is_known() && self.following.iter().all(|f| matches!(f, Following::Upto(_)))
    }

    pub fn stocks(&self) -> Result<&Stocks, NotYet> {
        self.stocks.is_known().then_some(&self.stocks).ok_or(NotYet)
    }

    pub fn book(&self, symbol: Symbol) -> Result<&Book, NotYet> {
        static EMPTY: std::sync::LazyLock<Book> = std::sync::LazyLock::new(Book::default);
        match self.following[usize::from(self.partitions.of_symbol(symbol))] {
            Following::Waiting(_) => Err(NotYet),
            Following::Upto(_) => Ok(self.books.get(&symbol).unwrap_or(&EMPTY)),
        }
    }

    pub fn depth(&self, symbol: Symbol, levels: usize) -> Result<Depth, NotYet> {
        let book = self.book(symbol)?;
        let best = book.best(levels);
        Ok(Depth { symbol, sequence: book.sequence(), bids: best.bids, asks: best.asks })
    }

    pub fn tape(&self, symbol: Symbol) -> Result<&Tape, NotYet> {
        self.tapes.get(&symbol).filter(|tape| tape.is_known()).ok_or(NotYet)
    }
}

#[cfg(test)]
#[path = "market_tests.rs"]
mod market_tests;
