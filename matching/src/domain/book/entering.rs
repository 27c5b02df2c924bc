//! How an order comes in: it trades with what crosses; then it rests, or leaves with the reason.

use super::engine::Stopped;
use super::extras::{Extra, Waits};
use super::orders::party;
use super::slab::{ICEBERG, POST_ONLY, REPRICED, SPECIAL};
use super::stops::{self, is_met};
use super::{Book, events, trade_id};
use crate::domain::command::{Incoming, Terms};
use contracts::matching::{MatchingEvent, Party};
use contracts::ordering::{Exit, Special};
use contracts::{Code, Price, Quantity, SelfTradePrevention, Side, Timestamp};

impl Book {
    /// An id that the book knows does nothing.
    pub(super) fn place(&mut self, order: &Incoming, now: Timestamp, events: &mut Vec<MatchingEvent>) {
        let units = (order.tick_size().micros(), order.lot_size().micros());
        if (self.tick, self.lot) != units && !self.knows(order.party().order_id) {
            self.refine_units(units);
        }
        let price = self.by_tick.quotient(order.price().micros());
        let lots = self.by_lot.quotient(order.quantity().micros());
        let Some(at) = self.admit(order.party(), order.side(), price, lots) else { return };
        self.enter(at, order, now, events);
    }

    /// An order that has its number, and is nowhere yet.
    #[inline]
    pub(super) fn enter(
        &mut self,
        at: u32,
        order: &Incoming,
        now: Timestamp,
        events: &mut Vec<MatchingEvent>,
    ) {
        if order.terms() == Terms::PostOnly {
            self.engine.set(at, POST_ONLY, true);
        }
        match order.special() {
            None => self.come_in(at, order.terms(), now, events),
            Some(special) => self.place_special(at, order, special, now, events),
        }
    }

    fn place_special(
        &mut self,
        at: u32,
        order: &Incoming,
        special: &Special,
        now: Timestamp,
        events: &mut Vec<MatchingEvent>,
    ) {
        let is_stop = special.trigger.is_some() && !order.is_oco();
        let arrival = self.extras.next_arrival();
        let trigger =
            special.trigger.map(|trigger| stops::followed(order.side(), trigger, self.known_last(&trigger)));
        let extra = Extra {
            arrival,
            prevention: special.self_trade_prevention,
            waits: if is_stop { Waits::ForItsStop } else { Waits::No },
            display: special.display_quantity.unwrap_or_default(),
            hidden: Quantity::ZERO,
            expires_at: special.expires_at,
            trigger,
            exit: special.exit.as_ref().map(|exit| exit.order_id),
            entry: None,
            whole: self.quantity(self.engine.lots(at)),
        };
        self.make_special(at, extra);
        if let Some(exit) = &special.exit {
            self.place_exit(order, exit, special.self_trade_prevention, events);
        }
        if let Some(reason) = self.forbids_trigger(at) {
            return self.give_up(at, reason, events);
        }
        if special.expires_at.is_some_and(|end| end <= now) {
            return self.give_up(at, Code::Expired, events);
        }
        if is_stop {
            self.extras.arm(at, order.side());
            events.push(self.armed(at));
            return;
        }
        if special.reprice {
            self.reprice(at, order.tick_size());
        }
        self.come_in(at, order.terms(), now, events);
        self.arm_if_it_lives(at);
    }

    /// The exit waits in no queue until its entry has ended. One whose id is known is none.
    fn place_exit(
        &mut self,
        entry: &Incoming,
        exit: &Exit,
        prevention: SelfTradePrevention,
        events: &mut Vec<MatchingEvent>,
    ) {
        let side = entry.side().opposite();
        let price = exit.take_profit_price.or(exit.stop_loss.map(|trigger| trigger.price));
        let price = price.expect("an exit has a price").micros() / self.tick;
        let party = Party { order_id: exit.order_id, ..entry.party() };
        let lots = entry.quantity().micros() / self.lot;
        let Some(at) = self.admit(party, side, price, lots) else {
            // Somebody else's, or its own: it is not this entry's to bring in.
            let entry = self.ids.live(entry.party().order_id, &self.engine).expect("it was just admitted");
            self.extras.of_mut(entry).exit = None;
            return;
        };
        let arrival = self.extras.next_arrival();
        let extra = Extra {
            arrival,
            prevention,
            waits: Waits::ForItsEntry { then_comes_in: exit.take_profit_price.is_some() },
            display: Quantity::ZERO,
            hidden: Quantity::ZERO,
            expires_at: None,
            trigger: exit.stop_loss,
            exit: None,
            entry: Some(entry.party().order_id),
            whole: entry.quantity(),
        };
        self.make_special(at, extra);
        events.push(self.armed(at));
    }

    pub(super) fn make_special(&mut self, at: u32, extra: Extra) {
        self.engine.set(at, SPECIAL, true);
        self.extras.insert(at, extra);
    }

