//! What happens to an order in its book, and what is told of it.

use crate::handlers::scenario::check;
use expect_test::expect;

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
