//! What a trade costs.

use super::check;
use expect_test::expect;

#[test]
fn fees_round_down_per_fill_and_go_to_the_house() {
    check(
        "
        fees 10 25
        ann has 1000
        bob has 100 ACME for 100
        #1 ann buys 33 ACME @ 0.33
        #2 bob sells 33 ACME @ 0.33
        #2 meets #1 1 @ 0.33
        #2 meets #1 32 @ 0.33
        ",
        expect![[r#"
            ann: cash 989.09911; 33 ACME for 10.90089, earned 0
            bob: cash 10.862775; 67 ACME for 67, earned -22.137225
            #1 Posted, 0 left
            #2 Posted, 0 left
            External 0: -1000 cash
            External 0: -100 ACME
            House 0: 0.038115 cash
        "#]],
    );
}

#[test]
fn fees_raised_after_the_hold_do_not_raise_the_buyers() {
    check(
        "
        fees 10 10
        ann has 10.01
        bob has 1 ACME for 1
        #1 ann buys 1 ACME @ 10
        fees 500 500
        #2 bob sells 1 ACME @ 10
        #2 meets #1 1 @ 10
        ",
        expect![[r#"
            ann: cash 0; 1 ACME for 10.01, earned 0
            bob: cash 9.5; 0 ACME for 0, earned 8.5
            #1 Posted, 0 left
            #2 Posted, 0 left
            External 0: -10.01 cash
            External 0: -1 ACME
            House 0: 0.51 cash
        "#]],
    );
}

#[test]
fn in_an_auction_nobody_took() {
    check(
        "
        fees 10 100
        ann has 1010
        bob has 10 ACME for 10
        #1 ann buys 10 ACME @ 100
        #2 bob sells 10 ACME @ 90
        #1 meets #2 10 @ 100 in an auction
        ",
        expect![[r#"
            ann: cash 9; 10 ACME for 1001, earned 0
            bob: cash 999; 0 ACME for 0, earned 989
            #1 Posted, 0 left
            #2 Posted, 0 left
            External 0: -1010 cash
            External 0: -10 ACME
            House 0: 2 cash
        "#]],
    );
}
