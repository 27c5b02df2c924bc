//! What others may see of a book.

use super::Book;
use super::half::Half;
use super::slab::Slot;
use contracts::matching::{Depth, Party};
use contracts::{Price, Quantity, Side, Symbol};

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
        let total = |lots: i128| {
            let micros = lots * i128::from(self.lot);
            Quantity::from_micros(i64::try_from(micros).unwrap_or(i64::MAX))
        };
        let side =
            |half: &Half| half.levels().map(|(price, lots)| (self.price(price), total(lots))).collect();
        let (bids, asks) = (side(&self.bids), side(&self.asks));
        Depth { symbol: self.symbol, sequence: self.sequence, bids, asks }
    }

    /// Whether somebody would buy for more than another sells for. It must never be.
    pub fn is_crossed(&self) -> bool {
        matches!((self.bids.best_price(), self.asks.best_price()), (Some(bid), Some(ask)) if bid >= ask)
    }

    /// Every order as it would trade: bids, then asks, each best price first, earliest first.
    pub fn resting(&self) -> impl Iterator<Item = Resting> + '_ {
        [&self.bids, &self.asks].into_iter().flat_map(|half| half.queue(&self.orders)).map(|at| {
            let Slot { party, side, price, lots, .. } = self.orders[at];
            Resting { party, side, price: self.price(price), quantity: self.quantity(lots) }
        })
    }
}
