//! Held against serde_json, for every kind of event and the ends of every range.

use super::Words;
use crate::matching::*;
use crate::{Code, OrderId, Price, Quantity, Side, Symbol, TradeId, UserId};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use uuid::Uuid;

fn id() -> impl Strategy<Value = Uuid> {
    prop_oneof![Just(Uuid::nil()), Just(Uuid::max()), any::<u128>().prop_map(Uuid::from_u128)]
}

/// Also what no book says: amounts below nothing.
fn micros() -> impl Strategy<Value = i64> {
    let ends = select(vec![i64::MIN, i64::MAX, -1, 0, 1, 999_999, 1_000_000, -1_000_001, 100_000_000_000]);
    let usual = (0..1_000_000_i64, 0..7_u32).prop_map(|(n, places)| n * 10_i64.pow(places));
    prop_oneof![ends, usual, any::<i64>()]
}

fn price() -> impl Strategy<Value = Price> {
    micros().prop_map(Price::from_micros)
}

fn quantity() -> impl Strategy<Value = Quantity> {
    micros().prop_map(Quantity::from_micros)
}

fn symbol() -> impl Strategy<Value = Symbol> {
    "[A-Z0-9][A-Z0-9.-]{0,11}".prop_map(|text| text.parse().unwrap())
}

fn number() -> impl Strategy<Value = u64> {
    let ends = select(vec![0, 9, 10, 99, 100, 12_345, u64::MAX]);
    prop_oneof![ends, any::<u64>()]
}

fn side() -> impl Strategy<Value = Side> {
    select(Side::ALL)
}

fn party() -> impl Strategy<Value = Party> {
    let ordering = prop_oneof![Just(0), Just(u16::MAX), any::<u16>()];
    (id(), id(), ordering).prop_map(|(order_id, user_id, ordering)| Party {
        order_id: OrderId(order_id),
        user_id: UserId(user_id),
        ordering,
    })
}

fn was() -> impl Strategy<Value = Was> {
    (price(), quantity()).prop_map(|(price, visible)| Was { price, visible })
}

type Start = (Party, Symbol, u64, Side);

fn start() -> impl Strategy<Value = Start> {
    (party(), symbol(), number(), side())
}

fn opened() -> impl Strategy<Value = MatchingEvent> {
    (start(), price(), quantity(), option::of(quantity()), any::<bool>()).prop_map(
        |((party, symbol, sequence, side), price, quantity, visible, repriced)| {
            MatchingEvent::OrderOpened(OrderOpened {
                party,
                symbol,
                sequence,
                side,
                price,
                quantity,
                visible,
                repriced,
            })
        },
    )
}

fn filled() -> impl Strategy<Value = MatchingEvent> {
    let auction = option::of((price(), price()).prop_map(|(bid, ask)| Auction { bid, ask }));
    (start(), party(), id(), price(), quantity(), auction).prop_map(
        |((maker, symbol, sequence, taker_side), taker, trade_id, price, quantity, auction)| {
            MatchingEvent::OrderFilled(OrderFilled {
                trade_id: TradeId(trade_id),
                symbol,
                sequence,
                price,
                quantity,
                taker_side,
                maker,
                taker,
                auction,
            })
        },
    )
}

fn left() -> impl Strategy<Value = MatchingEvent> {
    let successor = option::weighted(0.2, id());
    (start(), price(), quantity(), any::<bool>(), option::of(quantity()), select(Code::ALL), successor)
        .prop_map(|((party, symbol, sequence, side), price, quantity, rested, visible, reason, successor)| {
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
                replaced_by: successor.map(OrderId),
            })
        })
}

/// Those that serde writes: only that they stand in their place is to be seen.
fn others() -> impl Strategy<Value = MatchingEvent> {
    let triggered = (start(), price(), price(), quantity(), was()).prop_map(
        |((party, symbol, sequence, side), stop_price, price, quantity, was)| {
            MatchingEvent::OrderTriggered(OrderTriggered {
                party,
                symbol,
                sequence,
                side,
                stop_price,
                price,
                quantity,
                was,
            })
        },
    );
    let refused = (start(), select(Code::ALL)).prop_map(|((party, symbol, sequence, _), reason)| {
        MatchingEvent::AmendmentRefused(AmendmentRefused { party, symbol, sequence, reason })
    });
    let changed = (start(), select(Phase::ALL), option::of(price())).prop_map(
        |((_, symbol, sequence, _), phase, reference_price)| {
            MatchingEvent::PhaseChanged(PhaseChanged {
                symbol,
                sequence,
                phase,
                until: None,
                reference_price,
            })
        },
    );
    prop_oneof![triggered, refused, changed]
}

proptest! {
    #[test]
    fn words_are_what_serde_would_write(
        events in proptest::collection::vec(prop_oneof![opened(), filled(), left(), others()], 0..8)
    ) {
        let words = Words::of(&events);
        let each: Vec<_> = words.each().map(|text| std::str::from_utf8(text).unwrap()).collect();
        let expected: Vec<_> = events.iter().map(|event| serde_json::to_string(event).unwrap()).collect();
        prop_assert_eq!(&each, &expected);
        prop_assert_eq!(std::str::from_utf8(words.list()).unwrap(), expected.join(","));
        prop_assert_eq!(words.count(), events.len());
    }
}
