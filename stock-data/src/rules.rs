//! The one partition of stock-data: every listing in memory, every trade in the table.

use crate::{
    domain::Market,
    handlers::{list_instrument, order_filled},
    store,
};
use async_trait::async_trait;
use chassis::{Db, Fault, Place, Poison, Rules, Source, Step, Writes};
use contracts::{
    Code, Refusal, StreamName, Symbol, TradeId, json,
    stock_data::{Instrument, StockDataCommand, StockDataEvent, Trade},
    topology,
};
use rustc_hash::FxHashSet;
use std::collections::BTreeSet;

pub struct StockData {
    to_all: StreamName,
    market: Market,
}

pub enum Input {
    OrderFilled(Filled),
    ListInstrument(Instrument),
}

/// A trade with its place in its book's order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    pub trade: Trade,
    pub sequence: u64,
}

/// What a step adds to the tables. The listings themselves are the market's.
#[derive(Default)]
pub struct Rows {
    /// Trades of this batch that an earlier step, or this one, has counted already.
    pub counted: FxHashSet<TradeId>,
    pub trades: Vec<store::NewTrade>,
    pub listed: BTreeSet<Symbol>,
    /// In the order of their symbols, so that the same step says the same.
    pub priced: BTreeSet<Symbol>,
}

#[async_trait]
impl Rules for StockData {
    type Shared = ();
    type Input = Input;
    type Rows = Rows;

    async fn open(_shared: &(), place: Place, db: &Db) -> Result<Self, Fault> {
        let market = Market::of(store::listings(db).await?);
        Ok(StockData { to_all: place.stream_to_all(), market })
    }

    fn decode_events(&self, source: Source<'_>, events: &[u8]) -> Result<Vec<Input>, String> {
        match source {
            Source::Stream { service: topology::MATCHING, at } => order_filled::decode(events, at),
            Source::Stream { .. } | Source::Request { .. } | Source::Orders { .. } => {
                Err(format!("stock-data hears matching only, got {source:?}"))
            }
        }
    }

    fn decode_request(&self, source: Source<'_>, body: &[u8]) -> Result<Input, Refusal> {
        match source {
            Source::Request { sender: topology::ADMIN } => {
                let StockDataCommand::ListInstrument(instrument) = json::read(body)?;
                Ok(Input::ListInstrument(instrument))
            }
            Source::Request { .. } | Source::Orders { .. } | Source::Stream { .. } => {
                Err(Refusal::new(Code::NotAllowed, "only admin lists instruments"))
            }
        }
    }

    fn key(&self, input: &Input) -> String {
        match input {
            Input::OrderFilled(filled) => filled.trade.symbol.to_string(),
            // Not the trades' key: listing a symbol is the way out for parked trades in it.
            Input::ListInstrument(instrument) => format!("listing of {}", instrument.symbol),
        }
    }

    async fn prefetch(&mut self, db: &Db, inputs: &[Input]) -> Result<Rows, Fault> {
        let trades = inputs.iter().filter_map(|input| match input {
            Input::OrderFilled(filled) => Some(filled.trade.trade_id),
            Input::ListInstrument(_) => None,
        });
        Ok(Rows { counted: store::counted(db, trades).await?, ..Rows::default() })
    }

    fn apply(&mut self, rows: &mut Rows, input: Input, step: &mut Step) -> Result<(), Poison> {
        match input {
            Input::OrderFilled(filled) => {
                order_filled::apply(&mut self.market, rows, filled, &self.to_all, step)
            }
            Input::ListInstrument(instrument) => {
                list_instrument::apply(&mut self.market, rows, instrument, &self.to_all, step);
                Ok(())
            }
        }
    }

    /// However many trades a step has, a symbol's price is said once.
    async fn decide(&mut self, rows: &mut Rows, step: &mut Step) -> Result<(), Fault> {
        for quote in rows.priced.iter().filter_map(|symbol| self.market.quote(*symbol)) {
            step.say(&self.to_all, &StockDataEvent::PriceChanged(quote));
        }
        Ok(())
    }

    fn write(&mut self, rows: Rows, writes: &mut Writes) {
        store::save_instruments(rows.listed.iter().map(|symbol| self.market.listing(*symbol)), writes);
        let priced = rows.priced.union(&rows.listed);
        store::save_prices(priced.map(|symbol| self.market.listing(*symbol)), writes);
        store::insert_trades(rows.trades, writes);
    }
}
