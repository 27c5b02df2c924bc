//! The latest public state: instruments and prices, depth, phases, last trades, watched reports. In memory only: it starts
//! from snapshots that it needs to be given, and follows the streams from there.
//!
//! Promises: what it answers is complete up to some moment, or it says that it does not know. What may be
//! old is answered only where it is asked for with its freshness (`reading.rs`).
//!
//! **Invariant** A snapshot is asked for after its stream is heard, so nothing lies between the two.

pub mod book;
pub mod events;
pub mod hearing;
pub mod phases;
pub mod reading;
pub mod reports;
pub mod stocks;
pub mod tape;

use book::Book;
use contracts::matching::{Depth, Depths};
use contracts::stock_data::{Candles, Interval, Statistics, Stock, StockDataEvent, Trade};
use contracts::{Partitions, Symbol, Timestamp};
use events::{BookEvent, Filled};
use hearing::Hearing;
use phases::{PhaseNow, Phases};
use reports::{Chart, ReportName, Reports};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use stocks::{Stocks, Then};
use tape::Tape;

/// Batches heard while a partition's depth is asked for. A second of the busiest partition has some
/// hundred; past this many the question is asked anew.
const BATCHES_WAITING_MAX: usize = 4_096;

/// A snapshot that must be asked for. What was asked before of the same thing is void.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Need {
    Stocks,
    Depths {
        partition: u16,
    },
    Trades {
        symbol: Symbol,
    },
    /// A chart: all of it, or what is recent.
    Candles {
        symbol: Symbol,
        interval: Interval,
        whole: bool,
    },
    Statistics,
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
    Candles { whole: bool, candles: Candles },
    Statistics(Statistics),
}

impl Snapshot {
    fn need(&self) -> Need {
        match self {
            Snapshot::Stocks(_) => Need::Stocks,
            Snapshot::Depths { partition, .. } => Need::Depths { partition: *partition },
            Snapshot::Trades { symbol, .. } => Need::Trades { symbol: *symbol },
            Snapshot::Candles { whole, candles: Candles { symbol, interval, .. } } => {
                Need::Candles { symbol: *symbol, interval: *interval, whole: *whole }
            }
            Snapshot::Statistics(_) => Need::Statistics,
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
    /// The last batch of each partition whose trades and phases were taken in.
    noted: Vec<u64>,
    books: FxHashMap<Symbol, Book>,
    phases: Phases,
    tapes: FxHashMap<Symbol, Tape>,
    hearing: Hearing,
    reports: Reports,
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
            noted: vec![0; usize::from(partitions.symbols)],
            books: FxHashMap::default(),
            phases: Phases::default(),
            tapes: FxHashMap::default(),
            hearing: Hearing::new(partitions),
            reports: Reports::default(),
            tickets: FxHashMap::default(),
            last_ticket: 0,
            asking: Vec::new(),
        }
    }

    /// Everything may have changed meanwhile.
    pub fn connected(&mut self) {
        self.stocks_missed();
        self.noted.fill(0);
        (0..self.partitions.symbols).for_each(|partition| self.matching_missed(partition));
    }

    pub fn stocks_missed(&mut self) {
        self.reports.all_are_old();
        self.stocks.forget();
        self.need(Need::Stocks);
    }

    /// A new day, or a phase that was missed: what is known stays until the new list is there.
    pub fn stocks_are_old(&mut self) {
        self.stocks.asked();
        self.need(Need::Stocks);
    }

