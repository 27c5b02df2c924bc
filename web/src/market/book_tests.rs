//! The depth against a naive oracle that keeps every resting order.

use super::super::events::{BookEvent, Filled, Left, Moved, Opened, Reduced, Refreshed, Unseen};
use super::*;
use contracts::matching::{Auction, Was};
use contracts::{Symbol, TradeId};
use proptest::prelude::*;

fn symbol() -> Symbol {
    "ACME".parse().unwrap()
}

fn price(whole: i64) -> Price {
    Price::from_micros(whole * 1_000_000)
}

fn quantity(whole: i64) -> Quantity {
    Quantity::from_micros(whole * 1_000_000)
}

fn opened(sequence: u64, side: Side, at: i64, much: i64) -> BookEvent {
    let (price, quantity) = (price(at), quantity(much));
    BookEvent::OrderOpened(Opened { symbol: symbol(), sequence, side, price, quantity, visible: None })
}

fn left(sequence: u64, side: Side, at: i64, much: i64, rested: bool) -> BookEvent {
    let (price, quantity) = (price(at), quantity(much));
    BookEvent::OrderLeftBook(Left {
        symbol: symbol(),
        sequence,
        side,
        price,
        quantity,
        rested,
        visible: None,
    })
}

fn filled(sequence: u64, taker_side: Side, at: i64, much: i64) -> BookEvent {
    let (price, quantity) = (price(at), quantity(much));
    let trade_id = TradeId(uuid::Uuid::from_u128(sequence.into()));
    BookEvent::OrderFilled(Filled {
        trade_id,
        symbol: symbol(),
        sequence,
        price,
        quantity,
        taker_side,
        auction: None,
    })
}

fn shown(book: &Book) -> String {
    let side = |levels: &[Level]| {
        levels.iter().map(|(price, quantity)| format!("{price}×{quantity}")).collect::<Vec<_>>().join(" ")
    };
    let best = book.best(10);
    format!("{} | {}", side(&best.bids), side(&best.asks))
}

#[test]
fn a_fill_takes_from_the_resting_side_and_only_what_rested_is_taken_on_leaving() {
    let mut book = Book::default();
    for event in [
        opened(1, Side::Sell, 11, 5),
        opened(2, Side::Sell, 10, 3),
        opened(3, Side::Buy, 9, 4),
        filled(4, Side::Buy, 10, 3),
        filled(5, Side::Sell, 9, 1),
        left(6, Side::Buy, 12, 7, false),
    ] {
        book.apply(&event).unwrap();
    }
    assert_eq!(shown(&book), "9×3 | 11×5");
    book.apply(&left(7, Side::Buy, 9, 3, true)).unwrap();
    assert_eq!(shown(&book), " | 11×5");
}

#[test]
fn an_auction_s_depth_may_cross_and_its_trades_take_from_both_sides() {
    let mut book = Book::default();
    let trade = |sequence, bid: i64, ask: i64, much| match filled(sequence, Side::Buy, 10, much) {
        BookEvent::OrderFilled(e) => BookEvent::OrderFilled(Filled {
            auction: Some(Auction { bid: price(bid), ask: price(ask) }),
            ..e
        }),
        other => other,
    };
    for event in [opened(1, Side::Buy, 11, 5), opened(2, Side::Sell, 9, 3), opened(3, Side::Sell, 10, 4)] {
        book.apply(&event).unwrap();
    }
    assert_eq!(shown(&book), "11×5 | 9×3 10×4");
    book.apply(&trade(4, 11, 9, 3)).unwrap();
    book.apply(&trade(5, 11, 10, 2)).unwrap();
    assert_eq!(shown(&book), " | 10×2");
    assert!(book.apply(&trade(6, 11, 10, 1)).is_err(), "nobody bids at 11 any more");
}

#[test]
fn of_an_iceberg_and_of_an_order_that_moves_only_what_was_seen_comes_and_goes() {
    let mut book = Book::default();
    let (symbol, side, visible) = (symbol(), Side::Sell, quantity(2));
    let moved = |sequence, at, visible| Moved { symbol, sequence, side, was: Was { price: at, visible } };
    for event in [
        BookEvent::OrderOpened(Opened {
            symbol,
            sequence: 1,
            side,
            price: price(10),
            quantity: quantity(9),
            visible: Some(visible),
        }),
        filled(2, Side::Buy, 10, 2),
        BookEvent::OrderRefreshed(Refreshed { symbol, sequence: 3, side, price: price(10), visible }),
        BookEvent::OrderReduced(Reduced {
            symbol,
            sequence: 4,
            side,
            price: price(10),
            visible_by: quantity(1),
        }),
        BookEvent::OrderArmed(Unseen { symbol, sequence: 5 }),
        opened(6, Side::Sell, 11, 4),
        BookEvent::OrderTriggered(moved(7, price(11), quantity(4))),
        BookEvent::OrderTriggered(moved(8, Price::ZERO, Quantity::ZERO)),
    ] {
        book.apply(&event).unwrap();
    }
    assert_eq!(shown(&book), " | 10×1");
    book.apply(&BookEvent::OrderAmended(moved(9, price(10), quantity(1)))).unwrap();
    assert_eq!((shown(&book).as_str(), book.sequence()), (" | ", 9));
}

