//! What a trading day's trades add up to. Candles are the same sums over other times, by the trades'
//! own clock.

use contracts::{AmountError, Price, Quantity, Timestamp};

/// A day on which there was a trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    pub open: Price,
    pub high: Price,
    pub low: Price,
    pub volume: Quantity,
}

/// The trade that made the price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastTrade {
    pub price: Price,
    pub at: Timestamp,
}

impl Day {
    pub fn opened_by(price: Price, quantity: Quantity) -> Self {
        Day { open: price, high: price, low: price, volume: quantity }
    }

    pub fn and(self, price: Price, quantity: Quantity) -> Result<Self, AmountError> {
        Ok(Day {
            open: self.open,
            high: self.high.max(price),
            low: self.low.min(price),
            volume: self.volume.plus(quantity)?,
        })
    }
}
