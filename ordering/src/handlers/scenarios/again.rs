//! The same again, and what may never be.

use crate::handlers::scenario::check;
use expect_test::expect;

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
