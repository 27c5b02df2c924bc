//! Every event of matching's, as the gateway reads it: the same depth, and nobody's name.

use super::*;
use contracts::matching::{
    AmendmentRefused, MatchingEvent, OrderAmended, OrderArmed, OrderFilled, OrderLeftBook, OrderOpened,
    OrderReduced, OrderRefreshed, OrderTriggered, Party, Phase,
};
use contracts::{Code, OrderId, UserId};
use uuid::Uuid;

const SECRET: Uuid = Uuid::from_u128(0xfeed_face_cafe_f00d);

fn at(whole: i64) -> Price {
    Price::from_micros(whole * 1_000_000)
}

fn much(whole: i64) -> Quantity {
    Quantity::from_micros(whole * 1_000_000)
}

/// One of each, the first with what may be left out, the second without.
fn each_twice() -> Vec<MatchingEvent> {
    [true, false].into_iter().flat_map(each).collect()
}

fn each(full: bool) -> Vec<MatchingEvent> {
    let party = Party { order_id: OrderId(SECRET), user_id: UserId(SECRET), ordering: 61_234 };
    let (symbol, sequence, side) = ("ACME".parse().unwrap(), 3, Side::Sell);
    let (price, quantity, visible) = (at(10), much(5), full.then_some(much(2)));
    let was = if full { Was { price, visible: quantity } } else { Was::default() };
    let stop_price = price;
    vec![
        MatchingEvent::OrderOpened(OrderOpened {
            party,
            symbol,
            sequence,
            side,
            price,
            quantity,
            visible,
            repriced: full,
        }),
        MatchingEvent::OrderFilled(OrderFilled {
            trade_id: TradeId(Uuid::from_u128(7)),
            symbol,
            sequence,
            price,
            quantity,
            taker_side: side,
            maker: party,
            taker: party,
            auction: full.then_some(Auction { bid: at(11), ask: at(9) }),
        }),
        MatchingEvent::OrderLeftBook(OrderLeftBook {
            party,
            symbol,
            sequence,
            side,
            price,
            quantity,
            rested: full,
            visible,
            reason: Code::Expired,
            replaced_by: None,
        }),
        MatchingEvent::OrderLeftBook(OrderLeftBook {
            party,
            symbol,
            sequence,
            side,
            price,
            quantity,
            rested: true,
            visible: None,
            reason: Code::CanceledByUser,
            replaced_by: full.then_some(OrderId(SECRET)),
        }),
        MatchingEvent::OrderArmed(OrderArmed { party, symbol, sequence, side, quantity }),
        MatchingEvent::OrderTriggered(OrderTriggered {
            party,
            symbol,
            sequence,
            side,
            stop_price,
            price,
            quantity,
            was,
        }),
        MatchingEvent::OrderReduced(OrderReduced {
            party,
            symbol,
            sequence,
            side,
            price,
            by: quantity,
            quantity,
            visible_by: visible.unwrap_or_default(),
            reason: Code::SelfTrade,
        }),
        MatchingEvent::OrderAmended(OrderAmended {
            party,
            symbol,
            sequence,
            side,
            price,
            was_quantity: quantity,
            quantity,
            was,
        }),
        MatchingEvent::OrderRefreshed(OrderRefreshed {
            party,
            symbol,
            sequence,
            side,
            price,
            visible: quantity,
        }),
        MatchingEvent::AmendmentRefused(AmendmentRefused {
            party,
            symbol,
            sequence,
            reason: Code::WouldTrade,
        }),
        MatchingEvent::PhaseChanged(PhaseChanged {
            symbol,
            sequence,
            phase: Phase::Auction,
            until: full.then_some(chrono::DateTime::UNIX_EPOCH),
            reference_price: full.then_some(price),
        }),
        MatchingEvent::AuctionIndicated(AuctionIndicated {
            symbol,
            sequence,
            price: full.then_some(price),
            quantity,
            imbalance: quantity,
            imbalance_side: full.then_some(side),
        }),
    ]
}

/// Does not compile when an event comes that `each` lacks.
fn is_among_each(event: &MatchingEvent) -> bool {
    match event {
        MatchingEvent::OrderOpened(_)
        | MatchingEvent::OrderFilled(_)
        | MatchingEvent::OrderLeftBook(_)
        | MatchingEvent::OrderArmed(_)
        | MatchingEvent::OrderTriggered(_)
        | MatchingEvent::OrderReduced(_)
        | MatchingEvent::OrderAmended(_)
        | MatchingEvent::OrderRefreshed(_)
        | MatchingEvent::AmendmentRefused(_)
        | MatchingEvent::PhaseChanged(_)
        | MatchingEvent::AuctionIndicated(_) => true,
    }
}

#[test]
fn what_matching_says_changes_the_same_depth_and_names_nobody() {
    let events = each_twice();
    assert!(events.iter().all(is_among_each));
    let said = serde_json::to_string(&events).unwrap();
    let seen: Vec<BookEvent> = serde_json::from_str(&said).unwrap();
    for (said, seen) in events.iter().zip(&seen) {
        assert_eq!((said.symbol(), said.sequence()), (seen.symbol(), seen.sequence()), "{said:?}");
        let changes: Vec<DepthChange> = said.depth_changes().collect();
        assert_eq!(changes, seen.depth_changes().collect::<Vec<_>>(), "{said:?}");
    }
    let shown = format!("{seen:?}");
    assert!(said.contains(&SECRET.to_string()) && said.contains("61234"));
    assert!(!shown.contains(&SECRET.to_string()) && !shown.contains("61234"), "{shown}");
}