    /// What a trailing stop begins to follow: the last price, or where ordering saw it.
    fn known_last(&self, trigger: &contracts::ordering::Trigger) -> Price {
        if self.last_price.is_positive() { self.last_price } else { trigger.stop_price }
    }

    fn forbids_trigger(&self, at: u32) -> Option<Code> {
        let trigger = self.extras.of(at).trigger.as_ref()?;
        if self.last_price.is_positive() && is_met(self.engine.side(at), trigger, self.last_price) {
            return Some(Code::WouldTrigger);
        }
        let may_trail = trigger.trail_amount.is_none() || self.extras.stops.has_room_to_trail();
        (!may_trail).then_some(Code::TooManyOpenOrders)
    }

    /// A post-only order that would rather rest a tick away from the other side than not at all.
    fn reprice(&mut self, at: u32, tick: Price) {
        if !self.market.trades() || !self.engine.crosses(at) {
            return;
        }
        let side = self.engine.side(at);
        let best = self.engine.best(side.opposite()).expect("somebody crosses") * self.tick;
        let price = match side {
            Side::Buy => (best - 1) / tick.micros() * tick.micros(),
            Side::Sell => (best / tick.micros() + 1) * tick.micros(),
        };
        if price > 0 {
            self.engine.set_terms(at, price / self.tick, self.engine.lots(at));
            self.engine.set(at, REPRICED, true);
        }
    }

    pub(super) fn arm_if_it_lives(&mut self, at: u32) {
        let has_trigger = |extra: &Extra| extra.trigger.is_some() && extra.waits == Waits::No;
        if self.extras.get(at).is_some_and(has_trigger) {
            self.extras.arm(at, self.engine.side(at));
        }
    }

    /// An order that is in no queue.
    #[inline]
    pub(super) fn come_in(&mut self, at: u32, terms: Terms, now: Timestamp, events: &mut Vec<MatchingEvent>) {
        if !self.market.is_plain() {
            return self.come_in_under_rules(at, terms, now, events);
        }
        self.come_in_freely(at, terms, now, events);
    }

    fn come_in_freely(&mut self, at: u32, terms: Terms, now: Timestamp, events: &mut Vec<MatchingEvent>) {
        match self.forbids(at, terms) {
            Some(reason) => self.give_up(at, reason, events),
            None => self.trade(at, terms, now, events),
        }
    }

    #[cold]
    fn come_in_under_rules(
        &mut self,
        at: u32,
        terms: Terms,
        now: Timestamp,
        events: &mut Vec<MatchingEvent>,
    ) {
        let waits = match terms {
            Terms::Rest | Terms::PostOnly => true,
            Terms::Immediate | Terms::AllOrNothing => false,
        };
        if !self.market.trades() {
            return if waits { self.rest(at, events) } else { self.give_up(at, Code::NotTrading, events) };
        }
        if let Some(edge) = self.beyond_edge(at) {
            if waits {
                return self.give_up(at, Code::OutsidePriceBand, events);
            }
            self.engine.set_terms(at, edge, self.engine.lots(at));
        }
        self.come_in_freely(at, terms, now, events);
    }

    /// The edge of the price band, in ticks, if the order would trade beyond it.
    fn beyond_edge(&self, at: u32) -> Option<i64> {
        self.edge_within(self.engine.side(at), self.engine.price(at))
    }

    /// The edge of the price band if an order of this side would trade beyond it.
    pub(super) fn edge_within(&self, side: Side, price: i64) -> Option<i64> {
        let (lowest, highest) = self.band_ticks()?;
        match side {
            Side::Buy => (price > highest).then_some(highest),
            Side::Sell => (price < lowest).then_some(lowest),
        }
    }

    /// The price band in whole ticks inside it.
    pub(super) fn band_ticks(&self) -> Option<(i64, i64)> {
        let (lowest, highest) = self.market.band().filter(|_| self.tick > 0)?;
        let lowest = lowest.micros().div_euclid(self.tick) + i64::from(lowest.micros() % self.tick != 0);
        Some((lowest.max(1), (highest.micros() / self.tick).max(1)))
    }

    /// Why an order does not even begin to trade.
    fn forbids(&self, at: u32, terms: Terms) -> Option<Code> {
        match terms {
            Terms::Rest | Terms::Immediate => None,
            Terms::PostOnly => self.engine.crosses(at).then_some(Code::WouldTrade),
            Terms::AllOrNothing => (!self.would_fill(at)).then_some(Code::NotFillable),
        }
    }

    /// Whether an order would be filled wholly, if it came in now.
    fn would_fill(&self, at: u32) -> bool {
        let user = self.engine.user(at);
        let (mut lots, prevention) = (self.engine.lots(at), self.prevention(at));
        for maker in self.engine.counterparts(at) {
            if self.engine.user(maker) == user {
                match prevention {
                    SelfTradePrevention::CancelOldest => continue,
                    SelfTradePrevention::CancelNewest
                    | SelfTradePrevention::CancelBoth
                    | SelfTradePrevention::Decrement => return false,
                }
            }
            lots -= lots.min(self.all_lots(maker));
            if lots == 0 {
                return true;
            }
        }
        false
    }

