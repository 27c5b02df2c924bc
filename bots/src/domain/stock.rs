//! A stock as its market makers see it: what they think it is worth, and which of their quotes stand
//! where. Prices and quantities are in millionths.

use super::dice::Dice;
use super::floor::Manner;
use contracts::matching::Phase;
use contracts::stock_data::{Feed, Instrument, InstrumentState};
use contracts::{Price, Side};
use std::collections::BTreeMap;

/// A share of anything, in parts of ten thousand.
const WHOLE: i64 = 10_000;
/// The thought comes back to where the day began by this part of the distance with each move.
const REVERSION: i64 = 400;
/// Other people's trades draw it to their price by this part of the distance.
const PULL: i64 = 4;
/// If the market makers had sold all that they began with, they would think it worth so much more.
const SKEW_BASIS_POINTS: i64 = 300;
/// No thought is further from where the day began than this, up or down.
const FURTHEST_BASIS_POINTS: i64 = 3_000;

/// A place for a quote: the best of a side is level 0.
pub type Slot = (Side, u16);

pub struct Stock {
    pub tick: i64,
    pub lot: i64,
    /// Where the day began.
    anchor: i64,
    /// What they think it is worth.
    reference: i64,
    state: InstrumentState,
    phase: Phase,
    /// By place, the ticket of the order that stands there or is on its way to it.
    pub quotes: BTreeMap<Slot, u64>,
    /// What all market makers together began with, and how much less or more it is now.
    began_with: i64,
    gained: i64,
    elsewhere: Elsewhere,
}

/// What another market pays.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Elsewhere {
    /// It follows none.
    Nowhere,
    /// It follows one that is not heard.
    Silent,
    /// Half way between its best prices.
    Middle(i64),
}

impl Stock {
    pub fn listed(instrument: &Instrument, last_price: Price, phase: Phase, owned: i64) -> Self {
        let mut stock = Stock {
            tick: instrument.tick_size.micros(),
            lot: instrument.lot_size.micros(),
            anchor: instrument.previous_close.micros(),
            reference: last_price.micros(),
            state: instrument.state,
            phase,
            quotes: BTreeMap::new(),
            began_with: owned,
            gained: 0,
            elsewhere: Elsewhere::Nowhere,
        };
        stock.keep_in_bounds();
        stock
    }

    pub fn changed(&mut self, instrument: &Instrument) {
        self.state = instrument.state;
        self.anchor = instrument.previous_close.micros();
    }

    pub fn enters(&mut self, phase: Phase) {
        self.phase = phase;
    }

    /// What it is worth is for the market to say that it follows, as long as that is heard.
    pub fn follows(&mut self, feed: Option<&Feed>) {
        self.elsewhere = match feed {
            None => Elsewhere::Nowhere,
            Some(Feed { stale: false, quote: Some(quote), .. }) => Elsewhere::Middle(quote.middle().micros()),
            Some(_) => Elsewhere::Silent,
        };
        if let Elsewhere::Middle(middle) = self.elsewhere {
            self.reference = middle;
        }
    }

    /// Whether quotes may stand in its book.
    pub fn trades(&self) -> bool {
        let open = match self.state {
            InstrumentState::Open => true,
            InstrumentState::Halted => false,
        };
        let is_known = match self.elsewhere {
            Elsewhere::Nowhere | Elsewhere::Middle(_) => true,
            Elsewhere::Silent => false,
        };
        open && is_known
            && match self.phase {
                Phase::Continuous | Phase::LimitState => true,
                Phase::Halted | Phase::Auction | Phase::Closed => false,
            }
    }

    /// A step of the walk, and a little of the way back home.
    pub fn wander(&mut self, dice: &mut Dice, manner: &Manner) {
        if self.elsewhere != Elsewhere::Nowhere {
            return;
        }
        let widest = part(self.reference, i64::from(manner.volatility_basis_points)).max(self.tick);
        self.reference += dice.between(-widest, widest) + (self.anchor - self.reference) / REVERSION;
        self.keep_in_bounds();
    }

    /// Others have traded at this price: they may know something.
    pub fn follow(&mut self, price: i64) {
        if self.elsewhere != Elsewhere::Nowhere {
            return;
        }
        self.reference += (price - self.reference) / PULL;
        self.keep_in_bounds();
    }

    /// The market makers together have so much more of it, or, negative, less.
    pub fn gained(&mut self, quantity: i64) {
        self.gained += quantity;
    }

    fn keep_in_bounds(&mut self) {
        let furthest = part(self.anchor, FURTHEST_BASIS_POINTS);
        self.reference =
            self.reference.clamp((self.anchor - furthest).max(self.tick), self.anchor + furthest);
    }

    /// What it is worth to somebody who has too much or too little of it.
    fn worth(&self) -> i64 {
        // Elsewhere nobody knows what we have, and asks no more for it.
        if let Elsewhere::Middle(middle) = self.elsewhere {
            return middle;
        }
        let began_with = i128::from(self.began_with.max(self.lot));
        let share = (i128::from(self.gained) * i128::from(WHOLE) / began_with)
            .clamp(-i128::from(WHOLE), i128::from(WHOLE)) as i64;
        self.reference - part(part(self.reference, SKEW_BASIS_POINTS), share)
    }

    /// From what it is worth to the best quote of a side.
    pub fn distance(&self, manner: &Manner) -> i64 {
        (part(self.worth(), i64::from(manner.spread_basis_points)) / 2).max(self.tick)
    }

    /// Whether the market elsewhere has moved so far that a quote cannot wait for its turn: it gives
    /// something away, or it is a best quote and twice as far from the middle as it should be.
    pub fn is_left_behind(&self, (side, level): Slot, price: i64, manner: &Manner) -> bool {
        let Elsewhere::Middle(middle) = self.elsewhere else { return false };
        let away = match side {
            Side::Buy => middle - price,
            Side::Sell => price - middle,
        };
        let distance = self.distance(manner);
        away < distance / 2 || (level == 0 && away > 2 * distance + self.tick)
    }

    /// Where a quote should stand: a whole number of ticks, away from the middle.
    pub fn price_at(&self, (side, level): Slot, manner: &Manner) -> i64 {
        let away = self.distance(manner) * (i64::from(level) + 1);
        let ticks = match side {
            Side::Buy => (self.worth() - away).div_euclid(self.tick),
            Side::Sell => -(-(self.worth() + away)).div_euclid(self.tick),
        };
        ticks.max(1) * self.tick
    }
}

/// So many basis points of an amount.
fn part(amount: i64, basis_points: i64) -> i64 {
    (i128::from(amount) * i128::from(basis_points) / i128::from(WHOLE)) as i64
}
