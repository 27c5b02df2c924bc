//! What holds for every sequence of commands.

use super::{at, symbol, user_id};
use crate::domain::naive::NaiveBook;
use crate::domain::{Book, Command, Incoming, Record, Terms};
use contracts::matching::{MatchingEvent, Party};
use contracts::{OrderId, Price, Quantity, Side, TradeId};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

const CASES: u32 = 400;

/// Few users, prices and ids, so that orders meet, ids come twice, and cancels hit.
fn commands() -> impl Strategy<Value = Vec<Command>> {
    let side = prop_oneof![Just(Side::Buy), Just(Side::Sell)];
    let terms = prop_oneof![
        6 => Just(Terms::Rest),
        1 => Just(Terms::PostOnly),
        1 => Just(Terms::Immediate),
        1 => Just(Terms::AllOrNothing),
    ];
    // Ticks and lots as an instrument may have had them at different times.
    let units = prop_oneof![6 => Just((10_000, 1_000_000)), 1 => Just((15_000, 500_000)), 1 => Just((2_500, 300_000))];
    let place = (0..60_u64, 0..5_u64, side, terms, 1..12_i64, 1..20_i64, units).prop_map(
        |(id, user, side, terms, price, quantity, (tick, lot))| {
            let (tick, lot) = (Price::from_micros(tick), Quantity::from_micros(lot));
            // Prices around 0.60 whatever the tick.
            let base = 600_000 / tick.micros() - 6;
            let amounts = (
                Price::from_micros((base + price) * tick.micros()),
                Quantity::from_micros(quantity * lot.micros()),
            );
            let party =
                Party { order_id: super::order_id(id), user_id: user_id(user), ordering: user as u16 };
            Command::Place(Incoming::new(party, (side, terms), amounts, (tick, lot)).unwrap())
        },
    );
    let cancel = (0..60_u64, 0..5_u64).prop_map(|(id, user)| super::cancel(id, user));
    proptest::collection::vec(prop_oneof![3 => place, 1 => cancel], 1..120)
}

fn without_trade_ids(mut events: Vec<MatchingEvent>) -> Vec<MatchingEvent> {
    for event in &mut events {
        if let MatchingEvent::OrderFilled(filled) = event {
            filled.trade_id = TradeId(Uuid::nil());
        }
    }
    events
}

fn run(book: &mut Book, commands: &[Command]) -> Vec<MatchingEvent> {
    let mut events = Vec::new();
    for (n, command) in commands.iter().enumerate() {
        book.run(command, at(n as i64), &mut events);
    }
    events
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn the_book_does_what_the_obvious_book_does(commands in commands()) {
        let (mut book, mut naive) = (Book::new(symbol()), NaiveBook::new(symbol()));
        for command in &commands {
            let (mut events, mut expected) = (Vec::new(), Vec::new());
            book.run(command, at(0), &mut events);
            naive.run(command, &mut expected);
            prop_assert_eq!(without_trade_ids(events), expected);
            prop_assert_eq!(book.depth(), naive.depth());
            prop_assert!(!book.is_crossed());
        }
    }

    #[test]
    fn a_book_that_was_put_down_and_taken_up_again_is_the_same(commands in commands(), cut in any::<prop::sample::Index>()) {
        let cut = cut.index(commands.len());
        let mut whole = Book::new(symbol());
        let mut events = run(&mut whole, &commands[..cut]);
        let mut again = Book::from_bytes(&whole.to_bytes()).unwrap();
        prop_assert_eq!(again.to_bytes(), whole.to_bytes());
        events.clear();
        let later = run(&mut again, &commands[cut..]);
        prop_assert_eq!(later, run(&mut whole, &commands[cut..]));
        prop_assert_eq!(again.to_bytes(), whole.to_bytes());
    }

    #[test]
    fn sequences_have_no_gap_and_trade_ids_no_double(commands in commands()) {
        let events = run(&mut Book::new(symbol()), &commands);
        let mut trades = BTreeSet::new();
        for (n, event) in events.iter().enumerate() {
            prop_assert_eq!(event.sequence(), n as u64 + 1);
            if let MatchingEvent::OrderFilled(filled) = event {
                prop_assert!(trades.insert(filled.trade_id));
                prop_assert_ne!(filled.maker.user_id, filled.taker.user_id);
            }
        }
    }

    /// Every share that came in was filled, left, or rests; none twice.
    #[test]
    fn quantities_add_up(commands in commands()) {
        let mut book = Book::new(symbol());
        let events = run(&mut book, &commands);
        let mut open = BTreeMap::<OrderId, i64>::new();
        for command in &commands {
            if let Command::Place(order) = command {
                open.entry(order.party().order_id).or_insert(order.quantity().micros());
            }
        }
        let mut take = |id: OrderId, quantity: Quantity| *open.get_mut(&id).unwrap() -= quantity.micros();
        for event in &events {
            match event {
                MatchingEvent::OrderFilled(filled) => {
                    take(filled.maker.order_id, filled.quantity);
                    take(filled.taker.order_id, filled.quantity);
                }
                MatchingEvent::OrderLeftBook(left) => take(left.party.order_id, left.quantity),
                MatchingEvent::OrderOpened(_) => {}
            }
        }
        for order in book.resting() {
            take(order.party.order_id, order.quantity);
        }
        prop_assert!(open.values().all(|left| *left == 0), "{:?}", open);
    }

    #[test]
    fn a_record_comes_back_as_it_was(commands in commands()) {
        let other = "OTHER".parse().unwrap();
        let record = Record { at: at(5), commands: vec![(symbol(), commands.clone()), (other, commands)] };
        prop_assert_eq!(Record::from_bytes(&record.to_bytes()).unwrap(), record);
    }
}
