//! A market that nobody is needed for: prices wander by chance from where the instruments were.

use crate::adapter::{Adapter, Quoted, Trouble};
use crate::roster::Followed;
use async_trait::async_trait;
use contracts::{Price, Symbol, stock_data::FeedSource};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use std::time::Duration;
use tokio::time::{Interval, MissedTickBehavior};

/// A part of ten thousand, as all below.
const WHOLE: i64 = 10_000;
/// How far a price goes at most at a time: in a minute of twice a second, some 0.2 %.
const STEP_BASIS_POINTS: i64 = 4;
const SPREAD_BASIS_POINTS: i64 = 2;
/// No price goes further than to this part, or this multiple, of where it began.
const FURTHEST: i64 = 2;

pub struct Simulated {
    interval: Duration,
    ticks: Option<Interval>,
    walks: Vec<Walk>,
}

impl Simulated {
    pub fn new(followed: Vec<Followed>, seed: u64, interval: Duration) -> Self {
        let walks = followed.iter().map(|followed| Walk::new(followed, seed)).collect();
        Simulated { interval, ticks: None, walks }
    }
}

#[async_trait]
impl Adapter for Simulated {
    fn source(&self) -> FeedSource {
        FeedSource::Simulated
    }

    async fn connect(&mut self) -> Result<(), Trouble> {
        let mut ticks = tokio::time::interval(self.interval);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        self.ticks = Some(ticks);
        Ok(())
    }

    async fn next(&mut self) -> Result<Vec<Quoted>, Trouble> {
        let ticks = self.ticks.as_mut().ok_or_else(|| Trouble::Lost("there is no connection".to_owned()))?;
        ticks.tick().await;
        Ok(self.walks.iter_mut().map(Walk::step).collect())
    }
}

/// Of one instrument, in millionths.
struct Walk {
    symbol: Symbol,
    tick: i64,
    began: i64,
    middle: i64,
    dice: StdRng,
}

impl Walk {
    /// Its own dice: who else is listed changes nothing.
    fn new(followed: &Followed, seed: u64) -> Self {
        let name = followed.symbol.as_str().bytes();
        let seed = name.fold(seed, |seed, byte| seed.wrapping_mul(31).wrapping_add(u64::from(byte)));
        Walk {
            symbol: followed.symbol,
            tick: followed.tick_size.micros().max(1),
            began: followed.last_price.micros(),
            middle: followed.last_price.micros(),
            dice: StdRng::seed_from_u64(seed),
        }
    }

    fn step(&mut self) -> Quoted {
        let widest = part(self.middle, STEP_BASIS_POINTS).max(self.tick);
        let least = (self.began / FURTHEST).max(self.tick * 2);
        let most = self.began.saturating_mul(FURTHEST).max(least);
        let moved = self.middle.saturating_add(self.dice.random_range(-widest..=widest));
        self.middle = moved.clamp(least, most);
        let half = (part(self.middle, SPREAD_BASIS_POINTS) / 2).max(1);
        let bid = (self.middle - half).div_euclid(self.tick).max(1) * self.tick;
        let ask = ((self.middle + half).div_euclid(self.tick) * self.tick).max(bid) + self.tick;
        Quoted { symbol: self.symbol, bid: Price::from_micros(bid), ask: Price::from_micros(ask) }
    }
}

fn part(amount: i64, basis_points: i64) -> i64 {
    (i128::from(amount) * i128::from(basis_points) / i128::from(WHOLE)) as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn walk(symbol: &str, price: &str, tick: &str, seed: u64) -> Walk {
        let followed = Followed {
            symbol: symbol.parse().unwrap(),
            tick_size: tick.parse().unwrap(),
            last_price: price.parse().unwrap(),
        };
        Walk::new(&followed, seed)
    }

    #[test]
    fn the_same_seed_makes_the_same_prices_and_symbols_go_their_own_ways() {
        let prices = |symbol, seed| {
            let mut walk = walk(symbol, "100", "0.01", seed);
            (0..50).map(|_| walk.step().bid.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(prices("ACME", 1), prices("ACME", 1));
        assert_ne!(prices("ACME", 1), prices("ACME", 2));
        assert_ne!(prices("ACME", 1), prices("BOLT", 1));
    }

    proptest! {
        #[test]
        fn prices_are_whole_ticks_that_nobody_crosses(price in 1..2_000_000_000_i64, tick in 1..5_000_000_i64, seed: u64) {
            let (price, tick) = (Price::from_micros(price).to_string(), Price::from_micros(tick).to_string());
            let mut walk = walk("ACME", &price, &tick, seed);
            for _ in 0..100 {
                let Quoted { bid, ask, .. } = walk.step();
                prop_assert!(bid.is_positive() && bid < ask, "{bid} {ask}");
                prop_assert!(bid.micros() % walk.tick == 0 && ask.micros() % walk.tick == 0);
            }
        }
    }
}
