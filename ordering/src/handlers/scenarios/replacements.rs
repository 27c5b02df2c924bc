//! Orders that are to come in others' places.

use crate::handlers::scenario::check;
use expect_test::expect;

#[test]
fn the_one_stays_until_its_book_has_let_it_go_for_the_other() {
    check(expect![[r#"
        a1: ann buys 10 ACME @ 187
          a1 answered pending, with the order
          portfolio: place a1 of ann: limit buy 10 ACME @ 187
          web: a1 pending 0/10
        book 1: opens a1 10
          web: a1 open 0/10
        a2: ann buys 5 ACME @ 188 instead of a1
          a2 answered pending, with the order
          portfolio: place a2 of ann: limit buy 5 ACME @ 188, instead of a1 with 10 left
          web: a2 pending 0/5
        a2: ann buys 5 ACME @ 188 instead of a1
          a2 answered pending, with the order
        book 2: drops a1 10 for a2 & book 3: opens a2 5
          web: a1 canceled 0/10, replaced by a2: another order came in its place at the user's request (replaced)
          web: a2 open 0/5
        a2: ann buys 5 ACME @ 188 instead of a1
          a2 answered open, with the order
        a2: ann buys 5 ACME @ 188
          a2 answered rejected id_reused, order_id: this id was used before, for another order
        a3: ann buys 5 ACME @ 188 instead of a1
          a3 answered rejected replaced_order_gone, replaces: the order is canceled already
    "#]]);
}

#[test]
fn of_a_part_filled_order_the_book_is_told_what_was_left() {
    check(expect![[r#"
        a1: ann buys 10 ACME @ 187
          a1 answered pending, with the order
          portfolio: place a1 of ann: limit buy 10 ACME @ 187
          web: a1 pending 0/10
        book 1: opens a1 10
          web: a1 open 0/10
        book 2: fills 4 @ 187 other.s1 takes a1
          web: ann's a1 made 4 @ 187, fee 0
          web: a1 open 4/10 @ 187
        a2: ann buys 10 ACME @ 188 instead of a1
          a2 answered pending, with the order
          portfolio: place a2 of ann: limit buy 10 ACME @ 188, instead of a1 with 6 left
          web: a2 pending 0/10
        book 3: fills 2 @ 187 other.s2 takes a1
          web: ann's a1 made 2 @ 187, fee 0
          web: a1 open 6/10 @ 187
        book 4: drops a1 4 for a2 & book 5: reduces a2 by 2 to 8 filled_before_replaced & book 6: opens a2 8
          web: a1 canceled 6/10 @ 187, replaced by a2: another order came in its place at the user's request (replaced)
          web: a2 open 0/8
        a2: ann buys 10 ACME @ 188 instead of a1
          a2 answered open, with the order
    "#]]);
}

#[test]
fn a_replacement_that_comes_too_late_ends_and_says_why() {
    check(expect![[r#"
        a1: ann buys 10 ACME @ 187
          a1 answered pending, with the order
          portfolio: place a1 of ann: limit buy 10 ACME @ 187
          web: a1 pending 0/10
        book 1: opens a1 10
          web: a1 open 0/10
        a2: ann buys 5 ACME @ 188 instead of a1
          a2 answered pending, with the order
          portfolio: place a2 of ann: limit buy 5 ACME @ 188, instead of a1 with 10 left
          web: a2 pending 0/5
        a3: ann buys 5 ACME @ 188 instead of a1
          a3 answered pending, with the order
          portfolio: place a3 of ann: limit buy 5 ACME @ 188, instead of a1 with 10 left
          web: a3 pending 0/5
        portfolio refuses a3 amendment_pending
          web: a3 rejected 0/5: says portfolio (amendment_pending)
        book 2: fills 10 @ 187 other.s1 takes a1
          web: ann's a1 made 10 @ 187, fee 0
          web: a1 closed 10/10 @ 187
        book 3: drops a2 5 replaced_order_gone
          web: a2 canceled 0/5: the order that it was to replace had ended before (replaced_order_gone)
        a4: ann buys 5 ACME @ 188 instead of a1
          a4 answered rejected replaced_order_gone, replaces: the order is closed already
    "#]]);
}

#[test]
fn only_ones_own_live_order_of_that_stock_and_side_is_replaced() {
    check(expect![[r#"
        a1: ann buys 10 ACME @ 187
          a1 answered pending, with the order
          portfolio: place a1 of ann: limit buy 10 ACME @ 187
          web: a1 pending 0/10
        b1: bob buys 5 ACME @ 188 instead of a1
          b1 answered rejected not_found, replaces: no such order
        a2: ann buys 5 ACME @ 188 instead of a9
          a2 answered rejected not_found, replaces: no such order
        a2: ann sells 5 ACME @ 188 instead of a1
          a2 answered rejected invalid_combination, side: the order to be replaced is a buy, got sell
        a2: ann buys 5 BOLT @ 188 instead of a1
          a2 answered rejected invalid_combination, symbol: the order to be replaced is in ACME, got BOLT
        a2: ann buys 5 ACME @ 188 instead of a2
          a2 answered rejected invalid_combination, replaces: the order that comes instead has an id of its own
        a2: ann buys 5 ACME @ 188 exit x1 take 200 instead of a1
          a2 answered rejected invalid_combination, exit_order_id: an order that comes in another's place is no bracket
        a3: ann buys 5 ACME @ 188 exit x3 take 200
          a3 answered pending, with the order
          portfolio: place a3 of ann: limit buy 5 ACME @ 188, exit x3 @ 200
          web: a3 pending 0/5
          web: x3 pending 0/5, limit exit of a3 @ 200
        a2: ann buys 5 ACME @ 188 instead of a3
          a2 answered rejected not_amendable, replaces: the entry and the exit of a bracket cannot be replaced
        a2: ann sells 5 ACME @ 188 instead of x3
          a2 answered rejected not_amendable, replaces: the entry and the exit of a bracket cannot be replaced
        book 1: opens a1 10
          web: a1 open 0/10
        a1: ann amends to 20
          a1 answered open, with the order
          portfolio: amend a1 of ann: from 10 to 20 @ 187
          web: a1 open 0/10, to be 20 @ 187
        a2: ann buys 5 ACME @ 188 instead of a1
          a2 answered rejected amendment_pending, replaces: the order is being changed already: ask again when that is decided
    "#]]);
}

#[test]
fn one_for_another_needs_no_room() {
    check(expect![[r#"
        limit 1
        a1: ann buys 10 ACME @ 187
          a1 answered pending, with the order
          portfolio: place a1 of ann: limit buy 10 ACME @ 187
          web: a1 pending 0/10
        a2: ann buys 10 ACME @ 188
          a2 answered rejected too_many_open_orders, a user may have at most 1 open orders at a time, there are 1
        a2: ann buys 10 ACME @ 188 instead of a1
          a2 answered pending, with the order
          portfolio: place a2 of ann: limit buy 10 ACME @ 188, instead of a1 with 10 left
          web: a2 pending 0/10
        a3: ann buys 10 ACME @ 189 instead of a1
          a3 answered rejected too_many_open_orders, a user may have at most 1 open orders at a time, there are 2
        book 1: drops a1 10 for a2 & book 2: opens a2 10
          web: a1 canceled 0/10, replaced by a2: another order came in its place at the user's request (replaced)
          web: a2 open 0/10
        a3: ann sells 1 ACME at market instead of a2
          a3 answered rejected invalid_combination, side: the order to be replaced is a buy, got sell
        a4: ann buys 10 ACME stop 190 instead of a2
          a4 answered pending, with the order
          portfolio: place a4 of ann: stop buy 10 ACME @ 199.5, instead of a2 with 10 left, stop 190 then market @ 199.5
          web: a4 pending 0/10
    "#]]);
}
