//! What others may see of a book.

use super::Book;
use super::extras::{Extra, Waits};
use super::slab::{POST_ONLY, SPECIAL};
use contracts::matching::{Depth, Party, Phase, Standing};
use contracts::{OrderId, Price, Quantity, Side, Symbol};

/// An order that the book has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Live {
    pub party: Party,
    pub side: Side,
    /// Where it rests; of one that waits, where it will.
    pub price: Price,
    /// All that is left of it.
    pub quantity: Quantity,
    /// As much of it as others see.
    pub visible: Quantity,
}

/// An order as it is kept: what is in the engine of it, and the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub party: Party,
    pub side: Side,
    pub price: Price,
    /// What is in its queue, or would be.
    pub quantity: Quantity,
    pub post_only: bool,
    pub extra: Option<Extra>,
}

impl Kept {
    pub fn is_resting(&self) -> bool {
        self.extra.as_ref().is_none_or(|extra| extra.waits == Waits::No)
    }
}

impl Book {
    pub fn symbol(&self) -> Symbol {
        self.symbol
    }

    /// Of the last event.
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    pub fn phase(&self) -> Phase {
        self.market.phase
    }

    pub fn depth(&self) -> Depth {
        let (bids, asks) = (self.levels(Side::Buy), self.levels(Side::Sell));
        let standing = Some(self.standing());
        Depth { symbol: self.symbol, sequence: self.sequence, bids, asks, standing }
    }

    fn standing(&self) -> Standing {
        let (phase, until) = (self.market.phase, self.market.until);
        Standing { phase, until, reference_price: self.market.reference(), auction: self.indication() }
    }

    fn levels(&self, side: Side) -> Vec<(Price, Quantity)> {
        // Wider than any order, so that no sum of them overflows.
        let total =
            |orders: &mut dyn Iterator<Item = u32>| orders.map(|at| i128::from(self.engine.lots(at))).sum();
        let levels = self.engine.levels(side);
        levels.map(|(price, mut orders)| (self.price(price), self.sum(total(&mut orders)))).collect()
    }

    /// Whether somebody would buy for more than another sells for, while it trades. It must never be.
    pub fn is_crossed(&self) -> bool {
        let best = (self.engine.best(Side::Buy), self.engine.best(Side::Sell));
        self.market.trades() && matches!(best, (Some(bid), Some(ask)) if bid >= ask)
    }

    /// Every order as it would trade: bids, then asks, each best price first, earliest first.
    pub fn resting(&self) -> impl Iterator<Item = Live> + '_ {
        [Side::Buy, Side::Sell].into_iter().flat_map(|side| self.queue(side)).map(|at| Live {
            party: self.party(at),
            side: self.engine.side(at),
            price: self.price(self.engine.price(at)),
            quantity: self.quantity(self.all_lots(at)),
            visible: self.quantity(self.engine.lots(at)),
        })
    }

    /// Every order in no queue, in the order in which they came: stops, and exits.
    pub fn waiting(&self) -> impl Iterator<Item = Live> + '_ {
        self.extras.waiting().into_iter().map(|at| Live {
            party: self.party(at),
            side: self.engine.side(at),
            price: self.price(self.engine.price(at)),
            quantity: self.quantity(self.engine.lots(at)),
            visible: Quantity::ZERO,
        })
    }

    /// Those that rest, as they would trade, then those that wait.
    pub(super) fn kept_orders(&self) -> impl Iterator<Item = Kept> + '_ {
        let resting = [Side::Buy, Side::Sell].into_iter().flat_map(|side| self.queue(side));
        resting.chain(self.extras.waiting()).map(|at| self.kept(at))
    }

    pub(super) fn kept(&self, at: u32) -> Kept {
        Kept {
            party: self.party(at),
            side: self.engine.side(at),
            price: self.price(self.engine.price(at)),
            quantity: self.quantity(self.engine.lots(at)),
            post_only: self.engine.has(at, POST_ONLY),
            extra: self.engine.has(at, SPECIAL).then(|| self.extras.of(at).clone()),
        }
    }

    /// Puts an order last at its price, or among those that wait, without an event.
    pub(super) fn keep_again(&mut self, kept: Kept) {
        let is_resting = kept.is_resting();
        let (price, lots) = (kept.price.micros() / self.tick, kept.quantity.micros() / self.lot);
        let at = self.admit(kept.party, kept.side, price, lots).expect("an order is there once");
        self.engine.set(at, POST_ONLY, kept.post_only);
        if is_resting {
            self.engine.rest(at);
        }
        if let Some(extra) = kept.extra {
            self.engine.set(at, super::slab::ICEBERG, extra.hidden.is_positive());
            let armed = extra.trigger.is_some() && !matches!(extra.waits, Waits::ForItsEntry { .. });
            self.make_special(at, extra);
            if armed {
                self.extras.arm(at, kept.side);
            }
        }
    }

    /// The numbers of a side's orders as they would trade.
    pub(super) fn queue(&self, side: Side) -> impl Iterator<Item = u32> + '_ {
        self.engine.levels(side).flat_map(|(_, orders)| orders)
    }

    /// How many orders rest.
    pub(super) fn count(&self, side: Side) -> usize {
        self.queue(side).count()
    }

    /// The ids of the orders that left lately, oldest first.
    pub(super) fn finished(&self) -> impl ExactSizeIterator<Item = OrderId> + '_ {
        self.ids.finished()
    }
}
