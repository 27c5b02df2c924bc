//! One symbol's depth: the sum of its book's events.
//!
//! Promises: either every event up to `sequence` is in it, or it says that it cannot go on.

use super::events::BookEvent;
use contracts::{Price, Quantity, Side, matching::Depth};
use std::collections::BTreeMap;

pub type Level = (Price, Quantity);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Book {
    /// Of the last event that the levels include; none before the first.
    sequence: Option<u64>,
    bids: BTreeMap<Price, Quantity>,
    asks: BTreeMap<Price, Quantity>,
}

/// The best levels of both sides, best first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Levels {
    pub bids: Vec<Level>,
    pub asks: Vec<Level>,
}

/// The events do not add up: something was missed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Discrepancy {
    #[error("expected event {expected}, heard {heard}")]
    Sequence { expected: u64, heard: u64 },
    #[error("{taken} taken at {price}, where {there} is left")]
    Level { price: Price, taken: Quantity, there: Quantity },
}

impl Book {
    pub fn of(depth: &Depth) -> Self {
        Book {
            sequence: Some(depth.sequence),
            bids: depth.bids.iter().copied().collect(),
            asks: depth.asks.iter().copied().collect(),
        }
    }

    pub fn sequence(&self) -> u64 {
        self.sequence.unwrap_or(0)
    }

    /// Takes in the next event. One that is known already changes nothing. A book with a discrepancy
    /// is asked for anew, whatever of the event it has taken in.
    pub fn apply(&mut self, event: &BookEvent) -> Result<(), Discrepancy> {
        let heard = event.sequence();
        if let Some(known) = self.sequence {
            if heard <= known {
                return Ok(());
            }
            if heard != known + 1 {
                return Err(Discrepancy::Sequence { expected: known + 1, heard });
            }
        }
        // That the best of both sides cross is nothing to wonder at: they do while nobody trades.
        for (side, price, by) in event.depth_changes() {
            let quantity = Quantity::from_micros(by.abs());
            if by > 0 { self.add(side, price, quantity)? } else { self.take(side, price, quantity)? }
        }
        self.sequence = Some(heard);
        Ok(())
    }

    fn side(&mut self, side: Side) -> &mut BTreeMap<Price, Quantity> {
        match side {
            Side::Buy => &mut self.bids,
            Side::Sell => &mut self.asks,
        }
    }

    fn add(&mut self, side: Side, price: Price, quantity: Quantity) -> Result<(), Discrepancy> {
        let level = self.side(side).entry(price).or_default();
        let there = *level;
        *level = there.plus(quantity).map_err(|_| Discrepancy::Level { price, taken: quantity, there })?;
        Ok(())
    }

    fn take(&mut self, side: Side, price: Price, quantity: Quantity) -> Result<(), Discrepancy> {
        let levels = self.side(side);
        let there = levels.get(&price).copied().unwrap_or_default();
        if there < quantity {
            return Err(Discrepancy::Level { price, taken: quantity, there });
        }
        if there == quantity {
            levels.remove(&price);
        } else {
            levels.insert(price, Quantity::from_micros(there.micros() - quantity.micros()));
        }
        Ok(())
    }

    pub fn best(&self, levels: usize) -> Levels {
        let level = |(price, quantity): (&Price, &Quantity)| (*price, *quantity);
        Levels {
            bids: self.bids.iter().rev().take(levels).map(level).collect(),
            asks: self.asks.iter().take(levels).map(level).collect(),
        }
    }
}

impl Levels {
    /// What turns `self` into `new`: each changed level as it is now, quantity 0 where one is gone.
    pub fn changes_to(&self, new: &Levels) -> Levels {
        Levels {
            bids: changes(&self.bids, &new.bids, |a, b| a > b),
            asks: changes(&self.asks, &new.asks, |a, b| a < b),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.bids.is_empty() && self.asks.is_empty()
    }
}

fn changes(old: &[Level], new: &[Level], better: impl Fn(Price, Price) -> bool) -> Vec<Level> {
    let (mut old, mut new) = (old.iter().peekable(), new.iter().peekable());
    let mut changes = Vec::new();
    loop {
        match (old.peek(), new.peek()) {
            (None, None) => return changes,
            (Some(&&(gone, _)), None) => {
                changes.push((gone, Quantity::ZERO));
                old.next();
            }
            (Some(&&(gone, _)), Some(&&(price, _))) if better(gone, price) => {
                changes.push((gone, Quantity::ZERO));
                old.next();
            }
            (Some(&&(same, before)), Some(&&(price, now))) if same == price => {
                if before != now {
                    changes.push((price, now));
                }
                old.next();
                new.next();
            }
            (_, Some(&&level)) => {
                changes.push(level);
                new.next();
            }
        }
    }
}

#[cfg(test)]
#[path = "book_tests.rs"]
mod tests;
