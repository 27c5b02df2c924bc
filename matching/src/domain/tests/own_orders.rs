//! Self-trades are prevented, in the way that the incoming order chose.

use super::scenario::check;
use expect_test::expect;

#[test]
fn the_oldest_is_canceled_and_the_newest_goes_on() {
    check(
        "
        ann sells 5 @ 10.00
        bob sells 5 @ 10.00
        ann buys 8 @ 10.00 cancel-oldest
        ",
        expect![[r#"
            ann left 5 @ 10: self_trade
            trade 5 @ 10  bob → ann
            bid 10 × 3 (ann)
        "#]],
    );
}

#[test]
fn both_are_canceled() {
    check(
        "
        bob sells 2 @ 10.00
        ann sells 5 @ 10.00
        bob sells 5 @ 10.00
        ann buys 8 @ 10.00 cancel-both
        ",
        expect![[r#"
            trade 2 @ 10  bob → ann
            ann left 5 @ 10: self_trade
            ann left 6 @ 10: self_trade, never rested
            ask 10 × 5 (bob)
        "#]],
    );
}

#[test]
fn both_are_smaller_by_what_they_would_have_traded() {
    check(
        "
        ann sells 5 @ 10.00
        bob sells 5 @ 10.00
        ann buys 8 @ 10.00 decrement
        ",
        expect![[r#"
            ann left 5 @ 10: self_trade
            ann reduced by 5 to 3: self_trade
            trade 3 @ 10  bob → ann
            ask 10 × 2 (bob)
        "#]],
    );
    check(
        "
        ann sells 5 @ 10.00
        ann buys 3 @ 10.00 decrement
        ann buys 2 @ 10.00 decrement
        ",
        expect![[r#"
            ann reduced by 3 to 2: self_trade
            ann left 3 @ 10: self_trade, never rested
            ann left 2 @ 10: self_trade
            ann left 2 @ 10: self_trade, never rested
        "#]],
    );
}

#[test]
fn an_iceberg_loses_first_what_nobody_sees() {
    check(
        "
        ann sells 30 @ 10.00 showing 10
        ann buys 25 @ 10.00 decrement
        ",
        expect![[r#"
            ann reduced by 25 to 5: self_trade
            ann left 25 @ 10: self_trade, never rested
            ask 10 × 5 (ann)
        "#]],
    );
}

#[test]
fn in_an_auction_nobody_is_the_newest_so_both_are_smaller() {
    check(
        "
        open with 20s auctions
        halted
        ann sells 5 @ 10.00
        ann buys 8 @ 10.00 cancel-both
        bob sells 1 @ 10.00
        open with 20s auctions
        after 20s
        ",
        expect![[r#"
            phase halted
            phase auction until 20s
            indicated 6 @ 10, 2 more to buy
            ann reduced by 5 to 3: self_trade
            ann left 5 @ 10: self_trade
            trade 1 @ 10  bob → ann, auction
            phase continuous
            bid 10 × 2 (ann)
        "#]],
    );
}
