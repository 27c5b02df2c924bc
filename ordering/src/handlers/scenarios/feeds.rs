//! Instruments that follow another market, while that is silent.

use crate::handlers::scenario::check;
use expect_test::expect;

#[test]
fn while_the_market_is_silent_no_new_market_order_is_taken_and_everything_else_is() {
    check(expect![[r#"
        m1: ann buys 10 ACME at market
          m1 answered pending, with the order
          portfolio: place m1 of ann: market buy 10 ACME @ 196.35
          web: m1 pending 0/10
        ACME follows binance, silent
        m2: ann buys 10 ACME at market
          m2 answered rejected feed_stale, order_type: the market that ACME follows is silent: until it is heard again, name a limit price
        m2: ann buys 10 ACME at market exit x2 take 200 loss 180
          m2 answered rejected feed_stale, order_type: the market that ACME follows is silent: until it is heard again, name a limit price
        m2: ann buys 10 ACME at market instead of m1
          m2 answered rejected feed_stale, order_type: the market that ACME follows is silent: until it is heard again, name a limit price
        m1: ann buys 10 ACME at market
          m1 answered pending, with the order
        m1: ann cancels
          m1 answered pending, with the order
          portfolio: cancel m1 ACME
        l1: ann buys 10 ACME @ 187
          l1 answered pending, with the order
          portfolio: place l1 of ann: limit buy 10 ACME @ 187
          web: l1 pending 0/10
        l2: ann buys 10 ACME @ 187 ioc
          l2 answered pending, with the order
          portfolio: place l2 of ann: limit buy 10 ACME @ 187
          web: l2 pending 0/10
        s1: ann sells 10 ACME stop 180
          s1 answered pending, with the order
          portfolio: place s1 of ann: stop sell 10 ACME @ 171, stop 180 then market @ 171
          web: s1 pending 0/10
        t1: ann sells 10 ACME trail 5
          t1 answered pending, with the order
          portfolio: place t1 of ann: trailing_stop sell 10 ACME @ 172.9, stop 182 trailing by 5 then market @ 172.9
          web: t1 pending 0/10
        l1: ann amends to 20 @ 188
          l1 answered pending, with the order
          portfolio: amend l1 of ann: from 10 to 20 @ 188
          web: l1 pending 0/10, to be 20 @ 188
        ann cancels all
          ? answered pending, 5 orders
          portfolio: cancel m1 ACME
          portfolio: cancel l1 ACME
          portfolio: cancel l2 ACME
          portfolio: cancel s1 ACME
          portfolio: cancel t1 ACME
    "#]]);
}

#[test]
fn it_is_over_when_the_market_is_heard_or_followed_no_more() {
    check(expect![[r#"
        ACME follows binance, silent
        ACME follows binance, heard
        m1: ann buys 1 ACME at market
          m1 answered pending, with the order
          portfolio: place m1 of ann: market buy 1 ACME @ 196.35
          web: m1 pending 0/1
        ACME follows binance, silent
        ACME last 190
        ACME resumes
        m2: ann buys 1 ACME at market
          m2 answered rejected feed_stale, order_type: the market that ACME follows is silent: until it is heard again, name a limit price
        ACME follows nothing
        m2: ann buys 1 ACME at market
          m2 answered pending, with the order
          portfolio: place m2 of ann: market buy 1 ACME @ 199.5
          web: m2 pending 0/1
        NOPE follows binance, silent
          parked: NOPE: a feed before it was listed
    "#]]);
}

/// What it was taken for it does, though the market has fallen silent since.
#[test]
fn a_stop_that_was_taken_is_triggered_by_this_exchanges_own_trades() {
    check(expect![[r#"
        s1: ann sells 10 ACME stop 180
          s1 answered pending, with the order
          portfolio: place s1 of ann: stop sell 10 ACME @ 171, stop 180 then market @ 171
          web: s1 pending 0/10
        book 1: arms s1 10
          web: s1 open 0/10
        ACME follows binance, silent
        book 2: triggers s1 10 stop 180 @ 171 & book 3: fills 10 @ 179 s1 takes other.b1
          web: ann's s1 took 10 @ 179, fee 0
          web: s1 closed 10/10 @ 179, triggered at 180
    "#]]);
}