    fn prevention(&self, at: u32) -> SelfTradePrevention {
        if self.engine.has(at, SPECIAL) {
            self.extras.of(at).prevention
        } else {
            SelfTradePrevention::default()
        }
    }

    fn trade(&mut self, at: u32, terms: Terms, now: Timestamp, events: &mut Vec<MatchingEvent>) {
        loop {
            match self.take(at, now, events) {
                Stopped::Filled => return self.finish(at, 0),
                Stopped::NobodyCrosses => {
                    return match terms {
                        Terms::Rest | Terms::PostOnly => self.rest(at, events),
                        Terms::Immediate | Terms::AllOrNothing => self.give_up(at, Code::NoLiquidity, events),
                    };
                }
                Stopped::Shown(maker) => self.show_more(maker, events),
                Stopped::OwnOrder(maker) => {
                    if !self.prevent_self_trade(at, maker, events) {
                        return;
                    }
                }
            }
        }
    }

    /// Trades with the best orders of the other side.
    #[inline]
    fn take(&mut self, at: u32, now: Timestamp, events: &mut Vec<MatchingEvent>) -> Stopped {
        let side = self.engine.side(at);
        let taker = self.party(at);
        let Book { engine, users, ids, sequence, trade_seed, tick, lot, symbol, last_price, .. } = self;
        let mut ended = Vec::new();
        let stopped = engine.take(at, |fill| {
            *sequence += 1;
            let maker = party(fill.name, users.id(fill.user));
            let trade_id = trade_id::trade_id(*trade_seed, *sequence, now);
            *last_price = Price::from_micros(fill.price * *tick);
            events.push(events::filled(
                trade_id,
                *symbol,
                *sequence,
                (*tick, *lot),
                &fill,
                side,
                maker,
                taker,
            ));
            if fill.maker_done {
                ids.finish(maker.order_id, fill.maker);
                users.leave(fill.user);
                if fill.maker_special {
                    ended.push(fill.maker);
                }
            }
        });
        ended.into_iter().for_each(|maker| self.retire(maker, side.opposite(), 0));
        stopped
    }

    /// The incoming order's user decides. Answers whether it goes on.
    fn prevent_self_trade(&mut self, at: u32, maker: u32, events: &mut Vec<MatchingEvent>) -> bool {
        match self.prevention(at) {
            SelfTradePrevention::CancelNewest => self.give_up(at, Code::SelfTrade, events),
            SelfTradePrevention::CancelOldest => {
                self.take_off(maker, Code::SelfTrade, events);
                return true;
            }
            SelfTradePrevention::CancelBoth => {
                self.take_off(maker, Code::SelfTrade, events);
                self.give_up(at, Code::SelfTrade, events);
            }
            SelfTradePrevention::Decrement => return self.decrement(at, maker, events),
        }
        false
    }

    fn decrement(&mut self, at: u32, maker: u32, events: &mut Vec<MatchingEvent>) -> bool {
        let (incoming, resting) = (self.engine.lots(at), self.all_lots(maker));
        if incoming < resting {
            self.reduce_resting(maker, incoming, Code::SelfTrade, events);
        } else {
            self.take_off(maker, Code::SelfTrade, events);
        }
        if incoming <= resting {
            self.give_up(at, Code::SelfTrade, events);
            return false;
        }
        self.reduce_whole(at, resting);
        self.engine.reduce(at, resting);
        events.push(self.reduced(at, resting, 0, Code::SelfTrade));
        true
    }

    /// Last at its price; of an iceberg only a part is seen.
    pub(super) fn rest(&mut self, at: u32, events: &mut Vec<MatchingEvent>) {
        if self.engine.has(at, SPECIAL) {
            self.hide(at);
        }
        self.engine.rest(at);
        events.push(self.opened(at));
    }

    fn hide(&mut self, at: u32) {
        let extra = self.extras.of_mut(at);
        let (lots, display) = (self.engine.lots(at), extra.display.micros() / self.lot);
        if display > 0 && lots > display {
            extra.hidden = Quantity::from_micros((lots - display) * self.lot);
            self.engine.set(at, ICEBERG, true);
            self.engine.reduce(at, lots - display);
        }
    }

    /// What an iceberg showed is filled: it shows the next part, behind all others.
    pub(super) fn show_more(&mut self, at: u32, events: &mut Vec<MatchingEvent>) {
        self.engine.unlink(at);
        let extra = self.extras.of_mut(at);
        let shown = extra.display.min(extra.hidden);
        extra.hidden = Quantity::from_micros(extra.hidden.micros() - shown.micros());
        self.engine.set(at, ICEBERG, extra.hidden.is_positive());
        let price = self.engine.price(at);
        self.engine.set_terms(at, price, shown.micros() / self.lot);
        self.engine.rest(at);
        events.push(self.refreshed(at));
    }
}
