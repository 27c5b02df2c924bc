//! A tiny book. It trades as it is told and says what a book would say; what it has left of each
//! order is what the holds must be for.

use crate::domain::Amendment;
use crate::domain::sayings::{About, in_an_auction};
use contracts::matching::MatchingEvent;
use contracts::ordering::PlaceOrder;
use contracts::{Code, Price, Quantity, Side, TradeId};
use std::collections::BTreeMap;

/// An order that rests or waits.
#[derive(Clone, Copy, Debug)]
pub struct Live {
    pub about: About,
    /// As ordering knows it: all of it, filled or not.
    pub quantity: Quantity,
    pub left: Quantity,
    pub filled: Quantity,
    /// It is an exit, and its entry has not ended.
    pub waits: bool,
    pub exit: Option<u128>,
    pub in_bracket: bool,
    pub asked: Option<Amendment>,
    /// What was asked for is that this order comes in its place.
    pub successor: Option<u128>,
    /// It is to come in another's place, and has not yet.
    pub is_to_replace: bool,
}

#[derive(Default)]
pub struct Book {
    pub live: BTreeMap<u128, Live>,
}

/// What the book makes of a change that was asked for, where it has a choice.
#[derive(Clone, Copy, Debug)]
pub enum Decision {
    Amend,
    Refuse,
}

fn less(a: Quantity, b: Quantity) -> Quantity {
    a.minus(b).unwrap()
}

fn more(a: Quantity, b: Quantity) -> Quantity {
    a.plus(b).unwrap()
}

impl Book {
    pub fn place(&mut self, n: u128, order: &PlaceOrder) {
        let exit = order.special.as_ref().and_then(|special| special.exit);
        let about = |n, side, price| About::order(n, order.user_id, order.symbol, side, price);
        let entry = Live {
            about: about(n, order.side, order.worst_price()),
            quantity: order.quantity,
            left: order.quantity,
            filled: Quantity::ZERO,
            waits: false,
            exit: exit.map(|exit| exit.order_id.0.as_u128()),
            in_bracket: exit.is_some(),
            asked: None,
            successor: None,
            is_to_replace: false,
        };
        self.live.insert(n, entry);
        if let Some(exit) = exit {
            let n = exit.order_id.0.as_u128();
            let price = exit.worst_price(order.side).unwrap();
            let about = about(n, order.side.opposite(), price);
            self.live.insert(n, Live { about, waits: true, exit: None, ..entry });
        }
    }

    /// It waits for the other to leave.
    pub fn is_to_come_for(&mut self, n: u128, order: &PlaceOrder, was: u128, asked: Amendment) {
        self.place(n, order);
        let next = self.live.get_mut(&n).unwrap();
        (next.waits, next.is_to_replace) = (true, true);
        let was = self.live.get_mut(&was).unwrap();
        (was.asked, was.successor) = (Some(asked), Some(n));
    }

    /// An order of those that live, and its number.
    pub fn nth(&self, nth: usize) -> Option<(u128, Live)> {
        let (n, live) = self.live.iter().nth(nth % self.live.len().max(1))?;
        Some((*n, *live))
    }

    /// Some of what both have left, at a price between theirs; nothing if they would not trade.
    pub fn trade(
        &mut self,
        [taker, maker]: [u128; 2],
        trade: TradeId,
        upto: Quantity,
        percent: i64,
        auction: bool,
    ) -> Vec<MatchingEvent> {
        let (t, m) = (self.live[&taker], self.live[&maker]);
        let (buy, sell) = if t.about.side == Side::Buy { (t, m) } else { (m, t) };
        let would_trade = (buy.about.side, sell.about.side) == (Side::Buy, Side::Sell)
            && buy.about.symbol == sell.about.symbol
            && buy.about.party.user_id != sell.about.party.user_id
            && buy.about.price >= sell.about.price
            && !buy.waits
            && !sell.waits;
        if !would_trade {
            return Vec::new();
        }
        let ticks = (buy.about.price.micros() - sell.about.price.micros()) / super::TICK;
        let price = Price::from_micros(sell.about.price.micros() + ticks * percent / 100 * super::TICK);
        let quantity = upto.min(t.left).min(m.left);
        let fill = t.about.meets(&m.about, trade, quantity, price);
        let mut said = vec![MatchingEvent::OrderFilled(if auction { in_an_auction(fill) } else { fill })];
        for n in [taker, maker] {
            let live = self.live.get_mut(&n).unwrap();
            (live.left, live.filled) = (less(live.left, quantity), more(live.filled, quantity));
            said.extend(self.goes_if_nothing_is_left(n));
        }
        said
    }

