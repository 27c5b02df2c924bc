//! What orders set aside, and what that leaves.

use super::check;
use expect_test::expect;

#[test]
fn cancelling_gives_back_what_was_held_and_nothing_more() {
    check(
        "
        ann has 100
        bob has 5 ACME for 5
        #1 ann buys 10 ACME @ 10
        #2 bob sells 5 ACME @ 10
        #1 leaves
        #2 leaves
        #1 leaves
        ",
        expect![[r#"
            #1 leaves: poison: the hold of order 00000000-0000-0000-0000-000000000001 has ended: Voided
            ann: cash 100
            bob: cash 0; 5 ACME for 5, earned 0
            #1 Voided, 10 left
            #2 Voided, 5 left
            External 0: -100 cash
            External 0: -5 ACME
        "#]],
    );
}

#[test]
fn what_is_held_cannot_be_spent_again() {
    check(
        "
        fees 0 100
        ann has 100
        bob has 5 ACME for 5
        #1 ann buys 9 ACME @ 10
        #2 ann buys 1 ACME @ 10
        ann takes 9.11
        ann takes 9.10
        #3 bob sells 4 ACME @ 1
        #4 bob sells 2 ACME @ 1
        ",
        expect![[r#"
            #2 ann buys 1 ACME @ 10: the order may cost 10.1 with its fee, 9.1 is available (insufficient_cash)
            ann takes 9.11: amount: 9.11 is asked for, 9.1 is available (insufficient_cash)
            #4 bob sells 2 ACME @ 1: 2 ACME is to be sold, 1 is available (insufficient_shares)
            ann: cash 90.9 (90.9 held)
            bob: cash 0; 5 ACME (4 held) for 5, earned 0
            #1 Pending, 9 left
            #2 Refused, 1 left
            #3 Pending, 4 left
            #4 Refused, 2 left
            External 0: -90.9 cash
            External 0: -5 ACME
        "#]],
    );
}

#[test]
fn an_order_is_decided_once() {
    check(
        "
        #1 ann buys 1 ACME @ 10
        ann has 100
        #1 ann buys 1 ACME @ 10
        #2 ann buys 1 ACME @ 10
        #2 ann buys 1 ACME @ 10
        #2 bob sells 1 ACME @ 10
        ",
        expect![[r#"
            #1 ann buys 1 ACME @ 10: the order may cost 10 with its fee, 0 is available (insufficient_cash)
            #1 ann buys 1 ACME @ 10: was decided before
            #2 ann buys 1 ACME @ 10: was decided before
            #2 bob sells 1 ACME @ 10: order_id: the order id was used by somebody else (id_reused)
            ann: cash 100 (10 held)
            #1 Refused, 1 left
            #2 Pending, 1 left
            External 0: -100 cash
        "#]],
    );
}

#[test]
fn amounts_have_limits_on_both_sides() {
    check(
        "
        ann has 0
        ann has 1000000000.000001
        ann has 1000000000
        ann takes 0
        ann takes 1000000000.000001
        bob has 0 ACME for 1
        bob has 1 ACME for 1000000000000.000001
        #1 ann buys 9000000000 ACME @ 1000000
        #2 ann buys 0 ACME @ 1
        #3 ann buys 1 ACME @ 0
        #4 ann buys 0.001 ACME @ 0.0001
        ",
        expect![[r#"
            ann has 0: amount: more than 0, at most 1000000000; got 0 (out_of_range)
            ann has 1000000000.000001: amount: more than 0, at most 1000000000; got 1000000000.000001 (out_of_range)
            ann takes 0: amount: more than 0, at most 1000000000; got 0 (out_of_range)
            ann takes 1000000000.000001: amount: more than 0, at most 1000000000; got 1000000000.000001 (out_of_range)
            bob has 0 ACME for 1: quantity: more than 0, at most 1000000000; got 0 (out_of_range)
            bob has 1 ACME for 1000000000000.000001: cost: 0 to 1000000000000 is possible, got 1000000000000.000001 (out_of_range)
            #1 ann buys 9000000000 ACME @ 1000000: quantity: the amount is too large (out_of_range)
            #2 ann buys 0 ACME @ 1: quantity: price and quantity must be greater than 0 (out_of_range)
            #3 ann buys 1 ACME @ 0: quantity: price and quantity must be greater than 0 (out_of_range)
            #4 ann buys 0.001 ACME @ 0.0001: quantity: price × quantity is not a whole number of millionths (out_of_range)
            ann: cash 1000000000
            #1 Refused, 9000000000 left
            #2 Refused, 0 left
            #3 Refused, 1 left
            #4 Refused, 0.001 left
            External 0: -1000000000 cash
        "#]],
    );
}
