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
        #2 ann buys 20 ACME @ 5 instead of #1 with 10 left
        ann takes 0.01
        #1 yields to #2
        ",
        expect![[]],
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
        expect![[]],
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
        #3 ann buys 20 ACME @ 5 instead of #1 with 10 left
        #2 meets #1 4 @ 10
        #4 ann buys 1 ACME @ 1
        #1 yields to #3
        #3 shrinks by 4
        #2 meets #3 6 @ 5
        ",
        expect![[]],
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
        expect![[]],
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
        expect![[]],
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
        expect![[]],
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
        expect![[]],
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
        expect![[]],
    );
}
