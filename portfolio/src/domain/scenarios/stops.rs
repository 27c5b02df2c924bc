//! Orders that wait for a price, and orders that rest elsewhere than at theirs.

use super::check;
use expect_test::expect;

#[test]
fn a_stop_holds_from_its_acceptance_by_the_worst_price_after_its_trigger() {
    check(
        "
        fees 0 100
        ann has 111.10
        bob has 10 ACME for 10
        #1 ann buys 10 ACME @ 10 or 11
        #2 ann buys 1 ACME @ 0.01
        #3 bob sells 10 ACME @ 10.50
        #1 meets #3 4 @ 10.50
        #1 leaves
        ",
        expect![[r#"
            #2 ann buys 1 ACME @ 0.01: the order may cost 0.0101 with its fee, 0 is available (insufficient_cash)
            ann: cash 68.68; 4 ACME for 42.42, earned 0
            bob: cash 42; 6 ACME (6 held) for 6, earned 38
            #1 Voided, 6 left
            #2 Refused, 1 left
            #3 Pending, 6 left
            External 0: -111.1 cash
            External 0: -10 ACME
            House 0: 0.42 cash
        "#]],
    );
}

#[test]
fn an_order_with_two_prices_may_fill_at_both_of_them() {
    check(
        "
        ann has 120
        bob has 30 ACME for 30
        #1 ann buys 10 ACME @ 8 or 12
        #2 bob sells 30 ACME @ 1
        #2 meets #1 5 @ 8
        #1 meets #2 4 @ 12
        #1 meets #2 1 @ 12.01
        ",
        expect![[r#"
            #1 meets #2 1 @ 12.01: poison: trade 00000000-0000-0000-0000-000000000005, order 00000000-0000-0000-0000-000000000001: 12.01 is worse than 12
            ann: cash 32 (12 held); 9 ACME for 88, earned 0
            bob: cash 88; 21 ACME (21 held) for 21, earned 79
            #1 Pending, 1 left
            #2 Pending, 21 left
            External 0: -120 cash
            External 0: -30 ACME
        "#]],
    );
}

#[test]
fn a_seller_of_two_prices_takes_the_lower_but_no_less() {
    check(
        "
        ann has 1000
        bob has 10 ACME for 10
        #1 bob sells 10 ACME @ 15 or 7
        #2 ann buys 20 ACME @ 20
        #2 meets #1 4 @ 15
        #1 meets #2 4 @ 7
        #1 meets #2 1 @ 6.99
        ",
        expect![[r#"
            #1 meets #2 1 @ 6.99: poison: trade 00000000-0000-0000-0000-000000000005, order 00000000-0000-0000-0000-000000000001: 6.99 is worse than 7
            ann: cash 912 (240 held); 8 ACME for 88, earned 0
            bob: cash 88; 2 ACME (2 held) for 2, earned 80
            #1 Pending, 2 left
            #2 Pending, 12 left
            External 0: -1000 cash
            External 0: -10 ACME
        "#]],
    );
}

#[test]
fn a_repriced_buy_needs_less_and_a_repriced_sell_as_much() {
    check(
        "
        fees 0 100
        ann has 101
        bob has 10 ACME for 10
        #1 ann buys 10 ACME @ 10
        #1 rests at 9
        #2 ann buys 1 ACME @ 10
        #3 bob sells 5 ACME @ 9
        #3 rests at 9.50
        #4 bob sells 5 ACME @ 1
        #4 meets #1 1 @ 9.50
        #4 meets #1 1 @ 9
        #2 meets #3 1 @ 9.49
        #2 meets #3 1 @ 9.50
        ",
        expect![[r#"
            #4 meets #1 1 @ 9.50: poison: trade 00000000-0000-0000-0000-000000000003, order 00000000-0000-0000-0000-000000000001: 9.5 is worse than 9
            #2 meets #3 1 @ 9.49: poison: trade 00000000-0000-0000-0000-000000000005, order 00000000-0000-0000-0000-000000000003: 9.49 is worse than 9.5
            ann: cash 82.405 (81.81 held); 2 ACME for 18.595, earned 0
            bob: cash 18.41; 8 ACME (8 held) for 8, earned 16.41
            #1 Pending, 9 left
            #2 Posted, 0 left
            #3 Pending, 4 left
            #4 Pending, 4 left
            External 0: -101 cash
            External 0: -10 ACME
            House 0: 0.185 cash
        "#]],
    );
}

#[test]
fn nobody_is_repriced_to_his_harm() {
    check(
        "
        ann has 100
        bob has 10 ACME for 10
        #1 ann buys 10 ACME @ 10
        #2 bob sells 10 ACME @ 10
        #1 rests at 10.01
        #2 rests at 9.99
        #1 rests at 0
        #1 leaves
        #1 rests at 9
        ",
        expect![[r#"
            #1 rests at 10.01: poison: order 00000000-0000-0000-0000-000000000001 rests at 10.01, which is worse than 10
            #2 rests at 9.99: poison: order 00000000-0000-0000-0000-000000000002 rests at 9.99, which is worse than 10
            #1 rests at 0: poison: order 00000000-0000-0000-0000-000000000001 rests at 0, which is worse than 10
            #1 rests at 9: poison: the hold of order 00000000-0000-0000-0000-000000000001 has ended: Voided
            ann: cash 100
            bob: cash 0; 10 ACME (10 held) for 10, earned 0
            #1 Voided, 10 left
            #2 Pending, 10 left
            External 0: -100 cash
            External 0: -10 ACME
        "#]],
    );
}

#[test]
fn what_nobody_will_fill_is_given_back() {
    check(
        "
        fees 0 100
        ann has 1010
        bob has 100 ACME for 100
        #1 ann buys 100 ACME @ 10
        #2 bob sells 100 ACME @ 10
        #1 shrinks by 40
        #2 shrinks by 1
        #2 meets #1 50 @ 10
        #1 shrinks by 10
        #2 shrinks by 49
        #1 shrinks by 1
        ",
        expect![[r#"
            #1 shrinks by 1: poison: the hold of order 00000000-0000-0000-0000-000000000001 has ended: Posted
            ann: cash 510; 50 ACME for 500, earned 0
            bob: cash 495; 50 ACME for 50, earned 445
            #1 Posted, 0 left
            #2 Posted, 0 left
            External 0: -1010 cash
            External 0: -100 ACME
            House 0: 5 cash
        "#]],
    );
}

#[test]
fn an_order_of_which_nothing_is_left_has_left() {
    check(
        "
        ann has 10
        bob has 1 ACME for 1
        #1 ann buys 1 ACME @ 10
        #2 bob sells 1 ACME @ 10
        #1 shrinks by 1
        #2 shrinks by 1
        #2 meets #1 1 @ 10
        ",
        expect![[r#"
            #2 meets #1 1 @ 10: poison: the hold of order 00000000-0000-0000-0000-000000000001 has ended: Voided
            ann: cash 10
            bob: cash 0; 1 ACME for 1, earned 0
            #1 Voided, 0 left
            #2 Voided, 0 left
            External 0: -10 cash
            External 0: -1 ACME
        "#]],
    );
}

#[test]
fn no_order_shrinks_by_more_than_it_is() {
    check(
        "
        ann has 100
        #1 ann buys 10 ACME @ 10
        #1 shrinks by 11
        #1 shrinks by 0
        ",
        expect![[r#"
            #1 shrinks by 11: poison: order 00000000-0000-0000-0000-000000000001 shrank by 11 to -1, it was held for 10
            ann: cash 100 (100 held)
            #1 Pending, 10 left
            External 0: -100 cash
        "#]],
    );
}
