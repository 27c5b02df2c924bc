//! Orders that change: both what they were and what they shall be is paid for, until the book decides.

use super::check;
use expect_test::expect;

#[test]
fn more_is_set_aside_until_the_book_decides() {
    check(
        "
        fees 0 100
        ann has 202
        #1 ann buys 10 ACME @ 10
        #1 asks for 20 @ 10
        ann takes 0.01
        #1 becomes 20 @ 10
        #1 leaves
        ",
        expect![[r#"
            ann takes 0.01: amount: 0.01 is asked for, 0 is available (insufficient_cash)
            ann: cash 202
            #1 Voided, 20 left
            External 0: -202 cash
        "#]],
    );
}

#[test]
fn less_is_given_back_when_the_book_has_decided() {
    check(
        "
        ann has 100
        bob has 10 ACME for 10
        #1 ann buys 10 ACME @ 10
        #1 asks for 4 @ 10
        #2 ann buys 1 ACME @ 1
        #1 gives up 6
        #3 bob sells 10 ACME @ 10
        #3 asks for 3 @ 9
        #4 bob sells 7 ACME @ 10
        #3 becomes 3 @ 9
        #5 bob sells 7 ACME @ 10
        ",
        expect![[r#"
            #2 ann buys 1 ACME @ 1: the order may cost 1 with its fee, 0 is available (insufficient_cash)
            #4 bob sells 7 ACME @ 10: 7 ACME is to be sold, 0 is available (insufficient_shares)
            ann: cash 100 (40 held)
            bob: cash 0; 10 ACME (10 held) for 10, earned 0
            #1 Pending, 4 left
            #2 Refused, 1 left
            #3 Pending, 3 left
            #4 Refused, 7 left
            #5 Pending, 7 left
            External 0: -100 cash
            External 0: -10 ACME
        "#]],
    );
}

#[test]
fn what_the_book_refuses_is_given_back() {
    check(
        "
        ann has 300
        bob has 20 ACME for 20
        #1 ann buys 10 ACME @ 10
        #1 asks for 15 @ 20
        #1 stays
        #2 bob sells 10 ACME @ 10
        #2 asks for 20 @ 12
        #3 bob sells 1 ACME @ 10
        #2 stays
        #4 bob sells 10 ACME @ 10
        ",
        expect![[r#"
            #3 bob sells 1 ACME @ 10: 1 ACME is to be sold, 0 is available (insufficient_shares)
            ann: cash 300 (100 held)
            bob: cash 0; 20 ACME (20 held) for 20, earned 0
            #1 Pending, 10 left
            #2 Pending, 10 left
            #3 Refused, 1 left
            #4 Pending, 10 left
            External 0: -300 cash
            External 0: -20 ACME
        "#]],
    );
}

#[test]
fn a_change_that_cannot_be_paid_for_changes_nothing() {
    check(
        "
        fees 0 100
        ann has 110
        bob has 10 ACME for 10
        #1 ann buys 10 ACME @ 10
        #1 asks for 10 @ 11
        #1 asks for 11 @ 10
        #2 bob sells 8 ACME @ 10
        #2 asks for 11 @ 10
        #2 asks for 10 @ 10
        #2 stays
        ",
        expect![[r#"
            #1 asks for 10 @ 11: the changed order may cost 111.1 with its fee, 110 is available (insufficient_cash)
            #1 asks for 11 @ 10: the changed order may cost 111.1 with its fee, 110 is available (insufficient_cash)
            #2 asks for 11 @ 10: 11 ACME is to be sold, 10 is available (insufficient_shares)
            ann: cash 110 (101 held)
            bob: cash 0; 10 ACME (8 held) for 10, earned 0
            #1 Pending, 10 left
            #2 Pending, 8 left
            External 0: -110 cash
            External 0: -10 ACME
        "#]],
    );
}

#[test]
fn a_change_is_asked_for_once() {
    check(
        "
        ann has 200
        #1 ann buys 10 ACME @ 10
        #1 asks for 12 @ 10
        #1 asks for 12 @ 10
        #1 asks for 13 @ 10
        #1 stays
        #1 stays
        #1 asks for 13 @ 10
        #1 leaves
        #1 asks for 13 @ 10
        ",
        expect![[r#"
            #1 asks for 12 @ 10: was decided before
            #1 asks for 13 @ 10: the order is being changed already: ask again when that is decided (amendment_pending)
            #1 asks for 13 @ 10: was decided before
            ann: cash 200
            #1 Voided, 10 left
            External 0: -200 cash
        "#]],
    );
}

#[test]
fn fills_at_the_old_price_leave_enough_for_the_new_one() {
    check(
        "
        ann has 199
        bob has 100 ACME for 100
        #1 ann buys 10 ACME @ 10
        #1 asks for 109 @ 1
        #9 bob sells 100 ACME @ 1
        #1 meets #9 9 @ 10
        #1 becomes 100 @ 1
        #1 meets #9 1 @ 1
        ",
        expect![[r#"
            ann: cash 108 (99 held); 10 ACME for 91, earned 0
            bob: cash 91; 90 ACME (90 held) for 90, earned 81
            #1 Pending, 99 left
            #9 Pending, 90 left
            External 0: -199 cash
            External 0: -100 ACME
        "#]],
    );
}

#[test]
fn a_last_fill_ends_the_change_under_way() {
    check(
        "
        ann has 300
        bob has 20 ACME for 20
        #1 ann buys 10 ACME @ 10
        #1 asks for 15 @ 20
        #2 bob sells 10 ACME @ 10
        #2 asks for 20 @ 9
        #2 meets #1 4 @ 10
        #2 meets #1 6 @ 10
        #1 becomes 5 @ 20
        ",
        expect![[r#"
            #1 becomes 5 @ 20: poison: the hold of order 00000000-0000-0000-0000-000000000001 has ended: Posted
            ann: cash 200; 10 ACME for 100, earned 0
            bob: cash 100; 10 ACME for 10, earned 90
            #1 Posted, 0 left
            #2 Posted, 0 left
            External 0: -300 cash
            External 0: -20 ACME
        "#]],
    );
}

#[test]
fn an_order_that_leaves_takes_its_change_along() {
    check(
        "
        ann has 300
        #1 ann buys 10 ACME @ 10
        #1 asks for 15 @ 20
        #1 shrinks by 4
        #1 leaves
        #2 ann buys 10 ACME @ 10
        #2 asks for 5 @ 20
        #2 shrinks by 10
        #3 ann buys 10 ACME @ 10
        #3 asks for 5 @ 20
        #3 gives up 10
        ",
        expect![[r#"
            ann: cash 300
            #1 Voided, 6 left
            #2 Voided, 0 left
            #3 Voided, 0 left
            External 0: -300 cash
        "#]],
    );
}

#[test]
fn a_filled_order_that_gives_up_the_rest_is_posted() {
    check(
        "
        ann has 100
        bob has 20 ACME for 20
        #1 ann buys 10 ACME @ 10
        #2 bob sells 6 ACME @ 10
        #1 asks for 5 @ 11
        #2 meets #1 6 @ 10
        #1 gives up 4
        ",
        expect![[r#"
            ann: cash 40; 6 ACME for 60, earned 0
            bob: cash 60; 14 ACME for 14, earned 54
            #1 Posted, 0 left
            #2 Posted, 0 left
            External 0: -100 cash
            External 0: -20 ACME
        "#]],
    );
}

#[test]
fn a_change_that_changes_nothing_is_over_all_the_same() {
    check(
        "
        ann has 200
        #1 ann buys 10 ACME @ 10
        #1 asks for 10 @ 9
        #1 rests at 9
        #1 gives up 0
        ",
        expect![[r#"
            ann: cash 200 (90 held)
            #1 Pending, 10 left
            External 0: -200 cash
        "#]],
    );
}

#[test]
fn a_repriced_order_may_be_changing() {
    check(
        "
        ann has 200
        #1 ann buys 10 ACME @ 10
        #1 asks for 20 @ 9
        #1 rests at 8
        #1 becomes 20 @ 9
        #1 rests at 8.50
        ",
        expect![[r#"
            ann: cash 200 (170 held)
            #1 Pending, 20 left
            External 0: -200 cash
        "#]],
    );
}

#[test]
fn the_book_changes_only_what_was_asked_for() {
    check(
        "
        ann has 1000
        #1 ann buys 10 ACME @ 10
        #1 becomes 10 @ 11
        #1 asks for 12 @ 11
        #1 becomes 13 @ 11
        #1 becomes 12 @ 11.01
        #1 becomes 0 @ 11
        #1 becomes 12 @ 11
        #1 becomes 12 @ 11
        ",
        expect![[r#"
            #1 becomes 10 @ 11: poison: order 00000000-0000-0000-0000-000000000001: 10 became 10 @ 11; of 10, nothing was asked for
            #1 becomes 13 @ 11: poison: order 00000000-0000-0000-0000-000000000001: 10 became 13 @ 11; of 10, 12 instead of 10 @ 11 was asked for
            #1 becomes 12 @ 11.01: poison: order 00000000-0000-0000-0000-000000000001: 10 became 12 @ 11.01; of 10, 12 instead of 10 @ 11 was asked for
            #1 becomes 0 @ 11: poison: order 00000000-0000-0000-0000-000000000001: 10 became 0 @ 11; of 10, 12 instead of 10 @ 11 was asked for
            #1 becomes 12 @ 11: poison: order 00000000-0000-0000-0000-000000000001: 12 became 12 @ 11; of 12, nothing was asked for
            ann: cash 1000 (132 held)
            #1 Pending, 12 left
            External 0: -1000 cash
        "#]],
    );
}

#[test]
fn neither_order_of_a_bracket_changes_while_one_buys_for_the_other() {
    check(
        "
        ann has 100
        bob has 100 ACME for 100
        #9 bob sells 100 ACME @ 1
        #1 ann buys 5 ACME @ 10 then #2 @ 15
        #1 asks for 6 @ 10
        #2 asks for 6 @ 10
        #1 meets #9 5 @ 10
        #2 asks for 4 @ 16
        ",
        expect![[r#"
            #1 asks for 6 @ 10: what one order of a bracket buys is the other's: neither can be changed (not_amendable)
            #2 asks for 6 @ 10: what one order of a bracket buys is the other's: neither can be changed (not_amendable)
            ann: cash 50; 5 ACME (5 held) for 50, earned 0
            bob: cash 50; 95 ACME (95 held) for 95, earned 45
            #1 Posted, 0 left
            #2 Pending, 5 left, asked for 4 @ 16
            #9 Pending, 95 left
            External 0: -100 cash
            External 0: -100 ACME
        "#]],
    );
}

#[test]
fn a_change_of_nothing_or_to_nothing_is_refused() {
    check(
        "
        ann has 100
        #1 ann buys 5 ACME @ 10
        #1 asks for 0 @ 10
        #1 asks for 5 @ 0
        #1 asks for 9000000000000 @ 10
        #1 asks for 5.001 @ 0.0001
        ",
        expect![[r#"
            #1 asks for 0 @ 10: quantity: price and quantity must be greater than 0 (out_of_range)
            #1 asks for 5 @ 0: quantity: price and quantity must be greater than 0 (out_of_range)
            #1 asks for 9000000000000 @ 10: quantity: the amount is too large (out_of_range)
            #1 asks for 5.001 @ 0.0001: quantity: price × quantity is not a whole number of millionths (out_of_range)
            ann: cash 100 (50 held)
            #1 Pending, 5 left
            External 0: -100 cash
        "#]],
    );
}
