//! What happens, told as scenarios.

use super::scenario::{World, check};
use expect_test::expect;
use proptest::prelude::*;

#[test]
fn an_order_goes_from_intake_to_filled() {
    check(expect![[r#"
            fees 10 20
            a1: ann buys 10 ACME @ 187.25
              a1 answered pending, with the order
              portfolio: place a1 of ann: limit buy 10 ACME @ 187.25
              web: a1 pending 0/10
            b1: bob sells 4 ACME @ 187.25
              b1 answered pending, with the order
              portfolio: place b1 of bob: limit sell 4 ACME @ 187.25
              web: b1 pending 0/4
            book 1: opens a1 10
              web: a1 open 0/10
            book 2: fills 4 @ 187.25 b1 takes a1
              web: ann's a1 made 4 @ 187.25, fee 0.749
              web: bob's b1 took 4 @ 187.25, fee 1.498
              web: a1 open 4/10 @ 187.25
              web: b1 closed 4/4 @ 187.25
            b2: bob sells 6 ACME @ 187
              b2 answered pending, with the order
              portfolio: place b2 of bob: limit sell 6 ACME @ 187
              web: b2 pending 0/6
            book 3: fills 6 @ 187 b2 takes a1
              web: ann's a1 made 6 @ 187, fee 1.122
              web: bob's b2 took 6 @ 187, fee 2.244
              web: a1 closed 10/10 @ 187.1
              web: b2 closed 6/6 @ 187
        "#]]);
}

#[test]
fn what_changes_twice_in_a_step_is_told_once_as_it_ends() {
    check(expect![[r#"
            a1: ann buys 10 ACME @ 187 & b1: bob sells 10 ACME @ 186 & a1: ann cancels
              a1 answered pending, with the order
              portfolio: place a1 of ann: limit buy 10 ACME @ 187
              b1 answered pending, with the order
              portfolio: place b1 of bob: limit sell 10 ACME @ 186
              a1 answered pending, with the order
              portfolio: cancel a1 ACME
              web: a1 pending 0/10
              web: b1 pending 0/10
            book 1: opens a1 10 & book 2: fills 3 @ 187 b1 takes a1 & book 3: opens b1 7 & book 4: drops a1 7 canceled_by_user
              web: ann's a1 made 3 @ 187, fee 0
              web: bob's b1 took 3 @ 187, fee 0
              web: a1 canceled 3/10 @ 187: canceled at the user's request (canceled_by_user)
              web: b1 open 3/10 @ 187
        "#]]);
}

#[test]
fn the_average_price_comes_from_the_exact_sum_of_the_fills() {
    check(expect![[r#"
            a1: ann buys 3 ACME @ 187
              a1 answered pending, with the order
              portfolio: place a1 of ann: limit buy 3 ACME @ 187
              web: a1 pending 0/3
            b1: bob sells 3 ACME @ 100
              b1 answered pending, with the order
              portfolio: place b1 of bob: limit sell 3 ACME @ 100
              web: b1 pending 0/3
            book 1: fills 1 @ 100 b1 takes a1
              web: ann's a1 made 1 @ 100, fee 0
              web: bob's b1 took 1 @ 100, fee 0
              web: a1 open 1/3 @ 100
              web: b1 open 1/3 @ 100
            book 2: fills 1 @ 100 b1 takes a1
              web: ann's a1 made 1 @ 100, fee 0
              web: bob's b1 took 1 @ 100, fee 0
              web: a1 open 2/3 @ 100
              web: b1 open 2/3 @ 100
            book 3: fills 1 @ 101 b1 takes a1
              web: ann's a1 made 1 @ 101, fee 0
              web: bob's b1 took 1 @ 101, fee 0
              web: a1 closed 3/3 @ 100.333333
              web: b1 closed 3/3 @ 100.333333
        "#]]);
}

#[test]
fn refusals_name_the_field_the_value_and_the_rule_and_leave_nothing_behind() {
    check(expect![[r#"
            x1: ann buys 10 NOPE @ 1
              x1 answered rejected unknown_symbol, symbol: no instrument is called NOPE
            x1: ann buys 0 ACME @ 187
              x1 answered rejected out_of_range, quantity: must be more than 0 and at most 1000000, got 0
            x1: ann buys 0.5 ACME @ 187
              x1 answered rejected lot_size, quantity: must be a multiple of the lot size 1, got 0.5
            x1: ann buys 1000001 ACME @ 187
              x1 answered rejected out_of_range, quantity: must be more than 0 and at most 1000000, got 1000001
            x1: ann buys 10 ACME @ 0
              x1 answered rejected out_of_range, limit_price: must be more than 0 and at most 1000000, got 0
            x1: ann buys 10 ACME @ 187.001
              x1 answered rejected tick_size, limit_price: must be a multiple of the tick size 0.01, got 187.001
            x1: ann buys 10 ACME @ 1000000.01
              x1 answered rejected out_of_range, limit_price: must be more than 0 and at most 1000000, got 1000000.01
            x1: ann buys 1000000 ACME @ 1000.01
              x1 answered rejected out_of_range, quantity: price × quantity must be at most 1000000000, got 1000010000
            x1: ann buys 1000000 ACME @ 1000000
              x1 answered rejected out_of_range, quantity: price × quantity must be at most 1000000000, got 1000000000000
            x1: ann buys 10 ACME
              x1 answered rejected missing_field, limit_price: a limit order needs a limit price
            x1: ann buys 10 ACME at market @ 187
              x1 answered rejected unexpected_field, limit_price: a market order has no limit price
            x1: eve buys 10 ACME @ 187
              x1 answered rejected unknown_user, user_id: no such user
            ACME halts
            x1: ann buys 10 ACME @ 187
              x1 answered rejected instrument_halted, symbol: ACME is halted: no new orders are taken
            ACME resumes
            x1: ann buys 1000000 ACME @ 1000
              x1 answered pending, with the order
              portfolio: place x1 of ann: limit buy 1000000 ACME @ 1000
              web: x1 pending 0/1000000
        "#]]);
}

#[test]
fn a_market_order_binds_up_to_the_collar_rounded_outward_to_a_tick() {
    check(expect![[r#"
            ZERO lists tick 0.05 lot 1 close 0
            z1: ann buys 1 ZERO at market
              z1 answered rejected no_reference_price, there is no price yet from which a market order could take its worst price
            ZERO last 0.05
            z2: ann buys 1 ZERO at market
              z2 answered pending, with the order
              portfolio: place z2 of ann: market buy 1 ZERO @ 0.1
              web: z2 pending 0/1
            z3: ann sells 1 ZERO at market
              z3 answered pending, with the order
              portfolio: place z3 of ann: market sell 1 ZERO @ 0.05
              web: z3 pending 0/1
            a1: ann buys 1 ACME at market
              a1 answered pending, with the order
              portfolio: place a1 of ann: market buy 1 ACME @ 196.35
              web: a1 pending 0/1
            ACME last 100.01
            a2: ann buys 1 ACME at market
              a2 answered pending, with the order
              portfolio: place a2 of ann: market buy 1 ACME @ 105.02
              web: a2 pending 0/1
            a3: ann sells 1 ACME at market
              a3 answered pending, with the order
              portfolio: place a3 of ann: market sell 1 ACME @ 95
              web: a3 pending 0/1
            ACME last 1000000
            a4: ann buys 1 ACME at market
              a4 answered pending, with the order
              portfolio: place a4 of ann: market buy 1 ACME @ 1000000
              web: a4 pending 0/1
        "#]]);
}

#[test]
fn load_testers_trade_for_bots_only() {
    check(expect![[r#"
            a1: ann buys 1 ACME @ 187 by loadtest
              a1 answered rejected not_allowed, user_id: this sender may trade for accounts of role bot only
            e1: eve buys 1 ACME @ 187 by loadtest
              e1 answered rejected unknown_user, user_id: no such user
            r1: rob buys 1 ACME @ 187 by loadtest
              r1 answered pending
              portfolio: place r1 of rob: limit buy 1 ACME @ 187
              web: r1 pending 0/1
            a2: ann buys 1 ACME @ 187 by admin
              a2 answered pending, with the order
              portfolio: place a2 of ann: limit buy 1 ACME @ 187
              web: a2 pending 0/1
            a2: ann cancels by loadtest
              a2 answered rejected not_allowed, user_id: this sender may trade for accounts of role bot only
            r1: rob cancels by loadtest
              r1 answered pending
              portfolio: cancel r1 ACME
            r2: rob buys 1 ACME @ 187
              r2 answered pending, with the order
              portfolio: place r2 of rob: limit buy 1 ACME @ 187
              web: r2 pending 0/1
        "#]]);
}

#[test]
fn the_same_order_again_is_the_same_order() {
    check(expect![[r#"
            a1: ann buys 10 ACME @ 187 & a1: ann buys 10 ACME @ 187
              a1 answered pending, with the order
              portfolio: place a1 of ann: limit buy 10 ACME @ 187
              a1 answered pending, with the order
              web: a1 pending 0/10
            ACME halts
            limit 1
            a1: ann buys 10 ACME @ 187
              a1 answered pending, with the order
            book 1: opens a1 10
              web: a1 open 0/10
            a1: ann buys 10 ACME @ 187
              a1 answered open, with the order
            a1: ann buys 10 ACME @ 186
              a1 answered rejected id_reused, order_id: this id was used before, for another order
            a1: ann sells 10 ACME @ 187
              a1 answered rejected id_reused, order_id: this id was used before, for another order
            a1: ann buys 10 ACME at market
              a1 answered rejected id_reused, order_id: this id was used before, for another order
            a1: bob buys 10 ACME @ 187
              a1 answered rejected id_reused, order_id: this id was used before, for another order
            book 2: drops a1 10 canceled_by_user
              web: a1 canceled 0/10: canceled at the user's request (canceled_by_user)
            a1: ann buys 10 ACME @ 187
              a1 answered canceled, with the order
        "#]]);
}

#[test]
fn open_orders_are_limited_even_within_a_step() {
    check(expect![[r#"
            limit 2
            a1: ann buys 1 ACME @ 187 & a2: ann buys 1 ACME @ 187 & a3: ann buys 1 ACME @ 187 & b1: bob sells 1 ACME @ 187
              a1 answered pending, with the order
              portfolio: place a1 of ann: limit buy 1 ACME @ 187
              a2 answered pending, with the order
              portfolio: place a2 of ann: limit buy 1 ACME @ 187
              a3 answered rejected too_many_open_orders, a user may have at most 2 open orders at a time
              b1 answered pending, with the order
              portfolio: place b1 of bob: limit sell 1 ACME @ 187
              web: a1 pending 0/1
              web: a2 pending 0/1
              web: b1 pending 0/1
            a1: ann buys 1 ACME @ 187
              a1 answered pending, with the order
            portfolio refuses a1 insufficient_cash & a3: ann buys 1 ACME @ 187 & a4: ann buys 1 ACME @ 187
              a3 answered pending, with the order
              portfolio: place a3 of ann: limit buy 1 ACME @ 187
              a4 answered rejected too_many_open_orders, a user may have at most 2 open orders at a time
              web: a1 rejected 0/1: says portfolio (insufficient_cash)
              web: a3 pending 0/1
        "#]]);
}

#[test]
fn a_cancel_follows_its_order_while_that_lives() {
    check(expect![[r#"
            a1: ann buys 10 ACME @ 187
              a1 answered pending, with the order
              portfolio: place a1 of ann: limit buy 10 ACME @ 187
              web: a1 pending 0/10
            a1: ann cancels
              a1 answered pending, with the order
              portfolio: cancel a1 ACME
            a1: bob cancels
              a1 answered rejected not_found, order_id: no such order
            a9: ann cancels
              a9 answered rejected not_found, order_id: no such order
            book 1: opens a1 10
              web: a1 open 0/10
            ACME halts
            a1: ann cancels
              a1 answered open, with the order
              portfolio: cancel a1 ACME
            book 2: drops a1 10 canceled_by_user
              web: a1 canceled 0/10: canceled at the user's request (canceled_by_user)
            a1: ann cancels
              a1 answered rejected order_not_live, the order is canceled already
        "#]]);
}

#[test]
fn a_cancel_never_overwrites_filled() {
    check(expect![[r#"
            a1: ann buys 10 ACME @ 187
              a1 answered pending, with the order
              portfolio: place a1 of ann: limit buy 10 ACME @ 187
              web: a1 pending 0/10
            b1: bob sells 10 ACME @ 187
              b1 answered pending, with the order
              portfolio: place b1 of bob: limit sell 10 ACME @ 187
              web: b1 pending 0/10
            a1: ann cancels
              a1 answered pending, with the order
              portfolio: cancel a1 ACME
            book 1: fills 10 @ 187 b1 takes a1
              web: ann's a1 made 10 @ 187, fee 0
              web: bob's b1 took 10 @ 187, fee 0
              web: a1 closed 10/10 @ 187
              web: b1 closed 10/10 @ 187
            a1: ann cancels
              a1 answered rejected order_not_live, the order is closed already
            book 2: drops a1 10 canceled_by_user
              parked: order a1: taken off the book, although it is closed
        "#]]);
}

#[test]
fn delivered_twice_changes_nothing() {
    check(expect![[r#"
            a1: ann buys 10 ACME @ 187
              a1 answered pending, with the order
              portfolio: place a1 of ann: limit buy 10 ACME @ 187
              web: a1 pending 0/10
            b1: bob sells 4 ACME @ 187
              b1 answered pending, with the order
              portfolio: place b1 of bob: limit sell 4 ACME @ 187
              web: b1 pending 0/4
            book 1: opens a1 10
              web: a1 open 0/10
            book 1: opens a1 10
            book 2: fills 4 @ 187 b1 takes a1
              web: ann's a1 made 4 @ 187, fee 0
              web: bob's b1 took 4 @ 187, fee 0
              web: a1 open 4/10 @ 187
              web: b1 closed 4/4 @ 187
            book 1: opens a1 10 & book 2: fills 4 @ 187 b1 takes a1
            book 3: drops a1 6 canceled_by_user
              web: a1 canceled 4/10 @ 187: canceled at the user's request (canceled_by_user)
            book 3: drops a1 6 canceled_by_user
            a2: ann buys 10 ACME @ 187
              a2 answered pending, with the order
              portfolio: place a2 of ann: limit buy 10 ACME @ 187
              web: a2 pending 0/10
            portfolio refuses a2 insufficient_cash
              web: a2 rejected 0/10: says portfolio (insufficient_cash)
            portfolio refuses a2 insufficient_cash
        "#]]);
}

#[test]
fn broken_promises_are_parked_and_change_nothing() {
    check(expect![[r#"
            a1: ann buys 10 ACME @ 187
              a1 answered pending, with the order
              portfolio: place a1 of ann: limit buy 10 ACME @ 187
              web: a1 pending 0/10
            b1: bob sells 20 ACME @ 187
              b1 answered pending, with the order
              portfolio: place b1 of bob: limit sell 20 ACME @ 187
              web: b1 pending 0/20
            book 1: opens x1 10
              parked: order x1: never placed here
            portfolio refuses x1 insufficient_cash
              parked: order x1: never placed here
            book 1: opens a1 9
              parked: order a1: its book has 9 left of it where we have 10
            book 2: fills 11 @ 187 b1 takes a1
              parked: order a1: a fill of 11 where 10 is left
            book 2: fills 0 @ 187 b1 takes a1
              parked: order a1: a fill of 0 where 10 is left
            book 2: fills 1 @ 187.01 b1 takes a1
              parked: order a1: a fill at 187.01, worse than its price 187
            book 2: fills 1 @ 186.99 b1 takes a1
              parked: order b1: a fill at 186.99, worse than its price 187
            book 2: fills 1 @ 187 a1 takes a1
              parked: trade 00000000-0000-0000-0000-000000000002: an order trades with itself
            book 2: fills 1 @ 187 a1 takes x1
              parked: order x1: never placed here
            book 3: opens a1 10
              web: a1 open 0/10
            portfolio refuses a1 insufficient_cash
              parked: order a1: refused, although it is open
            NOPE last 10
              parked: NOPE: a price before it was listed
            ACME lists tick 0.05 lot 1 close 187
              parked: ACME: tick and lot are fixed once listed
            ZERO lists tick 0 lot 1 close 187
              parked: ZERO: tick and lot must be more than 0
        "#]]);
}

#[test]
fn of_a_trade_with_another_partition_only_our_side_is_kept() {
    check(expect![[r#"
            b1: bob sells 5 ACME @ 187
              b1 answered pending, with the order
              portfolio: place b1 of bob: limit sell 5 ACME @ 187
              web: b1 pending 0/5
            book 1: fills 2 @ 187 other.x1 takes b1
              web: bob's b1 made 2 @ 187, fee 0
              web: b1 open 2/5 @ 187
            book 2: fills 3 @ 187 b1 takes other.x1
              web: bob's b1 took 3 @ 187, fee 0
              web: b1 closed 5/5 @ 187
        "#]]);
}

#[test]
fn reasons_are_in_words() {
    check(expect![[r#"
        a1: ann buys 5 ACME at market
          a1 answered pending, with the order
          portfolio: place a1 of ann: market buy 5 ACME @ 196.35
          web: a1 pending 0/5
        a2: ann buys 5 ACME @ 187
          a2 answered pending, with the order
          portfolio: place a2 of ann: limit buy 5 ACME @ 187
          web: a2 pending 0/5
        book 1: drops a1 5 no_liquidity
          web: a1 canceled 0/5: the rest does not wait, and found nobody within its price (no_liquidity)
        book 2: drops a2 5 self_trade
          web: a2 canceled 0/5: the rest would have traded with an order of the same user (self_trade)
    "#]]);
}

/// Any message about any of a few orders, sensible or not.
fn message() -> impl Strategy<Value = String> {
    let order = (0..6usize).prop_map(|n| format!("o{n}"));
    let quantity = 1..6u8;
    (0..8u8, order.clone(), order, quantity, 1..12u32).prop_map(|(kind, order, other, quantity, sequence)| {
        let (user, verb) = if order.as_str() < "o3" { ("ann", "buys") } else { ("bob", "sells") };
        match kind {
            0..=2 => format!("{order}: {user} {verb} 5 ACME @ 187"),
            3 => format!("{order}: {user} cancels"),
            4 => format!("portfolio refuses {order} insufficient_cash"),
            5 => format!("book {sequence}: opens {order} {quantity}"),
            6 => format!("book {sequence}: fills {quantity} @ 187 {order} takes {other}"),
            _ => format!("book {sequence}: drops {order} {quantity} canceled_by_user"),
        }
    })
}

proptest! {
    /// The world is checked after every step, whatever comes. Besides: what has ended stays as it
    /// ended, and every message may come again at once without changing anything.
    #[test]
    fn nothing_that_is_said_breaks_an_order(messages in proptest::collection::vec(message(), 1..60)) {
        let mut world = World::with_people();
        for message in messages {
            let before = world.tickets.clone();
            world.line(&message);
            for (order_id, ticket) in before.iter().filter(|(_, ticket)| !ticket.is_live()) {
                prop_assert_eq!(&world.tickets[order_id], ticket, "{}", message);
            }
            let once = world.tickets.clone();
            let again = world.line(&message);
            prop_assert!(!again.contains("web:"), "{message}: {again}");
            prop_assert_eq!(&world.tickets, &once, "{}", message);
        }
    }
}
