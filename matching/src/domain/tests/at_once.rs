//! Orders that do not wait: market, immediate or cancel, fill or kill; and those that do nothing else.

use super::scenario::check;
use expect_test::expect;

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
