//! What a trade moves.

use super::check;
use expect_test::expect;

#[test]
fn cash_and_shares_change_hands_at_the_trades_price() {
    check(
        "
        ann has 1000
        bob has 20 ACME for 150
        #1 bob sells 10 ACME @ 10
        #2 ann buys 10 ACME @ 10
        #2 meets #1 10 @ 10
        ",
        expect![[r#"
            ann: cash 900; 10 ACME for 100, earned 0
            bob: cash 100; 10 ACME for 75, earned 25
            #1 Posted, 0 left
            #2 Posted, 0 left
            External 0: -1000 cash
            External 0: -20 ACME
        "#]],
    );
}

#[test]
fn held_at_the_limit_traded_lower_the_difference_is_the_buyers() {
    check(
        "
        ann has 100
        bob has 20 ACME for 150
        #1 bob sells 20 ACME @ 7
        #2 ann buys 10 ACME @ 10
        #2 meets #1 4 @ 7
        ",
        expect![[r#"
            ann: cash 72 (60 held); 4 ACME for 28, earned 0
            bob: cash 28; 16 ACME (16 held) for 120, earned -2
            #1 Pending, 16 left
            #2 Pending, 6 left
            External 0: -100 cash
            External 0: -20 ACME
        "#]],
    );
}

#[test]
fn a_first_buy_of_a_stock_never_owned_makes_a_holding() {
    check(
        "
        ann has 10
        bob has 1 NEW for 0
        #1 bob sells 1 NEW @ 3
        #2 ann buys 1 NEW @ 3
        #2 meets #1 1 @ 3
        ",
        expect![[r#"
            ann: cash 7; 1 NEW for 3, earned 0
            bob: cash 3; 0 NEW for 0, earned 3
            #1 Posted, 0 left
            #2 Posted, 0 left
            External 0: -10 cash
            External 0: -1 NEW
        "#]],
    );
}

#[test]
fn a_second_partial_fill_adds_to_the_first() {
    check(
        "
        ann has 100
        bob has 10 ACME for 10
        #1 ann buys 10 ACME @ 10
        #2 bob sells 3 ACME @ 10
        #3 bob sells 4 ACME @ 9
        #2 meets #1 3 @ 10
        #3 meets #1 4 @ 10
        #1 leaves
        ",
        expect![[r#"
            ann: cash 30; 7 ACME for 70, earned 0
            bob: cash 70; 3 ACME for 3, earned 63
            #1 Voided, 3 left
            #2 Posted, 0 left
            #3 Posted, 0 left
            External 0: -100 cash
            External 0: -10 ACME
        "#]],
    );
}

#[test]
fn selling_ten_of_a_hundred_leaves_ninety() {
    check(
        "
        ann has 100
        bob has 100 ACME for 300
        #1 bob sells 10 ACME @ 5
        #2 ann buys 10 ACME @ 5
        #2 meets #1 10 @ 5
        ",
        expect![[r#"
            ann: cash 50; 10 ACME for 50, earned 0
            bob: cash 50; 90 ACME for 270, earned 20
            #1 Posted, 0 left
            #2 Posted, 0 left
            External 0: -100 cash
            External 0: -100 ACME
        "#]],
    );
}

#[test]
fn a_trade_between_partitions_posts_each_side_at_home() {
    check(
        "
        fees 10 20
        zoe has 100
        bob has 5 ACME for 20
        #1 bob sells 5 ACME @ 8
        #2 zoe buys 5 ACME @ 9
        #2 meets #1 5 @ 8
        ",
        expect![[r#"
            bob: cash 39.96; 0 ACME for 0, earned 19.96
            zoe: cash 59.92; 5 ACME for 40.08, earned 0
            #1 Posted, 0 left
            #2 Posted, 0 left
            External 0: -5 ACME
            Clearing 0: -40 cash
            Clearing 0: 5 ACME
            House 0: 0.04 cash
            External 1: -100 cash
            Clearing 1: 40 cash
            Clearing 1: -5 ACME
            House 1: 0.08 cash
        "#]],
    );
}

#[test]
fn broken_promises_change_nothing() {
    check(
        "
        ann has 100
        bob has 50 ACME for 50
        #1 ann buys 5 ACME @ 10
        #2 bob sells 10 ACME @ 10
        #3 ann sells 1 ACME @ 10
        #4 bob buys 1 ACME @ 10
        #2 meets #9 1 @ 10
        #2 meets #1 6 @ 10
        #2 meets #1 5 @ 11
        #2 meets #1 5 @ 9
        #2 meets #2 5 @ 10
        #2 meets #3 1 @ 10
        #2 meets #1 0 @ 10
        #2 meets #1 5 @ 10
        #2 meets #1 1 @ 10
        #1 leaves
        ",
        expect![[r#"
            #3 ann sells 1 ACME @ 10: 1 ACME is to be sold, 0 is available (insufficient_shares)
            #4 bob buys 1 ACME @ 10: the order may cost 10 with its fee, 0 is available (insufficient_cash)
            #2 meets #9 1 @ 10: nothing was ever held for #9
            #2 meets #1 6 @ 10: poison: trade 00000000-0000-0000-0000-000000000003, order 00000000-0000-0000-0000-000000000001: 6 was filled, 5 was left
            #2 meets #1 5 @ 11: poison: trade 00000000-0000-0000-0000-000000000004, order 00000000-0000-0000-0000-000000000001: 11 is worse than 10
            #2 meets #1 5 @ 9: poison: trade 00000000-0000-0000-0000-000000000005, order 00000000-0000-0000-0000-000000000002: 9 is worse than 10
            #2 meets #2 5 @ 10: poison: trade 00000000-0000-0000-0000-000000000006 is with oneself
            #2 meets #3 1 @ 10: poison: the hold of order 00000000-0000-0000-0000-000000000003 is for something else
            #2 meets #1 0 @ 10: poison: trade 00000000-0000-0000-0000-000000000008 is of nothing
            #2 meets #1 1 @ 10: poison: the hold of order 00000000-0000-0000-0000-000000000001 has ended: Posted
            #1 leaves: poison: the hold of order 00000000-0000-0000-0000-000000000001 has ended: Posted
            ann: cash 50; 5 ACME for 50, earned 0
            bob: cash 50; 45 ACME (5 held) for 45, earned 45
            #1 Posted, 0 left
            #2 Pending, 5 left
            #3 Refused, 1 left
            #4 Refused, 1 left
            External 0: -100 cash
            External 0: -50 ACME
        "#]],
    );
}

#[test]
fn profit_is_what_was_got_less_what_it_had_cost() {
    check(
        "
        ann has 1000
        bob has 10 ACME for 100
        cat has 1000
        #1 bob sells 10 ACME @ 12
        #2 ann buys 3 ACME @ 12
        #3 cat buys 7 ACME @ 12
        #2 meets #1 3 @ 12
        #3 meets #1 7 @ 12
        #4 ann sells 1 ACME @ 11
        #5 cat buys 1 ACME @ 11
        #5 meets #4 1 @ 11
        ",
        expect![[r#"
            ann: cash 975; 2 ACME for 24, earned -1
            bob: cash 120; 0 ACME for 0, earned 20
            cat: cash 905; 8 ACME for 95, earned 0
            #1 Posted, 0 left
            #2 Posted, 0 left
            #3 Posted, 0 left
            #4 Posted, 0 left
            #5 Posted, 0 left
            External 0: -2000 cash
            External 0: -10 ACME
        "#]],
    );
}
