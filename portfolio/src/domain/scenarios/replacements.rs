//! Orders that come in others' places: what the one has set aside pays for the other.

use super::check;
use expect_test::expect;

#[test]
fn who_has_all_his_cash_in_an_order_can_replace_it_by_one_of_like_cost() {
    check(
        "
        fees 0 100
        ann has 101
        #1 ann buys 10 ACME @ 10
        #2 ann buys 5 ACME @ 20 instead of #1 with 10 left
        ann takes 0.01
        #1 yields to #2
        ",
        expect![[r#"
            ann takes 0.01: amount: 0.01 is asked for, 0 is available (insufficient_cash)
            ann: cash 101 (101 held)
            #1 Voided, 10 left
            #2 Pending, 5 left
            External 0: -101 cash
        "#]],
    );
}

/// Almost ten may be filled at the old price before the other comes in, for ten more.
#[test]
fn more_for_less_is_paid_for_as_if_the_one_were_filled_on_the_way() {
    check(
        "
        ann has 100
        #1 ann buys 10 ACME @ 10
        #2 ann buys 20 ACME @ 5 instead of #1 with 10 left
        ann has 50
        #3 ann buys 20 ACME @ 5 instead of #1 with 10 left
        ",
        expect![[r#"
            #2 ann buys 20 ACME @ 5 instead of #1 with 10 left: the order may cost 150 with its fee, 100 is available (insufficient_cash)
            ann: cash 150 (150 held)
            #1 Pending, 10 left, asked for 20 @ 5
            #2 Refused, 20 left
            #3 Pending, 0 left, 20 awaited
            External 0: -150 cash
        "#]],
    );
}

#[test]
fn what_the_other_costs_more_is_set_aside_or_refused_and_the_one_stays() {
    check(
        "
        ann has 100
        #1 ann buys 5 ACME @ 10
        #2 ann buys 11 ACME @ 10 instead of #1 with 5 left
        #3 ann buys 10 ACME @ 10 instead of #1 with 5 left
        ann takes 0.01
        #1 yields to #3
        ",
        expect![[r#"
            #2 ann buys 11 ACME @ 10 instead of #1 with 5 left: the order may cost 110 with its fee, 100 is available (insufficient_cash)
            ann takes 0.01: amount: 0.01 is asked for, 0 is available (insufficient_cash)
            ann: cash 100 (100 held)
            #1 Voided, 5 left
            #2 Refused, 11 left
            #3 Pending, 10 left
            External 0: -100 cash
        "#]],
    );
}

#[test]
fn what_is_filled_on_the_way_is_taken_off_the_other() {
    check(
        "
        ann has 100
        bob has 10 ACME for 10
        #1 ann buys 10 ACME @ 10
        #2 bob sells 10 ACME @ 1
        #3 ann buys 10 ACME @ 9 instead of #1 with 10 left
        #2 meets #1 4 @ 10
        #4 ann buys 1 ACME @ 1
        #1 yields to #3
        #3 shrinks by 4
        #2 meets #3 6 @ 9
        ",
        expect![[r#"
            #4 ann buys 1 ACME @ 1: the order may cost 1 with its fee, 0 is available (insufficient_cash)
            ann: cash 6; 10 ACME for 94, earned 0
            bob: cash 94; 0 ACME for 0, earned 84
            #1 Voided, 6 left
            #2 Posted, 0 left
            #3 Posted, 0 left
            #4 Refused, 1 left
            External 0: -100 cash
            External 0: -10 ACME
        "#]],
    );
}

#[test]
fn where_more_was_filled_than_the_other_wants_nothing_is_held_any_more() {
    check(
        "
        ann has 100
        bob has 10 ACME for 10
        #1 ann buys 10 ACME @ 10
        #2 bob sells 10 ACME @ 1
        #3 ann buys 3 ACME @ 11 instead of #1 with 10 left
        #2 meets #1 4 @ 10
        #1 yields to #3
        #3 leaves
        ",
        expect![[r#"
            ann: cash 60; 4 ACME for 40, earned 0
            bob: cash 40; 6 ACME (6 held) for 6, earned 36
            #1 Voided, 6 left
            #2 Pending, 6 left
            #3 Voided, 0 left
            External 0: -100 cash
            External 0: -10 ACME
        "#]],
    );
}

#[test]
fn after_the_last_fill_the_other_has_nothing_and_leaves() {
    check(
        "
        ann has 100
        bob has 10 ACME for 10
        #1 ann buys 10 ACME @ 10
        #2 bob sells 10 ACME @ 1
        #3 ann buys 5 ACME @ 12 instead of #1 with 10 left
        #2 meets #1 10 @ 10
        #4 ann buys 6 ACME @ 12 instead of #1 with 10 left
        #3 leaves
        ",
        expect![[r#"
            #4 ann buys 6 ACME @ 12 instead of #1 with 10 left: replaces: the order that it was to replace has ended (replaced_order_gone)
            ann: cash 0; 10 ACME for 100, earned 0
            bob: cash 100; 0 ACME for 0, earned 90
            #1 Posted, 0 left
            #2 Posted, 0 left
            #3 Voided, 0 left
            #4 Refused, 6 left
            External 0: -100 cash
            External 0: -10 ACME
        "#]],
    );
}

#[test]
fn shares_change_hands_between_two_orders_too() {
    check(
        "
        bob has 10 ACME for 10
        #1 bob sells 10 ACME @ 10
        #2 bob sells 11 ACME @ 9 instead of #1 with 10 left
        #3 bob sells 10 ACME @ 9 instead of #1 with 10 left
        #4 bob sells 1 ACME @ 9
        #1 yields to #3
        #4 bob sells 1 ACME @ 9
        #3 leaves
        ",
        expect![[r#"
            #2 bob sells 11 ACME @ 9 instead of #1 with 10 left: 11 ACME is to be sold, 10 is available (insufficient_shares)
            #4 bob sells 1 ACME @ 9: 1 ACME is to be sold, 0 is available (insufficient_shares)
            #4 bob sells 1 ACME @ 9: was decided before
            bob: cash 0; 10 ACME for 10, earned 0
            #1 Voided, 10 left
            #2 Refused, 11 left
            #3 Voided, 10 left
            #4 Refused, 1 left
            External 0: -10 ACME
        "#]],
    );
}

#[test]
fn one_change_at_a_time_and_only_of_ones_own_order_of_that_side() {
    check(
        "
        ann has 100
        bob has 100
        #1 ann buys 5 ACME @ 10
        #2 ann buys 5 ACME @ 9 instead of #1 with 5 left
        #3 ann buys 5 ACME @ 8 instead of #1 with 5 left
        #1 asks for 4 @ 10
        #4 ann buys 5 ACME @ 8 instead of #2 with 5 left
        #2 asks for 4 @ 9
        #5 bob buys 5 ACME @ 8 instead of #1 with 5 left
        #6 ann sells 5 ACME @ 8 instead of #1 with 5 left
        #7 ann buys 5 NEW @ 8 instead of #1 with 5 left
        #2 ann buys 5 ACME @ 9 instead of #1 with 5 left
        #1 yields to #3
        #1 yields to #2
        ",
        expect![[r#"
            #3 ann buys 5 ACME @ 8 instead of #1 with 5 left: the order is being changed already: ask again when that is decided (amendment_pending)
            #1 asks for 4 @ 10: the order is being changed already: ask again when that is decided (amendment_pending)
            #4 ann buys 5 ACME @ 8 instead of #2 with 5 left: the order is being changed already: ask again when that is decided (amendment_pending)
            #2 asks for 4 @ 9: the order is being changed already: ask again when that is decided (amendment_pending)
            #5 bob buys 5 ACME @ 8 instead of #1 with 5 left: replaces: the order that it was to replace has ended (replaced_order_gone)
            #6 ann sells 5 ACME @ 8 instead of #1 with 5 left: replaces: the order that it was to replace has ended (replaced_order_gone)
            #7 ann buys 5 NEW @ 8 instead of #1 with 5 left: replaces: the order that it was to replace has ended (replaced_order_gone)
            #2 ann buys 5 ACME @ 9 instead of #1 with 5 left: was decided before
            #1 yields to #3: poison: 5 of order 00000000-0000-0000-0000-000000000001 left for 00000000-0000-0000-0000-000000000003, which is not to have what is held for 5
            ann: cash 100 (45 held)
            bob: cash 100
            #1 Voided, 5 left
            #2 Pending, 5 left
            #3 Refused, 5 left
            #4 Refused, 5 left
            #5 Refused, 5 left
            #6 Refused, 5 left
            #7 Refused, 5 left
            External 0: -200 cash
        "#]],
    );
}

#[test]
fn no_part_of_a_bracket_is_replaced() {
    check(
        "
        ann has 100
        #1 ann buys 5 ACME @ 10 then #2 @ 15 or 8
        #3 ann buys 5 ACME @ 9 instead of #1 with 5 left
        #4 ann sells 5 ACME @ 9 instead of #2 with 5 left
        ",
        expect![[r#"
            #3 ann buys 5 ACME @ 9 instead of #1 with 5 left: what one order of a bracket buys is the other's: neither can be changed (not_amendable)
            #4 ann sells 5 ACME @ 9 instead of #2 with 5 left: what one order of a bracket buys is the other's: neither can be changed (not_amendable)
            ann: cash 100 (50 held)
            #1 Pending, 5 left
            #2 Pending, 0 left, 5 awaited
            #3 Refused, 5 left
            #4 Refused, 5 left
            External 0: -100 cash
        "#]],
    );
}
