//! How an order comes in, trades, shrinks and leaves.

use super::NaiveBook;
use super::order::{Order, Waits, less, more};
use crate::domain::Terms;
use contracts::matching::{
    AmendmentRefused, Auction, MatchingEvent, OrderFilled, OrderLeftBook, OrderReduced, OrderRefreshed,
};
use contracts::{Code, Price, Quantity, SelfTradePrevention, Side, TradeId};
use uuid::Uuid;

impl NaiveBook {
    pub(super) fn come_in(&mut self, mut order: Order, terms: Terms, events: &mut Vec<MatchingEvent>) {
        let waits = matches!(terms, Terms::Rest | Terms::PostOnly);
        if !self.market.trades() {
            return if waits {
                self.rest(order, events)
            } else {
                self.leave(order, false, Code::NotTrading, events)
            };
        }
        if let Some(edge) = self.edge(&order) {
            if waits {
                return self.leave(order, false, Code::OutsidePriceBand, events);
            }
            order.price = edge;
        }
        if terms == Terms::PostOnly && self.counterpart(&order).is_some() {
            return self.leave(order, false, Code::WouldTrade, events);
        }
        if terms == Terms::AllOrNothing && !self.fills(order.clone()) {
            return self.leave(order, false, Code::NotFillable, events);
        }
        while order.quantity.is_positive() {
            let Some(at) = self.counterpart(&order) else {
                return if waits {
                    self.rest(order, events)
                } else {
                    self.leave(order, false, Code::NoLiquidity, events)
                };
            };
            if self.orders[at].party.user_id != order.party.user_id {
                self.fill(at, &mut order, events);
            } else if !self.prevent(at, &mut order, events) {
                return self.leave(order, false, Code::SelfTrade, events);
            }
        }
        self.ended(&order, Quantity::ZERO);
    }

    fn fill(&mut self, at: usize, taker: &mut Order, events: &mut Vec<MatchingEvent>) {
        let maker = self.orders[at].clone();
        let quantity = maker.visible.min(taker.quantity);
        self.say_filled(&maker, taker, taker.side, maker.price, quantity, None, events);
        taker.quantity = less(taker.quantity, quantity);
        self.fill_resting(at, quantity, events);
    }

    pub(super) fn fill_resting(&mut self, at: usize, quantity: Quantity, events: &mut Vec<MatchingEvent>) {
        let order = &mut self.orders[at];
        (order.visible, order.quantity) = (less(order.visible, quantity), less(order.quantity, quantity));
        if order.visible.is_positive() {
            return;
        }
        let mut order = self.orders.remove(at);
        if order.quantity.is_zero() {
            return self.ended(&order, Quantity::ZERO);
        }
        order.visible = order.display.expect("an iceberg").min(order.quantity);
        let (symbol, sequence) = (self.symbol, self.next_sequence());
        let Order { party, side, price, visible, .. } = order;
        events.push(MatchingEvent::OrderRefreshed(OrderRefreshed {
            party,
            symbol,
            sequence,
            side,
            price,
            visible,
        }));
        self.orders.push(order);
    }

    /// Whether the incoming order goes on.
    fn prevent(&mut self, at: usize, order: &mut Order, events: &mut Vec<MatchingEvent>) -> bool {
        match order.prevention {
            SelfTradePrevention::CancelNewest => false,
            SelfTradePrevention::CancelOldest => {
                self.remove(at, Code::SelfTrade, events);
                true
            }
            SelfTradePrevention::CancelBoth => {
                self.remove(at, Code::SelfTrade, events);
                false
            }
            SelfTradePrevention::Decrement => {
                let resting = self.orders[at].quantity;
                if order.quantity < resting {
                    self.reduce(at, order.quantity, Code::SelfTrade, events);
                    return false;
                }
                self.remove(at, Code::SelfTrade, events);
                if order.quantity == resting {
                    return false;
                }
                order.quantity = less(order.quantity, resting);
                order.whole = less(order.whole, resting);
                self.say_reduced(order, resting, Quantity::ZERO, order.quantity, Code::SelfTrade, events);
                true
            }
        }
    }

    /// Tries it out on a copy.
    fn fills(&self, mut order: Order) -> bool {
        let mut others: Vec<Order> = self.orders.clone();
        while order.quantity.is_positive() {
            let Some(at) = best(&others, &order) else { return false };
            let maker = others.remove(at);
            if maker.party.user_id != order.party.user_id {
                order.quantity = less(order.quantity, maker.quantity.min(order.quantity));
            } else if order.prevention != SelfTradePrevention::CancelOldest {
                return false;
            }
        }
        true
    }

