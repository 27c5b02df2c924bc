//! What others may see of a book.

use super::Book;
use contracts::matching::{Depth, Party};
use contracts::{OrderId, Price, Quantity, Side, Symbol};

/// An order in the book, as others see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resting {
    pub party: Party,
    pub side: Side,
    pub price: Price,
    /// What is left of it.
    pub quantity: Quantity,
}

impl Book {
    pub fn symbol(&self) -> Symbol {
        self.symbol
    }

    /// Of the last event.
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    pub fn depth(&self) -> Depth {
        let (bids, asks) = (self.levels(Side::Buy), self.levels(Side::Sell));
        Depth { symbol: self.symbol, sequence: self.sequence, bids, asks }
    }

    fn levels(&self, side: Side) -> Vec<(Price, Quantity)> {
        let total = |orders: &mut dyn Iterator<Item = u32>| {
            // Wider than any order, so that no sum of them overflows.
            let lots: i128 = orders.map(|at| i128::from(self.engine.lots(at))).sum();
            Quantity::from_micros(i64::try_from(lots * i128::from(self.lot)).unwrap_or(i64::MAX))
        };
        self.engine.levels(side).map(|(price, mut orders)| (self.price(price), total(&mut orders))).collect()
    }

    /// Whether somebody would buy for more than another sells for. It must never be.
    pub fn is_crossed(&self) -> bool {
        matches!((self.engine.best(Side::Buy), self.engine.best(Side::Sell)), (Some(bid), Some(ask)) if bid >= ask)
    }

    /// Every order as it would trade: bids, then asks, each best price first, earliest first.
    pub fn resting(&self) -> impl Iterator<Item = Resting> + '_ {
        [Side::Buy, Side::Sell].into_iter().flat_map(|side| self.queue(side)).map(|at| Resting {
            party: self.parties[at as usize],
            side: self.engine.side(at),
            price: self.price(self.engine.price(at)),
            quantity: self.quantity(self.engine.lots(at)),
        })
    }

    /// The numbers of a side's orders as they would trade.
    pub(super) fn queue(&self, side: Side) -> impl Iterator<Item = u32> + '_ {
        self.engine.levels(side).flat_map(|(_, orders)| orders)
    }

    /// The ids of the orders that left lately, oldest first.
    pub(super) fn finished(&self) -> impl Iterator<Item = OrderId> + '_ {
        self.finished.iter().map(|at| self.parties[*at as usize].order_id)
    }
}
