//! An order that comes in another's place.

use super::scenario::check;
use expect_test::expect;

#[test]
fn one_leaves_and_the_other_comes_in_behind_those_at_its_price() {
    check(
        "
        ann sells a: 10 @ 10.00
        bob sells b: 10 @ 10.00
        ann replaces a with 10 left: sells a2: 15 @ 10.00
        cat buys 20 @ 10.00
        ",
        expect![[r#"
            ann left 10 @ 10: replaced
            trade 10 @ 10  bob → cat
            trade 10 @ 10  ann → cat
            ask 10 × 5 (ann)
        "#]],
    );
}

#[test]
fn what_comes_in_may_trade_at_once_but_not_with_what_it_replaces() {
    check(
        "
        ann buys a: 10 @ 9.00
        bob sells 5 @ 10.00
        ann replaces a with 10 left: buys a2: 10 @ 10.00
        ",
        expect![[r#"
            ann left 10 @ 9: replaced
            trade 5 @ 10  bob → ann
            bid 10 × 5 (ann)
        "#]],
    );
}

#[test]
fn after_the_last_fill_nothing_is_replaced() {
    check(
        "
        ann sells a: 10 @ 10.00
        bob buys 10 @ 10.00
        ann replaces a with 10 left: sells a2: 10 @ 9.00
        bob buys 10 @ 10.00
        ",
        expect![[r#"
            trade 10 @ 10  ann → bob
            ann left 10 @ 9: replaced_order_gone, never rested
            bid 10 × 10 (bob)
        "#]],
    );
}

#[test]
fn a_cancel_on_the_way_ends_the_replacement_too() {
    check(
        "
        ann sells a: 10 @ 10.00
        ann cancels a
        ann replaces a with 10 left: sells a2: 10 @ 9.00
        ann replaces never-seen with 10 left: sells a3: 10 @ 9.00
        ",
        expect![[r#"
            ann left 10 @ 10: canceled_by_user
            ann left 10 @ 9: replaced_order_gone, never rested
            ann left 10 @ 9: replaced_order_gone, never rested
        "#]],
    );
}

#[test]
fn what_is_filled_on_the_way_is_taken_off_what_comes_in() {
    check(
        "
        ann sells a: 10 @ 10.00
        bob buys 4 @ 10.00
        ann replaces a with 10 left: sells a2: 10 @ 11.00
        ",
        expect![[r#"
            trade 4 @ 10  ann → bob
            ann left 6 @ 10: replaced
            ann reduced by 4 to 6: filled_before_replaced
            ask 11 × 6 (ann)
        "#]],
    );
}

#[test]
fn of_a_part_filled_order_what_comes_in_is_as_large_as_it_says() {
    check(
        "
        ann sells a: 10 @ 10.00
        bob buys 4 @ 10.00
        ann replaces a with 6 left: sells a2: 10 @ 11.00
        ",
        expect![[r#"
            trade 4 @ 10  ann → bob
            ann left 6 @ 10: replaced
            ask 11 × 10 (ann)
        "#]],
    );
}

#[test]
fn where_more_was_filled_on_the_way_than_is_wanted_both_are_gone() {
    check(
        "
        ann sells a: 10 @ 10.00
        bob buys 4 @ 10.00
        ann replaces a with 10 left: sells a2: 3 @ 11.00
        ",
        expect![[r#"
            trade 4 @ 10  ann → bob
            ann left 6 @ 10: replaced
            ann left 3 @ 11: filled_before_replaced, never rested
        "#]],
    );
}

#[test]
fn nobody_replaces_anothers_order_or_one_of_the_other_side() {
    check(
        "
        ann sells a: 10 @ 10.00
        bob replaces a with 10 left: sells b: 10 @ 9.00
        ann replaces a with 10 left: buys a2: 10 @ 9.00
        ",
        expect![[r#"
            bob left 10 @ 9: replaced_order_gone, never rested
            ann left 10 @ 9: replaced_order_gone, never rested
            ask 10 × 10 (ann)
        "#]],
    );
}

#[test]
fn the_same_replacement_again_does_nothing() {
    check(
        "
        ann sells a: 10 @ 10.00
        ann replaces a with 10 left: sells a2: 10 @ 11.00
        ann replaces a with 10 left: sells a2: 10 @ 11.00
        ann sells b: 10 @ 12.00
        ann replaces b with 10 left: sells a2: 10 @ 13.00
        ",
        expect![[r#"
            ann left 10 @ 10: replaced
            ask 12 × 10 (ann)
            ask 11 × 10 (ann)
        "#]],
    );
}

#[test]
fn what_a_book_would_refuse_ends_both() {
    check(
        "
        ann buys a: 10 @ 9.00
        bob sells 5 @ 10.00
        ann replaces a with 10 left: buys a2: 10 @ 10.00 post-only
        ",
        expect![[r#"
            ann left 10 @ 9: replaced
            ann left 10 @ 10: would_trade, never rested
            ask 10 × 5 (bob)
        "#]],
    );
}

#[test]
fn stops_and_icebergs_replace_and_are_replaced() {
    check(
        "
        ann buys 1 @ 10.00
        bob sells 1 @ 10.00
        ann sells a: 10 @ 11.00 showing 4
        cat buys 2 @ 11.00
        ann replaces a with 10 left: sells a2: 10 stop 9.00 worst 8.50
        ann replaces a2 with 8 left: sells a3: 12 @ 12.00 showing 3
        ",
        expect![[r#"
            trade 1 @ 10  bob → ann
            trade 2 @ 11  ann → cat
            ann left 8 @ 11: replaced
            ann reduced by 2 to 8: filled_before_replaced
            ann armed 8
            ann left 8 @ 8.5: replaced, never rested
            ask 12 × 3 (ann, 9 unseen)
        "#]],
    );
}

#[test]
fn while_nobody_trades_a_replacement_waits_like_any_order() {
    check(
        "
        open with 20s auctions
        halted
        ann sells a: 10 @ 10.00
        bob buys 10 @ 10.00
        ann replaces a with 10 left: sells a2: 10 @ 9.00
        ",
        expect![[r#"
            phase halted
            ann left 10 @ 10: replaced
            ask 9 × 10 (ann)
            bid 10 × 10 (bob)
        "#]],
    );
}
