//! The one partition of stock-data: every listing in memory, every trade in the table.

use crate::{
    announcing::Announcing,
    domain::{Activity, Changed, History, Market, candles::Additions},
    handlers::{
        list_instrument::{self, Told},
        order_came, order_filled, phase_changed, simulate_history, take_feed, upload,
    },
    heard::{self, Seen},
    store,
};
use async_trait::async_trait;
use chassis::feeds::Feeds;
use chassis::{Db, Fault, Place, Poison, Rules, Source, Step, Writes};
use chrono::{NaiveDate, NaiveTime};
use contracts::{
    Code, OrderId, Price, Refusal, Symbol, Timestamp, TradeId, json,
    matching::Phase,
    stock_data::{FeedQuotes, FeedSource, SimulateHistory, StockDataCommand, Trade},
    topology,
};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub struct StockData {
    announcing: Announcing,
    market: Market,
    /// What the last upload changed, until it is taken back.
    last_upload: Option<Vec<Changed>>,
}

pub enum Input {
    OrderFilled(Filled),
    OrderSeen(Seen),
    PhaseChanged(Symbol, Phase),
    Told(Told),
    Upload(upload::Told),
    SimulateHistory(SimulateHistory),
    TakeFeed(FeedSource, FeedQuotes),
}

/// A trade with its place in its book's order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    pub trade: Trade,
    pub sequence: u64,
    /// Absent when an auction brought together two orders that rested.
    pub taker: Option<OrderId>,
}

/// What a step adds to the tables. The listings themselves are the market's.
#[derive(Default)]
pub struct Rows {
    /// Trades of this batch that an earlier step, or this one, has counted already.
    pub counted: FxHashSet<TradeId>,
    pub trades: Vec<store::NewTrade>,
    /// What these trades add to candles.
    pub candles: Additions,
    /// What happened, by the day that it counts into.
    pub activity: BTreeMap<(NaiveDate, Symbol), Activity>,
    /// Orders of which this step has heard.
    pub seen: FxHashSet<OrderId>,
    pub listed: BTreeSet<Symbol>,
    /// In the order of their symbols, so that the same step says the same.
    pub priced: BTreeSet<Symbol>,
    pub phased: BTreeSet<Symbol>,
    /// Whose feed is other than before.
    pub fed: BTreeSet<Symbol>,
    /// Whose day is over.
    pub ended: BTreeSet<Symbol>,
    /// Of those for which one is asked for.
    pub histories: FxHashMap<Symbol, History>,
    /// And the day on which each of these first traded, with the price at which it opened.
    pub first_days: FxHashMap<Symbol, (NaiveDate, Price)>,
    pub new_histories: Vec<History>,
    /// To be kept, if there was one: an upload, or that it was taken back.
    pub last_upload: Option<Option<Vec<Changed>>>,
    pub now: Timestamp,
}

#[async_trait]
impl Rules for StockData {
    type Shared = Arc<Feeds>;
    type Input = Input;
    type Rows = Rows;

    async fn open(feeds: &Arc<Feeds>, place: Place, db: &Db) -> Result<Self, Fault> {
        let market = Market::of(store::listings(db).await?, feeds.clone());
        let last_upload = store::last_upload(db).await?;
        Ok(StockData { announcing: Announcing::from(place), market, last_upload })
    }

    fn decode_events(&self, source: Source<'_>, events: &[u8]) -> Result<Vec<Input>, String> {
        match source {
            Source::Stream { service: topology::MATCHING, at } => heard::decode(events, at),
            Source::Stream { .. } | Source::Request { .. } | Source::Orders { .. } => {
                Err(format!("stock-data hears matching only, got {source:?}"))
            }
        }
    }

    fn decode_request(&self, source: Source<'_>, body: &[u8]) -> Result<Input, Refusal> {
        match source {
            Source::Request { sender: topology::FEEDS } => read_feed(json::read(body)?),
            Source::Request { sender: sender @ (topology::ADMIN | topology::WEB) } => {
                read_command(json::read(body)?, sender == topology::ADMIN)
            }
            Source::Request { .. } | Source::Orders { .. } | Source::Stream { .. } => Err(not_allowed()),
        }
    }

    fn key(&self, input: &Input) -> String {
        match input {
            Input::OrderFilled(filled) => filled.trade.symbol.to_string(),
            Input::OrderSeen(seen) => seen.symbol.to_string(),
            Input::PhaseChanged(symbol, _) => symbol.to_string(),
            // Not the trades' key: listing a symbol is the way out for parked trades in it.
            Input::Told(told) => format!("listing of {}", told.symbol()),
            Input::Upload(_) => "uploads".to_owned(),
            Input::SimulateHistory(history) => format!("history of {}", history.symbol),
            Input::TakeFeed(source, _) => format!("feed of {source}"),
        }
    }

    async fn prefetch(&mut self, db: &Db, inputs: &[Input]) -> Result<Rows, Fault> {
        let trades = inputs.iter().filter_map(|input| match input {
            Input::OrderFilled(filled) => Some(filled.trade.trade_id),
            Input::OrderSeen(_)
            | Input::PhaseChanged(..)
            | Input::Told(_)
            | Input::Upload(_)
            | Input::SimulateHistory(_)
            | Input::TakeFeed(..) => None,
        });
        let mut rows = Rows { counted: store::counted(db, trades).await?, ..Rows::default() };
        let pasts = inputs.iter().filter_map(|input| match input {
            Input::SimulateHistory(history) => Some(history.symbol),
            Input::OrderFilled(_)
            | Input::OrderSeen(_)
            | Input::PhaseChanged(..)
            | Input::Told(_)
            | Input::Upload(_)
            | Input::TakeFeed(..) => None,
        });
        let pasts: Vec<Symbol> = pasts.collect();
        if !pasts.is_empty() {
            let known = store::histories(db, &pasts).await?;
            rows.histories = known.into_iter().map(|history| (history.symbol, history)).collect();
            let firsts = store::first_days(db, &pasts).await?;
            rows.first_days = firsts.into_iter().map(|(symbol, date, open)| (symbol, (date, open))).collect();
        }
        Ok(rows)
    }

