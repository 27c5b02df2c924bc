//! An order that comes in another's place: that one leaves and this one comes in, or neither.
//!
//! **Invariant** Of the two at most one is ever in the book.

use super::Book;
use crate::domain::command::Replacement;
use contracts::matching::MatchingEvent;
use contracts::{Code, OrderId, Timestamp};

impl Book {
    /// What the one has lost since this was asked for is taken off the other.
    pub(super) fn replace(
        &mut self,
        replacement: &Replacement,
        now: Timestamp,
        events: &mut Vec<MatchingEvent>,
    ) {
        let order = replacement.by();
        if self.knows(order.party().order_id) {
            return;
        }
        self.refine_units((order.tick_size().micros(), order.lot_size().micros()));
        let was = self.live(replacement.order_id, order.party().user_id);
        let was = was.filter(|was| self.engine.side(*was) == order.side());
        let (price, lots) = (order.price().micros() / self.tick, order.quantity().micros() / self.lot);
        let at = self.admit(order.party(), order.side(), price, lots).expect("its id is not known");
        let Some(was) = was else { return self.give_up(at, Code::ReplacedOrderGone, events) };
        let meanwhile = (replacement.left.micros() / self.lot - self.all_lots(was)).max(0);
        self.take_off(was, Code::Replaced, events);
        name_successor(events, order.party().order_id);
        if meanwhile >= lots {
            return self.give_up(at, Code::FilledBeforeReplaced, events);
        }
        if meanwhile > 0 {
            self.engine.reduce(at, meanwhile);
            events.push(self.reduced(at, meanwhile, 0, Code::FilledBeforeReplaced));
        }
        self.enter(at, order, now, events);
    }
}

/// In what was just said of an order that left.
pub(in crate::domain) fn name_successor(events: &mut [MatchingEvent], order_id: OrderId) {
    if let Some(MatchingEvent::OrderLeftBook(left)) = events.last_mut() {
        left.replaced_by = Some(order_id);
    }
}
