//! When a book trades, and within which prices: hours, halts, auctions, the price band.
//!
//! A pure function of what it was told and of the time it is given.

use contracts::matching::Phase;
use contracts::stock_data::{Instrument, InstrumentState, PriceBand, TradingHours, Weekday};
use contracts::{Price, Timestamp};
use std::time::Duration;

const DAY_SECONDS: i64 = 24 * 60 * 60;

/// What stock-data says of an instrument, as far as its book needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    pub halted: bool,
    pub previous_close: Price,
    pub hours: Option<Hours>,
    pub band: Option<PriceBand>,
    pub auction_seconds: u32,
}

/// Minutes of the day, in UTC; days from Monday on, a bit each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    pub days: u8,
    pub opens: u16,
    pub closes: u16,
}

impl Default for Settings {
    /// It trades at all times, at all prices.
    fn default() -> Self {
        Settings { halted: false, previous_close: Price::ZERO, hours: None, band: None, auction_seconds: 0 }
    }
}

impl Settings {
    pub fn of(instrument: &Instrument) -> Self {
        let rules = &instrument.rules;
        Settings {
            halted: match instrument.state {
                InstrumentState::Open => false,
                InstrumentState::Halted => true,
            },
            previous_close: instrument.previous_close,
            hours: rules.hours.as_ref().map(Hours::of),
            band: rules.price_band,
            auction_seconds: rules.auction_seconds.unwrap_or(0),
        }
    }

    /// What the hours alone say, and until when.
    fn session(&self, now: Timestamp) -> (Phase, Option<Timestamp>) {
        let Some(hours) = self.hours else { return (Phase::Continuous, None) };
        let auction = i64::from(self.auction_seconds);
        let now = now.timestamp();
        let today = now.div_euclid(DAY_SECONDS);
        // A week and a day: at least one of them is a trading day that is not over.
        for day in today..=today + 7 {
            let Some((opens, closes)) = hours.on(day) else { continue };
            let gathers = (opens - auction).max(day * DAY_SECONDS);
            let stages = [
                (gathers, Phase::Closed),
                (opens, Phase::Auction),
                (closes - auction, Phase::Continuous),
                (closes, Phase::Auction),
            ];
            if let Some((end, phase)) = stages.into_iter().find(|(end, _)| now < *end) {
                return (phase, Timestamp::from_timestamp(end, 0));
            }
        }
        (Phase::Closed, None)
    }
}

impl Hours {
    fn of(hours: &TradingHours) -> Self {
        let bit = |day: &Weekday| 1 << Weekday::ALL.iter().position(|other| other == day).expect("a weekday");
        Hours {
            days: hours.days.iter().map(bit).fold(0, |days: u8, day: u8| days | day),
            opens: hours.opens.minutes(),
            closes: hours.closes.minutes(),
        }
    }

    /// When trading begins and ends on a day since 1970, in seconds since then.
    fn on(self, day: i64) -> Option<(i64, i64)> {
        // The first was a Thursday.
        let weekday = (day + 3).rem_euclid(7);
        let second = |minute: u16| day * DAY_SECONDS + i64::from(minute) * 60;
        (self.days >> weekday & 1 == 1).then(|| (second(self.opens), second(self.closes)))
    }
}

/// The state of a book's market.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Market {
    pub settings: Settings,
    pub phase: Phase,
    /// When the phase ends by itself.
    pub until: Option<Timestamp>,
    /// When a halt that the price band began is over.
    pub resumes_at: Option<Timestamp>,
    /// When the auction after a halt is over.
    pub reopens_at: Option<Timestamp>,
    /// The last auction's.
    pub reference: Option<Price>,
}

impl Market {
    #[inline]
    pub fn trades(&self) -> bool {
        matches!(self.phase, Phase::Continuous | Phase::LimitState)
    }

    /// Nobody has to be told of time or prices here.
    #[inline]
    pub fn is_plain(&self) -> bool {
        self.phase == Phase::Continuous && self.settings.band.is_none()
    }

    /// What the price band is around.
    pub fn reference(&self) -> Option<Price> {
        self.reference.or(Some(self.settings.previous_close)).filter(|price| price.is_positive())
    }

    /// The lowest and the highest price that orders may trade at now, if there are such.
    pub fn band(&self) -> Option<(Price, Price)> {
        let band = self.settings.band.filter(|_| self.trades())?;
        let reference = i128::from(self.reference()?.micros());
        let away = reference * i128::from(band.basis_points) / 10_000;
        let price = |micros: i128| Price::from_micros(i64::try_from(micros).unwrap_or(i64::MAX));
        Some((price((reference - away).max(1)), price(reference + away)))
    }

    pub fn configure(&mut self, settings: Settings, now: Timestamp) {
        let was_halted = std::mem::replace(&mut self.settings, settings).halted;
        if was_halted && !self.settings.halted && self.settings.auction_seconds > 0 {
            self.reopens_at = Some(later(now, self.settings.auction_seconds));
        }
    }

    /// Somebody waits at the band's edge, or nobody does any more.
    pub fn at_edge(&mut self, is_at_edge: bool, now: Timestamp) -> bool {
        match (self.phase, is_at_edge, self.settings.band) {
            (Phase::Continuous, true, Some(band)) => {
                let end = later(now, band.limit_state_seconds);
                (self.phase, self.until) = (Phase::LimitState, Some(end));
                true
            }
            (Phase::LimitState, false, _) => {
                (self.phase, self.until) = self.settings.session(now);
                true
            }
            _ => false,
        }
    }

    /// What the phase is by now, and until when.
    pub fn by_now(&mut self, now: Timestamp) -> (Phase, Option<Timestamp>) {
        let session = self.settings.session(now);
        if session.0 == Phase::Closed {
            (self.resumes_at, self.reopens_at) = (None, None);
            return session;
        }
        if self.settings.halted {
            return (Phase::Halted, None);
        }
        self.end_limit_state(now);
        if let Some(end) = self.resumes_at {
            if now < end {
                return (Phase::Halted, Some(end));
            }
            self.resumes_at = None;
            self.reopens_at = Some(later(end, self.settings.auction_seconds));
        }
        if let Some(end) = self.reopens_at {
            if now < end {
                return (Phase::Auction, Some(end));
            }
            self.reopens_at = None;
        }
        match self.phase {
            Phase::LimitState if session.0 == Phase::Continuous && self.limit_state_goes_on(now) => {
                (Phase::LimitState, self.until)
            }
            _ => session,
        }
    }

    fn limit_state_goes_on(&self, now: Timestamp) -> bool {
        self.settings.band.is_some() && self.until.is_some_and(|end| now < end)
    }

    fn end_limit_state(&mut self, now: Timestamp) {
        if let (Phase::LimitState, Some(end), Some(band)) = (self.phase, self.until, self.settings.band)
            && now >= end
        {
            self.resumes_at = Some(later(end, band.halt_seconds));
        }
    }
}

fn later(at: Timestamp, seconds: u32) -> Timestamp {
    at + Duration::from_secs(u64::from(seconds))
}
