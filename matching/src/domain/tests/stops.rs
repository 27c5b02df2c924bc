//! Stops: when they are met, and what they are then.

use super::scenario::check;
use expect_test::expect;

#[test]
fn a_stop_is_met_by_a_trade_not_by_an_offer_and_is_a_market_order_then() {
    check(
        "
        ann sells s: 10 stop 9.50 worst 9.00
        bob buys 5 @ 9.60
        cat buys 20 @ 9.40
        dan buys 1 @ 9.70
        eve sells 1 @ 9.70
        fay sells 6 @ 9.40
        ",
        expect![[r#"
            ann armed 10
            trade 1 @ 9.7  eve → dan
            trade 5 @ 9.6  fay → bob
            trade 1 @ 9.4  fay → cat
            ann triggered at 9.5: 10 @ 9
            trade 10 @ 9.4  ann → cat
            bid 9.4 × 9 (cat)
        "#]],
    );
}

#[test]
fn what_a_stop_cannot_sell_within_its_worst_price_is_canceled() {
    check(
        "
        ann sells s: 10 stop 9.50 worst 9.00
        bob buys 1 @ 9.50
        cat buys 5 @ 8.99
        dan buys 2 @ 9.00
        eve sells 1 @ 9.50
        ",
        expect![[r#"
            ann armed 10
            trade 1 @ 9.5  eve → bob
            ann triggered at 9.5: 10 @ 9
            trade 2 @ 9  ann → dan
            ann left 8 @ 9: no_liquidity, never rested
            bid 8.99 × 5 (cat)
        "#]],
    );
}

#[test]
fn a_stop_limit_rests_at_its_limit_once_it_is_met() {
    check(
        "
        ann buys s: 10 stop 10.50 limit 10.60
        bob sells 1 @ 10.50
        cat sells 4 @ 10.55
        dan buys 1 @ 10.50
        ",
        expect![[r#"
            ann armed 10
            trade 1 @ 10.5  bob → dan
            ann triggered at 10.5: 10 @ 10.6
            trade 4 @ 10.55  cat → ann
            bid 10.6 × 6 (ann)
        "#]],
    );
}

/// A stop loss or take profit that fires at once: the price was there before the order.
#[test]
fn a_stop_that_is_met_already_is_refused() {
    check(
        "
        bob sells 1 @ 10.00
        cat buys 1 @ 10.00
        ann sells 5 stop 10.00 worst 9.50
        ann buys 5 stop 9.99 worst 10.50
        ann buys 5 stop 10.01 worst 10.50
        ",
        expect![[r#"
            trade 1 @ 10  bob → cat
            ann left 5 @ 9.5: would_trigger, never rested
            ann left 5 @ 10.5: would_trigger, never rested
            ann armed 5
            waits: buy 5 @ 10.5 (ann)
        "#]],
    );
}

#[test]
fn stops_that_are_met_together_go_by_price_and_then_by_time() {
    check(
        "
        ann sells a: 1 stop 9.50 worst 9.00
        bob sells b: 1 stop 9.60 worst 9.00
        cid sells c: 1 stop 9.60 worst 9.00
        mia buys 1 @ 9.40
        mia buys 9 @ 9.30
        sue sells 1 @ 9.40
        ",
        expect![[r#"
            ann armed 1
            bob armed 1
            cid armed 1
            trade 1 @ 9.4  sue → mia
            bob triggered at 9.6: 1 @ 9
            trade 1 @ 9.3  bob → mia
            cid triggered at 9.6: 1 @ 9
            trade 1 @ 9.3  cid → mia
            ann triggered at 9.5: 1 @ 9
            trade 1 @ 9.3  ann → mia
            bid 9.3 × 6 (mia)
        "#]],
    );
}

#[test]
fn one_stop_may_set_off_the_next() {
    check(
        "
        mia buys 1 @ 9.50
        mia buys 1 @ 9.40
        mia buys 1 @ 9.30
        bob sells b: 1 stop 9.40 worst 9.00
        ann sells a: 1 stop 9.50 worst 9.00
        sue sells 1 @ 9.50
        ",
        expect![[r#"
            bob armed 1
            ann armed 1
            trade 1 @ 9.5  sue → mia
            ann triggered at 9.5: 1 @ 9
            trade 1 @ 9.4  ann → mia
            bob triggered at 9.4: 1 @ 9
            trade 1 @ 9.3  bob → mia
        "#]],
    );
}

#[test]
fn a_trailing_stop_follows_the_market_up_and_never_down() {
    check(
        "
        ann sells t: 1 trailing 0.50 from 9.50 worst 9.30
        mia buys 1 @ 10.40
        sue sells 1 @ 10.40
        mia buys 1 @ 10.00
        sue sells 1 @ 10.00
        mia buys 1 @ 9.90
        mia buys 5 @ 9.75
        sue sells 1 @ 9.90
        ",
        expect![[r#"
            ann armed 1
            trade 1 @ 10.4  sue → mia
            trade 1 @ 10  sue → mia
            trade 1 @ 9.9  sue → mia
            ann triggered at 9.9: 1 @ 9.7
            trade 1 @ 9.75  ann → mia
            bid 9.75 × 4 (mia)
        "#]],
    );
}

#[test]
fn a_buyers_trailing_stop_follows_the_market_down() {
    check(
        "
        ann buys t: 1 trailing 0.50 from 10.50 worst 10.70
        mia buys 1 @ 9.00
        sue sells 1 @ 9.00
        sue sells 1 @ 9.50
        sue sells 1 @ 9.60
        mia buys 1 @ 9.50
        ",
        expect![[r#"
            ann armed 1
            trade 1 @ 9  sue → mia
            trade 1 @ 9.5  sue → mia
            ann triggered at 9.5: 1 @ 9.7
            trade 1 @ 9.6  sue → ann
        "#]],
    );
}

#[test]
fn a_stop_is_canceled_by_its_user_alone() {
    check(
        "
        ann sells s: 10 stop 9.50 worst 9.00
        bob cancels s
        ann cancels s
        bob buys 1 @ 9.40
        cat sells 1 @ 9.40
        ",
        expect![[r#"
            ann armed 10
            ann left 10 @ 9: canceled_by_user, never rested
            trade 1 @ 9.4  cat → bob
        "#]],
    );
}
