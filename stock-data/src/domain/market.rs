//! All listings: the prices as they are, in memory. The database has the same after each step.

use super::{Listing, instrument};
use chrono::NaiveDate;
use contracts::{
    AmountError, Price, Refusal, Symbol, Timestamp,
    matching::Phase,
    stock_data::{Instrument, Quote, Trade},
};
use rustc_hash::FxHashMap;

#[derive(Default)]
pub struct Market {
    listings: FxHashMap<Symbol, Listing>,
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
    pub fn of(listings: impl IntoIterator<Item = Listing>) -> Self {
        let listings = listings.into_iter().map(|listing| (listing.instrument.symbol, listing)).collect();
        Market { listings }
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

    /// Nothing is changed when it fails.
    pub fn trade(&mut self, trade: &Trade) -> Result<Traded, Untradable> {
        let Trade { symbol, price, quantity, at, .. } = *trade;
        let listing = self.listings.get_mut(&symbol).ok_or(Untradable::Unlisted(symbol))?;
        let close: Price = listing.instrument.previous_close;
        listing.trade(price, quantity, at).map_err(|e| Untradable::Uncountable(symbol, e))?;
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