    pub(super) fn counterpart(&self, order: &Order) -> Option<usize> {
        best(&self.orders, order)
    }

    /// An order that rests or waits leaves.
    pub(super) fn remove(&mut self, at: usize, reason: Code, events: &mut Vec<MatchingEvent>) {
        let order = self.orders.remove(at);
        let rested = order.waits == Waits::No;
        self.leave(order, rested, reason, events);
    }

    pub(super) fn leave(
        &mut self,
        order: Order,
        rested: bool,
        reason: Code,
        events: &mut Vec<MatchingEvent>,
    ) {
        let Order { party, side, price, quantity, .. } = order;
        let (symbol, sequence) = (self.symbol, self.next_sequence());
        let visible = (rested && order.visible != quantity).then_some(order.visible);
        let left = OrderLeftBook {
            party,
            symbol,
            sequence,
            side,
            price,
            quantity,
            rested,
            visible,
            reason,
            replaced_by: None,
        };
        events.push(MatchingEvent::OrderLeftBook(left));
        self.ended(&order, quantity);
    }

    /// Its exit may come in; its entry has none any more.
    pub(super) fn ended(&mut self, order: &Order, left: Quantity) {
        if let Some(exit) = order.exit {
            self.exits.push_back((exit, less(order.whole, left)));
        }
        for entry in self.orders.iter_mut().filter(|o| Some(o.party.order_id) == order.entry) {
            entry.exit = None;
        }
    }

    /// By less than all of it; first by what nobody sees.
    pub(super) fn reduce(&mut self, at: usize, by: Quantity, reason: Code, events: &mut Vec<MatchingEvent>) {
        let order = &mut self.orders[at];
        let hidden = less(order.quantity, order.visible).min(by);
        let seen = less(by, hidden);
        (order.quantity, order.visible) = (less(order.quantity, by), less(order.visible, seen));
        order.whole = less(order.whole, by);
        let order = order.clone();
        self.say_reduced(&order, by, seen, order.quantity, reason, events);
    }

    pub(super) fn say_reduced(
        &mut self,
        order: &Order,
        by: Quantity,
        visible_by: Quantity,
        quantity: Quantity,
        reason: Code,
        events: &mut Vec<MatchingEvent>,
    ) {
        let Order { party, side, price, .. } = *order;
        let (symbol, sequence) = (self.symbol, self.next_sequence());
        let reduced = OrderReduced { party, symbol, sequence, side, price, by, quantity, visible_by, reason };
        events.push(MatchingEvent::OrderReduced(reduced));
    }

    pub(super) fn refuse_amendment(&mut self, order: &Order, reason: Code, events: &mut Vec<MatchingEvent>) {
        let (party, symbol, sequence) = (order.party, self.symbol, self.next_sequence());
        events.push(MatchingEvent::AmendmentRefused(AmendmentRefused { party, symbol, sequence, reason }));
    }

    #[expect(clippy::too_many_arguments, reason = "all that a trade consists of")]
    pub(super) fn say_filled(
        &mut self,
        maker: &Order,
        taker: &Order,
        taker_side: Side,
        price: Price,
        quantity: Quantity,
        auction: Option<Auction>,
        events: &mut Vec<MatchingEvent>,
    ) {
        let (symbol, sequence) = (self.symbol, self.next_sequence());
        self.last_price = price;
        events.push(MatchingEvent::OrderFilled(OrderFilled {
            trade_id: TradeId(Uuid::nil()),
            symbol,
            sequence,
            price,
            quantity,
            taker_side,
            maker: maker.party,
            taker: taker.party,
            auction,
        }));
    }

    /// All that rests on a side at a price that agrees.
    pub(super) fn total(&self, side: Side, agrees: impl Fn(Price) -> bool) -> i128 {
        let orders = self.orders.iter().filter(|o| o.side == side && o.waits == Waits::No);
        orders
            .filter(|o| agrees(o.price))
            .map(|o| i128::from(more(o.quantity, Quantity::ZERO).micros()))
            .sum()
    }
}

/// The cheapest seller or the highest bidder within the limit; of equals, the earliest.
pub fn best(orders: &[Order], order: &Order) -> Option<usize> {
    let others = orders.iter().enumerate().filter(|(_, o)| o.side != order.side && o.waits == Waits::No);
    match order.side {
        Side::Buy => others.filter(|(_, o)| o.price <= order.price).min_by_key(|(at, o)| (o.price, *at)),
        Side::Sell => others
            .filter(|(_, o)| o.price >= order.price)
            .min_by_key(|(at, o)| (std::cmp::Reverse(o.price), *at)),
    }
    .map(|(at, _)| at)
}
