//! Another quantity or limit for an order that rests. One that only shrinks keeps its place; any
//! other comes in anew.

use super::Book;
use super::slab::{ICEBERG, POST_ONLY, SPECIAL};
use crate::domain::command::{Amend, Terms};
use contracts::matching::{AmendmentRefused, MatchingEvent, OrderAmended, Was};
use contracts::{Code, Quantity, Timestamp};

impl Book {
    /// An order that is not here, or no longer, is none of the book's business.
    pub(super) fn amend(&mut self, amend: &Amend, now: Timestamp, events: &mut Vec<MatchingEvent>) {
        if self.live(amend.order_id, amend.user_id).is_none() {
            return;
        }
        self.refine_units((amend.tick_size.micros(), amend.lot_size.micros()));
        let at = self.live(amend.order_id, amend.user_id).expect("units do not end an order");
        let left = self.all_lots(at);
        let more = (amend.quantity.micros() - amend.was_quantity.micros()) / self.lot;
        let price = amend.price.micros() / self.tick;
        if let Some(reason) = self.forbids_amendment(at, price) {
            let refused = self.amendment_refused(at, reason);
            events.push(refused);
        } else if left + more <= 0 {
            self.reduce_to_nothing(at, events);
        } else if more <= 0 && price == self.engine.price(at) {
            self.reduce_resting(at, -more, Code::AmendedByUser, events);
        } else {
            self.enter_anew(at, price, left + more, now, events);
        }
    }

    fn forbids_amendment(&self, at: u32, price: i64) -> Option<Code> {
        if self.engine.has(at, SPECIAL) {
            let extra = self.extras.of(at);
            if extra.trigger.is_some() || extra.exit.is_some() || extra.entry.is_some() {
                return Some(Code::NotAmendable);
            }
        }
        if !self.market.trades() {
            return None;
        }
        // As it would be: what it is now is not changed by asking.
        let was = self.engine.price(at);
        if was == price {
            return None;
        }
        let side = self.engine.side(at);
        if self.engine.has(at, POST_ONLY) && self.engine.would_cross(side, price) {
            return Some(Code::WouldTrade);
        }
        self.edge_within(side, price).map(|_| Code::OutsidePriceBand)
    }

    fn reduce_to_nothing(&mut self, at: u32, events: &mut Vec<MatchingEvent>) {
        let (all, visible) = (self.all_lots(at), self.engine.unlink(at));
        self.reduce_whole(at, all);
        if self.engine.has(at, ICEBERG) {
            self.extras.of_mut(at).hidden = Quantity::ZERO;
            self.engine.set(at, ICEBERG, false);
        }
        events.push(self.reduced(at, all, visible, Code::AmendedByUser));
        self.finish(at, 0);
    }

    fn enter_anew(
        &mut self,
        at: u32,
        price: i64,
        lots: i64,
        now: Timestamp,
        events: &mut Vec<MatchingEvent>,
    ) {
        let (all, was_price) = (self.all_lots(at), self.price(self.engine.price(at)));
        let visible = self.engine.unlink(at);
        let was = Was { price: was_price, visible: self.quantity(visible) };
        if self.engine.has(at, SPECIAL) {
            let extra = self.extras.of_mut(at);
            extra.hidden = Quantity::ZERO;
            extra.whole = Quantity::from_micros(extra.whole.micros() + (lots - all) * self.lot);
            self.engine.set(at, ICEBERG, false);
        }
        self.engine.set_terms(at, price, lots);
        let amended = OrderAmended {
            party: self.party(at),
            symbol: self.symbol,
            sequence: self.next_sequence(),
            side: self.engine.side(at),
            price: self.price(price),
            was_quantity: self.quantity(all),
            quantity: self.quantity(lots),
            was,
        };
        events.push(MatchingEvent::OrderAmended(amended));
        self.come_in(at, Terms::Rest, now, events);
    }

    fn amendment_refused(&mut self, at: u32, reason: Code) -> MatchingEvent {
        let (party, symbol, sequence) = (self.party(at), self.symbol, self.next_sequence());
        MatchingEvent::AmendmentRefused(AmendmentRefused { party, symbol, sequence, reason })
    }
}
