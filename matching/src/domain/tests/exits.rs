//! Orders that belong together: the two prices of an OCO order, a bracket's entry and exit.

use super::scenario::check;
use expect_test::expect;

#[test]
fn of_an_ocos_prices_the_limit_ends_the_stop() {
    check(
        "
        ann sells o: 10 @ 11.00 or stop 9.50 worst 9.00
        bob buys 10 @ 11.00
        mia buys 1 @ 9.40
        sue sells 1 @ 9.40
        ",
        expect![[r#"
            trade 10 @ 11  ann → bob
            trade 1 @ 9.4  sue → mia
        "#]],
    );
}

#[test]
fn of_an_ocos_prices_the_stop_ends_the_limit_for_what_is_left() {
    check(
        "
        ann sells o: 10 @ 11.00 or stop 9.50 worst 9.00
        bob buys 4 @ 11.00
        mia buys 1 @ 9.40
        mia buys 9 @ 9.20
        sue sells 1 @ 9.40
        bob buys 4 @ 11.00
        ",
        expect![[r#"
            trade 4 @ 11  ann → bob
            trade 1 @ 9.4  sue → mia
            ann triggered at 9.5: 6 @ 9, was @ 11
            trade 6 @ 9.2  ann → mia
            bid 11 × 4 (bob)
            bid 9.2 × 3 (mia)
        "#]],
    );
}

#[test]
fn an_ocos_stop_may_have_a_limit_of_its_own() {
    check(
        "
        ann sells o: 10 @ 11.00 or stop 9.50 limit 9.45
        mia buys 1 @ 9.50
        sue sells 1 @ 9.50
        ",
        expect![[r#"
            trade 1 @ 9.5  sue → mia
            ann triggered at 9.5: 10 @ 9.45, was @ 11
            ask 9.45 × 10 (ann)
        "#]],
    );
}

#[test]
fn an_exit_comes_in_when_its_entry_is_filled() {
    check(
        "
        ann buys e: 10 @ 10.00 then x: 11.00 or stop 9.00 worst 8.50
        bob sells 4 @ 10.00
        bob sells 6 @ 10.00
        ",
        expect![[r#"
            ann armed 10
            trade 4 @ 10  bob → ann
            trade 6 @ 10  bob → ann
            ask 11 × 10 (ann)
        "#]],
    );
}

#[test]
fn an_exit_takes_its_profit_or_stops_its_loss() {
    let entered = "
        ann buys e: 10 @ 10.00 then x: 11.00 or stop 9.00 worst 8.50
        bob sells 10 @ 10.00
        ";
    check(
        &format!("{entered}\n cat buys 10 @ 11.00"),
        expect![[r#"
            ann armed 10
            trade 10 @ 10  bob → ann
            trade 10 @ 11  ann → cat
        "#]],
    );
    check(
        &format!("{entered}\n mia buys 20 @ 9.00\n sue sells 1 @ 9.00"),
        expect![[r#"
            ann armed 10
            trade 10 @ 10  bob → ann
            trade 1 @ 9  sue → mia
            ann triggered at 9: 10 @ 8.5, was @ 11
            trade 10 @ 9  ann → mia
            bid 9 × 9 (mia)
        "#]],
    );
}

#[test]
fn an_exit_is_for_what_its_entry_was_filled_by() {
    check(
        "
        ann buys e: 10 @ 10.00 then x: 11.00
        bob sells 4 @ 10.00
        ann cancels e
        ",
        expect![[r#"
            ann armed 10
            trade 4 @ 10  bob → ann
            ann left 6 @ 10: canceled_by_user
            ann reduced by 6 to 4: entry_ended
            ask 11 × 4 (ann)
        "#]],
    );
    check(
        "
        ann buys e: 10 @ 10.00 then x: stop 9.00 worst 8.50
        ann cancels e
        bob sells 5 at market worst 9.00
        ",
        expect![[r#"
            ann armed 10
            ann left 10 @ 10: canceled_by_user
            ann left 10 @ 8.5: entry_ended, never rested
            bob left 5 @ 9: no_liquidity, never rested
        "#]],
    );
}

#[test]
fn an_exit_may_be_given_up_while_its_entry_goes_on() {
    check(
        "
        ann buys e: 10 @ 10.00 then x: 11.00
        ann cancels x
        bob sells 10 @ 10.00
        ",
        expect![[r#"
            ann armed 10
            ann left 10 @ 11: canceled_by_user, never rested
            trade 10 @ 10  bob → ann
        "#]],
    );
}

#[test]
fn a_market_order_may_enter_too() {
    check(
        "
        bob sells 4 @ 10.00
        ann buys e: 10 at market worst 10.50 then x: 11.00
        ",
        expect![[r#"
            ann armed 10
            trade 4 @ 10  bob → ann
            ann left 6 @ 10.5: no_liquidity, never rested
            ann reduced by 6 to 4: entry_ended
            ask 11 × 4 (ann)
        "#]],
    );
}

#[test]
fn an_exit_whose_stop_is_met_as_it_comes_in_leaves_at_once() {
    check(
        "
        mia buys 9 @ 9.00
        ann buys e: 10 @ 10.00 then x: 12.00 or stop 10.00 worst 8.50
        bob sells 9 @ 10.00
        cat sells 1 @ 10.00
        ",
        expect![[r#"
            ann armed 10
            trade 9 @ 10  bob → ann
            trade 1 @ 10  cat → ann
            ann triggered at 10: 10 @ 8.5, was @ 12
            trade 9 @ 9  ann → mia
            ann left 1 @ 8.5: no_liquidity, never rested
        "#]],
    );
}
