//! One made-up day: where it opens, goes and closes, and its minutes.

use super::{History, Of};
use chrono::{NaiveDate, NaiveTime, TimeDelta};
use contracts::{Price, Quantity, Timestamp, Total, stock_data::Candle};

const MINUTES: usize = 1_440;
/// The root of the minutes of a day: as much more does a price move in a day than in a minute.
const MINUTES_ROOT: i64 = 38;
/// Parts of a tick. A minute of a cheap stock moves less than one.
const FINE: i64 = 65_536;
const MILLION: i64 = 1_000_000;
/// What is turned over in a day, in whole units of the currency.
const TURNOVER: i64 = 20_000_000;

/// In ticks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drawn {
    pub date: NaiveDate,
    open: i64,
    high: i64,
    low: i64,
    close: i64,
}

impl Drawn {
    pub fn closing_at(close: i64, date: NaiveDate, history: &History) -> Self {
        let temper = history.temper();
        let returned = history.around_nothing(date, Of::Return, 0, temper);
        let open = changed(close, -returned);
        let (top, bottom) = (open.max(close), open.min(close));
        let beyond = |of| history.around_nothing(date, of, 0, temper / 2).abs();
        let high = changed(top, beyond(Of::High));
        let low = changed(bottom, -beyond(Of::Low));
        Drawn { date, open, high, low, close }
    }

    /// Overnight a price moves less than by day.
    pub fn close_before(&self, history: &History) -> i64 {
        changed(self.open, -history.around_nothing(self.date, Of::Gap, 0, history.temper() / 5))
    }

    pub fn begins(&self) -> Timestamp {
        self.date.and_time(NaiveTime::MIN).and_utc()
    }

    pub fn candle(&self, history: &History) -> Candle {
        let (lots, trades) = self.activity(history);
        let at = self.begins();
        candle(at, [self.open, self.high, self.low, self.close], lots, trades, history)
    }

    /// All of its minutes: the sum of them is `candle`.
    pub fn minutes(&self, history: &History) -> Vec<Candle> {
        let path = self.path(history);
        let last = MINUTES - 1;
        // The day's extremes belong to the minutes that come nearest to them.
        let higher = |minute: &usize| path[*minute].max(path[minute + 1]);
        let lower = |minute: &usize| path[*minute].min(path[minute + 1]);
        let highest = (0..=last).max_by_key(higher).expect("there are minutes");
        let lowest = (0..=last).min_by_key(lower).expect("there are minutes");
        let (lots, trades) = self.activity(history);
        let weights: Vec<u64> =
            (0..MINUTES as u64).map(|minute| 1 + history.draw(self.date, Of::Weight, minute) % 256).collect();
        let (trades, more_lots) = (shared(trades, &weights), shared(lots - trades, &weights));
        let minute = |minute: usize| {
            let (open, close) = (path[minute], path[minute + 1]);
            let high = if minute == highest { self.high } else { open.max(close) };
            let low = if minute == lowest { self.low } else { open.min(close) };
            let at = self.begins() + TimeDelta::minutes(minute as i64);
            let lots = trades[minute] + more_lots[minute];
            candle(at, [open, high, low, close], lots, trades[minute], history)
        };
        (0..MINUTES).map(minute).collect()
    }

    /// The price at each minute's beginning, and at the day's end: a walk that is bent so that it
    /// ends where the day closes, and stays between the day's extremes.
    fn path(&self, history: &History) -> Vec<i64> {
        let sigma = (i128::from(self.open) * i128::from(FINE) * i128::from(history.temper())
            / i128::from(MILLION * MINUTES_ROOT)) as i64;
        let mut walk = vec![0_i64; MINUTES + 1];
        for minute in 0..MINUTES {
            walk[minute + 1] =
                walk[minute] + history.around_nothing(self.date, Of::Step, minute as u64, sigma);
        }
        let bend = i128::from((self.close - self.open) * FINE - walk[MINUTES]);
        let at = |minute: usize| {
            let fine = i128::from(walk[minute]) + bend * minute as i128 / MINUTES as i128;
            (self.open + (fine as i64).div_euclid(FINE)).clamp(self.low, self.high)
        };
        (0..=MINUTES).map(at).collect()
    }

    /// Lots and trades: of each minute one at least.
    fn activity(&self, history: &History) -> (u64, u64) {
        let drawn = history.draw(self.date, Of::Activity, 0);
        let minutes = MINUTES as u64;
        let trades = minutes + drawn % (8 * minutes);
        let scale = i128::from(contracts::amount::SCALE);
        let lot_costs = i128::from(self.close)
            * i128::from(history.tick_size.micros())
            * i128::from(history.lot_size.micros())
            / scale;
        let turnover = i128::from(TURNOVER) * scale * i128::from(50 + (drawn >> 32) % 100) / 100;
        let lots = (turnover / lot_costs.max(1)).clamp(0, i128::from(u32::MAX)) as u64;
        (trades + lots, trades)
    }
}

/// By so many millionths, and never to nothing.
fn changed(ticks: i64, by_millionths: i64) -> i64 {
    let changed = i128::from(ticks) * i128::from(MILLION + by_millionths) / i128::from(MILLION);
    i64::try_from(changed).unwrap_or(i64::MAX).max(1)
}

/// A sum in parts: one for each, and of the rest as much as its weight says.
fn shared(sum: u64, weights: &[u64]) -> Vec<u64> {
    let each = u64::from(sum >= weights.len() as u64);
    let rest = u128::from(sum - each * weights.len() as u64);
    let whole: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
    let (mut before, mut parts) = (0, Vec::with_capacity(weights.len()));
    for weight in weights {
        let after = before + u128::from(*weight);
        parts.push(each + (rest * after / whole - rest * before / whole) as u64);
        before = after;
    }
    parts
}

fn candle(at: Timestamp, ticks: [i64; 4], lots: u64, trades: u64, history: &History) -> Candle {
    let price = |ticks: i64| Price::from_micros(ticks.saturating_mul(history.tick_size.micros()));
    let [open, high, low, close] = ticks.map(price);
    let lot: Quantity = history.lot_size;
    let volume = Total::from_micros(i128::from(lots) * i128::from(lot.micros()));
    Candle { at, open, high, low, close, volume, trades, simulated: true }
}
