//! The public messages as they go out.

use crate::market::book::{Level, Levels};
use crate::market::phases::{PhaseDetail, PhaseNow};
use contracts::matching::Phase;
use contracts::schema::Moment;
use contracts::stock_data::{Candle, Feed, Interval, Statistics, Stock, Trade};
use contracts::{Money, Price, Quantity, Side, Symbol, Timestamp, TradeId};
use serde::Serialize;
use utoipa::ToSchema;

/// Of each stock all there is to say: the latest is all that matters.
#[derive(Debug, Serialize, ToSchema)]
pub struct Prices<'a> {
    /// One more with every message to all prices; never less.
    pub sequence: u64,
    pub snapshot: bool,
    pub items: Vec<PriceItem<'a>>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PriceItem<'a> {
    symbol: Symbol,
    last_price: Price,
    change: Money,
    change_percent: &'a str,
    volume: Quantity,
    #[schema(required)]
    high: Option<Price>,
    #[schema(required)]
    low: Option<Price>,
    #[schema(required)]
    open: Option<Price>,
    #[schema(required, value_type = Option<Moment>)]
    at: Option<Timestamp>,
    /// Most of the time most stocks trade, and every byte is sent to many.
    #[serde(skip_serializing_if = "is_continuous")]
    phase: Phase,
    #[serde(skip_serializing_if = "Option::is_none")]
    feed: Option<&'a Feed>,
}

fn is_continuous(phase: &Phase) -> bool {
    *phase == Phase::Continuous
}

impl<'a> From<&'a Stock> for PriceItem<'a> {
    fn from(stock: &'a Stock) -> Self {
        PriceItem {
            symbol: stock.instrument.symbol,
            last_price: stock.last_price,
            change: stock.change,
            change_percent: &stock.change_percent,
            volume: stock.volume,
            high: stock.high,
            low: stock.low,
            open: stock.open,
            at: stock.at,
            phase: stock.phase,
            feed: stock.feed.as_ref(),
        }
    }
}

/// A snapshot has every pushed level as of `last`; a change covers the sequences `first` to `last`,
/// and quantity 0 removes a level.
#[derive(Debug, Serialize, ToSchema)]
pub struct DepthMessage<'a> {
    pub symbol: Symbol,
    pub snapshot: bool,
    pub first: u64,
    pub last: u64,
    #[schema(value_type = Vec<(Price, Quantity)>)]
    pub bids: &'a [Level],
    #[schema(value_type = Vec<(Price, Quantity)>)]
    pub asks: &'a [Level],
}

impl<'a> DepthMessage<'a> {
    pub fn snapshot(symbol: Symbol, sequence: u64, levels: &'a Levels) -> Self {
        let Levels { bids, asks } = levels;
        DepthMessage { symbol, snapshot: true, first: sequence, last: sequence, bids, asks }
    }

    pub fn change(symbol: Symbol, first: u64, last: u64, levels: &'a Levels) -> Self {
        let Levels { bids, asks } = levels;
        DepthMessage { symbol, snapshot: false, first, last, bids, asks }
    }
}

/// What a book does with orders that come: all of it, in each message.
#[derive(Debug, Serialize, ToSchema)]
pub struct PhaseMessage<'a> {
    pub symbol: Symbol,
    /// Of the book's last event that it takes into account.
    pub sequence: u64,
    pub snapshot: bool,
    pub phase: Phase,
    #[serde(flatten)]
    pub detail: &'a PhaseDetail,
}

impl<'a> PhaseMessage<'a> {
    pub fn new(symbol: Symbol, snapshot: bool, now: &'a PhaseNow) -> Self {
        let PhaseNow { sequence, phase, detail } = now;
        PhaseMessage { symbol, sequence: *sequence, snapshot, phase: *phase, detail }
    }
}

/// How far the public state of a stock is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Heartbeat {
    pub symbol: Symbol,
    /// Of the book's last event.
    pub sequence: u64,
    /// Of its last trade, if there was one.
    #[schema(required)]
    pub trade_id: Option<TradeId>,
    #[schema(value_type = Moment)]
    pub at: Timestamp,
}

/// A snapshot has the last candles; a change has those that are new or other than before, whole.
#[derive(Debug, Serialize, ToSchema)]
pub struct CandlesMessage<'a> {
    pub symbol: Symbol,
    pub interval: Interval,
    /// One more with every message to the room; never less.
    pub sequence: u64,
    pub snapshot: bool,
    /// Oldest first.
    pub items: Vec<&'a Candle>,
}

/// All there is to say, in each message.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatisticsMessage<'a> {
    pub sequence: u64,
    pub snapshot: bool,
    #[serde(flatten)]
    pub statistics: &'a Statistics,
}

/// `sequence` counts the trades of the symbol that this instance has pushed or could have: after a
/// message with n items it is n more than before, unless there were more than fit.
#[derive(Debug, Serialize, ToSchema)]
pub struct Trades<'a> {
    pub symbol: Symbol,
    pub sequence: u64,
    pub snapshot: bool,
    /// Oldest first.
    pub items: Vec<TradeItem<'a>>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TradeItem<'a> {
    trade_id: TradeId,
    price: Price,
    quantity: Quantity,
    taker_side: Side,
    #[schema(value_type = Moment)]
    at: &'a Timestamp,
}

impl<'a> From<&'a Trade> for TradeItem<'a> {
    fn from(trade: &'a Trade) -> Self {
        TradeItem {
            trade_id: trade.trade_id,
            price: trade.price,
            quantity: trade.quantity,
            taker_side: trade.taker_side,
            at: &trade.at,
        }
    }
}

/// Some private news were missed: REST has what is true now.
#[derive(Debug, Serialize, ToSchema)]
pub struct Resync {
    /// To be remembered as the last that was heard.
    pub seq: u64,
}

/// The last words of a web instance.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServerShutdown {
    pub reconnect_after_ms: u64,
}
