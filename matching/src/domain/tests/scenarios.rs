//! What books must do, each in the words of whoever once got it wrong.

use super::scenario::check;
use expect_test::expect;

#[test]
fn the_earlier_order_at_a_price_trades_first() {
    check(
        "
        ann sells 100 @ 10.00
        bob sells 100 @ 10.00
        cat buys  150 @ 10.00
        ",
        expect![[r#"
            trade 100 @ 10  ann → cat
            trade 50 @ 10  bob → cat
            ask 10 × 50 (bob)
        "#]],
    );
}

#[test]
fn the_cheapest_seller_trades_first() {
    check(
        "
        ann sells 100 @ 10.02
        bob sells 100 @ 10.00
        cid sells 100 @ 10.01
        dan buys  250 @ 10.02
        ",
        expect![[r#"
            trade 100 @ 10  bob → dan
            trade 100 @ 10.01  cid → dan
            trade 50 @ 10.02  ann → dan
            ask 10.02 × 50 (ann)
        "#]],
    );
}

#[test]
fn the_highest_bidder_trades_first_at_his_own_price() {
    check(
        "
        ann buys  100 @ 9.98
        bob buys  100 @ 10.00
        cid buys  100 @ 9.99
        dan sells 150 @ 9.50
        ",
        expect![[r#"
            trade 100 @ 10  dan → bob
            trade 50 @ 9.99  dan → cid
            bid 9.99 × 50 (cid)
            bid 9.98 × 100 (ann)
        "#]],
    );
}

#[test]
fn equal_prices_match() {
    check(
        "
        ann buys  5 @ 10.00
        bob sells 5 @ 10.00
        ",
        expect![[r#"
            trade 5 @ 10  bob → ann
        "#]],
    );
}

#[test]
fn a_buy_may_empty_the_ask_side_and_its_rest_rests() {
    check(
        "
        ann sells 10 @ 10.00
        bob buys  30 @ 10.00
        cid sells 5  @ 10.00
        ",
        expect![[r#"
            trade 10 @ 10  ann → bob
            trade 5 @ 10  cid → bob
            bid 10 × 15 (bob)
        "#]],
    );
}

#[test]
fn selling_ten_of_a_hundred_leaves_ninety() {
    check(
        "
        ann sells 100 @ 10.00
        bob buys  10  @ 10.00
        cid buys  10  @ 10.00
        ",
        expect![[r#"
            trade 10 @ 10  ann → bob
            trade 10 @ 10  ann → cid
            ask 10 × 80 (ann)
        "#]],
    );
}

#[test]
fn a_partial_fill_keeps_its_place() {
    check(
        "
        ann sells 100 @ 10.00
        bob sells 100 @ 10.00
        cat buys  40  @ 10.00
        dan sells 100 @ 10.00
        eve buys  100 @ 10.00
        ",
        expect![[r#"
            trade 40 @ 10  ann → cat
            trade 60 @ 10  ann → eve
            trade 40 @ 10  bob → eve
            ask 10 × 100 (dan)
            ask 10 × 60 (bob)
        "#]],
    );
}

#[test]
fn a_cancel_takes_only_its_order_out_of_the_queue() {
    check(
        "
        ann sells a: 10 @ 10.00
        bob sells b: 20 @ 10.00
        cid sells c: 30 @ 10.00
        bob cancels b
        cat buys 35 @ 10.00
        ",
        expect![[r#"
            bob left 20 @ 10: canceled_by_user
            trade 10 @ 10  ann → cat
            trade 25 @ 10  cid → cat
            ask 10 × 5 (cid)
        "#]],
    );
}

#[test]
fn a_cancel_behind_filled_orders_finds_its_own() {
    check(
        "
        ann sells a: 10 @ 10.00
        bob sells b: 10 @ 10.00
        cid sells c: 10 @ 10.00
        dan buys 10 @ 10.00
        bob cancels b
        cid cancels c
        eve sells 5 @ 10.00
        dan buys 10 @ 10.00
        ",
        expect![[r#"
            trade 10 @ 10  ann → dan
            bob left 10 @ 10: canceled_by_user
            cid left 10 @ 10: canceled_by_user
            trade 5 @ 10  eve → dan
            bid 10 × 5 (dan)
        "#]],
    );
}

#[test]
fn after_the_best_level_is_gone_the_next_is_the_best() {
    check(
        "
        ann sells a: 10 @ 10.00
        bob sells b: 10 @ 10.05
        cid sells c: 10 @ 11.00
        ann cancels a
        dan buys 5 @ 10.50
        bob cancels b
        dan buys 5 @ 10.50
        dan buys 5 @ 11.00
        eve sells 10 @ 10.00
        ",
        expect![[r#"
            ann left 10 @ 10: canceled_by_user
            trade 5 @ 10.05  bob → dan
            bob left 5 @ 10.05: canceled_by_user
            trade 5 @ 11  cid → dan
            trade 5 @ 10.5  eve → dan
            ask 11 × 5 (cid)
            ask 10 × 5 (eve)
        "#]],
    );
}

#[test]
fn a_cancel_of_a_part_filled_order_gives_back_only_the_rest() {
    check(
        "
        ann sells a: 100 @ 10.00
        bob buys 30 @ 10.00
        ann cancels a
        cat buys 10 @ 10.00
        ",
        expect![[r#"
            trade 30 @ 10  ann → bob
            ann left 70 @ 10: canceled_by_user
            bid 10 × 10 (cat)
        "#]],
    );
}

#[test]
fn a_cancel_that_comes_after_the_fill_changes_nothing() {
    check(
        "
        ann sells a: 10 @ 10.00
        bob buys 10 @ 10.00
        ann cancels a
        ann cancels a
        ann cancels never-seen
        ",
        expect![[r#"
            trade 10 @ 10  ann → bob
        "#]],
    );
}

#[test]
fn nobody_cancels_for_another() {
    check(
        "
        ann sells a: 10 @ 10.00
        bob cancels a
        ",
        expect![[r#"
            ask 10 × 10 (ann)
        "#]],
    );
}

#[test]
fn the_rest_of_an_order_that_would_meet_its_own_user_is_canceled() {
    check(
        "
        ann sells 10 @ 10.00
        bob sells 10 @ 10.01
        cid sells 10 @ 10.02
        bob buys  30 @ 10.05
        ",
        expect![[r#"
            trade 10 @ 10  ann → bob
            bob left 20 @ 10.05: self_trade, never rested
            ask 10.02 × 10 (cid)
            ask 10.01 × 10 (bob)
        "#]],
    );
}

#[test]
fn own_orders_out_of_reach_are_no_self_trade() {
    check(
        "
        ann sells 10 @ 10.01
        ann buys  10 @ 10.00
        bob sells 10 @ 10.01
        cid buys  5  @ 10.01
        ",
        expect![[r#"
            trade 5 @ 10.01  ann → cid
            ask 10.01 × 10 (bob)
            ask 10.01 × 5 (ann)
            bid 10 × 10 (ann)
        "#]],
    );
}

#[test]
fn an_order_that_came_twice_trades_once() {
    check(
        "
        ann sells a: 10 @ 10.00
        ann sells a: 10 @ 10.00
        bob buys  b: 15 @ 10.00
        bob buys  b: 15 @ 10.00
        cid sells c: 5  @ 10.00
        bob buys  b: 15 @ 10.00
        ",
        expect![[r#"
            trade 10 @ 10  ann → bob
            trade 5 @ 10  cid → bob
        "#]],
    );
}

#[test]
fn an_unmatched_order_in_one_stock_hides_nothing_in_another() {
    check(
        "
        in AAA
        ann sells 10 @ 10.00
        in BBB
        bob sells 10 @ 5.00
        cat buys  10 @ 5.00
        ",
        expect![[r#"
            trade 10 @ 5  bob → cat
            AAA ask 10 × 10 (ann)
        "#]],
    );
}
