//! The one partition of stock-data: every listing in memory, every trade in the table.

use crate::{
    announcing::Announcing,
    domain::Market,
    handlers::{list_instrument, order_filled, phase_changed},
    heard, store,
};
use async_trait::async_trait;
use chassis::{Db, Fault, Place, Poison, Rules, Source, Step, Writes};
use contracts::{
    Code, Refusal, Symbol, TradeId, json,
    matching::Phase,
    stock_data::{Instrument, StockDataCommand, Trade},
    topology,
};
use rustc_hash::FxHashSet;
use std::collections::BTreeSet;

pub struct StockData {
    announcing: Announcing,
    market: Market,
}

pub enum Input {
    OrderFilled(Filled),
    PhaseChanged(Symbol, Phase),
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
    pub phased: BTreeSet<Symbol>,
}

#[async_trait]
impl Rules for StockData {
    type Shared = ();
    type Input = Input;
    type Rows = Rows;

    async fn open(_shared: &(), place: Place, db: &Db) -> Result<Self, Fault> {
        let market = Market::of(store::listings(db).await?);
        Ok(StockData { announcing: Announcing::from(place), market })
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
            Input::PhaseChanged(symbol, _) => symbol.to_string(),
            // Not the trades' key: listing a symbol is the way out for parked trades in it.
            Input::ListInstrument(instrument) => format!("listing of {}", instrument.symbol),
        }
    }

    async fn prefetch(&mut self, db: &Db, inputs: &[Input]) -> Result<Rows, Fault> {
        let trades = inputs.iter().filter_map(|input| match input {
            Input::OrderFilled(filled) => Some(filled.trade.trade_id),
            Input::PhaseChanged(..) | Input::ListInstrument(_) => None,
        });
        Ok(Rows { counted: store::counted(db, trades).await?, ..Rows::default() })
    }

    fn apply(&mut self, rows: &mut Rows, input: Input, step: &mut Step) -> Result<(), Poison> {
        match input {
            Input::OrderFilled(filled) => {
                order_filled::apply(&mut self.market, rows, filled, &self.announcing, step)
            }
            Input::PhaseChanged(symbol, phase) => phase_changed::apply(&mut self.market, rows, symbol, phase),
            Input::ListInstrument(instrument) => {
                list_instrument::apply(&mut self.market, rows, instrument, &self.announcing, step);
                Ok(())
            }
        }
    }

    /// However many trades a step has, a symbol's price is said once.
    async fn decide(&mut self, rows: &mut Rows, step: &mut Step) -> Result<(), Fault> {
        for quote in rows.priced.iter().filter_map(|symbol| self.market.quote(*symbol)) {
            self.announcing.price_changed(quote, step);
        }
        Ok(())
    }

    fn write(&mut self, rows: Rows, writes: &mut Writes) {
        store::save_instruments(rows.listed.iter().map(|symbol| self.market.listing(*symbol)), writes);
        let mut changed = rows.priced;
        changed.extend(rows.listed);
        changed.extend(rows.phased);
        store::save_prices(changed.iter().map(|symbol| self.market.listing(*symbol)), writes);
        store::insert_trades(rows.trades, writes);
    }
}
