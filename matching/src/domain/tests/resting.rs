//! Orders that rest: icebergs, repriced ones, amendments, orders that expire.

use super::scenario::check;
use expect_test::expect;

#[test]
fn an_iceberg_shows_a_part_and_goes_behind_the_others_with_the_next() {
    check(
        "
        ann sells 30 @ 10.00 showing 10
        bob sells 10 @ 10.00
        cat buys 15 @ 10.00
        dan buys 10 @ 10.00
        ",
        expect![[r#"
            trade 10 @ 10  ann → cat
            trade 5 @ 10  bob → cat
            trade 5 @ 10  bob → dan
            trade 5 @ 10  ann → dan
            ask 10 × 5 (ann, 10 unseen)
        "#]],
    );
}

#[test]
fn an_iceberg_is_filled_to_its_end_and_what_comes_in_trades_with_all_of_it() {
    check(
        "
        ann sells 25 @ 10.00 showing 10
        cat buys 30 @ 10.00
        ",
        expect![[r#"
            trade 10 @ 10  ann → cat
            trade 10 @ 10  ann → cat
            trade 5 @ 10  ann → cat
            bid 10 × 5 (cat)
        "#]],
    );
    check(
        "
        ann sells 25 @ 10.00 showing 10
        cat buys 25 @ 10.00 fok
        ",
        expect![[r#"
            trade 10 @ 10  ann → cat
            trade 10 @ 10  ann → cat
            trade 5 @ 10  ann → cat
        "#]],
    );
}

#[test]
fn an_iceberg_that_leaves_takes_along_what_nobody_saw() {
    check(
        "
        ann sells i: 30 @ 10.00 showing 10
        cat buys 4 @ 10.00
        ann cancels i
        ",
        expect![[r#"
            trade 4 @ 10  ann → cat
            ann left 26 @ 10: canceled_by_user
        "#]],
    );
}

#[test]
fn a_repriced_order_rests_a_tick_away_from_the_other_side() {
    check(
        "
        ann sells 5 @ 10.00
        bob buys 5 @ 10.20 repriced
        cat buys 5 @ 9.00 repriced
        dan sells 1 @ 9.98 repriced
        ",
        expect![[r#"
            ask 10 × 1 (dan)
            ask 10 × 5 (ann)
            bid 9.99 × 5 (bob)
            bid 9 × 5 (cat)
        "#]],
    );
}

#[test]
fn an_order_that_only_shrinks_keeps_its_place() {
    check(
        "
        ann sells a: 10 @ 10.00
        bob sells b: 10 @ 10.00
        ann amends a from 10 to 4 @ 10.00
        cat buys 5 @ 10.00
        ",
        expect![[r#"
            ann reduced by 6 to 4: amended_by_user
            trade 4 @ 10  ann → cat
            trade 1 @ 10  bob → cat
            ask 10 × 9 (bob)
        "#]],
    );
}

#[test]
fn an_order_that_grows_or_moves_goes_behind_the_others() {
    check(
        "
        ann sells a: 10 @ 10.00
        bob sells b: 10 @ 10.00
        ann amends a from 10 to 11 @ 10.00
        cat buys 5 @ 10.00
        bob amends b from 10 to 10 @ 10.01
        bob amends b from 10 to 10 @ 10.00
        cat buys 5 @ 10.00
        ",
        expect![[r#"
            ann amended 10 @ 10 to 11 @ 10
            trade 5 @ 10  bob → cat
            bob amended 5 @ 10 to 5 @ 10.01
            bob amended 5 @ 10.01 to 5 @ 10
            trade 5 @ 10  ann → cat
            ask 10 × 5 (bob)
            ask 10 × 6 (ann)
        "#]],
    );
}

#[test]
fn an_amended_order_trades_where_it_comes_to() {
    check(
        "
        ann sells 5 @ 10.00
        bob buys b: 8 @ 9.00
        bob amends b from 8 to 8 @ 10.00
        ",
        expect![[r#"
            bob amended 8 @ 9 to 8 @ 10
            trade 5 @ 10  ann → bob
            bid 10 × 3 (bob)
        "#]],
    );
}

#[test]
fn a_post_only_order_is_not_amended_into_a_trade() {
    check(
        "
        ann sells 5 @ 10.00
        bob buys b: 8 @ 9.00 post-only
        bob amends b from 8 to 9 @ 10.00
        bob amends b from 8 to 9 @ 9.50
        ",
        expect![[r#"
            bob not amended: would_trade
            bob amended 8 @ 9 to 9 @ 9.5
            ask 10 × 5 (ann)
            bid 9.5 × 9 (bob)
        "#]],
    );
}

/// The amendment was asked for before the fill, and arrives after it.
#[test]
fn a_fill_on_the_way_does_not_count_twice() {
    check(
        "
        ann sells a: 10 @ 10.00
        bob buys 6 @ 10.00
        ann amends a from 10 to 8 @ 10.00
        ",
        expect![[r#"
            trade 6 @ 10  ann → bob
            ann reduced by 2 to 2: amended_by_user
            ask 10 × 2 (ann)
        "#]],
    );
    check(
        "
        ann sells a: 10 @ 10.00
        bob buys 6 @ 10.00
        ann amends a from 10 to 5 @ 10.00
        bob buys 1 @ 10.00
        ",
        expect![[r#"
            trade 6 @ 10  ann → bob
            ann reduced by 4 to 0: amended_by_user
            bid 10 × 1 (bob)
        "#]],
    );
}

#[test]
fn nobody_amends_for_another_nor_what_has_ended() {
    check(
        "
        ann sells a: 10 @ 10.00
        bob amends a from 10 to 5 @ 10.00
        bob buys 10 @ 10.00
        ann amends a from 10 to 20 @ 10.00
        ann sells s: 5 stop 9.00 worst 8.00
        ann amends s from 5 to 4 @ 8.00
        ",
        expect![[r#"
            trade 10 @ 10  ann → bob
            ann armed 5
            ann not amended: not_amendable
            waits: sell 5 @ 8 (ann)
        "#]],
    );
}

#[test]
fn an_iceberg_shrinks_by_what_nobody_sees_first() {
    check(
        "
        ann sells i: 30 @ 10.00 showing 10
        ann amends i from 30 to 15 @ 10.00
        ann amends i from 15 to 7 @ 10.00
        ann amends i from 7 to 30 @ 10.01
        ",
        expect![[r#"
            ann reduced by 15 to 15: amended_by_user
            ann reduced by 8 to 7: amended_by_user
            ann amended 7 @ 10 to 30 @ 10.01
            ask 10.01 × 10 (ann, 20 unseen)
        "#]],
    );
}

#[test]
fn an_order_is_gone_when_its_time_is_over() {
    check(
        "
        ann sells a: 10 @ 10.00 until 60s
        bob sells b: 10 stop 9.00 worst 8.00 until 30s
        after 29s
        after 1s
        cat buys 4 @ 10.00
        after 30s
        cat buys 4 @ 10.00
        dan buys 4 @ 10.00 until 60s
        ",
        expect![[r#"
            bob armed 10
            bob left 10 @ 8: expired, never rested
            trade 4 @ 10  ann → cat
            ann left 6 @ 10: expired
            dan left 4 @ 10: expired, never rested
            bid 10 × 4 (cat)
        "#]],
    );
}
