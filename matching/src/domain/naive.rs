//! The obvious book: a list in the order of arrival, searched from end to end. Slow, and easily
//! seen to be right. It shares the clockwork of phases with the real book, nothing else.

mod follow_up;
mod order;
mod phases;
mod trade;

use crate::domain::book::{Market, common_divisor, name_successor};
use crate::domain::{Amend, Command, Incoming, Replacement, Terms};
use contracts::matching::{Depth, MatchingEvent, OrderAmended, OrderArmed, OrderOpened, Standing, Was};
use contracts::ordering::Special;
use contracts::{Code, OrderId, Price, Quantity, Side, Symbol, Timestamp, UserId};
use order::{Order, Waits, less, more};
use std::collections::{BTreeMap, VecDeque};

pub struct NaiveBook {
    symbol: Symbol,
    sequence: u64,
    /// Resting or waiting; who comes later stands further back.
    orders: Vec<Order>,
    seen: Vec<OrderId>,
    /// Every price is a multiple of it.
    tick: i64,
    last_price: Price,
    market: Market,
    exits: VecDeque<(OrderId, Quantity)>,
    arrivals: u64,
}

impl NaiveBook {
    pub fn new(symbol: Symbol) -> Self {
        NaiveBook {
            symbol,
            sequence: 0,
            orders: Vec::new(),
            seen: Vec::new(),
            tick: 0,
            last_price: Price::ZERO,
            market: Market::default(),
            exits: VecDeque::new(),
            arrivals: 0,
        }
    }

    /// Trade ids are left nil.
    pub fn run_batch(&mut self, commands: &[Command], now: Timestamp, events: &mut Vec<MatchingEvent>) {
        let before = self.sequence;
        self.advance(now, events);
        commands.iter().for_each(|command| self.run(command, now, events));
        if self.sequence != before {
            self.indicate(events);
        }
    }

    pub fn run(&mut self, command: &Command, now: Timestamp, events: &mut Vec<MatchingEvent>) {
        match command {
            Command::Place(order) => self.place(order, Quantity::ZERO, now, events),
            Command::Replace(replacement) => self.replace(replacement, now, events),
            Command::Cancel { order_id, user_id } => {
                if let Some(at) = self.own(*order_id, *user_id) {
                    self.remove(at, Code::CanceledByUser, events);
                }
            }
            Command::Amend(amend) => self.amend(amend, events),
            Command::Configure(settings) => {
                self.market.configure(settings.clone(), now);
                self.advance(now, events);
            }
        }
        self.follow_up(now, events);
    }

    fn own(&self, order_id: OrderId, user_id: UserId) -> Option<usize> {
        self.orders.iter().position(|o| o.party.order_id == order_id && o.party.user_id == user_id)
    }

    /// With so much less than it was sent for.
    fn place(
        &mut self,
        incoming: &Incoming,
        less_by: Quantity,
        now: Timestamp,
        events: &mut Vec<MatchingEvent>,
    ) {
        if self.seen.contains(&incoming.party().order_id) {
            return;
        }
        self.tick = common_divisor(self.tick, incoming.tick_size().micros());
        self.seen.push(incoming.party().order_id);
        let mut order = Order::of(incoming);
        if less_by >= order.quantity {
            return self.leave(order, false, Code::FilledBeforeReplaced, events);
        }
        if less_by.is_positive() {
            let left = less(order.quantity, less_by);
            (order.quantity, order.visible, order.whole) = (left, left, left);
            self.say_reduced(&order, less_by, Quantity::ZERO, left, Code::FilledBeforeReplaced, events);
        }
        let Some(special) = incoming.special() else { return self.come_in(order, incoming.terms(), events) };
        self.arrivals += 1;
        order.arrival = self.arrivals;
        if let Some(trigger) = order.trigger.as_mut().filter(|_| self.last_price.is_positive()) {
            *trigger = order::followed(order.side, *trigger, self.last_price);
        }
        self.place_exit(incoming, special, &mut order, events);
        if order
            .trigger
            .is_some_and(|t| self.last_price.is_positive() && order::is_met(order.side, &t, self.last_price))
        {
            return self.leave(order, false, Code::WouldTrigger, events);
        }
        if order.expires_at.is_some_and(|end| end <= now) {
            return self.leave(order, false, Code::Expired, events);
        }
        if order.waits == Waits::ForItsStop {
            self.arm(&order, events);
            return self.orders.push(order);
        }
        if special.reprice {
            self.reprice(&mut order, incoming.tick_size());
        }
        self.come_in(order, incoming.terms(), events);
    }

    fn replace(&mut self, replacement: &Replacement, now: Timestamp, events: &mut Vec<MatchingEvent>) {
        let (order, party) = (replacement.by(), replacement.by().party());
        if self.seen.contains(&party.order_id) {
            return;
        }
        let was = self.own(replacement.order_id, party.user_id);
        let Some(was) = was.filter(|was| self.orders[*was].side == order.side()) else {
            self.tick = common_divisor(self.tick, order.tick_size().micros());
            self.seen.push(party.order_id);
            return self.leave(Order::of(order), false, Code::ReplacedOrderGone, events);
        };
        let meanwhile = replacement.left.micros() - self.orders[was].quantity.micros();
        self.remove(was, Code::Replaced, events);
        name_successor(events, party.order_id);
        self.place(order, Quantity::from_micros(meanwhile.max(0)), now, events);
    }

