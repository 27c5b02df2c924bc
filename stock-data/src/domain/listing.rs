//! A listed instrument and its day.

use super::{Day, LastTrade, change};
use chrono::NaiveDate;
use contracts::{
    AmountError, Price, Quantity, Timestamp,
    matching::Phase,
    stock_data::{Feed, Instrument, Quote, Stock},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// Its previous close is that of `date`.
    pub instrument: Instrument,
    /// The previous close as it was last listed by hand. Listing the same again, days later, must
    /// not undo the closes since.
    pub listed_close: Price,
    /// The day in UTC that trades now count into. Never goes back, whatever the clocks do.
    pub date: NaiveDate,
    /// Absent until the first trade of `date`.
    pub day: Option<Day>,
    /// Absent until the first trade ever.
    pub last_trade: Option<LastTrade>,
    /// What its book does with orders, as the book said last.
    pub phase: Phase,
    /// What it follows, if it does.
    pub feed: Option<Feed>,
}

impl Listing {
    pub fn new(instrument: Instrument, date: NaiveDate) -> Self {
        Listing {
            listed_close: instrument.previous_close,
            instrument,
            date,
            day: None,
            last_trade: None,
            phase: Phase::default(),
            feed: None,
        }
    }

    pub fn last_price(&self) -> Price {
        self.last_trade.map_or(self.instrument.previous_close, |trade| trade.price)
    }

    /// Begins `date` if it is later: what was traded last is then the previous close.
    pub fn begin_day(&mut self, date: NaiveDate) {
        if date <= self.date {
            return;
        }
        self.date = date;
        if self.day.take().is_some() {
            self.instrument.previous_close = self.last_price();
        }
    }

    /// Takes a trade into its day. Nothing is changed when it fails.
    pub fn trade(&mut self, price: Price, quantity: Quantity, at: Timestamp) -> Result<(), AmountError> {
        let same_day = at.date_naive() <= self.date;
        let day = match self.day {
            Some(day) if same_day => day.and(price, quantity)?,
            Some(_) | None => Day::opened_by(price, quantity),
        };
        self.begin_day(at.date_naive());
        self.day = Some(day);
        self.last_trade = Some(LastTrade { price, at });
        Ok(())
    }

    /// The day's prices; `None` before its first trade.
    pub fn quote(&self) -> Option<Quote> {
        let (day, last) = (self.day?, self.last_trade?);
        let previous_close = self.instrument.previous_close;
        Some(Quote {
            symbol: self.instrument.symbol,
            last_price: last.price,
            open: day.open,
            high: day.high,
            low: day.low,
            volume: day.volume,
            previous_close,
            change: change::change(last.price, previous_close),
            change_percent: change::change_percent(last.price, previous_close),
            at: last.at,
        })
    }

    /// The instrument with its day, on `date`.
    pub fn stock_on(mut self, date: NaiveDate) -> Stock {
        self.begin_day(date);
        let (last, close) = (self.last_price(), self.instrument.previous_close);
        Stock {
            last_price: last,
            open: self.day.map(|day| day.open),
            high: self.day.map(|day| day.high),
            low: self.day.map(|day| day.low),
            volume: self.day.map_or(Quantity::ZERO, |day| day.volume),
            change: change::change(last, close),
            change_percent: change::change_percent(last, close),
            at: self.last_trade.map(|trade| trade.at),
            phase: self.phase,
            feed: self.feed,
            instrument: self.instrument,
        }
    }
}
