//! Orders that wait for a price.

use crate::handlers::scenario::check;
use expect_test::expect;

#[test]
fn a_stop_waits_for_its_price_and_then_is_a_market_order() {
    check(expect![[r#"
        s1: ann sells 10 ACME stop 180
          s1 answered pending, with the order
          portfolio: place s1 of ann: stop sell 10 ACME @ 171, stop 180 then market @ 171
          web: s1 pending 0/10
        book 1: arms s1 10
          web: s1 open 0/10
        s1: ann sells 10 ACME stop 180
          s1 answered open, with the order
        book 2: triggers s1 10 stop 180 @ 171 & book 3: fills 4 @ 179 s1 takes other.b1 & book 4: drops s1 6 no_liquidity
          web: ann's s1 took 4 @ 179, fee 0
          web: s1 canceled 4/10 @ 179, triggered at 180: the rest does not wait, and found nobody within its price (no_liquidity)
        s2: ann buys 10 ACME stop 190.01
          s2 answered pending, with the order
          portfolio: place s2 of ann: stop buy 10 ACME @ 199.52, stop 190.01 then market @ 199.52
          web: s2 pending 0/10
        book 5: drops s2 10 would_trigger
          web: s2 canceled 0/10: its stop price was met already as it came in (would_trigger)
    "#]]);
}

#[test]
fn a_stop_limit_rests_at_its_limit_once_it_is_triggered() {
    check(expect![[r#"
        s1: ann buys 10 ACME stop 190 @ 191
          s1 answered pending, with the order
          portfolio: place s1 of ann: stop_limit buy 10 ACME @ 191, stop 190 then rests @ 191
          web: s1 pending 0/10
        book 1: arms s1 10
          web: s1 open 0/10
        book 2: triggers s1 10 stop 190 @ 191 & book 3: opens s1 10
          web: s1 open 0/10, triggered at 190
        book 4: fills 10 @ 191 other.x1 takes s1
          web: ann's s1 made 10 @ 191, fee 0
          web: s1 closed 10/10 @ 191, triggered at 190
    "#]]);
}

#[test]
fn a_trailing_stop_begins_at_its_distance_and_ends_where_the_market_took_it() {
    check(expect![[r#"
        ACME last 200
        t1: ann sells 10 ACME trail 5
          t1 answered pending, with the order
          portfolio: place t1 of ann: trailing_stop sell 10 ACME @ 185.25, stop 195 trailing by 5 then market @ 185.25
          web: t1 pending 0/10
        book 1: arms t1 10
          web: t1 open 0/10
        t1: ann sells 10 ACME trail 5
          t1 answered open, with the order
        book 2: triggers t1 10 stop 215 @ 204.25 & book 3: fills 10 @ 214 t1 takes other.b1
          web: ann's t1 took 10 @ 214, fee 0
          web: t1 closed 10/10 @ 214, triggered at 215
        t2: ann buys 10 ACME trail 5.5
          t2 answered pending, with the order
          portfolio: place t2 of ann: trailing_stop buy 10 ACME @ 215.78, stop 205.5 trailing by 5.5 then market @ 215.78
          web: t2 pending 0/10
        t3: ann sells 10 ACME trail 200
          t3 answered rejected out_of_range, trail_amount: there is no stop price at a distance of 200 from the last price 200
        t4: ann buys 1 ACME trail 999999
          t4 answered rejected out_of_range, trail_amount: there is no stop price at a distance of 999999 from the last price 200
        t5: ann sells 10 ACME trail 5.001
          t5 answered rejected tick_size, trail_amount: must be a multiple of the tick size 0.01, got 5.001
        ZERO lists tick 0.05 lot 1 close 0
        z1: ann sells 1 ZERO trail 1
          z1 answered rejected no_reference_price, there is no price yet that a trailing stop could follow
        ZERO lists tick 0.05 lot 1 close 10.02
        z2: ann sells 1 ZERO trail 1
          z2 answered pending, with the order
          portfolio: place z2 of ann: trailing_stop sell 1 ZERO @ 8.55, stop 9 trailing by 1 then market @ 8.55
          web: z2 pending 0/1
        z3: ann buys 1 ZERO trail 1
          z3 answered pending, with the order
          portfolio: place z3 of ann: trailing_stop buy 1 ZERO @ 11.65, stop 11.05 trailing by 1 then market @ 11.65
          web: z3 pending 0/1
    "#]]);
}

#[test]
fn an_oco_order_rests_until_one_of_its_prices_is_met() {
    check(expect![[r#"
        o1: ann sells 10 ACME oco @ 200 stop 180
          o1 answered pending, with the order
          portfolio: place o1 of ann: oco sell 10 ACME @ 200, stop 180 then market @ 171
          web: o1 pending 0/10
        book 1: opens o1 10
          web: o1 open 0/10
        book 2: fills 4 @ 200 other.b1 takes o1
          web: ann's o1 made 4 @ 200, fee 0
          web: o1 open 4/10 @ 200
        book 3: triggers o1 6 stop 180 @ 171 & book 4: fills 6 @ 175 o1 takes other.b2
          web: ann's o1 took 6 @ 175, fee 0
          web: o1 closed 10/10 @ 185, triggered at 180
        o2: bob buys 10 ACME oco @ 180 stop 190 then 192
          o2 answered pending, with the order
          portfolio: place o2 of bob: oco buy 10 ACME @ 180, stop 190 then rests @ 192
          web: o2 pending 0/10
        book 5: opens o2 10
          web: o2 open 0/10
        book 6: triggers o2 10 stop 190 @ 192 & book 7: opens o2 10
          web: o2 open 0/10, triggered at 190
        book 8: fills 10 @ 192 other.x2 takes o2
          web: bob's o2 made 10 @ 192, fee 0
          web: o2 closed 10/10 @ 192, triggered at 190
        o2: bob buys 10 ACME oco @ 180 stop 190 then 192
          o2 answered closed, with the order
        o3: ann sells 10 ACME oco @ 180 stop 180
          o3 answered rejected invalid_combination, stop_price: must be less than the limit price 180, got 180
        o3: ann buys 10 ACME oco @ 180 stop 179.99
          o3 answered rejected invalid_combination, stop_price: must be more than the limit price 180, got 179.99
    "#]]);
}

#[test]
fn each_price_of_a_stop_is_checked_by_its_own_name() {
    check(expect![[r#"
        x1: ann buys 10 ACME stop 0
          x1 answered rejected out_of_range, stop_price: must be more than 0 and at most 1000000, got 0
        x1: ann buys 10 ACME stop 190.001
          x1 answered rejected tick_size, stop_price: must be a multiple of the tick size 0.01, got 190.001
        x1: ann buys 10 ACME stop 1000000.01
          x1 answered rejected out_of_range, stop_price: must be more than 0 and at most 1000000, got 1000000.01
        x1: ann buys 10 ACME stop 190 @ 190.001
          x1 answered rejected tick_size, limit_price: must be a multiple of the tick size 0.01, got 190.001
        x1: ann buys 10 ACME oco @ 180.001 stop 190
          x1 answered rejected tick_size, limit_price: must be a multiple of the tick size 0.01, got 180.001
        x1: ann buys 10 ACME oco @ 180 stop 190 then 1000001
          x1 answered rejected out_of_range, stop_limit_price: must be more than 0 and at most 1000000, got 1000001
        x1: ann buys 1000000 ACME stop 960
          x1 answered rejected out_of_range, quantity: price × quantity must be at most 1000000000, got 1008000000
        x1: ann buys 1000000 ACME oco @ 900 stop 950 then 1000.01
          x1 answered rejected out_of_range, quantity: price × quantity must be at most 1000000000, got 1000010000
        x1: ann buys 1000000 ACME stop 952.38
          x1 answered pending, with the order
          portfolio: place x1 of ann: stop buy 1000000 ACME @ 1000, stop 952.38 then market @ 1000
          web: x1 pending 0/1000000
    "#]]);
}

#[test]
fn what_a_stop_cannot_do_is_parked() {
    check(expect![[r#"
        a1: ann buys 10 ACME @ 187
          a1 answered pending, with the order
          portfolio: place a1 of ann: limit buy 10 ACME @ 187
          web: a1 pending 0/10
        s1: bob sells 10 ACME stop 180
          s1 answered pending, with the order
          portfolio: place s1 of bob: stop sell 10 ACME @ 171, stop 180 then market @ 171
          web: s1 pending 0/10
        book 1: triggers a1 10 stop 187 @ 187
          parked: order a1: triggered, although it does not wait for that
        book 1: fills 1 @ 180 s1 takes a1
          parked: order s1: a fill at 180 before its stop price was met
        book 1: arms s1 9
          parked: order s1: its book has 9 left of it where we have 10
        book 2: arms s1 10
          web: s1 open 0/10
        book 3: triggers s1 10 stop 180 @ 170.99
          parked: order s1: triggered at 170.99, worse than its price 171
        book 3: triggers s1 10 stop 180 @ 171
          web: s1 open 0/10, triggered at 180
        book 4: triggers s1 10 stop 180 @ 171
          parked: order s1: triggered, although it does not wait for that
    "#]]);
}