#[test]
fn what_is_known_changes_nothing_and_what_is_missing_is_told() {
    let mut book = Book::default();
    book.apply(&opened(1, Side::Buy, 9, 4)).unwrap();
    book.apply(&opened(1, Side::Buy, 9, 4)).unwrap();
    assert_eq!(shown(&book), "9×4 | ");
    let gap = book.apply(&opened(3, Side::Buy, 9, 4)).unwrap_err();
    assert_eq!(gap.to_string(), "expected event 2, heard 3");
    let more = book.apply(&filled(2, Side::Sell, 9, 5)).unwrap_err();
    assert_eq!(more.to_string(), "5 taken at 9, where 4 is left");
    assert_eq!((shown(&book).as_str(), book.sequence()), ("9×4 | ", 1));
}

/// A market's life in small numbers: `(action, side, price, quantity)`.
fn lives() -> impl Strategy<Value = Vec<(u8, bool, i64, i64)>> {
    proptest::collection::vec((0..3u8, any::<bool>(), 1..8i64, 1..5i64), 0..120)
}

proptest! {
    #[test]
    fn depth_is_the_sum_of_the_resting_orders(life in lives()) {
        let mut book = Book::default();
        let mut resting: Vec<(Side, i64, i64)> = Vec::new();
        let mut sequence = 0;
        for (action, buy, at, much) in life {
            let side = if buy { Side::Buy } else { Side::Sell };
            let at_hand = resting.iter().position(|(s, p, _)| (*s, *p) == (side, at));
            sequence += 1;
            let event = match (action, at_hand) {
                (1, Some(n)) => {
                    let taken = much.min(resting[n].2);
                    resting[n].2 -= taken;
                    filled(sequence, side.opposite(), at, taken)
                }
                (2, Some(n)) => left(sequence, side, at, resting.remove(n).2, true),
                _ => {
                    resting.push((side, at, much));
                    opened(sequence, side, at, much)
                }
            };
            book.apply(&event).unwrap();
        }
        for (side, levels) in [(Side::Buy, book.best(99).bids), (Side::Sell, book.best(99).asks)] {
            let mut naive: BTreeMap<i64, i64> = BTreeMap::new();
            for (_, at, much) in resting.iter().filter(|(s, ..)| *s == side) {
                *naive.entry(*at).or_default() += much;
            }
            let mut naive: Vec<Level> =
                naive.into_iter().filter(|(_, much)| *much > 0).map(|(at, much)| (price(at), quantity(much))).collect();
            if side == Side::Buy {
                naive.reverse();
            }
            prop_assert_eq!(levels, naive);
        }
    }

    #[test]
    fn old_levels_and_the_changes_give_the_new_levels(
        old in proptest::collection::btree_map(1..20i64, 1..5i64, 0..12),
        new in proptest::collection::btree_map(1..20i64, 1..5i64, 0..12),
    ) {
        let levels = |map: &BTreeMap<i64, i64>| {
            let asks: Vec<Level> = map.iter().map(|(at, much)| (price(*at), quantity(*much))).collect();
            Levels { bids: asks.iter().rev().copied().collect(), asks }
        };
        let (before, after) = (levels(&old), levels(&new));
        let changes = before.changes_to(&after);
        for (before, changes, after) in [
            (&before.bids, &changes.bids, &after.bids),
            (&before.asks, &changes.asks, &after.asks),
        ] {
            let mut known: BTreeMap<Price, Quantity> = before.iter().copied().collect();
            for (price, quantity) in changes {
                if quantity.is_zero() {
                    prop_assert!(known.remove(price).is_some());
                } else {
                    prop_assert_ne!(known.insert(*price, *quantity), Some(*quantity));
                }
            }
            prop_assert_eq!(known, after.iter().copied().collect());
        }
    }
}
