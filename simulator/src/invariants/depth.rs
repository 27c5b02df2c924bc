//! Depth, as everybody who hears a book's events may add it up: never less than nothing, and while
//! the book trades never crossed.

use contracts::matching::{Depth, MatchingEvent, Phase};
use contracts::{Price, Side};
use std::collections::BTreeMap;

type Levels = BTreeMap<Price, i64>;

#[derive(Debug, Default)]
pub struct Shown {
    bids: Levels,
    asks: Levels,
    phase: Phase,
}

impl Shown {
    pub fn hear(&mut self, event: &MatchingEvent) -> Result<(), String> {
        if let MatchingEvent::PhaseChanged(changed) = event {
            self.phase = changed.phase;
        }
        for (side, price, by) in event.depth_changes() {
            let levels = match side {
                Side::Buy => &mut self.bids,
                Side::Sell => &mut self.asks,
            };
            let left = levels.remove(&price).unwrap_or(0) + by;
            if left < 0 {
                return Err(format!("the depth of {side} at {price} is less than nothing after {event:?}"));
            }
            if left > 0 {
                levels.insert(price, left);
            }
        }
        Ok(())
    }

    /// Between two steps.
    pub fn is_not_crossed(&self) -> Result<(), String> {
        let trades = match self.phase {
            Phase::Continuous | Phase::LimitState => true,
            Phase::Halted | Phase::Auction | Phase::Closed => false,
        };
        match (self.bids.last_key_value(), self.asks.first_key_value()) {
            (Some((bid, _)), Some((ask, _))) if trades && bid >= ask => {
                Err(format!("in the phase {} {bid} is bid and {ask} is asked", self.phase))
            }
            (_, _) => Ok(()),
        }
    }

    pub fn is(&self, depth: &Depth) -> Result<(), String> {
        let levels = |levels: &[(Price, contracts::Quantity)]| -> Levels {
            levels.iter().map(|(price, quantity)| (*price, quantity.micros())).collect()
        };
        if (levels(&depth.bids), levels(&depth.asks)) == (self.bids.clone(), self.asks.clone()) {
            return Ok(());
        }
        Err(format!("{}: all events together show {self:?}, the book has {depth:?}", depth.symbol))
    }
}
