//! One side of a book: price levels, best first, and at each price a queue, earliest first.

use super::slab::{NONE, Slab};
use contracts::Side;
use std::collections::BTreeMap;

#[derive(Debug)]
pub struct Half {
    side: Side,
    /// By rank, so that the best price is always the first.
    levels: BTreeMap<i64, Level>,
}

#[derive(Clone, Copy, Debug)]
struct Level {
    first: u32,
    last: u32,
    /// The sum of its orders. Wider than any order, so that no sum of them overflows.
    lots: i128,
}

impl Half {
    pub fn new(side: Side) -> Self {
        Half { side, levels: BTreeMap::new() }
    }

    fn rank(&self, price: i64) -> i64 {
        match self.side {
            Side::Sell => price,
            Side::Buy => -price,
        }
    }

    /// The order that trades next.
    pub fn best(&self) -> Option<u32> {
        self.levels.first_key_value().map(|(_, level)| level.first)
    }

    /// The best price, in ticks.
    pub fn best_price(&self) -> Option<i64> {
        self.levels.first_key_value().map(|(rank, _)| self.rank(*rank))
    }

    /// Whether an order that rests here at `resting` would trade with one that comes in at `limit`.
    pub fn crosses(&self, resting: i64, limit: i64) -> bool {
        self.rank(resting) <= self.rank(limit)
    }

    /// Puts an order last at its price.
    pub fn push(&mut self, orders: &mut Slab, at: u32) {
        let rank = self.rank(orders[at].price);
        let lots = i128::from(orders[at].lots);
        let level = self.levels.entry(rank).or_insert(Level { first: at, last: NONE, lots: 0 });
        orders[at].earlier = level.last;
        orders[at].later = NONE;
        if level.last != NONE {
            orders[level.last].later = at;
        }
        level.last = at;
        level.lots += lots;
    }

    /// Takes lots from the first order at the best price; it keeps its place.
    pub fn fill_best(&mut self, orders: &mut Slab, lots: i64) {
        let mut entry = self.levels.first_entry().expect("there is a best order");
        let level = entry.get_mut();
        level.lots -= i128::from(lots);
        orders[level.first].lots -= lots;
    }

    /// Takes an order out of its queue.
    pub fn unlink(&mut self, orders: &mut Slab, at: u32) {
        let order = orders[at];
        let rank = self.rank(order.price);
        let level = self.levels.get_mut(&rank).expect("a resting order has a level");
        level.lots -= i128::from(order.lots);
        match order.earlier {
            NONE => level.first = order.later,
            earlier => orders[earlier].later = order.later,
        }
        match order.later {
            NONE => level.last = order.earlier,
            later => orders[later].earlier = order.earlier,
        }
        if level.first == NONE {
            self.levels.remove(&rank);
        }
    }

    /// Price in ticks and lots of each level, best first.
    pub fn levels(&self) -> impl Iterator<Item = (i64, i128)> + '_ {
        self.levels.iter().map(|(rank, level)| (self.rank(*rank), level.lots))
    }

    /// The orders as they would trade: best price first, earliest first.
    pub fn queue<'a>(&'a self, orders: &'a Slab) -> impl Iterator<Item = u32> + 'a {
        self.levels.values().flat_map(move |level| {
            let next = move |at: &u32| Some(orders[*at].later).filter(|later| *later != NONE);
            std::iter::successors(Some(level.first), next)
        })
    }
}