    /// Both shrink where one user meets himself; here one may do so alone.
    pub fn shrink(&mut self, n: u128, upto: Quantity) -> Vec<MatchingEvent> {
        if self.live[&n].waits {
            return Vec::new();
        }
        let by = upto.min(self.live[&n].left);
        self.shrink_by(n, by, Code::SelfTrade)
    }

    fn shrink_by(&mut self, n: u128, by: Quantity, reason: Code) -> Vec<MatchingEvent> {
        let live = self.live.get_mut(&n).unwrap();
        (live.left, live.quantity) = (less(live.left, by), less(live.quantity, by));
        let mut said = vec![live.about.shrinks(by, live.left, reason)];
        said.extend(self.goes_if_nothing_is_left(n));
        said
    }

    /// Whoever leaves may say so before or after its exit is told.
    pub fn leave(&mut self, n: u128, before_its_exit: bool) -> Vec<MatchingEvent> {
        let live = self.live[&n];
        if live.is_to_replace {
            // Its cancel would come after it.
            return Vec::new();
        }
        let (own, exits) = (live.about.leaves(live.left), self.goes(n));
        let (first, last) = if before_its_exit { (vec![own], exits) } else { (exits, vec![own]) };
        [first, last].concat()
    }

    pub fn reprice(&mut self, n: u128, ticks: i64) -> Vec<MatchingEvent> {
        let live = self.live.get_mut(&n).unwrap();
        let better = match live.about.side {
            Side::Buy => live.about.price.micros() - ticks * super::TICK,
            Side::Sell => live.about.price.micros() + ticks * super::TICK,
        };
        if live.in_bracket || live.waits || better <= 0 {
            return Vec::new();
        }
        live.about.price = Price::from_micros(better);
        vec![live.about.rests_at(live.about.price, live.left)]
    }

    /// Takes up the change that was asked for.
    pub fn decide(&mut self, n: u128, decision: Decision) -> Vec<MatchingEvent> {
        let live = self.live.get_mut(&n).unwrap();
        let Some(asked) = live.asked.take() else { return Vec::new() };
        if let Some(next) = live.successor.take() {
            return self.yields(n, next, asked);
        }
        let difference = less(asked.quantity, asked.was_quantity);
        let left = more(live.left, difference);
        if !left.is_positive() {
            let all = live.left;
            return self.shrink_by(n, all, Code::AmendedByUser);
        }
        if asked.price == live.about.price && left < live.left {
            let by = less(live.left, left);
            return self.shrink_by(n, by, Code::AmendedByUser);
        }
        match decision {
            Decision::Refuse => vec![live.about.stays()],
            Decision::Amend => {
                let said = live.about.becomes(live.left, left, asked.price);
                live.about.price = asked.price;
                (live.left, live.quantity) = (left, more(live.quantity, difference));
                vec![said]
            }
        }
    }

    /// What has been lost of the one since this was asked for is taken off the other.
    fn yields(&mut self, n: u128, to: u128, asked: Amendment) -> Vec<MatchingEvent> {
        let was = self.live.remove(&n).unwrap();
        let mut said = vec![was.about.yields(was.left, to)];
        let next = self.live.get_mut(&to).unwrap();
        (next.waits, next.is_to_replace) = (false, false);
        let lost = less(asked.was_quantity, was.left).max(Quantity::ZERO);
        if lost >= next.left {
            said.push(next.about.leaves(next.left));
            self.live.remove(&to);
        } else if lost.is_positive() {
            said.extend(self.shrink_by(to, lost, Code::FilledBeforeReplaced));
        }
        said
    }

    fn goes_if_nothing_is_left(&mut self, n: u128) -> Vec<MatchingEvent> {
        if self.live[&n].left.is_zero() { self.goes(n) } else { Vec::new() }
    }

    /// Its exit, if it lives, comes in for as much as the entry was filled.
    fn goes(&mut self, n: u128) -> Vec<MatchingEvent> {
        let entry = self.live.remove(&n).unwrap();
        if let Some(next) = entry.successor {
            let next = self.live.remove(&next).unwrap();
            return vec![next.about.leaves(next.left)];
        }
        let Some((n, exit)) = entry.exit.and_then(|n| Some((n, self.live.get_mut(&n)?))) else {
            return Vec::new();
        };
        exit.waits = false;
        let too_much = less(exit.left, entry.filled);
        if entry.filled.is_zero() {
            let said = exit.about.leaves(exit.left);
            self.live.remove(&n);
            return vec![said];
        }
        if too_much.is_zero() { Vec::new() } else { self.shrink_by(n, too_much, Code::EntryEnded) }
    }
}