    pub fn matching_missed(&mut self, partition: u16) {
        self.following[usize::from(partition)] = Following::Waiting(Vec::new());
        self.need(Need::Depths { partition });
        // A phase may have been missed, and the list may have been made before that.
        self.phases.missed(partition, |symbol| self.partitions.of_symbol(symbol) == partition);
        self.stocks_are_old();
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

    /// Reports are asked for, and kept, while somebody watches them.
    pub fn watch(&mut self, names: &BTreeSet<ReportName>) {
        self.reports.watch(names);
    }

    pub fn watched(&self) -> BTreeSet<ReportName> {
        self.reports.watched()
    }

    pub fn statistics_are_old(&mut self) {
        self.reports.statistics_are_old();
    }

    /// What must be asked for now. Said once.
    pub fn take_asking(&mut self) -> Vec<Asking> {
        for need in self.reports.needs() {
            self.need(need);
        }
        std::mem::take(&mut self.asking)
    }

    pub fn stock_data_said(&mut self, events: Vec<StockDataEvent>) {
        for event in events {
            if let StockDataEvent::PriceChanged(quote) = &event {
                self.reports.traded(quote.symbol);
            }
            match self.stocks.hear(event) {
                Then::Nothing => {}
                Then::IsNew(symbol) => {
                    self.put_phase(symbol);
                    if !self.tapes.contains_key(&symbol) {
                        self.trades_missed(symbol);
                    }
                }
                Then::AskAgain => self.stocks_are_old(),
            }
        }
    }

    pub fn matching_said(&mut self, partition: u16, seq: u64, at: Timestamp, events: Vec<BookEvent>) {
        // Before anything of it is noted: what it says is younger than what was missed.
        if matches!(self.following[usize::from(partition)], Following::Upto(known) if seq > known + 1) {
            self.matching_missed(partition);
        }
        let noted = &mut self.noted[usize::from(partition)];
        if seq > *noted {
            *noted = seq;
            self.note(at, &events);
        }
        match &mut self.following[usize::from(partition)] {
            Following::Waiting(batches) if batches.len() == BATCHES_WAITING_MAX => {
                batches.clear();
                self.need(Need::Depths { partition });
            }
            Following::Waiting(batches) => batches.push((seq, events)),
            Following::Upto(known) if seq <= *known => {}
            Following::Upto(known) => {
                *known = seq;
                self.follow(partition, &events);
            }
        }
    }

    /// What is no depth, and so needs no snapshot of it.
    fn note(&mut self, at: Timestamp, events: &[BookEvent]) {
        for event in events {
            match event {
                BookEvent::OrderFilled(filled) => {
                    let Filled { trade_id, symbol, price, quantity, taker_side, .. } = *filled;
                    let trade = Trade { trade_id, symbol, price, quantity, taker_side, at };
                    self.tapes.entry(symbol).or_default().hear(trade);
                }
                BookEvent::PhaseChanged(changed) => {
                    self.phases.changed(*changed);
                    self.put_phase(changed.symbol);
                }
                BookEvent::AuctionIndicated(indicated) => self.phases.indicated(*indicated),
                BookEvent::OrderOpened(_)
                | BookEvent::OrderLeftBook(_)
                | BookEvent::OrderArmed(_)
                | BookEvent::OrderTriggered(_)
                | BookEvent::OrderReduced(_)
                | BookEvent::OrderAmended(_)
                | BookEvent::OrderRefreshed(_)
                | BookEvent::AmendmentRefused(_) => {}
            }
        }
    }

    fn put_phase(&mut self, symbol: Symbol) {
        if let Some(phase) = self.phases.said(symbol) {
            self.stocks.phase_changed(symbol, phase);
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
            Snapshot::Stocks(mut list) => {
                self.phases.answered();
                for stock in &mut list {
                    stock.phase = self.phases.said(stock.instrument.symbol).unwrap_or(stock.phase);
                }
                for symbol in self.stocks.answered(list) {
                    self.put_phase(symbol);
                    if !self.tapes.get(&symbol).is_some_and(Tape::is_known) {
                        self.need(Need::Trades { symbol });
                    }
                }
            }
            Snapshot::Depths { partition, depths } => self.depths_answered(partition, depths),
            Snapshot::Trades { symbol, newest_first } => {
                self.tapes.entry(symbol).or_default().answered(newest_first);
            }
            Snapshot::Candles { whole, candles } => self.reports.candles_answered(whole, candles),
            Snapshot::Statistics(statistics) => self.reports.statistics_answered(statistics),
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
        for depth in &depths {
            self.phases.told(depth);
            self.put_phase(depth.symbol);
        }
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
        Ok(Depth { symbol, sequence: book.sequence(), bids: best.bids, asks: best.asks, standing: None })
    }

    /// Of a listed symbol, as of the last event that its depth includes.
    pub fn phase(&self, symbol: Symbol) -> Result<PhaseNow, NotYet> {
        let sequence = self.book(symbol)?.sequence();
        let stock = self.stocks()?.get(symbol).ok_or(NotYet)?;
        if !self.phases.is_known(self.partitions.of_symbol(symbol)) {
            return Err(NotYet);
        }
        Ok(PhaseNow { sequence, phase: stock.phase, detail: self.phases.detail(symbol, stock.phase) })
    }

    pub fn chart(&self, symbol: Symbol, interval: Interval) -> Result<&Chart, NotYet> {
        self.reports.chart(symbol, interval)
    }

    /// With the count of their changes.
    pub fn statistics(&self) -> Result<(u64, &Statistics), NotYet> {
        self.reports.statistics()
    }

    pub fn tape(&self, symbol: Symbol) -> Result<&Tape, NotYet> {
        self.tapes.get(&symbol).filter(|tape| tape.is_known()).ok_or(NotYet)
    }
}

#[cfg(test)]
#[path = "market_tests.rs"]
mod market_tests;
