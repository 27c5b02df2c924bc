//! Orders that are to come in others' places.

use crate::handlers::scenario::check;
use expect_test::expect;

#[test]
fn the_one_stays_until_its_book_has_let_it_go_for_the_other() {
    check(expect![[r#"
        a1: ann buys 10 ACME @ 187
        book 1: opens a1 10
        a2: ann buys 5 ACME @ 188 instead of a1
        a2: ann buys 5 ACME @ 188 instead of a1
        book 2: drops a1 10 for a2 & book 3: opens a2 5
        a2: ann buys 5 ACME @ 188 instead of a1
        a2: ann buys 5 ACME @ 188
        a3: ann buys 5 ACME @ 188 instead of a1
    "#]]);
}

#[test]
fn of_a_part_filled_order_the_book_is_told_what_was_left() {
    check(expect![[r#"
        a1: ann buys 10 ACME @ 187
        book 1: opens a1 10
        book 2: fills 4 @ 187 other.s1 takes a1
        a2: ann buys 10 ACME @ 188 instead of a1
        book 3: fills 2 @ 187 other.s2 takes a1
        book 4: drops a1 4 for a2 & book 5: reduces a2 by 2 to 8 filled_before_replaced & book 6: opens a2 8
        a2: ann buys 10 ACME @ 188 instead of a1
    "#]]);
}

#[test]
fn a_replacement_that_comes_too_late_ends_and_says_why() {
    check(expect![[r#"
        a1: ann buys 10 ACME @ 187
        book 1: opens a1 10
        a2: ann buys 5 ACME @ 188 instead of a1
        a3: ann buys 5 ACME @ 188 instead of a1
        portfolio refuses a3 amendment_pending
        book 2: fills 10 @ 187 other.s1 takes a1
        book 3: drops a2 5 replaced_order_gone
        a4: ann buys 5 ACME @ 188 instead of a1
    "#]]);
}

#[test]
fn only_ones_own_live_order_of_that_stock_and_side_is_replaced() {
    check(expect![[r#"
        a1: ann buys 10 ACME @ 187
        b1: bob buys 5 ACME @ 188 instead of a1
        a2: ann buys 5 ACME @ 188 instead of a9
        a2: ann sells 5 ACME @ 188 instead of a1
        a2: ann buys 5 BOLT @ 188 instead of a1
        a2: ann buys 5 ACME @ 188 instead of a2
        a2: ann buys 5 ACME @ 188 exit x1 take 200 instead of a1
        a3: ann buys 5 ACME @ 188 exit x3 take 200
        a2: ann buys 5 ACME @ 188 instead of a3
        a2: ann sells 5 ACME @ 188 instead of x3
        book 1: opens a1 10
        a1: ann amends to 20
        a2: ann buys 5 ACME @ 188 instead of a1
    "#]]);
}

#[test]
fn one_for_another_needs_no_room() {
    check(expect![[r#"
        limit 1
        a1: ann buys 10 ACME @ 187
        a2: ann buys 10 ACME @ 188
        a2: ann buys 10 ACME @ 188 instead of a1
        a3: ann buys 10 ACME @ 189 instead of a1
        book 1: drops a1 10 for a2 & book 2: opens a2 10
        a3: ann sells 1 ACME at market instead of a2
        a4: ann buys 10 ACME stop 190 instead of a2
    "#]]);
}
