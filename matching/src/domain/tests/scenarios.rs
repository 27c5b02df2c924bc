//! What books must do, each in the words of whoever once got it wrong.

use super::scenario::check;
use super::{at, cancel, order, symbol};
use crate::domain::{Book, Command, Incoming, Terms};
use contracts::ordering::{OrderCommand, PlaceOrder};
use contracts::{OrderType, Price, Quantity, Side, TimeInForce};
use expect_test::expect;

#[test]
fn the_earlier_order_at_a_price_trades_first() {
    check(
        "
        ann sells 100 @ 10.00
        bob sells 100 @ 10.00
        cat buys  150 @ 10.00
        ",
        expect![[r#"
            trade 100 @ 10  ann → cat
            trade 50 @ 10  bob → cat
            ask 10 × 50 (bob)
        "#]],
    );
}

#[test]
fn the_cheapest_seller_trades_first() {
    check(
        "
        ann sells 100 @ 10.02
        bob sells 100 @ 10.00
        cid sells 100 @ 10.01
        dan buys  250 @ 10.02
        ",
        expect![[r#"
            trade 100 @ 10  bob → dan
            trade 100 @ 10.01  cid → dan
            trade 50 @ 10.02  ann → dan
            ask 10.02 × 50 (ann)
        "#]],
    );
}

#[test]
fn the_highest_bidder_trades_first_at_his_own_price() {
    check(
        "
        ann buys  100 @ 9.98
        bob buys  100 @ 10.00
        cid buys  100 @ 9.99
        dan sells 150 @ 9.50
        ",
        expect![[r#"
            trade 100 @ 10  dan → bob
            trade 50 @ 9.99  dan → cid
            bid 9.99 × 50 (cid)
            bid 9.98 × 100 (ann)
        "#]],
    );
}

#[test]
fn equal_prices_match() {
    check(
        "
        ann buys  5 @ 10.00
        bob sells 5 @ 10.00
        ",
        expect![[r#"
            trade 5 @ 10  bob → ann
        "#]],
    );
}

#[test]
fn a_buy_may_empty_the_ask_side_and_its_rest_rests() {
    check(
        "
        ann sells 10 @ 10.00
        bob buys  30 @ 10.00
        cid sells 5  @ 10.00
        ",
        expect![[r#"
            trade 10 @ 10  ann → bob
            trade 5 @ 10  cid → bob
            bid 10 × 15 (bob)
        "#]],
    );
}

#[test]
fn selling_ten_of_a_hundred_leaves_ninety() {
    check(
        "
        ann sells 100 @ 10.00
        bob buys  10  @ 10.00
        cid buys  10  @ 10.00
        ",
        expect![[r#"
            trade 10 @ 10  ann → bob
            trade 10 @ 10  ann → cid
            ask 10 × 80 (ann)
        "#]],
    );
}

#[test]
fn a_partial_fill_keeps_its_place() {
    check(
        "
        ann sells 100 @ 10.00
        bob sells 100 @ 10.00
        cat buys  40  @ 10.00
        dan sells 100 @ 10.00
        eve buys  100 @ 10.00
        ",
        expect![[r#"
            trade 40 @ 10  ann → cat
            trade 60 @ 10  ann → eve
            trade 40 @ 10  bob → eve
            ask 10 × 100 (dan)
            ask 10 × 60 (bob)
        "#]],
    );
}

#[test]
fn a_cancel_takes_only_its_order_out_of_the_queue() {
    check(
        "
        ann sells a: 10 @ 10.00
        bob sells b: 20 @ 10.00
        cid sells c: 30 @ 10.00
        bob cancels b
        cat buys 35 @ 10.00
        ",
        expect![[r#"
            bob left 20 @ 10: canceled_by_user
            trade 10 @ 10  ann → cat
            trade 25 @ 10  cid → cat
            ask 10 × 5 (cid)
        "#]],
    );
}

#[test]
fn a_cancel_of_a_part_filled_order_gives_back_only_the_rest() {
    check(
        "
        ann sells a: 100 @ 10.00
        bob buys 30 @ 10.00
        ann cancels a
        cat buys 10 @ 10.00
        ",
        expect![[r#"
            trade 30 @ 10  ann → bob
            ann left 70 @ 10: canceled_by_user
            bid 10 × 10 (cat)
        "#]],
    );
}

#[test]
fn a_cancel_that_comes_after_the_fill_changes_nothing() {
    check(
        "
        ann sells a: 10 @ 10.00
        bob buys 10 @ 10.00
        ann cancels a
        ann cancels a
        ann cancels never-seen
        ",
        expect![[r#"
            trade 10 @ 10  ann → bob
        "#]],
    );
}

#[test]
fn nobody_cancels_for_another() {
    check(
        "
        ann sells a: 10 @ 10.00
        bob cancels a
        ",
        expect![[r#"
            ask 10 × 10 (ann)
        "#]],
    );
}

#[test]
fn the_rest_of_an_order_that_would_meet_its_own_user_is_canceled() {
    check(
        "
        ann sells 10 @ 10.00
        bob sells 10 @ 10.01
        cid sells 10 @ 10.02
        bob buys  30 @ 10.05
        ",
        expect![[r#"
            trade 10 @ 10  ann → bob
            bob left 20 @ 10.05: self_trade, never rested
            ask 10.02 × 10 (cid)
            ask 10.01 × 10 (bob)
        "#]],
    );
}

#[test]
fn own_orders_out_of_reach_are_no_self_trade() {
    check(
        "
        ann sells 10 @ 10.01
        ann buys  10 @ 10.00
        bob sells 10 @ 10.01
        cid buys  5  @ 10.01
        ",
        expect![[r#"
            trade 5 @ 10.01  ann → cid
            ask 10.01 × 10 (bob)
            ask 10.01 × 5 (ann)
            bid 10 × 10 (ann)
        "#]],
    );
}

#[test]
fn a_market_order_takes_what_is_there_within_its_worst_price() {
    check(
        "
        ann sells 10 @ 10.00
        bob sells 10 @ 10.50
        cid sells 10 @ 11.50
        dan buys  40 at market worst 11.00
        ",
        expect![[r#"
            trade 10 @ 10  ann → dan
            trade 10 @ 10.5  bob → dan
            dan left 20 @ 11: no_liquidity, never rested
            ask 11.5 × 10 (cid)
        "#]],
    );
}

#[test]
fn immediate_or_cancel_trades_what_it_can_and_never_rests() {
    check(
        "
        ann sells 60 @ 10.00
        bob sells 60 @ 10.02
        cat buys 100 @ 10.01 ioc
        ",
        expect![[r#"
            trade 60 @ 10  ann → cat
            cat left 40 @ 10.01: no_liquidity, never rested
            ask 10.02 × 60 (bob)
        "#]],
    );
}

#[test]
fn fill_or_kill_trades_wholly_or_not_at_all() {
    check(
        "
        ann sells 60 @ 10.00
        bob sells 60 @ 10.01
        cat buys 121 @ 10.01 fok
        cat buys 61 @ 10.00 fok
        cat buys 100 @ 10.01 fok
        ",
        expect![[r#"
            cat left 121 @ 10.01: not_fillable, never rested
            cat left 61 @ 10: not_fillable, never rested
            trade 60 @ 10  ann → cat
            trade 40 @ 10.01  bob → cat
            ask 10.01 × 20 (bob)
        "#]],
    );
}

#[test]
fn fill_or_kill_that_would_meet_its_own_user_is_killed_whole() {
    check(
        "
        ann sells 60 @ 10.00
        cat sells 60 @ 10.01
        cat buys 100 @ 10.01 fok
        cat buys 60 @ 10.01 fok
        ",
        expect![[r#"
            cat left 100 @ 10.01: not_fillable, never rested
            trade 60 @ 10  ann → cat
            ask 10.01 × 60 (cat)
        "#]],
    );
}

#[test]
fn post_only_rests_or_is_canceled_and_never_takes() {
    check(
        "
        ann sells 60 @ 10.00
        bob buys 10 @ 10.00 post-only
        bob buys 10 @ 9.99 post-only
        cat sells 10 @ 9.99 post-only
        ",
        expect![[r#"
            bob left 10 @ 10: would_trade, never rested
            cat left 10 @ 9.99: would_trade, never rested
            ask 10 × 60 (ann)
            bid 9.99 × 10 (bob)
        "#]],
    );
}

#[test]
fn a_market_order_in_an_empty_book_is_canceled_and_never_rests() {
    check(
        "
        ann sells 10 at market worst 9.00
        bob buys  10 @ 10.00
        ",
        expect![[r#"
            ann left 10 @ 9: no_liquidity, never rested
            bid 10 × 10 (bob)
        "#]],
    );
}

#[test]
fn an_order_that_came_twice_trades_once() {
    check(
        "
        ann sells a: 10 @ 10.00
        ann sells a: 10 @ 10.00
        bob buys  b: 15 @ 10.00
        bob buys  b: 15 @ 10.00
        cid sells c: 5  @ 10.00
        bob buys  b: 15 @ 10.00
        ",
        expect![[r#"
            trade 10 @ 10  ann → bob
            trade 5 @ 10  cid → bob
        "#]],
    );
}

#[test]
fn an_unmatched_order_in_one_stock_hides_nothing_in_another() {
    check(
        "
        in AAA
        ann sells 10 @ 10.00
        in BBB
        bob sells 10 @ 5.00
        cat buys  10 @ 5.00
        ",
        expect![[r#"
            trade 10 @ 5  bob → cat
            AAA ask 10 × 10 (ann)
        "#]],
    );
}

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
