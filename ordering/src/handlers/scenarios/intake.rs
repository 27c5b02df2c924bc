//! What is taken in, and what is not.

use crate::handlers::scenario::check;
use expect_test::expect;

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
fn open_orders_are_limited_even_within_a_step() {
    check(expect![[r#"
        limit 2
        a1: ann buys 1 ACME @ 187 & a2: ann buys 1 ACME @ 187 & a3: ann buys 1 ACME @ 187 & b1: bob sells 1 ACME @ 187
          a1 answered pending, with the order
          portfolio: place a1 of ann: limit buy 1 ACME @ 187
          a2 answered pending, with the order
          portfolio: place a2 of ann: limit buy 1 ACME @ 187
          a3 answered rejected too_many_open_orders, a user may have at most 2 open orders at a time, there are 2
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
          a4 answered rejected too_many_open_orders, a user may have at most 2 open orders at a time, there are 2
          web: a1 rejected 0/1: says portfolio (insufficient_cash)
          web: a3 pending 0/1
    "#]]);
}
