//! What of matching's events the public may see: no orders and no people. Reading only that is
//! also faster, because nothing is flattened.

use contracts::{Price, Quantity, Side, Symbol, TradeId};
use serde::Deserialize;

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BookEvent {
    OrderOpened(Opened),
    OrderFilled(Filled),
    OrderLeftBook(Left),
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Opened {
    pub symbol: Symbol,
    pub sequence: u64,
    pub side: Side,
    pub price: Price,
    pub quantity: Quantity,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Filled {
    pub trade_id: TradeId,
    pub symbol: Symbol,
    pub sequence: u64,
    pub price: Price,
    pub quantity: Quantity,
    pub taker_side: Side,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Left {
    pub symbol: Symbol,
    pub sequence: u64,
    pub side: Side,
    pub price: Price,
    pub quantity: Quantity,
    pub rested: bool,
}

impl BookEvent {
    pub fn symbol(&self) -> Symbol {
        match self {
            BookEvent::OrderOpened(event) => event.symbol,
            BookEvent::OrderFilled(event) => event.symbol,
            BookEvent::OrderLeftBook(event) => event.symbol,
        }
    }

    pub fn sequence(&self) -> u64 {
        match self {
            BookEvent::OrderOpened(event) => event.sequence,
            BookEvent::OrderFilled(event) => event.sequence,
            BookEvent::OrderLeftBook(event) => event.sequence,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::matching::{MatchingEvent, OrderFilled, OrderLeftBook, OrderOpened, Party};
    use contracts::{Code, OrderId, UserId};
    use uuid::Uuid;

    #[test]
    fn what_matching_says_is_read_as_what_the_public_may_see() {
        let id = Uuid::from_u128(7);
        let party = Party { order_id: OrderId(id), user_id: UserId(id), ordering: 0 };
        let (symbol, sequence) = ("ACME".parse().unwrap(), 3);
        let (side, price, quantity) = (Side::Buy, "10".parse().unwrap(), "2".parse().unwrap());
        let opened = OrderOpened { party, symbol, sequence, side, price, quantity };
        let filled = OrderFilled {
            trade_id: TradeId(id),
            symbol,
            sequence,
            price,
            quantity,
            taker_side: side,
            maker: party,
            taker: party,
        };
        let (rested, reason) = (true, Code::CanceledByUser);
        let left = OrderLeftBook { party, symbol, sequence, side, price, quantity, rested, reason };
        let said = serde_json::to_string(&[
            MatchingEvent::OrderOpened(opened),
            MatchingEvent::OrderFilled(filled),
            MatchingEvent::OrderLeftBook(left),
        ])
        .unwrap();
        let seen: Vec<BookEvent> = serde_json::from_str(&said).unwrap();
        assert_eq!(
            seen,
            [
                BookEvent::OrderOpened(Opened { symbol, sequence, side, price, quantity }),
                BookEvent::OrderFilled(Filled {
                    trade_id: TradeId(id),
                    symbol,
                    sequence,
                    price,
                    quantity,
                    taker_side: side
                }),
                BookEvent::OrderLeftBook(Left { symbol, sequence, side, price, quantity, rested }),
            ]
        );
    }
}
