//! What a book says: each event takes the next sequence.

use super::Book;
use super::engine::Fill;
use super::ids::Name;
use super::slab::{ICEBERG, REPRICED};
use contracts::matching::{
    MatchingEvent, OrderArmed, OrderFilled, OrderLeftBook, OrderOpened, OrderReduced, OrderRefreshed,
    OrderTriggered, Party, Was,
};
use contracts::ordering::Trigger;
use contracts::{Code, Price, Quantity, Side, Symbol, TradeId};

impl Book {
    #[inline]
    pub(super) fn next_sequence(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }

    #[inline]
    pub(super) fn opened(&mut self, at: u32) -> MatchingEvent {
        let repriced = self.engine.has(at, REPRICED);
        if repriced {
            self.engine.set(at, REPRICED, false);
        }
        let visible = self.engine.has(at, ICEBERG).then(|| self.quantity(self.engine.lots(at)));
        MatchingEvent::OrderOpened(OrderOpened {
            party: self.party(at),
            symbol: self.symbol,
            sequence: self.next_sequence(),
            side: self.engine.side(at),
            price: self.price(self.engine.price(at)),
            quantity: self.quantity(self.all_lots(at)),
            visible,
            repriced,
        })
    }

    /// `visible` is what others saw of an order that rested.
    #[inline]
    pub(super) fn left(&mut self, at: u32, lots: i64, visible: Option<i64>, reason: Code) -> MatchingEvent {
        MatchingEvent::OrderLeftBook(OrderLeftBook {
            party: self.party(at),
            symbol: self.symbol,
            sequence: self.next_sequence(),
            side: self.engine.side(at),
            price: self.price(self.engine.price(at)),
            quantity: self.quantity(lots),
            rested: visible.is_some(),
            visible: visible.filter(|visible| *visible != lots).map(|visible| self.quantity(visible)),
            reason,
            replaced_by: None,
        })
    }

    pub(super) fn armed(&mut self, at: u32) -> MatchingEvent {
        MatchingEvent::OrderArmed(OrderArmed {
            party: self.party(at),
            symbol: self.symbol,
            sequence: self.next_sequence(),
            side: self.engine.side(at),
            quantity: self.quantity(self.engine.lots(at)),
        })
    }

    pub(super) fn triggered(&mut self, at: u32, trigger: &Trigger, was: Was) -> MatchingEvent {
        MatchingEvent::OrderTriggered(OrderTriggered {
            party: self.party(at),
            symbol: self.symbol,
            sequence: self.next_sequence(),
            side: self.engine.side(at),
            stop_price: trigger.stop_price,
            price: trigger.price,
            quantity: self.quantity(self.engine.lots(at)),
            was,
        })
    }

    /// After it was reduced.
    pub(super) fn reduced(&mut self, at: u32, by: i64, visible_by: i64, reason: Code) -> MatchingEvent {
        MatchingEvent::OrderReduced(OrderReduced {
            party: self.party(at),
            symbol: self.symbol,
            sequence: self.next_sequence(),
            side: self.engine.side(at),
            price: self.price(self.engine.price(at)),
            by: self.quantity(by),
            quantity: self.quantity(self.all_lots(at)),
            visible_by: self.quantity(visible_by),
            reason,
        })
    }

    pub(super) fn refreshed(&mut self, at: u32) -> MatchingEvent {
        MatchingEvent::OrderRefreshed(OrderRefreshed {
            party: self.party(at),
            symbol: self.symbol,
            sequence: self.next_sequence(),
            side: self.engine.side(at),
            price: self.price(self.engine.price(at)),
            visible: self.quantity(self.engine.lots(at)),
        })
    }
}

/// A trade of a book that counts in these units.
#[expect(clippy::too_many_arguments, reason = "all that a trade consists of")]
#[inline]
pub(super) fn filled(
    trade_id: TradeId,
    symbol: Symbol,
    sequence: u64,
    (tick, lot): (i64, i64),
    fill: &Fill<Name>,
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
        auction: None,
    })
}
