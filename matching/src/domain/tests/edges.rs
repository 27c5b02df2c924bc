//! The edges: what cannot be built, what cannot be written, what is forgotten.

use super::{at, cancel, order, symbol};
use crate::domain::{Book, Command, Incoming, Terms};
use contracts::ordering::{OrderCommand, PlaceOrder};
use contracts::{OrderType, Price, Quantity, Side, TimeInForce};

#[test]
fn an_order_that_its_instrument_forbids_cannot_be_built() {
    let place = |price: i64, quantity: i64, tick: i64, lot: i64| {
        let order = order(1, 1, Side::Buy, Terms::Rest, (100, 1));
        Incoming::new(
            order.party(),
            (Side::Buy, Terms::Rest),
            (Price::from_micros(price), Quantity::from_micros(quantity)),
            (Price::from_micros(tick), Quantity::from_micros(lot)),
        )
    };
    assert!(place(20, 30, 10, 10).is_ok());
    for (price, quantity, tick, lot) in [
        (0, 30, 10, 10),
        (-20, 30, 10, 10),
        (25, 30, 10, 10),
        (20, 0, 10, 10),
        (20, -30, 10, 10),
        (20, 35, 10, 10),
    ] {
        assert!(place(price, quantity, tick, lot).is_err(), "{price} {quantity}");
    }
    for (tick, lot) in [(0, 10), (10, 0), (-10, 10), (10, -10)] {
        assert!(place(20, 30, tick, lot).is_err(), "{tick} {lot}");
    }
    let order = PlaceOrder {
        order_id: super::order_id(1),
        user_id: super::user_id(1),
        ordering: 0,
        symbol: symbol(),
        side: Side::Sell,
        order_type: OrderType::Limit,
        time_in_force: TimeInForce::Gtc,
        post_only: false,
        quantity: Quantity::ZERO,
        price: Price::from_micros(10),
        tick_size: Price::from_micros(10),
        lot_size: Quantity::from_micros(10),
        special: None,
    };
    let broken = Command::of(&OrderCommand::PlaceOrder(order)).unwrap_err();
    assert!(broken.contains("positive multiple of the lot size"), "{broken}");
}

#[test]
fn amounts_at_the_edge_of_what_can_be_written_do_not_overflow() {
    let huge = |id: u64, side| {
        let order = order(id, id, side, Terms::Rest, (100, 1));
        let amounts = (Price::MAX, Quantity::MAX);
        let units = (Price::from_micros(1), Quantity::from_micros(1));
        Command::Place(Incoming::new(order.party(), (side, Terms::Rest), amounts, units).unwrap())
    };
    let (mut book, mut events) = (Book::new(symbol()), Vec::new());
    for id in 1..=3 {
        book.run(&huge(id, Side::Sell), at(0), &mut events);
    }
    assert_eq!(book.depth().asks, [(Price::MAX, Quantity::MAX)]);
    book.run(&huge(4, Side::Buy), at(0), &mut events);
    book.run(&cancel(2, 2), at(0), &mut events);
    assert_eq!(book.depth().asks, [(Price::MAX, Quantity::MAX)]);
    assert_eq!(events.len(), 5);
}

#[test]
fn an_id_is_forgotten_only_after_many_others_have_finished() {
    let (mut book, mut events) = (Book::new(symbol()), Vec::new());
    let lives = |id| [Command::Place(order(id, 1, Side::Buy, Terms::Rest, (100, 1))), cancel(id, 1)];
    for id in 0..1024 {
        lives(id).iter().for_each(|command| book.run(command, at(0), &mut events));
    }
    events.clear();
    book.run(&lives(0)[0], at(0), &mut events);
    assert_eq!(events, [], "the oldest is still known");
    lives(1024).iter().for_each(|command| book.run(command, at(0), &mut events));
    book.run(&lives(0)[0], at(0), &mut events);
    assert_eq!(events.len(), 3, "now it is not: {events:?}");
}
