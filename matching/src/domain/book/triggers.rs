//! What follows from a command: exits of entries that have ended, stops whose price is met.

use super::Book;
use super::extras::Waits;
use super::stops::followed;
use crate::domain::command::Terms;
use contracts::matching::{MatchingEvent, Was};
use contracts::{Code, OrderId, Quantity, Timestamp};

impl Book {
    /// Ends: each exit comes in once, and each stop is met once.
    #[inline]
    pub(super) fn follow_up(&mut self, now: Timestamp, events: &mut Vec<MatchingEvent>) {
        if self.extras.is_empty() && self.exits.is_empty() && self.market.is_plain() {
            return;
        }
        self.follow_up_all(now, events);
    }

    #[cold]
    fn follow_up_all(&mut self, now: Timestamp, events: &mut Vec<MatchingEvent>) {
        loop {
            if let Some((exit, filled)) = self.exits.pop_front() {
                self.enter_exit(exit, filled, now, events);
            } else if let Some(at) = self.next_met() {
                self.trigger(at, now, events);
            } else {
                break;
            }
        }
        self.watch_edge(now, events);
    }

    /// The next order whose stop price is met, after those that follow the market have followed it.
    fn next_met(&mut self) -> Option<u32> {
        if self.extras.stops.is_empty() || !self.market.trades() || !self.last_price.is_positive() {
            return None;
        }
        for at in self.extras.stops.followers(self.last_price) {
            let side = self.engine.side(at);
            let trigger = self.extras.disarm(at, side).expect("a follower has a trigger");
            self.extras.of_mut(at).trigger = Some(followed(side, trigger, self.last_price));
            self.extras.arm(at, side);
        }
        self.extras.stops.met(self.last_price)
    }

    fn trigger(&mut self, at: u32, now: Timestamp, events: &mut Vec<MatchingEvent>) {
        let rested = self.extras.of(at).waits == Waits::No;
        let trigger = self.extras.disarm(at, self.engine.side(at)).expect("it was armed");
        let mut was = Was::default();
        let lots = self.engine.lots(at);
        if rested {
            was = Was { price: self.price(self.engine.price(at)), visible: self.quantity(lots) };
            self.engine.unlink(at);
        }
        self.extras.of_mut(at).waits = Waits::No;
        self.engine.set_terms(at, trigger.price.micros() / self.tick, lots);
        events.push(self.triggered(at, &trigger, was));
        self.come_in(at, if trigger.rests { Terms::Rest } else { Terms::Immediate }, now, events);
    }

    /// The entry has ended, having been filled by so much. An exit that was canceled is gone.
    fn enter_exit(
        &mut self,
        exit: OrderId,
        filled: Quantity,
        now: Timestamp,
        events: &mut Vec<MatchingEvent>,
    ) {
        let Some(at) = self.ids.live(exit, &self.engine) else { return };
        let Some(Waits::ForItsEntry { then_comes_in }) = self.extras.get(at).map(|extra| extra.waits) else {
            return;
        };
        self.extras.of_mut(at).entry = None;
        let (lots, filled) = (self.engine.lots(at), filled.micros() / self.lot);
        if filled == 0 {
            return self.give_up(at, Code::EntryEnded, events);
        }
        if filled < lots {
            self.reduce_whole(at, lots - filled);
            self.engine.reduce(at, lots - filled);
            events.push(self.reduced(at, lots - filled, 0, Code::EntryEnded));
        }
        if !then_comes_in {
            self.extras.of_mut(at).waits = Waits::ForItsStop;
            return self.extras.arm(at, self.engine.side(at));
        }
        self.extras.of_mut(at).waits = Waits::No;
        self.come_in(at, Terms::Rest, now, events);
        self.arm_if_it_lives(at);
    }
}
