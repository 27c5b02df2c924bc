//! What a book says: each event takes the next sequence.

use super::Book;
use super::engine::Fill;
use contracts::matching::{MatchingEvent, OrderFilled, OrderLeftBook, OrderOpened, Party};
use contracts::{Code, Price, Quantity, Side, Symbol, TradeId};

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
        MatchingEvent::OrderOpened(OrderOpened {
            party: self.parties[at as usize],
            symbol: self.symbol,
            sequence: self.next_sequence(),
            side: self.engine.side(at),
            price: self.price(self.engine.price(at)),
            quantity: self.quantity(self.engine.lots(at)),
        })
    }

    pub(super) fn left(&mut self, at: u32, lots: i64, rested: bool, reason: Code) -> MatchingEvent {
        MatchingEvent::OrderLeftBook(OrderLeftBook {
            party: self.parties[at as usize],
            symbol: self.symbol,
            sequence: self.next_sequence(),
            side: self.engine.side(at),
            price: self.price(self.engine.price(at)),
            quantity: self.quantity(lots),
            rested,
            reason,
        })
    }
}

/// A trade of a book that counts in these units.
#[expect(clippy::too_many_arguments, reason = "all that a trade consists of")]
pub(super) fn filled(
    trade_id: TradeId,
    symbol: Symbol,
    sequence: u64,
    (tick, lot): (i64, i64),
    fill: &Fill,
    taker_side: Side,
    maker: Party,
    taker: Party,
) -> MatchingEvent {
    MatchingEvent::OrderFilled(OrderFilled {
        trade_id,
        symbol,
        sequence,
        price: Price::from_micros(fill.price * tick),
        quantity: Quantity::from_micros(fill.lots * lot),
        taker_side,
        maker,
        taker,
    })
}
