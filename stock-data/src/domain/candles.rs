//! What trades add up to, minute by minute, by their own times.
//!
//! Kept are minutes, hours and days; every other candle is the sum of at most fifteen of these.

use contracts::{
    Price, Symbol, Timestamp, Total,
    stock_data::{Candle, Interval, Trade},
};
use std::collections::BTreeMap;

/// The lengths of candles that the database keeps.
pub const KEPT: [Interval; 3] = [Interval::Minute, Interval::Hour, Interval::Day];

/// The kept length that a candle is made of, and how many of them fit into it.
pub fn made_of(interval: Interval) -> (Interval, usize) {
    match interval {
        Interval::Minute => (Interval::Minute, 1),
        Interval::FiveMinutes => (Interval::Minute, 5),
        Interval::QuarterHour => (Interval::Minute, 15),
        Interval::Hour => (Interval::Hour, 1),
        Interval::FourHours => (Interval::Hour, 4),
        Interval::Day => (Interval::Day, 1),
        Interval::Week => (Interval::Day, 7),
    }
}

/// What trades in the order of their book have added to one candle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sums {
    pub open: Price,
    pub high: Price,
    pub low: Price,
    pub close: Price,
    pub volume: Total,
    pub trades: u64,
}

/// What the trades of a step add to the kept candles. The database adds it to what is there, so that
/// a step needs to read none of them.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Additions(BTreeMap<(Symbol, Interval, Timestamp), Sums>);

impl Additions {
    /// The next trade of its book.
    pub fn add(&mut self, trade: &Trade) {
        let Trade { symbol, price, quantity, at, .. } = *trade;
        for interval in KEPT {
            let key = (symbol, interval, interval.start_of(at));
            let sums = self.0.entry(key).or_insert(Sums {
                open: price,
                high: price,
                low: price,
                close: price,
                volume: Total::ZERO,
                trades: 0,
            });
            sums.high = sums.high.max(price);
            sums.low = sums.low.min(price);
            sums.close = price;
            sums.volume += quantity.into();
            sums.trades += 1;
        }
    }

    pub fn into_iter(self) -> impl Iterator<Item = ((Symbol, Interval, Timestamp), Sums)> {
        self.0.into_iter()
    }
}

/// Both, oldest first, each of them in order; a traded candle stands in the place of a made-up one.
pub fn joined(simulated: Vec<Candle>, traded: Vec<Candle>) -> Vec<Candle> {
    let by_start = simulated.into_iter().chain(traded).map(|candle| (candle.at, candle));
    by_start.collect::<BTreeMap<_, _>>().into_values().collect()
}

