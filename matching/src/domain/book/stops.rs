//! Stop prices that are waited for. Of several that are met, buyers' come first, lowest first, then
//! sellers', highest first; of equal ones the earliest.

use contracts::ordering::Trigger;
use contracts::{Price, Side};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// In one book. Each may have to be moved with each new highest or lowest price.
pub const TRAILING_MAX: usize = 10_000;

#[derive(Debug, Default)]
pub struct Stops {
    buys: BTreeMap<(Price, u64), u32>,
    sells: BTreeMap<(Reverse<Price>, u64), u32>,
    /// Those that follow the market, by the lowest or the highest price that they know of.
    trailing_buys: BTreeMap<(Price, u64), u32>,
    trailing_sells: BTreeMap<(Price, u64), u32>,
}

impl Stops {
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.buys.is_empty() && self.sells.is_empty()
    }

    pub fn has_room_to_trail(&self) -> bool {
        self.trailing_buys.len() + self.trailing_sells.len() < TRAILING_MAX
    }

    pub fn insert(&mut self, side: Side, trigger: &Trigger, arrival: u64, at: u32) {
        let (stop, extreme) = (trigger.stop_price, extreme(side, trigger));
        match side {
            Side::Buy => {
                self.buys.insert((stop, arrival), at);
                extreme.map(|price| self.trailing_buys.insert((price, arrival), at));
            }
            Side::Sell => {
                self.sells.insert((Reverse(stop), arrival), at);
                extreme.map(|price| self.trailing_sells.insert((price, arrival), at));
            }
        }
    }

    /// Nothing, if it is not there.
    pub fn remove(&mut self, side: Side, trigger: &Trigger, arrival: u64) {
        let (stop, extreme) = (trigger.stop_price, extreme(side, trigger));
        match side {
            Side::Buy => {
                self.buys.remove(&(stop, arrival));
                extreme.map(|price| self.trailing_buys.remove(&(price, arrival)));
            }
            Side::Sell => {
                self.sells.remove(&(Reverse(stop), arrival));
                extreme.map(|price| self.trailing_sells.remove(&(price, arrival)));
            }
        }
    }

    /// The next order whose stop price is met by a trade at this price.
    pub fn met(&self, last: Price) -> Option<u32> {
        let buy = self.buys.first_key_value().filter(|((stop, _), _)| *stop <= last);
        let sell = || self.sells.first_key_value().filter(|((Reverse(stop), _), _)| *stop >= last);
        buy.map(|(_, at)| *at).or_else(|| sell().map(|(_, at)| *at))
    }

    /// The orders that follow the market to this price.
    pub fn followers(&self, last: Price) -> Vec<u32> {
        let sells = self.trailing_sells.range(..(last, 0)).map(|(_, at)| *at);
        let buys = self.trailing_buys.range((last, u64::MAX)..).map(|(_, at)| *at);
        buys.chain(sells).collect()
    }
}

/// Whether a trade at this price meets the stop price.
pub fn is_met(side: Side, trigger: &Trigger, last: Price) -> bool {
    match side {
        Side::Buy => last >= trigger.stop_price,
        Side::Sell => last <= trigger.stop_price,
    }
}

/// The market's best price for the order since it came: what it follows at its distance.
fn extreme(side: Side, trigger: &Trigger) -> Option<Price> {
    let (stop, trail) = (trigger.stop_price.micros(), trigger.trail_amount?.micros());
    Some(Price::from_micros(match side {
        Side::Buy => stop - trail,
        Side::Sell => stop + trail,
    }))
}

/// A trailing trigger after the market has come to `last`: both its prices move alike, and only
/// in the order's favour.
pub fn followed(side: Side, trigger: Trigger, last: Price) -> Trigger {
    let Some(best) = extreme(side, &trigger) else { return trigger };
    let by = match side {
        Side::Buy => (last.micros() - best.micros()).min(0),
        Side::Sell => (last.micros() - best.micros()).max(0),
    };
    let moved = |price: Price| Price::from_micros(price.micros() + by);
    Trigger { stop_price: moved(trigger.stop_price), price: moved(trigger.price), ..trigger }
}
