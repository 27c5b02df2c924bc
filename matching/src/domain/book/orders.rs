//! Orders as the book keeps them: how they get their number, shrink, leave, and are forgotten.

use super::exact::Exact;
use super::extras::Waits;
use super::ids::Name;
use super::slab::{ICEBERG, SPECIAL};
use super::{Book, common_divisor};
use contracts::matching::{MatchingEvent, Party};
use contracts::{Code, OrderId, Price, Quantity, Side, UserId};

impl Book {
    /// Only by its user. An order that is not here, or no longer, is none of the book's business.
    pub(super) fn cancel(&mut self, order_id: OrderId, user_id: UserId, events: &mut Vec<MatchingEvent>) {
        if let Some(at) = self.live(order_id, user_id) {
            self.take_off(at, Code::CanceledByUser, events);
        }
    }

    /// The number of an order that lives, and is this user's.
    pub(super) fn live(&self, order_id: OrderId, user_id: UserId) -> Option<u32> {
        let at = self.ids.live(order_id, &self.engine)?;
        (self.users.id(self.engine.user(at)) == user_id).then_some(at)
    }

    /// An order that rests or waits leaves.
    pub(super) fn take_off(&mut self, at: u32, reason: Code, events: &mut Vec<MatchingEvent>) {
        if self.engine.has(at, SPECIAL) && self.extras.of(at).waits != Waits::No {
            return self.give_up(at, reason, events);
        }
        let (all, visible) = (self.all_lots(at), self.engine.unlink(at));
        events.push(self.left(at, all, Some(visible), reason));
        self.finish(at, all);
    }

    /// The rest of an order that is in no queue is gone.
    pub(super) fn give_up(&mut self, at: u32, reason: Code, events: &mut Vec<MatchingEvent>) {
        let lots = self.engine.give_up(at);
        events.push(self.left(at, lots, None, reason));
        self.finish(at, lots);
    }

    /// A resting order is smaller by less than all of it, first by what nobody sees.
    pub(super) fn reduce_resting(&mut self, at: u32, by: i64, reason: Code, events: &mut Vec<MatchingEvent>) {
        self.reduce_whole(at, by);
        let hidden = if self.engine.has(at, ICEBERG) { self.reduce_hidden(at, by) } else { 0 };
        if by > hidden {
            self.engine.reduce(at, by - hidden);
        }
        events.push(self.reduced(at, by, by - hidden, reason));
    }

    /// Answers how much of it could be taken from what nobody sees.
    fn reduce_hidden(&mut self, at: u32, by: i64) -> i64 {
        let extra = self.extras.of_mut(at);
        let hidden = by.min(extra.hidden.micros() / self.lot);
        extra.hidden = Quantity::from_micros(extra.hidden.micros() - hidden * self.lot);
        self.engine.set(at, ICEBERG, extra.hidden.is_positive());
        hidden
    }

    /// An entry's exit is for what it was filled by, and this it never will be.
    pub(super) fn reduce_whole(&mut self, at: u32, by: i64) {
        if self.engine.has(at, SPECIAL) {
            let whole = &mut self.extras.of_mut(at).whole;
            *whole = Quantity::from_micros(whole.micros() - by * self.lot);
        }
    }

    /// What is left of an order, whether others see it or not.
    pub(super) fn all_lots(&self, at: u32) -> i64 {
        let visible = self.engine.lots(at);
        if !self.engine.has(at, ICEBERG) {
            return visible;
        }
        visible + self.extras.of(at).hidden.micros() / self.lot
    }

    /// The order has ended, with this left. Its number is free.
    #[inline]
    pub(super) fn finish(&mut self, at: u32, left: i64) {
        self.ids.finish(self.engine.name(at).order_id, at);
        self.users.leave(self.engine.user(at));
        if self.engine.has(at, SPECIAL) {
            self.retire(at, self.engine.side(at), left);
        }
        self.engine.free(at);
    }

    /// Nothing special is kept of an order that has ended; its exit may come in.
    #[cold]
    pub(super) fn retire(&mut self, at: u32, side: Side, left: i64) {
        let Some(extra) = self.extras.remove(at, side) else { return };
        if let Some(exit) = extra.exit {
            let filled = Quantity::from_micros(extra.whole.micros() - left * self.lot);
            self.exits.push_back((exit, filled));
        }
        let entry = extra.entry.and_then(|entry| self.ids.live(entry, &self.engine));
        if let Some(entry) = entry.filter(|entry| self.engine.has(*entry, SPECIAL)) {
            self.extras.of_mut(entry).exit = None;
        }
    }

    /// Gives the order a number, unless the book knows its id.
    #[inline]
    pub(super) fn admit(&mut self, party: Party, side: Side, price: i64, lots: i64) -> Option<u32> {
        let Party { order_id, user_id, ordering } = party;
        let unknown = self.ids.unknown(order_id, &self.engine)?;
        let user = self.users.enter(user_id);
        let at = self.engine.admit(side, price, lots, user, Name { order_id, ordering });
        self.ids.insert(unknown, at, &self.engine);
        Some(at)
    }

    pub(super) fn knows(&self, order_id: OrderId) -> bool {
        self.ids.unknown(order_id, &self.engine).is_none()
    }

    /// An instrument's tick or lot may change while orders rest: then the book counts in the largest
    /// units that fit the old orders and the new. Rare, and the only command that touches all orders.
    pub(super) fn refine_units(&mut self, (tick, lot): (i64, i64)) {
        let (tick, lot) = (common_divisor(self.tick, tick), common_divisor(self.lot, lot));
        if (tick, lot) == (self.tick, self.lot) {
            return;
        }
        let kept: Vec<_> = self.kept_orders().collect();
        let finished: Vec<_> = self.finished().collect();
        let mut anew = Self::with_capacity(self.symbol, kept.len());
        anew.set_units((tick, lot));
        (anew.sequence, anew.last_price) = (self.sequence, self.last_price);
        anew.extras.arrivals = self.extras.arrivals;
        anew.market = std::mem::take(&mut self.market);
        finished.into_iter().for_each(|order_id| anew.finish_again(order_id));
        kept.into_iter().for_each(|order| anew.keep_again(order));
        *self = anew;
    }

    pub(super) fn set_units(&mut self, (tick, lot): (i64, i64)) {
        (self.tick, self.lot) = (tick, lot);
        (self.by_tick, self.by_lot) = (Exact::by(tick), Exact::by(lot));
    }

    /// Of an order that has left only the id is of interest.
    pub(super) fn finish_again(&mut self, order_id: OrderId) {
        self.ids.finish_again(order_id, &self.engine);
    }

    #[inline]
    pub(super) fn party(&self, at: u32) -> Party {
        party(self.engine.name(at), self.users.id(self.engine.user(at)))
    }

    pub(super) fn price(&self, ticks: i64) -> Price {
        Price::from_micros(ticks * self.tick)
    }

    pub(super) fn quantity(&self, lots: i64) -> Quantity {
        Quantity::from_micros(lots * self.lot)
    }
}

#[inline]
pub(super) fn party(Name { order_id, ordering }: Name, user_id: UserId) -> Party {
    Party { order_id, user_id, ordering }
}