    fn apply(&mut self, rows: &mut Rows, input: Input, step: &mut Step) -> Result<(), Poison> {
        match input {
            Input::OrderFilled(filled) => {
                order_filled::apply(&mut self.market, rows, filled, &self.announcing, step)
            }
            Input::OrderSeen(seen) => {
                order_came::apply(&self.market, rows, seen);
                Ok(())
            }
            Input::PhaseChanged(symbol, phase) => phase_changed::apply(&mut self.market, rows, symbol, phase),
            Input::Told(told) => {
                list_instrument::apply(&mut self.market, rows, told, &self.announcing, step);
                Ok(())
            }
            Input::Upload(told) => {
                let last = &mut self.last_upload;
                upload::apply(&mut self.market, last, rows, told, &self.announcing, step);
                Ok(())
            }
            Input::SimulateHistory(history) => {
                simulate_history::apply(&self.market, rows, history, step);
                Ok(())
            }
            Input::TakeFeed(source, quotes) => {
                take_feed::apply(&mut self.market, rows, source, &quotes, step);
                Ok(())
            }
        }
    }

    /// However many trades a step has, a symbol's price is said once.
    async fn decide(&mut self, rows: &mut Rows, step: &mut Step) -> Result<(), Fault> {
        for quote in rows.priced.iter().filter_map(|symbol| self.market.quote(*symbol)) {
            self.announcing.price_changed(quote, step);
        }
        rows.now = step.now;
        // After the prices of the day that ends.
        for symbol in self.market.begin_day(step.now.date_naive()) {
            self.announcing.instrument_changed(self.market.listing(symbol).instrument.clone(), step);
            rows.ended.insert(symbol);
        }
        // After what was listed, as those who hear of it expect.
        if !rows.listed.is_empty() {
            self.market.unsettle_feeds();
        }
        rows.fed.extend(self.market.settle_feeds());
        rows.fed.extend(self.market.fall_silent(step.now));
        for symbol in &rows.fed {
            self.announcing.feed_changed(*symbol, self.market.listing(*symbol).feed.clone(), step);
        }
        Ok(())
    }

    /// The midnight after a day on which somebody traded: then that day's last price is the previous
    /// close, whether anybody trades again or not. And the end of the time for which a feed may be silent.
    fn due(&self) -> Option<Timestamp> {
        let midnight = self.market.next_day().map(|date| date.and_time(NaiveTime::MIN).and_utc());
        midnight.into_iter().chain(self.market.next_silence()).min()
    }

    fn write(&mut self, rows: Rows, writes: &mut Writes) {
        store::save_instruments(rows.listed.iter().map(|symbol| self.market.listing(*symbol)), writes);
        let mut changed = rows.priced;
        changed.extend(rows.listed);
        changed.extend(rows.phased);
        changed.extend(rows.ended);
        store::save_prices(changed.iter().map(|symbol| self.market.listing(*symbol)), writes);
        store::save_feeds(rows.fed.iter().map(|symbol| self.market.listing(*symbol)), writes);
        store::insert_trades(rows.trades, writes);
        store::add_to_candles(rows.candles, writes);
        store::add_activity(rows.activity, writes);
        store::insert_histories(rows.new_histories, writes);
        if let Some(upload) = rows.last_upload {
            store::save_last_upload(upload.as_deref(), rows.now, writes);
        }
    }
}

/// The feeds' program tells prices, and nothing else.
fn read_feed(command: StockDataCommand) -> Result<Input, Refusal> {
    match command {
        StockDataCommand::TakeFeed { source, quotes } => Ok(Input::TakeFeed(source, quotes)),
        StockDataCommand::ListInstrument(_)
        | StockDataCommand::SimulateHistory(_)
        | StockDataCommand::AddInstrument { .. }
        | StockDataCommand::ChangeInstrument { .. }
        | StockDataCommand::UploadInstruments { .. }
        | StockDataCommand::UndoUpload { .. } => Err(not_allowed()),
    }
}

/// Web speaks for admins whom it knows by their sessions, and says which; the admin's own tools may do
/// more.
fn read_command(command: StockDataCommand, is_admin: bool) -> Result<Input, Refusal> {
    match command {
        StockDataCommand::AddInstrument { by: _, instrument } => Ok(Input::Told(Told::Add(instrument))),
        StockDataCommand::ChangeInstrument { by: _, symbol, change } => {
            Ok(Input::Told(Told::Change(symbol, change)))
        }
        StockDataCommand::UploadInstruments { by: _, sheet, dry_run } => {
            Ok(Input::Upload(upload::Told::Upload { sheet, dry_run }))
        }
        StockDataCommand::UndoUpload { by: _, dry_run } => Ok(Input::Upload(upload::Told::Undo { dry_run })),
        StockDataCommand::TakeFeed { .. } => {
            Err(Refusal::new(Code::NotAllowed, "only feeds tells what other markets pay"))
        }
        StockDataCommand::ListInstrument(_) | StockDataCommand::SimulateHistory(_) if !is_admin => {
            Err(not_allowed())
        }
        StockDataCommand::ListInstrument(instrument) => Ok(Input::Told(Told::List(instrument))),
        StockDataCommand::SimulateHistory(history) => Ok(Input::SimulateHistory(history)),
    }
}

fn not_allowed() -> Refusal {
    Refusal::new(Code::NotAllowed, "only admin lists instruments")
}
