//! What stock-data says: instruments and prices to all, each book's instruments to it, answers to
//! questions.

mod candle;
mod check;
mod feed;
mod statistics;
mod upload;

pub use candle::{CANDLES_MAX, Candle, Candles, HISTORY_DAYS_MAX, Interval, SimulateHistory};
pub use feed::{BidAsk, FEED_QUOTES_MAX, Feed, FeedQuotes, FeedSource, FeedTaken};
pub use statistics::{Activity, DayActivity, Ranked, STATISTICS_DAYS_MAX, Statistics};
pub use upload::{Difference, SHEET_BYTES_MAX, Upload};

use crate::schema::{Moment, StockName};
use crate::{Price, Quantity, Side, Symbol, Timestamp, TradeId, UserId, json, order::wire_enum};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

wire_enum!(InstrumentState {
    Open = "open",
    /// New orders are refused; cancels are not.
    Halted = "halted",
});

/// Of an instrument: fits a line of every page.
pub const NAME_CHARACTERS_MAX: usize = 80;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Instrument {
    pub symbol: Symbol,
    #[schema(value_type = StockName)]
    pub name: String,
    /// ISO 4217.
    #[schema(pattern = "^[A-Z]{3}$", examples("USD"))]
    pub currency: String,
    /// Fixed once listed, like the lot: resting orders are counted in them.
    pub tick_size: Price,
    pub lot_size: Quantity,
    pub previous_close: Price,
    pub state: InstrumentState,
    /// Without a word, it trades at all times, at all prices, and without auctions.
    #[serde(default, skip_serializing_if = "TradingRules::is_default", deserialize_with = "json::object")]
    pub rules: TradingRules,
}

/// When and within which prices an instrument trades.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TradingRules {
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "json::maybe_object")]
    pub hours: Option<TradingHours>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "json::maybe_object")]
    pub price_band: Option<PriceBand>,
    /// How long orders gather before trading begins, begins again after a halt, and ends. None: no
    /// auctions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 3_600)]
    pub auction_seconds: Option<u32>,
}

impl TradingRules {
    pub fn is_default(&self) -> bool {
        *self == TradingRules::default()
    }
}

wire_enum!(Weekday {
    Monday = "monday",
    Tuesday = "tuesday",
    Wednesday = "wednesday",
    Thursday = "thursday",
    Friday = "friday",
    Saturday = "saturday",
    Sunday = "sunday",
});

/// In UTC. On each of the days it trades from `opens` to `closes`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TradingHours {
    #[schema(min_items = 1, max_items = 7)]
    pub days: Vec<Weekday>,
    pub opens: TimeOfDay,
    pub closes: TimeOfDay,
}

/// A minute of the day: `"14:30"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeOfDay(u16);

/// Of a day. Its last minute is the latest at which something can close: there is no 24:00.
const MINUTES: u16 = 24 * 60;

impl TimeOfDay {
    pub fn from_minutes(minutes: u16) -> Option<Self> {
        (minutes < MINUTES).then_some(TimeOfDay(minutes))
    }

    pub const fn minutes(self) -> u16 {
        self.0
    }
}

impl std::fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl std::str::FromStr for TimeOfDay {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // Digits only: a number may have a sign.
        let is_two_digits = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
        let number = |part: &str| is_two_digits(part).then(|| part.parse::<u16>().ok()).flatten();
        let minutes = text.split_once(':').and_then(|(hours, minutes)| {
            let (hours, minutes) = (number(hours)?, number(minutes).filter(|minutes| *minutes < 60)?);
            TimeOfDay::from_minutes(hours * 60 + minutes)
        });
        minutes
            .ok_or_else(|| format!("expected a time such as \"14:30\", got {}", crate::refusal::quoted(text)))
    }
}

impl Serialize for TimeOfDay {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TimeOfDay {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// No order is taken that would trade further away from the reference price: the last auction's,
/// before one the previous close.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PriceBand {
    /// Of the reference price, to both sides, in hundredths of a percent.
    #[schema(minimum = 1, maximum = 10_000)]
    pub basis_points: u32,
    /// How long the best of one side may wait at the edge before trading halts.
    #[schema(minimum = 1, maximum = 86_400)]
    pub limit_state_seconds: u32,
    #[schema(minimum = 1, maximum = 86_400)]
    pub halt_seconds: u32,
}

/// `stock-data.0>*`; and `stock-data.0>matching.j`, to which only instruments go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StockDataEvent {
    /// Listed, or changed: the instrument as it is now.
    InstrumentChanged(Instrument),
    /// At most one for each symbol in a batch: the price as it is after it.
    PriceChanged(Quote),
    /// What an instrument follows, as it is now: at most one for each in a batch. None: it follows
    /// nothing any more.
    FeedChanged { symbol: Symbol, feed: Option<Feed> },
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
    /// Lists a new instrument, or changes name, previous close, state and rules of one. Admin only.
    ListInstrument(Instrument),
    /// Gives an instrument a past that ends where its trades begin. Once; admin only. Answered with
    /// itself.
    SimulateHistory(SimulateHistory),
    /// Lists a new instrument: an admin's word, by web. One that is listed with other terms is refused.
    AddInstrument { by: UserId, instrument: Instrument },
    /// Changes some of an instrument: an admin's word, by web.
    ChangeInstrument { by: UserId, symbol: Symbol, change: InstrumentChange },
    /// Brings instruments to what a sheet says, all of its rows or none: CSV, as seeding reads it.
    /// Answered with what is other than before.
    UploadInstruments { by: Option<UserId>, sheet: String, dry_run: bool },
    /// Takes back the last upload, unless something of it is other than it left it. What it listed
    /// stays listed, and is halted.
    UndoUpload { by: Option<UserId>, dry_run: bool },
    /// What a source says of the instruments that follow it. From feeds only; answered with those that
    /// do not.
    TakeFeed { source: FeedSource, quotes: FeedQuotes },
}

/// What is absent stays as it is. Symbol, currency, tick and lot are fixed once listed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InstrumentChange {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<StockName>)]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_close: Option<Price>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<InstrumentState>,
    /// All of them, not only those that are other than before.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "json::maybe_object")]
    pub rules: Option<TradingRules>,
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
    /// Those that begin at or after `from` and before `to`: with `from` the first of them, without
    /// it the last.
    Candles {
        symbol: Symbol,
        interval: Interval,
        from: Option<Timestamp>,
        to: Option<Timestamp>,
        limit: u16,
    },
    /// With so many days told apart.
    Statistics {
        days: u16,
    },
}

/// An instrument with its day. Without a trade today the day's fields are absent and
/// `last_price` is the last known one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Stock {
    #[serde(flatten)]
    pub instrument: Instrument,
    pub last_price: Price,
    #[schema(required)]
    pub open: Option<Price>,
    #[schema(required)]
    pub high: Option<Price>,
    #[schema(required)]
    pub low: Option<Price>,
    pub volume: Quantity,
    pub change: crate::Money,
    pub change_percent: String,
    /// Of the last trade.
    #[schema(required, value_type = Option<Moment>)]
    pub at: Option<Timestamp>,
    /// What its book does with orders that come.
    #[serde(default)]
    #[schema(required)]
    pub phase: crate::matching::Phase,
    /// What it follows, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feed: Option<Feed>,
}

/// A trade as the public sees it: nobody's name or order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Trade {
    pub trade_id: TradeId,
    pub symbol: Symbol,
    pub price: Price,
    pub quantity: Quantity,
    pub taker_side: Side,
    #[schema(value_type = Moment)]
    pub at: Timestamp,
}
