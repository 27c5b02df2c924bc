//! A made-up past, so that a demo has something to draw. Nothing of it is kept: each of its candles
//! follows from the seed, the symbol and the close that it leads to.
//!
//! Promises: the same history gives the same candles for ever; an hour is the sum of its minutes and
//! a day of its hours; the last minute closes at `close`, on the day before `ends`.
//!
//! Whole numbers only: ticks, millionths of a return, 65,536ths of a tick.

mod day;

use chrono::{Days, NaiveDate};
use contracts::{
    Price, Quantity, Symbol, Timestamp,
    stock_data::{Candle, Interval},
};
use day::Drawn;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct History {
    pub symbol: Symbol,
    pub seed: u32,
    pub days: u16,
    /// The first day that is not made up.
    pub ends: NaiveDate,
    /// What it leads to.
    pub close: Price,
    pub tick_size: Price,
    pub lot_size: Quantity,
}

/// Which part of the past, and from which end of it.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// The first start, and the first that is no more of it.
    pub from: Timestamp,
    pub to: Timestamp,
    /// No more candles than these: the first ones, or else the last.
    pub candles_max: usize,
    pub first: bool,
}

/// What a random number is drawn for: each of its own, so that none depends on another.
#[derive(Clone, Copy)]
#[repr(u64)]
enum Of {
    Temper = 1,
    Return,
    Gap,
    High,
    Low,
    Activity,
    Step,
    Weight,
}

impl History {
    /// Of one of the kept lengths, oldest first.
    pub fn candles(&self, interval: Interval, span: Span) -> Vec<Candle> {
        let days = self.drawn();
        let touches = |day: &&Drawn| {
            let begins = day.begins();
            begins < span.to && begins + chrono::TimeDelta::days(1) > span.from
        };
        let of_day = |day: &Drawn| {
            let mut candles = match interval {
                Interval::Day => vec![day.candle(self)],
                Interval::Minute => day.minutes(self),
                Interval::Hour => super::candles::summed(interval, day.minutes(self)),
                Interval::FiveMinutes | Interval::QuarterHour | Interval::FourHours | Interval::Week => {
                    unreachable!("only kept lengths are asked for")
                }
            };
            candles.retain(|candle| span.from <= candle.at && candle.at < span.to);
            candles
        };
        let mut found: Vec<Candle> = Vec::new();
        if span.first {
            for day in days.iter().filter(touches) {
                found.extend(of_day(day));
                if found.len() >= span.candles_max {
                    break;
                }
            }
            found.truncate(span.candles_max);
        } else {
            let mut of_days = Vec::new();
            let mut count = 0;
            for day in days.iter().rev().filter(touches) {
                let candles = of_day(day);
                count += candles.len();
                of_days.push(candles);
                if count >= span.candles_max {
                    break;
                }
            }
            found.extend(of_days.into_iter().rev().flatten());
            found.drain(..found.len().saturating_sub(span.candles_max));
        }
        found
    }

    /// Every day, oldest first: drawn from the last one backwards, which ends where trades begin.
    fn drawn(&self) -> Vec<Drawn> {
        let mut close = self.close.micros() / self.tick_size.micros();
        let mut days = Vec::with_capacity(self.days.into());
        for back in 1..=u64::from(self.days) {
            let Some(date) = self.ends.checked_sub_days(Days::new(back)) else { break };
            let day = Drawn::closing_at(close.max(1), date, self);
            close = day.close_before(self);
            days.push(day);
        }
        days.reverse();
        days
    }

    /// Of a day, a millionth: between 0.8 % and 2.4 %, each symbol its own.
    fn temper(&self) -> i64 {
        8_000 + (self.draw(NaiveDate::default(), Of::Temper, 0) % 16_000) as i64
    }

    fn draw(&self, date: NaiveDate, of: Of, nth: u64) -> u64 {
        // FNV-1a over the symbol, then splitmix64 over the rest: fixed here, because the past must
        // not change with a library.
        let symbol = self.symbol.as_str().bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        let days = date.signed_duration_since(NaiveDate::default()).num_days() as u64;
        [u64::from(self.seed), days, of as u64, nth].into_iter().fold(symbol, |state, part| {
            let mut z = (state ^ part).wrapping_add(0x9e37_79b9_7f4a_7c15);
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^ (z >> 31)
        })
    }

    /// A number around nothing whose usual size is `sigma` and whose greatest is 3.5 times that: the
    /// sum of four equally likely ones.
    fn around_nothing(&self, date: NaiveDate, of: Of, nth: u64, sigma: i64) -> i64 {
        /// What the sum of four 16-bit numbers, each less its middle, usually is.
        const USUAL: i64 = 37_837;
        let drawn = self.draw(date, of, nth);
        let sum: i64 = (0..4).map(|piece| ((drawn >> (16 * piece)) & 0xffff) as i64 - 32_768).sum();
        (i128::from(sum) * i128::from(sigma) / i128::from(USUAL)) as i64
    }
}

#[cfg(test)]
mod tests;