/// Longer candles out of shorter ones, which are in order.
pub fn summed(interval: Interval, shorter: Vec<Candle>) -> Vec<Candle> {
    let mut longer: Vec<Candle> = Vec::new();
    for candle in shorter {
        let at = interval.start_of(candle.at);
        match longer.last_mut().filter(|last| last.at == at) {
            Some(last) => {
                last.high = last.high.max(candle.high);
                last.low = last.low.min(candle.low);
                last.close = candle.close;
                last.volume += candle.volume;
                last.trades += candle.trades;
                last.simulated |= candle.simulated;
            }
            None => longer.push(Candle { at, ..candle }),
        }
    }
    longer
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, TimeDelta};
    use contracts::{Quantity, Side};
    use proptest::prelude::*;

    /// The candle of that moment, looked for among all trades: slow, and plainly right.
    fn naive(trades: &[Trade], interval: Interval, at: Timestamp) -> Option<Candle> {
        let end = at + TimeDelta::seconds(interval.seconds());
        let within: Vec<_> = trades.iter().filter(|trade| at <= trade.at && trade.at < end).collect();
        Some(Candle {
            at,
            open: within.first()?.price,
            high: within.iter().map(|trade| trade.price).max()?,
            low: within.iter().map(|trade| trade.price).min()?,
            close: within.last()?.price,
            volume: within.iter().map(|trade| Total::from(trade.quantity)).sum(),
            trades: within.len() as u64,
            simulated: false,
        })
    }

    fn trades() -> impl Strategy<Value = Vec<Trade>> {
        // Mostly forward, and sometimes back: clocks jump.
        let one = (1..500i64, 1..50i64, -900_000..4_000_000i64);
        proptest::collection::vec(one, 1..120).prop_map(|drawn| {
            let mut at = DateTime::from_timestamp_millis(1_790_000_000_000).unwrap();
            let trade = |(price, quantity, passes_ms): (i64, i64, i64)| {
                at += TimeDelta::milliseconds(passes_ms);
                Trade {
                    trade_id: uuid::Uuid::nil().into(),
                    symbol: "ACME".parse().unwrap(),
                    price: Price::from_micros(price * 10_000),
                    quantity: Quantity::from_micros(quantity),
                    taker_side: Side::Buy,
                    at,
                }
            };
            drawn.into_iter().map(trade).collect()
        })
    }

    /// As the database adds a step's sums to what is there.
    fn kept(steps: &[&[Trade]]) -> BTreeMap<(Interval, Timestamp), Candle> {
        let mut kept = BTreeMap::<_, Candle>::new();
        for step in steps {
            let mut additions = Additions::default();
            step.iter().for_each(|trade| additions.add(trade));
            for ((_, interval, at), sums) in additions.into_iter() {
                let Sums { open, high, low, close, volume, trades } = sums;
                let new = Candle { at, open, high, low, close, volume, trades, simulated: false };
                let sum = kept.remove(&(interval, at)).map_or(new.clone(), |before| Candle {
                    open: before.open,
                    high: before.high.max(high),
                    low: before.low.min(low),
                    volume: before.volume + volume,
                    trades: before.trades + trades,
                    ..new
                });
                kept.insert((interval, at), sum);
            }
        }
        kept
    }

    proptest! {
        #[test]
        fn every_candle_is_the_sum_of_its_trades_however_they_came_in_steps(
            trades in trades(), cut in any::<proptest::sample::Index>(),
        ) {
            let (first, second) = trades.split_at(cut.index(trades.len()));
            let kept = kept(&[first, second]);
            for interval in Interval::ALL.iter().copied() {
                let (made_of, parts) = made_of(interval);
                prop_assert_eq!(made_of.seconds() * parts as i64, interval.seconds());
                let shorter = kept.iter().filter(|((of, _), _)| *of == made_of).map(|(_, c)| c.clone());
                let candles = summed(interval, shorter.collect());
                let volume: Total = candles.iter().map(|candle| candle.volume).sum();
                prop_assert_eq!(volume, trades.iter().map(|trade| Total::from(trade.quantity)).sum());
                prop_assert!(candles.is_sorted_by(|a, b| a.at < b.at));
                // Within a longer candle the parts are in the order of time, not of the book: the
                // first and the last price are those of its first and last part.
                for candle in candles {
                    let right = naive(&trades, interval, candle.at).unwrap();
                    prop_assert_eq!((candle.high, candle.low), (right.high, right.low));
                    prop_assert_eq!((candle.volume, candle.trades), (right.volume, right.trades));
                    if parts == 1 || trades.is_sorted_by_key(|trade| trade.at) {
                        prop_assert_eq!(candle, right);
                    }
                }
            }
        }
    }

    #[test]
    fn what_was_traded_stands_in_the_place_of_what_was_made_up() {
        let candle = |second, price: &str, simulated| {
            let price: Price = price.parse().unwrap();
            let at = DateTime::from_timestamp(second, 0).unwrap();
            let volume = Quantity::from_micros(1).into();
            Candle { at, open: price, high: price, low: price, close: price, volume, trades: 1, simulated }
        };
        let simulated = vec![candle(0, "1", true), candle(60, "2", true), candle(120, "3", true)];
        let all = joined(simulated, vec![candle(60, "9", false), candle(300, "8", false)]);
        let shown: Vec<_> = all.iter().map(|c| (c.close.to_string(), c.simulated)).collect();
        assert_eq!(shown, [("1", true), ("9", false), ("3", true), ("8", false)].map(|(p, s)| (p.into(), s)));
        let five = summed(Interval::FiveMinutes, all);
        assert_eq!((five.len(), five[0].trades, five[0].simulated, five[1].simulated), (2, 3, true, false));
    }
}
