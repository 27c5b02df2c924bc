//! Exits of entries that have ended, and stops whose price is met.

use super::NaiveBook;
use super::order::{Order, Waits, followed, is_met, less};
use crate::domain::Terms;
use contracts::matching::{MatchingEvent, OrderTriggered, Was};
use contracts::{Code, OrderId, Quantity, Side, Timestamp};
use std::cmp::Reverse;

impl NaiveBook {
    pub(super) fn follow_up(&mut self, now: Timestamp, events: &mut Vec<MatchingEvent>) {
        loop {
            if let Some((exit, filled)) = self.exits.pop_front() {
                self.enter_exit(exit, filled, events);
            } else if let Some(at) = self.next_met() {
                self.trigger(at, events);
            } else {
                break;
            }
        }
        self.watch_edge(now, events);
    }

    /// Buyers' lowest first, then sellers' highest; of equal ones the earliest.
    fn next_met(&mut self) -> Option<usize> {
        let last = self.last_price;
        if !self.market.trades() || !last.is_positive() {
            return None;
        }
        for order in self.orders.iter_mut().filter(|order| order.is_armed()) {
            order.trigger = order.trigger.map(|trigger| followed(order.side, trigger, last));
        }
        let met = |side: Side| {
            self.orders.iter().enumerate().filter(move |(_, o)| {
                o.side == side
                    && o.is_armed()
                    && o.trigger.is_some_and(|trigger| is_met(side, &trigger, last))
            })
        };
        let stop = |order: &Order| order.trigger.expect("it is armed").stop_price;
        let buy = met(Side::Buy).min_by_key(|(_, o)| (stop(o), o.arrival));
        buy.or_else(|| met(Side::Sell).min_by_key(|(_, o)| (Reverse(stop(o)), o.arrival))).map(|(at, _)| at)
    }

    fn trigger(&mut self, at: usize, events: &mut Vec<MatchingEvent>) {
        let mut order = self.orders.remove(at);
        let trigger = order.trigger.take().expect("it is armed");
        let was = match order.waits {
            Waits::No => Was { price: order.price, visible: order.visible },
            Waits::ForItsStop | Waits::ForItsEntry => Was::default(),
        };
        (order.price, order.waits) = (trigger.price, Waits::No);
        let Order { party, side, price, quantity, .. } = order;
        let (symbol, sequence, stop_price) = (self.symbol, self.next_sequence(), trigger.stop_price);
        let triggered = OrderTriggered { party, symbol, sequence, side, stop_price, price, quantity, was };
        events.push(MatchingEvent::OrderTriggered(triggered));
        self.come_in(order, if trigger.rests { Terms::Rest } else { Terms::Immediate }, events);
    }

    fn enter_exit(&mut self, exit: OrderId, filled: Quantity, events: &mut Vec<MatchingEvent>) {
        let waits = |o: &Order| o.party.order_id == exit && o.waits == Waits::ForItsEntry;
        let Some(at) = self.orders.iter().position(waits) else { return };
        let mut order = self.orders.remove(at);
        order.entry = None;
        if filled.is_zero() {
            return self.leave(order, false, Code::EntryEnded, events);
        }
        if filled < order.quantity {
            let by = less(order.quantity, filled);
            (order.quantity, order.visible) = (filled, filled);
            order.whole = less(order.whole, by);
            self.say_reduced(&order, by, Quantity::ZERO, filled, Code::EntryEnded, events);
        }
        if order.takes_profit {
            order.waits = Waits::No;
            return self.come_in(order, Terms::Rest, events);
        }
        order.waits = Waits::ForItsStop;
        self.orders.push(order);
    }
}