    fn place_exit(
        &mut self,
        entry: &Incoming,
        special: &Special,
        order: &mut Order,
        events: &mut Vec<MatchingEvent>,
    ) {
        let Some(exit) = &special.exit else { return };
        if self.seen.contains(&exit.order_id) {
            order.exit = None;
            return;
        }
        self.seen.push(exit.order_id);
        self.arrivals += 1;
        let exit = Order { arrival: self.arrivals, ..Order::exit_of(entry, exit, special) };
        self.arm(&exit, events);
        self.orders.push(exit);
    }

    fn arm(&mut self, order: &Order, events: &mut Vec<MatchingEvent>) {
        let Order { party, side, quantity, .. } = *order;
        let (symbol, sequence) = (self.symbol, self.next_sequence());
        events.push(MatchingEvent::OrderArmed(OrderArmed { party, symbol, sequence, side, quantity }));
    }

    fn reprice(&self, order: &mut Order, tick: Price) {
        let Some(best) = self.counterpart(order).filter(|_| self.market.trades()) else { return };
        let (best, tick) = (self.orders[best].price.micros(), tick.micros());
        let price = match order.side {
            Side::Buy => (best - 1) / tick * tick,
            Side::Sell => (best / tick + 1) * tick,
        };
        if price > 0 {
            (order.price, order.repriced) = (Price::from_micros(price), true);
        }
    }

    fn amend(&mut self, amend: &Amend, events: &mut Vec<MatchingEvent>) {
        let Some(at) = self.own(amend.order_id, amend.user_id) else { return };
        self.tick = common_divisor(self.tick, amend.tick_size.micros());
        let order = self.orders[at].clone();
        let by = amend.quantity.micros() - amend.was_quantity.micros();
        let left = order.quantity.micros() + by;
        if let Some(reason) = self.forbids(&order, amend.price) {
            self.refuse_amendment(&order, reason, events);
        } else if left <= 0 {
            self.orders.remove(at);
            self.say_reduced(
                &order,
                order.quantity,
                order.visible,
                Quantity::ZERO,
                Code::AmendedByUser,
                events,
            );
            self.ended(&Order { whole: less(order.whole, order.quantity), ..order }, Quantity::ZERO);
        } else if by <= 0 && amend.price == order.price {
            self.reduce(at, Quantity::from_micros(-by), Code::AmendedByUser, events);
        } else {
            self.orders.remove(at);
            let (price, quantity) = (amend.price, Quantity::from_micros(left));
            let whole = Quantity::from_micros(order.whole.micros() + by);
            let was = Was { price: order.price, visible: order.visible };
            let (symbol, sequence) = (self.symbol, self.next_sequence());
            let Order { party, side, .. } = order;
            let was_quantity = order.quantity;
            let amended = OrderAmended { party, symbol, sequence, side, price, was_quantity, quantity, was };
            events.push(MatchingEvent::OrderAmended(amended));
            self.come_in(Order { price, quantity, visible: quantity, whole, ..order }, Terms::Rest, events);
        }
    }

    fn forbids(&self, order: &Order, price: Price) -> Option<Code> {
        if order.trigger.is_some() || order.exit.is_some() || order.entry.is_some() {
            return Some(Code::NotAmendable);
        }
        if !self.market.trades() || price == order.price {
            return None;
        }
        let amended = Order { price, ..order.clone() };
        if order.post_only && self.counterpart(&amended).is_some() {
            return Some(Code::WouldTrade);
        }
        self.edge(&amended).map(|_| Code::OutsidePriceBand)
    }

    /// Puts an order last at its price; of an iceberg only a part is seen.
    fn rest(&mut self, mut order: Order, events: &mut Vec<MatchingEvent>) {
        order.visible = order.display.map_or(order.quantity, |display| display.min(order.quantity));
        let Order { party, side, price, quantity, repriced, .. } = order;
        let (symbol, sequence) = (self.symbol, self.next_sequence());
        let visible = (order.visible != quantity).then_some(order.visible);
        let opened = OrderOpened { party, symbol, sequence, side, price, quantity, visible, repriced };
        events.push(MatchingEvent::OrderOpened(opened));
        order.repriced = false;
        order.waits = Waits::No;
        self.orders.push(order);
    }

    fn next_sequence(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }

    pub fn depth(&self) -> Depth {
        let levels = |side| {
            let mut levels = BTreeMap::<Price, Quantity>::new();
            for order in self.orders.iter().filter(|o| o.side == side && o.waits == Waits::No) {
                let total = levels.entry(order.price).or_default();
                *total = more(*total, order.visible);
            }
            levels
        };
        let bids = levels(Side::Buy).into_iter().rev().collect();
        let asks = levels(Side::Sell).into_iter().collect();
        let (phase, until) = (self.market.phase, self.market.until);
        let (reference_price, auction) = (self.market.reference(), self.indication());
        let standing = Some(Standing { phase, until, reference_price, auction });
        Depth { symbol: self.symbol, sequence: self.sequence, bids, asks, standing }
    }
}
