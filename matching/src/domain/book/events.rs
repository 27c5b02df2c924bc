//! What a book says: each event takes the next sequence.

use super::slab::Slot;
use super::{Book, trade_id};
use crate::domain::command::Incoming;
use contracts::matching::{MatchingEvent, OrderFilled, OrderLeftBook, OrderOpened};
use contracts::{Code, Price, Quantity, Timestamp};

impl Book {
    fn next_sequence(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }

    pub(super) fn price(&self, ticks: i64) -> Price {
        Price::from_micros(ticks * self.tick)
    }

    pub(super) fn quantity(&self, lots: i64) -> Quantity {
        Quantity::from_micros(lots * self.lot)
    }

    pub(super) fn opened(&mut self, at: u32) -> MatchingEvent {
        let Slot { party, side, price, lots, .. } = self.orders[at];
        let sequence = self.next_sequence();
        let (price, quantity) = (self.price(price), self.quantity(lots));
        MatchingEvent::OrderOpened(OrderOpened {
            party,
            symbol: self.symbol,
            sequence,
            side,
            price,
            quantity,
        })
    }

    pub(super) fn filled(
        &mut self,
        taker: &Incoming,
        maker: &Slot,
        lots: i64,
        now: Timestamp,
    ) -> MatchingEvent {
        let sequence = self.next_sequence();
        MatchingEvent::OrderFilled(OrderFilled {
            trade_id: trade_id::trade_id(self.trade_seed, sequence, now),
            symbol: self.symbol,
            sequence,
            price: self.price(maker.price),
            quantity: self.quantity(lots),
            taker_side: taker.side(),
            maker: maker.party,
            taker: taker.party(),
        })
    }

    pub(super) fn left(&mut self, order: &Slot, rested: bool, reason: Code) -> MatchingEvent {
        let sequence = self.next_sequence();
        MatchingEvent::OrderLeftBook(OrderLeftBook {
            party: order.party,
            symbol: self.symbol,
            sequence,
            side: order.side,
            price: self.price(order.price),
            quantity: self.quantity(order.lots),
            rested,
            reason,
        })
    }
}
