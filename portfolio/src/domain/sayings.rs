//! The words of a book, about one order.

use super::Hold;
use super::world::order;
use contracts::matching::{
    AmendmentRefused, Auction, MatchingEvent, OrderAmended, OrderFilled, OrderLeftBook, OrderOpened,
    OrderReduced, Party, Was,
};
use contracts::{Code, Price, Quantity, Side, Symbol, TradeId, UserId};

/// Whom and what the words are about.
#[derive(Clone, Copy, Debug)]
pub struct About {
    pub party: Party,
    pub symbol: Symbol,
    pub side: Side,
    pub price: Price,
}

impl About {
    pub fn of(n: u128, hold: &Hold) -> Self {
        let Hold { user_id, symbol, side, price, .. } = *hold;
        About::order(n, user_id, symbol, side, price)
    }

    pub fn order(n: u128, user_id: UserId, symbol: Symbol, side: Side, price: Price) -> Self {
        About { party: Party { order_id: order(n), user_id, ordering: 0 }, symbol, side, price }
    }

    pub fn meets(&self, maker: &About, trade_id: TradeId, quantity: Quantity, price: Price) -> OrderFilled {
        OrderFilled {
            trade_id,
            symbol: self.symbol,
            sequence: 0,
            price,
            quantity,
            taker_side: self.side,
            maker: maker.party,
            taker: self.party,
            auction: None,
        }
    }

    pub fn leaves(&self, quantity: Quantity) -> MatchingEvent {
        let About { party, symbol, side, price } = *self;
        let (sequence, rested, visible, reason) = (0, true, None, Code::CanceledByUser);
        MatchingEvent::OrderLeftBook(OrderLeftBook {
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
        })
    }

    /// For another order.
    pub fn yields(&self, quantity: Quantity, to: u128) -> MatchingEvent {
        let mut left = self.leaves(quantity);
        if let MatchingEvent::OrderLeftBook(left) = &mut left {
            (left.reason, left.replaced_by) = (Code::Replaced, Some(order(to)));
        }
        left
    }

    /// `quantity` is left of it.
    pub fn shrinks(&self, by: Quantity, quantity: Quantity, reason: Code) -> MatchingEvent {
        let About { party, symbol, side, price } = *self;
        let (sequence, visible_by) = (0, by);
        let reduced = OrderReduced { party, symbol, sequence, side, price, by, quantity, visible_by, reason };
        MatchingEvent::OrderReduced(reduced)
    }

    /// Of what was left, so much is left at a new price.
    pub fn becomes(&self, was_quantity: Quantity, quantity: Quantity, price: Price) -> MatchingEvent {
        let About { party, symbol, side, .. } = *self;
        let (sequence, was) = (0, Was::default());
        let amended = OrderAmended { party, symbol, sequence, side, price, was_quantity, quantity, was };
        MatchingEvent::OrderAmended(amended)
    }

    pub fn stays(&self) -> MatchingEvent {
        let About { party, symbol, .. } = *self;
        let reason = Code::WouldTrade;
        MatchingEvent::AmendmentRefused(AmendmentRefused { party, symbol, sequence: 0, reason })
    }

    pub fn rests_at(&self, price: Price, quantity: Quantity) -> MatchingEvent {
        let About { party, symbol, side, .. } = *self;
        let (sequence, visible, repriced) = (0, None, true);
        let opened = OrderOpened { party, symbol, sequence, side, price, quantity, visible, repriced };
        MatchingEvent::OrderOpened(opened)
    }
}

/// The same trade, brought about by an auction.
pub fn in_an_auction(fill: OrderFilled) -> OrderFilled {
    OrderFilled { auction: Some(Auction { bid: fill.price, ask: fill.price }), ..fill }
}
