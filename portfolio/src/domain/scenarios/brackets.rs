//! Two orders at once: one enters, and what it gets the other leaves again.

use super::check;
use expect_test::expect;

#[test]
fn what_an_entry_buys_is_never_available_while_its_exit_lives() {
    check(
        "
        ann has 100
        bob has 100 ACME for 100
        #9 bob sells 100 ACME @ 1
        #1 ann buys 10 ACME @ 10 then #2 @ 15 or 8
        #1 meets #9 4 @ 10
        #3 ann sells 1 ACME @ 1
        #1 meets #9 6 @ 9
        #4 ann sells 1 ACME @ 1
        ",
        expect![[r#"
            #3 ann sells 1 ACME @ 1: 1 ACME is to be sold, 0 is available (insufficient_shares)
            #4 ann sells 1 ACME @ 1: 1 ACME is to be sold, 0 is available (insufficient_shares)
            ann: cash 6; 10 ACME (10 held) for 94, earned 0
            bob: cash 94; 90 ACME (90 held) for 90, earned 84
            #1 Posted, 0 left
            #2 Pending, 10 left
            #3 Refused, 1 left
            #4 Refused, 1 left
            #9 Pending, 90 left
            External 0: -100 cash
            External 0: -100 ACME
        "#]],
    );
}

#[test]
fn an_exit_sells_what_its_entry_has_bought() {
    check(
        "
        fees 10 20
        ann has 110
        bob has 100 ACME for 100
        cat has 1000
        #9 bob sells 100 ACME @ 1
        #8 cat buys 100 ACME @ 9
        #1 ann buys 10 ACME @ 10 then #2 @ 15 or 8
        #1 meets #9 10 @ 10
        #2 meets #8 3 @ 9
        #2 meets #8 7 @ 8
        ",
        expect![[r#"
            ann: cash 92.634; 0 ACME for 0, earned -17.366
            bob: cash 99.9; 90 ACME (90 held) for 90, earned 89.9
            cat: cash 916.917 (811.62 held); 10 ACME for 83.083, earned 0
            #1 Posted, 0 left
            #2 Posted, 0 left
            #8 Pending, 90 left
            #9 Pending, 90 left
            External 0: -1110 cash
            External 0: -100 ACME
            House 0: 0.549 cash
        "#]],
    );
}

#[test]
fn what_the_entry_did_not_get_the_exit_never_had() {
    check(
        "
        ann has 100
        bob has 100 ACME for 100
        #9 bob sells 100 ACME @ 1
        #1 ann buys 10 ACME @ 10 then #2 @ 15
        #1 meets #9 3 @ 10
        #1 meets #9 1 @ 10
        #1 leaves
        #2 shrinks by 6
        #3 ann sells 1 ACME @ 1
        ",
        expect![[r#"
            #3 ann sells 1 ACME @ 1: 1 ACME is to be sold, 0 is available (insufficient_shares)
            ann: cash 60; 4 ACME (4 held) for 40, earned 0
            bob: cash 40; 96 ACME (96 held) for 96, earned 36
            #1 Voided, 6 left
            #2 Pending, 4 left
            #3 Refused, 1 left
            #9 Pending, 96 left
            External 0: -100 cash
            External 0: -100 ACME
        "#]],
    );
}

#[test]
fn an_exit_may_shrink_before_its_entry_has_left() {
    check(
        "
        ann has 100
        bob has 100 ACME for 100
        #9 bob sells 100 ACME @ 1
        #1 ann buys 10 ACME @ 10 then #2 @ 15
        #1 meets #9 3 @ 10
        #2 shrinks by 7
        #1 leaves
        #2 leaves
        #3 ann sells 3 ACME @ 1
        ",
        expect![[r#"
            ann: cash 70; 3 ACME (3 held) for 30, earned 0
            bob: cash 30; 97 ACME (97 held) for 97, earned 27
            #1 Voided, 7 left
            #2 Voided, 3 left
            #3 Pending, 3 left
            #9 Pending, 97 left
            External 0: -100 cash
            External 0: -100 ACME
        "#]],
    );
}

#[test]
fn an_entry_that_is_never_filled_takes_its_exit_along() {
    check(
        "
        ann has 100
        zoe has 10 ACME for 10
        #1 ann buys 10 ACME @ 10 then #2 @ 15 or 8
        #3 zoe sells 10 ACME @ 10 then #4 @ 5
        #5 zoe sells 1 ACME @ 10
        #1 leaves
        #2 leaves
        #5 leaves
        ",
        expect![[r#"
            #3 zoe sells 10 ACME @ 10 then #4 @ 5: its exit may cost 50 with its fee, 0 is available (insufficient_cash)
            ann: cash 100
            zoe: cash 0; 10 ACME for 10, earned 0
            #1 Voided, 10 left
            #2 Voided, 0 left
            #3 Refused, 10 left
            #4 Refused, 10 left
            #5 Voided, 1 left
            External 0: -100 cash
            External 1: -10 ACME
        "#]],
    );
}

#[test]
fn shares_bought_after_the_exit_was_canceled_are_available() {
    check(
        "
        ann has 100
        bob has 100 ACME for 100
        #9 bob sells 100 ACME @ 1
        #1 ann buys 10 ACME @ 10 then #2 @ 15 or 8
        #1 meets #9 3 @ 10
        #3 ann sells 3 ACME @ 20
        #2 leaves
        #4 ann sells 3 ACME @ 20
        #1 meets #9 5 @ 10
        #5 ann sells 5 ACME @ 20
        #1 leaves
        ",
        expect![[r#"
            #3 ann sells 3 ACME @ 20: 3 ACME is to be sold, 0 is available (insufficient_shares)
            ann: cash 20; 8 ACME (8 held) for 80, earned 0
            bob: cash 80; 92 ACME (92 held) for 92, earned 72
            #1 Voided, 2 left
            #2 Voided, 3 left
            #3 Refused, 3 left
            #4 Pending, 3 left
            #5 Pending, 5 left
            #9 Pending, 92 left
            External 0: -100 cash
            External 0: -100 ACME
        "#]],
    );
}

#[test]
fn an_exit_that_was_canceled_before_any_fill_had_nothing() {
    check(
        "
        ann has 100
        bob has 100 ACME for 100
        #9 bob sells 100 ACME @ 1
        #1 ann buys 10 ACME @ 10 then #2 @ 15 or 8
        #2 leaves
        #2 leaves
        #1 meets #9 10 @ 10
        #3 ann sells 10 ACME @ 20
        ",
        expect![[r#"
            #2 leaves: poison: the hold of order 00000000-0000-0000-0000-000000000002 has ended: Voided
            ann: cash 0; 10 ACME (10 held) for 100, earned 0
            bob: cash 100; 90 ACME (90 held) for 90, earned 90
            #1 Posted, 0 left
            #2 Voided, 0 left
            #3 Pending, 10 left
            #9 Pending, 90 left
            External 0: -100 cash
            External 0: -100 ACME
        "#]],
    );
}

#[test]
fn an_exit_that_buys_holds_its_worst_cost_from_the_start() {
    check(
        "
        fees 0 100
        ann has 121.20
        ann has 10 ACME for 50
        cat has 200
        #9 cat buys 10 ACME @ 10
        #1 ann sells 10 ACME @ 10 then #2 @ 8 or 12
        ann takes 0.01
        #1 meets #9 4 @ 10
        #1 leaves
        #2 shrinks by 6
        ann takes 0.01
        ",
        expect![[r#"
            ann takes 0.01: amount: 0.01 is asked for, 0 is available (insufficient_cash)
            ann: cash 160.79 (48.48 held); 6 ACME for 30, earned 19.6
            cat: cash 160 (60.6 held); 4 ACME for 40, earned 0
            #1 Voided, 6 left
            #2 Pending, 4 left
            #9 Pending, 6 left
            External 0: -321.19 cash
            External 0: -10 ACME
            House 0: 0.4 cash
        "#]],
    );
}

#[test]
fn an_exit_that_buys_may_spend_its_worst() {
    check(
        "
        ann has 20
        bob has 100 ACME for 100
        ann has 10 ACME for 50
        cat has 100
        #9 cat buys 10 ACME @ 10
        #8 bob sells 100 ACME @ 1
        #1 ann sells 10 ACME @ 10 then #2 or 12
        #3 ann sells 10 ACME @ 10 then #4 or 2
        #3 meets #9 10 @ 10
        #4 meets #8 10 @ 2
        ",
        expect![[r#"
            #1 ann sells 10 ACME @ 10 then #2 or 12: its exit may cost 120 with its fee, 20 is available (insufficient_cash)
            ann: cash 100; 10 ACME for 20, earned 50
            bob: cash 20; 90 ACME (90 held) for 90, earned 10
            cat: cash 0; 10 ACME for 100, earned 0
            #1 Refused, 10 left
            #2 Refused, 10 left
            #3 Posted, 0 left
            #4 Posted, 0 left
            #8 Pending, 90 left
            #9 Posted, 0 left
            External 0: -120 cash
            External 0: -110 ACME
        "#]],
    );
}

#[test]
fn a_bracket_is_funded_wholly_or_not_at_all() {
    check(
        "
        ann has 100
        bob has 10 ACME for 10
        #1 ann buys 11 ACME @ 10 then #2 @ 15
        #3 bob sells 10 ACME @ 10 then #4 @ 5
        #5 bob sells 11 ACME @ 10 then #6 @ 5
        #7 ann buys 10 ACME @ 10 then #8 @ 15
        #1 ann buys 11 ACME @ 10 then #2 @ 15
        #7 ann buys 10 ACME @ 10 then #8 @ 15
        ",
        expect![[r#"
            #1 ann buys 11 ACME @ 10 then #2 @ 15: the order may cost 110 with its fee, 100 is available (insufficient_cash)
            #3 bob sells 10 ACME @ 10 then #4 @ 5: its exit may cost 50 with its fee, 0 is available (insufficient_cash)
            #5 bob sells 11 ACME @ 10 then #6 @ 5: 11 ACME is to be sold, 10 is available (insufficient_shares)
            #1 ann buys 11 ACME @ 10 then #2 @ 15: was decided before
            #7 ann buys 10 ACME @ 10 then #8 @ 15: was decided before
            ann: cash 100 (100 held)
            bob: cash 0; 10 ACME for 10, earned 0
            #1 Refused, 11 left
            #2 Refused, 11 left
            #3 Refused, 10 left
            #4 Refused, 10 left
            #5 Refused, 11 left
            #6 Refused, 11 left
            #7 Pending, 10 left
            #8 Pending, 0 left, 10 awaited
            External 0: -100 cash
            External 0: -10 ACME
        "#]],
    );
}

#[test]
fn an_exit_has_an_id_of_its_own_and_a_price() {
    check(
        "
        ann has 100
        bob has 10 ACME for 10
        #1 bob sells 10 ACME @ 10
        #2 ann buys 1 ACME @ 10 then #1 @ 15
        #3 ann buys 1 ACME @ 10 then #3 @ 15
        #4 ann buys 1 ACME @ 10 then #5
        #1 ann buys 1 ACME @ 10 then #6 @ 15
        #1 leaves
        ",
        expect![[r#"
            #2 ann buys 1 ACME @ 10 then #1 @ 15: exit_order_id: the exit's order id was used before (id_reused)
            #3 ann buys 1 ACME @ 10 then #3 @ 15: exit_order_id: the exit's order id was used before (id_reused)
            #4 ann buys 1 ACME @ 10 then #5: quantity: price and quantity must be greater than 0 (out_of_range)
            #1 ann buys 1 ACME @ 10 then #6 @ 15: order_id: the order id was used by somebody else (id_reused)
            ann: cash 100
            bob: cash 0; 10 ACME for 10, earned 0
            #1 Voided, 10 left
            #2 Refused, 1 left
            #3 Refused, 1 left
            #4 Refused, 1 left
            #5 Refused, 1 left
            External 0: -100 cash
            External 0: -10 ACME
        "#]],
    );
}

#[test]
fn a_smaller_entry_buys_less_for_its_exit() {
    check(
        "
        ann has 100
        bob has 100 ACME for 100
        #9 bob sells 100 ACME @ 1
        #1 ann buys 10 ACME @ 10 then #2 @ 15
        #1 meets #9 3 @ 10
        #1 shrinks by 2
        #1 meets #9 5 @ 10
        #2 shrinks by 2
        #2 leaves
        ",
        expect![[r#"
            ann: cash 20; 8 ACME for 80, earned 0
            bob: cash 80; 92 ACME (92 held) for 92, earned 72
            #1 Posted, 0 left
            #2 Voided, 8 left
            #9 Pending, 92 left
            External 0: -100 cash
            External 0: -100 ACME
        "#]],
    );
}

#[test]
fn an_exit_is_never_given_more_than_it_awaits() {
    check(
        "
        ann has 100
        bob has 100 ACME for 100
        #9 bob sells 100 ACME @ 1
        #1 ann buys 10 ACME @ 10 then #2 @ 15
        #2 shrinks by 8
        #1 meets #9 3 @ 10
        #1 meets #9 2 @ 10
        #2 leaves
        ",
        expect![[r#"
            #1 meets #9 3 @ 10: poison: trade 00000000-0000-0000-0000-000000000003, order 00000000-0000-0000-0000-000000000001: 3 was bought, its exit 00000000-0000-0000-0000-000000000002 awaits 2
            ann: cash 80 (80 held); 2 ACME for 20, earned 0
            bob: cash 20; 98 ACME (98 held) for 98, earned 18
            #1 Pending, 8 left
            #2 Voided, 2 left
            #9 Pending, 98 left
            External 0: -100 cash
            External 0: -100 ACME
        "#]],
    );
}
