//! All listings: the prices as they are, in memory. The database has the same after each step.

use super::{Listing, instrument};
use chassis::feeds::Feeds;
use chrono::NaiveDate;
use contracts::{
    AmountError, Code, Price, Refusal, Symbol, Timestamp,
    matching::Phase,
    stock_data::{Instrument, InstrumentChange, Quote, Trade},
};
use rustc_hash::FxHashMap;
use std::sync::Arc;

#[derive(Default)]
pub struct Market {
    pub(super) listings: FxHashMap<Symbol, Listing>,
    /// The first day that is over for a listing that traded on the day before, or an earlier one.
    next_day: Option<NaiveDate>,
    pub(super) feeds: Arc<Feeds>,
    /// No feed that is heard is silent for too long before this.
    pub(super) next_silence: Option<Timestamp>,
    /// Somebody follows something else than the settings say.
    pub(super) has_unsettled_feeds: bool,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Listed {
    New(Instrument),
    Changed(Instrument),
    /// Nothing in it is new.
    Unchanged(Instrument),
}

/// What a trade did beside changing the price.
#[derive(Debug, PartialEq, Eq)]
pub struct Traded {
    /// The day that the trade counts into.
    pub date: NaiveDate,
    /// Whether it was the first of a new day, and moved the previous close.
    pub new_close: bool,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Untradable {
    #[error("no instrument is listed as {0}")]
    Unlisted(Symbol),
    #[error("the volume of {0} cannot be counted: {1}")]
    Uncountable(Symbol, AmountError),
}

impl Market {
    pub fn of(listings: impl IntoIterator<Item = Listing>, feeds: Arc<Feeds>) -> Self {
        let listings = listings.into_iter().map(|listing| (listing.instrument.symbol, listing)).collect();
        let mut market = Market { listings, feeds, ..Market::default() };
        market.look_ahead();
        market.await_silence();
        market.unsettle_feeds();
        market
    }

    /// When the first of the days ends on which somebody traded.
    pub fn next_day(&self) -> Option<NaiveDate> {
        self.next_day
    }

    /// Ends the days that are over: what was traded last on them is the previous close. Answers of whom,
    /// by symbol.
    pub fn begin_day(&mut self, today: NaiveDate) -> Vec<Symbol> {
        if self.next_day.is_none_or(|next_day| next_day > today) {
            return Vec::new();
        }
        let mut ended = Vec::new();
        for (symbol, listing) in &mut self.listings {
            if listing.day.is_some() && listing.date < today {
                listing.begin_day(today);
                ended.push(*symbol);
            }
        }
        ended.sort_unstable();
        self.look_ahead();
        ended
    }

    fn look_ahead(&mut self) {
        let traded = self.listings.values().filter(|listing| listing.day.is_some());
        self.next_day = traded.filter_map(|listing| listing.date.succ_opt()).min();
    }

    /// Panics without such a listing.
    pub fn listing(&self, symbol: Symbol) -> &Listing {
        &self.listings[&symbol]
    }

    pub fn find(&self, symbol: Symbol) -> Option<&Listing> {
        self.listings.get(&symbol)
    }

    pub fn quote(&self, symbol: Symbol) -> Option<Quote> {
        self.listings.get(&symbol)?.quote()
    }

    /// Lists a new instrument, or changes name, state, rules and previous close of one.
    pub fn list(&mut self, given: Instrument, today: NaiveDate) -> Result<Listed, Refusal> {
        let given = instrument::check(given)?;
        let Some(listing) = self.listings.get_mut(&given.symbol) else {
            self.listings.insert(given.symbol, Listing::new(given.clone(), today));
            return Ok(Listed::New(given));
        };
        instrument::check_fixed(&listing.instrument, &given)?;
        // A close given by hand is for today, not for a day that is over.
        let mut today_already = listing.clone();
        today_already.begin_day(today);
        let mut changed = today_already.clone();
        changed.instrument.name = given.name;
        changed.instrument.state = given.state;
        changed.instrument.rules = given.rules;
        if ![changed.listed_close, changed.instrument.previous_close].contains(&given.previous_close) {
            changed.listed_close = given.previous_close;
            changed.instrument.previous_close = given.previous_close;
        }
        if changed == today_already {
            return Ok(Listed::Unchanged(changed.instrument));
        }
        *listing = changed;
        Ok(Listed::Changed(listing.instrument.clone()))
    }

    /// Lists a new instrument. One that is listed already stays as it is, and must be the same.
    pub fn add(&mut self, given: Instrument, today: NaiveDate) -> Result<Listed, Refusal> {
        let Some(listing) = self.find(given.symbol) else { return self.list(given, today) };
        let is = &listing.instrument;
        let close_is_known = [listing.listed_close, is.previous_close].contains(&given.previous_close);
        if close_is_known && *is == (Instrument { previous_close: is.previous_close, ..given }) {
            return Ok(Listed::Unchanged(is.clone()));
        }
        let rule =
            format!("expected a symbol that is not listed, got {}, which is, with other terms", is.symbol);
        Err(Refusal::of_field(Code::IdReused, "symbol", rule))
    }

    /// Changes some of an instrument.
    pub fn change(
        &mut self,
        symbol: Symbol,
        change: InstrumentChange,
        today: NaiveDate,
    ) -> Result<Listed, Refusal> {
        let Some(listing) = self.find(symbol) else {
            let rule = format!("expected a listed symbol, got {symbol}");
            return Err(Refusal::of_field(Code::NotFound, "symbol", rule));
        };
        let mut listing = listing.clone();
        listing.begin_day(today);
        let is = listing.instrument;
        let InstrumentChange { name, previous_close, state, rules } = change;
        let given = Instrument {
            name: name.unwrap_or(is.name),
            previous_close: previous_close.unwrap_or(is.previous_close),
            state: state.unwrap_or(is.state),
            rules: rules.unwrap_or(is.rules),
            ..is
        };
        self.list(given, today)
    }

    /// Listings as they were.
    pub(super) fn put_back(&mut self, before: Vec<(Symbol, Option<Listing>)>) {
        for (symbol, listing) in before {
            match listing {
                Some(listing) => self.listings.insert(symbol, listing),
                None => self.listings.remove(&symbol),
            };
        }
    }

    /// Nothing is changed when it fails.
    pub fn trade(&mut self, trade: &Trade) -> Result<Traded, Untradable> {
        let Trade { symbol, price, quantity, at, .. } = *trade;
        let listing = self.listings.get_mut(&symbol).ok_or(Untradable::Unlisted(symbol))?;
        let close: Price = listing.instrument.previous_close;
        listing.trade(price, quantity, at).map_err(|e| Untradable::Uncountable(symbol, e))?;
        let ends = listing.date.succ_opt();
        self.next_day = self.next_day.into_iter().chain(ends).min();
        Ok(Traded { date: listing.date, new_close: listing.instrument.previous_close != close })
    }

    /// The day that what happens in a stock at that time counts into.
    pub fn date_of(&self, symbol: Symbol, at: Timestamp) -> NaiveDate {
        let date = at.date_naive();
        self.find(symbol).map_or(date, |listing| listing.date.max(date))
    }

    /// Answers whether that is new.
    pub fn change_phase(&mut self, symbol: Symbol, phase: Phase) -> Result<bool, Untradable> {
        let listing = self.listings.get_mut(&symbol).ok_or(Untradable::Unlisted(symbol))?;
        Ok(std::mem::replace(&mut listing.phase, phase) != phase)
    }
}
