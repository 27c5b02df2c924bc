//! The obvious book: a list in the order of arrival, searched from end to end. Slow, and easily
//! seen to be right.

use crate::domain::{Command, Incoming, Terms};
use contracts::matching::{Depth, MatchingEvent, OrderFilled, OrderLeftBook, OrderOpened, Party};
use contracts::{Code, OrderId, Price, Quantity, Side, Symbol, TradeId};
use std::collections::BTreeMap;
use uuid::Uuid;

#[derive(Clone)]
struct Order {
    party: Party,
    side: Side,
    price: Price,
    quantity: Quantity,
}

pub struct NaiveBook {
    symbol: Symbol,
    sequence: u64,
    resting: Vec<Order>,
    seen: Vec<OrderId>,
}

impl NaiveBook {
    pub fn new(symbol: Symbol) -> Self {
        NaiveBook { symbol, sequence: 0, resting: Vec::new(), seen: Vec::new() }
    }

    /// Trade ids are left nil.
    pub fn run(&mut self, command: &Command, events: &mut Vec<MatchingEvent>) {
        match command {
            Command::Place(order) => self.place(order, events),
            Command::Cancel { order_id, user_id } => {
                let own = |o: &Order| o.party.order_id == *order_id && o.party.user_id == *user_id;
                if let Some(at) = self.resting.iter().position(own) {
                    let order = self.resting.remove(at);
                    self.leave(order, true, Code::CanceledByUser, events);
                }
            }
        }
    }

    fn place(&mut self, incoming: &Incoming, events: &mut Vec<MatchingEvent>) {
        if self.seen.contains(&incoming.party().order_id) {
            return;
        }
        self.seen.push(incoming.party().order_id);
        let (party, side, price) = (incoming.party(), incoming.side(), incoming.price());
        let mut rest = Order { party, side, price, quantity: incoming.quantity() };
        if incoming.terms() == Terms::PostOnly && self.counterpart(&rest).is_some() {
            return self.leave(rest, false, Code::WouldTrade, events);
        }
        if incoming.terms() == Terms::AllOrNothing && !self.fills(rest.clone()) {
            return self.leave(rest, false, Code::NotFillable, events);
        }
        while rest.quantity.is_positive() {
            let Some(at) = self.counterpart(&rest) else {
                match incoming.terms() {
                    Terms::Rest | Terms::PostOnly => self.open(rest, events),
                    Terms::Immediate | Terms::AllOrNothing => {
                        self.leave(rest, false, Code::NoLiquidity, events);
                    }
                }
                return;
            };
            let maker = self.resting[at].clone();
            if maker.party.user_id == party.user_id {
                return self.leave(rest, false, Code::SelfTrade, events);
            }
            let quantity = maker.quantity.min(rest.quantity);
            rest.quantity = rest.quantity.minus(quantity).unwrap();
            self.resting[at].quantity = maker.quantity.minus(quantity).unwrap();
            if self.resting[at].quantity.is_zero() {
                self.resting.remove(at);
            }
            self.sequence += 1;
            events.push(MatchingEvent::OrderFilled(OrderFilled {
                trade_id: TradeId(Uuid::nil()),
                symbol: self.symbol,
                sequence: self.sequence,
                price: maker.price,
                quantity,
                taker_side: side,
                maker: maker.party,
                taker: party,
            }));
        }
    }

    /// Tries it out on a copy.
    fn fills(&self, mut order: Order) -> bool {
        let mut copy =
            NaiveBook { resting: self.resting.clone(), seen: Vec::new(), sequence: 0, symbol: self.symbol };
        while order.quantity.is_positive() {
            let Some(at) = copy.counterpart(&order) else { return false };
            let maker = copy.resting.remove(at);
            if maker.party.user_id == order.party.user_id {
                return false;
            }
            order.quantity = order.quantity.minus(maker.quantity.min(order.quantity)).unwrap();
        }
        true
    }

    /// The cheapest seller or the highest bidder within the limit; of equals, the earliest.
    fn counterpart(&self, order: &Order) -> Option<usize> {
        let others = self.resting.iter().enumerate().filter(|(_, other)| other.side != order.side);
        match order.side {
            Side::Buy => others.filter(|(_, o)| o.price <= order.price).min_by_key(|(at, o)| (o.price, *at)),
            Side::Sell => others
                .filter(|(_, o)| o.price >= order.price)
                .min_by_key(|(at, o)| (std::cmp::Reverse(o.price), *at)),
        }
        .map(|(at, _)| at)
    }

    fn open(&mut self, order: Order, events: &mut Vec<MatchingEvent>) {
        self.sequence += 1;
        let Order { party, side, price, quantity } = order.clone();
        let (symbol, sequence) = (self.symbol, self.sequence);
        let opened = OrderOpened { party, symbol, sequence, side, price, quantity };
        events.push(MatchingEvent::OrderOpened(opened));
        self.resting.push(order);
    }

    fn leave(&mut self, order: Order, rested: bool, reason: Code, events: &mut Vec<MatchingEvent>) {
        self.sequence += 1;
        let Order { party, side, price, quantity } = order;
        let (symbol, sequence) = (self.symbol, self.sequence);
        let left = OrderLeftBook { party, symbol, sequence, side, price, quantity, rested, reason };
        events.push(MatchingEvent::OrderLeftBook(left));
    }

    pub fn depth(&self) -> Depth {
        let levels = |side| {
            let mut levels = BTreeMap::<Price, Quantity>::new();
            for order in self.resting.iter().filter(|order| order.side == side) {
                let total = levels.entry(order.price).or_default();
                *total = total.plus(order.quantity).unwrap();
            }
            levels
        };
        let bids = levels(Side::Buy).into_iter().rev().collect();
        let asks = levels(Side::Sell).into_iter().collect();
        Depth { symbol: self.symbol, sequence: self.sequence, bids, asks }
    }
}
