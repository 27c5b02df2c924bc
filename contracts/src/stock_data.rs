//! What stock-data says: instruments and prices to all, answers to questions.

use crate::{Price, Quantity, Side, Symbol, Timestamp, TradeId, order::wire_enum};
use serde::{Deserialize, Serialize};

wire_enum!(InstrumentState {
    Open = "open",
    /// New orders are refused; cancels are not.
    Halted = "halted",
});

/// Of an instrument: fits a line of every page.
pub const NAME_CHARACTERS_MAX: usize = 80;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instrument {
    pub symbol: Symbol,
    pub name: String,
    /// ISO 4217.
    pub currency: String,
    /// Fixed once listed, like the lot: resting orders are counted in them.
    pub tick_size: Price,
    pub lot_size: Quantity,
    pub previous_close: Price,
    pub state: InstrumentState,
}

/// `stock-data.0>*`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StockDataEvent {
    /// Listed, or changed: the instrument as it is now.
    InstrumentChanged(Instrument),
    /// At most one for each symbol in a batch: the price as it is after it.
    PriceChanged(Quote),
}

/// A day's prices of an instrument. A day is a calendar day in UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    pub symbol: Symbol,
    pub last_price: Price,
    pub open: Price,
    pub high: Price,
    pub low: Price,
    pub volume: Quantity,
    pub previous_close: Price,
    /// Last price less previous close, signed.
    pub change: crate::Money,
    /// Hundredths, two decimals: `"-1.25"`.
    pub change_percent: String,
    pub at: Timestamp,
}

/// Sent on `requests` to `stock-data.0`; answered after the commit with the instrument.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StockDataCommand {
    /// Lists a new instrument, or changes name, previous close and state of one. Admin only.
    ListInstrument(Instrument),
}

/// Asked on `stock-data.questions`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// All of them, by symbol.
    Stocks {},
    Trades {
        symbol: Symbol,
        limit: u16,
    },
}

/// An instrument with its day. Without a trade today the day's fields are absent and
/// `last_price` is the last known one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stock {
    #[serde(flatten)]
    pub instrument: Instrument,
    pub last_price: Price,
    pub open: Option<Price>,
    pub high: Option<Price>,
    pub low: Option<Price>,
    pub volume: Quantity,
    pub change: crate::Money,
    pub change_percent: String,
    /// Of the last trade.
    pub at: Option<Timestamp>,
}

/// A trade as the public sees it: nobody's name or order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trade {
    pub trade_id: TradeId,
    pub symbol: Symbol,
    pub price: Price,
    pub quantity: Quantity,
    pub taker_side: Side,
    pub at: Timestamp,
}
