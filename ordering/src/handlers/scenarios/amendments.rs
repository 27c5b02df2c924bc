//! Orders that are changed, by their users and by their books.

use crate::handlers::scenario::check;
use expect_test::expect;

#[test]
fn an_amendment_is_under_way_until_the_book_has_decided() {
    check(expect![[r#"
        a1: ann buys 10 ACME @ 187
          a1 answered pending, with the order
          portfolio: place a1 of ann: limit buy 10 ACME @ 187
          web: a1 pending 0/10
        book 1: opens a1 10
          web: a1 open 0/10
        a1: ann amends to 20 @ 188
          a1 answered open, with the order
          portfolio: amend a1 of ann: from 10 to 20 @ 188
          web: a1 open 0/10, to be 20 @ 188
        a1: ann amends to 20 @ 188
          a1 answered open, with the order
        a1: ann amends to 20
          a1 answered rejected amendment_pending, the order is being changed already, to 20 at 188
        a1: ann amends to 10 @ 187
          a1 answered rejected amendment_pending, the order is being changed already, to 20 at 188
        book 2: fills 4 @ 187 other.s1 takes a1
          web: ann's a1 made 4 @ 187, fee 0
          web: a1 open 4/10 @ 187, to be 20 @ 188
        book 3: amends a1 from 6 to 16 @ 188 & book 4: opens a1 16
          web: a1 open 4/20 @ 187, limit 188
        a1: ann amends to 20 @ 188
          a1 answered open, with the order
        a1: ann buys 10 ACME @ 187
          a1 answered open, with the order
        a1: ann buys 20 ACME @ 188
          a1 answered rejected id_reused, order_id: this id was used before, for another order
        a1: ann amends to 15
          a1 answered open, with the order
          portfolio: amend a1 of ann: from 20 to 15 @ 188
          web: a1 open 4/20 @ 187, limit 188, to be 15 @ 188
        book 5: reduces a1 by 5 to 11 amended_by_user
          web: a1 open 4/15 @ 187, limit 188
        a1: ann amends @ 186
          a1 answered open, with the order
          portfolio: amend a1 of ann: from 15 to 15 @ 186
          web: a1 open 4/15 @ 187, limit 188, to be 15 @ 186
        book 6: amends a1 from 11 to 11 @ 186 & book 7: opens a1 11
          web: a1 open 4/15 @ 187, limit 186
        book 8: fills 11 @ 186 other.s2 takes a1
          web: ann's a1 made 11 @ 186, fee 0
          web: a1 closed 15/15 @ 186.266667, limit 186
        a1: ann amends to 30
          a1 answered rejected order_not_live, the order is closed already
    "#]]);
}

#[test]
fn an_amendment_may_be_refused_by_portfolio_or_by_the_book() {
    check(expect![[r#"
        a1: ann buys 10 ACME @ 187 post-only
          a1 answered pending, with the order
          portfolio: place a1 of ann: limit buy 10 ACME @ 187, post-only
          web: a1 pending 0/10
        book 1: opens a1 10
          web: a1 open 0/10
        a1: ann amends to 1000
          a1 answered open, with the order
          portfolio: amend a1 of ann: from 10 to 1000 @ 187
          web: a1 open 0/10, to be 1000 @ 187
        portfolio refuses a1's amendment insufficient_cash
          web: a1 open 0/10, to be 1000 @ 187 refused: says portfolio (insufficient_cash)
        portfolio refuses a1's amendment insufficient_cash
        a1: ann amends to 10
          a1 answered open, with the order
        a1: ann amends to 1000
          a1 answered open, with the order
          portfolio: amend a1 of ann: from 10 to 1000 @ 187
          web: a1 open 0/10, to be 1000 @ 187
        book 2: refuses a1's amendment would_trade
          web: a1 open 0/10, to be 1000 @ 187 refused: post-only: it would have traded at once (would_trade)
        a1: ann amends @ 186
          a1 answered open, with the order
          portfolio: amend a1 of ann: from 10 to 10 @ 186
          web: a1 open 0/10, to be 10 @ 186
        book 3: amends a1 from 10 to 10 @ 186 & book 4: opens a1 10
          web: a1 open 0/10, limit 186
    "#]]);
}

#[test]
fn when_an_order_ends_so_does_its_amendment() {
    check(expect![[r#"
        a1: ann buys 10 ACME @ 187
          a1 answered pending, with the order
          portfolio: place a1 of ann: limit buy 10 ACME @ 187
          web: a1 pending 0/10
        book 1: opens a1 10
          web: a1 open 0/10
        a1: ann amends to 20
          a1 answered open, with the order
          portfolio: amend a1 of ann: from 10 to 20 @ 187
          web: a1 open 0/10, to be 20 @ 187
        book 2: fills 10 @ 187 other.s1 takes a1
          web: ann's a1 made 10 @ 187, fee 0
          web: a1 closed 10/10 @ 187
        portfolio refuses a1's amendment insufficient_cash
        a2: ann buys 10 ACME @ 187
          a2 answered pending, with the order
          portfolio: place a2 of ann: limit buy 10 ACME @ 187
          web: a2 pending 0/10
        a2: ann amends to 20
          a2 answered pending, with the order
          portfolio: amend a2 of ann: from 10 to 20 @ 187
          web: a2 pending 0/10, to be 20 @ 187
        portfolio refuses a2 insufficient_cash
          web: a2 rejected 0/10: says portfolio (insufficient_cash)
        portfolio refuses a2's amendment order_not_live
        a3: ann buys 10 ACME @ 187
          a3 answered pending, with the order
          portfolio: place a3 of ann: limit buy 10 ACME @ 187
          web: a3 pending 0/10
        book 3: opens a3 10
          web: a3 open 0/10
        a3: ann amends to 5
          a3 answered open, with the order
          portfolio: amend a3 of ann: from 10 to 5 @ 187
          web: a3 open 0/10, to be 5 @ 187
        book 4: fills 4 @ 187 other.s1 takes a3
          web: ann's a3 made 4 @ 187, fee 0
          web: a3 open 4/10 @ 187, to be 5 @ 187
        a3: ann cancels
          a3 answered open, with the order
          portfolio: cancel a3 ACME
        book 5: drops a3 6 canceled_by_user
          web: a3 canceled 4/10 @ 187: canceled at the user's request (canceled_by_user)
        a4: ann buys 10 ACME @ 187
          a4 answered pending, with the order
          portfolio: place a4 of ann: limit buy 10 ACME @ 187
          web: a4 pending 0/10
        book 6: opens a4 10
          web: a4 open 0/10
        book 7: fills 4 @ 187 other.s1 takes a4 & a4: ann amends to 5 & book 8: fills 3 @ 187 other.s1 takes a4 & book 9: reduces a4 by 3 to 0 amended_by_user
          a4 answered open, with the order
          portfolio: amend a4 of ann: from 10 to 5 @ 187
          web: ann's a4 made 4 @ 187, fee 0
          web: ann's a4 made 3 @ 187, fee 0
          web: a4 closed 7/7 @ 187
    "#]]);
}

#[test]
fn an_amendment_is_checked_like_a_new_order() {
    check(expect![[r#"
        a1: ann buys 10 ACME @ 187
          a1 answered pending, with the order
          portfolio: place a1 of ann: limit buy 10 ACME @ 187
          web: a1 pending 0/10
        book 1: opens a1 10 & book 2: fills 4 @ 187 other.s1 takes a1
          web: ann's a1 made 4 @ 187, fee 0
          web: a1 open 4/10 @ 187
        a1: ann amends to 0
          a1 answered rejected out_of_range, quantity: must be more than 0 and at most 1000000, got 0
        a1: ann amends to 4
          a1 answered rejected out_of_range, quantity: must be more than the 4 that are filled, got 4
        a1: ann amends to 4.5
          a1 answered rejected lot_size, quantity: must be a multiple of the lot size 1, got 4.5
        a1: ann amends to 1000001
          a1 answered rejected out_of_range, quantity: must be more than 0 and at most 1000000, got 1000001
        a1: ann amends @ 187.001
          a1 answered rejected tick_size, limit_price: must be a multiple of the tick size 0.01, got 187.001
        a1: ann amends @ 0
          a1 answered rejected out_of_range, limit_price: must be more than 0 and at most 1000000, got 0
        a1: ann amends to 1000000 @ 1000.01
          a1 answered rejected out_of_range, quantity: price × quantity must be at most 1000000000, got 1000010000
        a1: bob amends to 5
          a1 answered rejected not_found, order_id: no such order
        a9: ann amends to 5
          a9 answered rejected not_found, order_id: no such order
        a1: ann amends to 5 by loadtest
          a1 answered rejected not_allowed, user_id: this sender may trade for accounts of role bot only
        ACME halts
        a1: ann amends to 5
          a1 answered rejected instrument_halted, symbol: ACME is halted: no new orders are taken
        ACME resumes
        a1: ann amends to 5
          a1 answered open, with the order
          portfolio: amend a1 of ann: from 10 to 5 @ 187
          web: a1 open 4/10 @ 187, to be 5 @ 187
    "#]]);
}

#[test]
fn only_a_limit_order_that_waits_and_stands_alone_can_be_amended() {
    check(expect![[r#"
        s1: ann sells 10 ACME stop 180
          s1 answered pending, with the order
          portfolio: place s1 of ann: stop sell 10 ACME @ 171, stop 180 then market @ 171
          web: s1 pending 0/10
        s1: ann amends to 5
          s1 answered rejected not_amendable, only a limit order can be changed
        s2: ann sells 10 ACME stop 180 @ 179
          s2 answered pending, with the order
          portfolio: place s2 of ann: stop_limit sell 10 ACME @ 179, stop 180 then rests @ 179
          web: s2 pending 0/10
        s2: ann amends @ 178
          s2 answered rejected not_amendable, only a limit order can be changed
        o1: ann sells 10 ACME oco @ 200 stop 180
          o1 answered pending, with the order
          portfolio: place o1 of ann: oco sell 10 ACME @ 200, stop 180 then market @ 171
          web: o1 pending 0/10
        o1: ann amends @ 201
          o1 answered rejected not_amendable, only a limit order can be changed
        i1: ann sells 10 ACME @ 187 ioc
          i1 answered pending, with the order
          portfolio: place i1 of ann: limit sell 10 ACME @ 187
          web: i1 pending 0/10
        i1: ann amends to 5
          i1 answered rejected not_amendable, an order that does not wait cannot be changed
        e1: ann buys 10 ACME @ 187 exit x1 take 200
          e1 answered pending, with the order
          portfolio: place e1 of ann: limit buy 10 ACME @ 187, exit x1 @ 200
          web: e1 pending 0/10
          web: x1 pending 0/10, limit exit of e1 @ 200
        e1: ann amends to 5
          e1 answered rejected not_amendable, the entry and the exit of a bracket cannot be changed
        x1: ann amends @ 201
          x1 answered rejected not_amendable, the entry and the exit of a bracket cannot be changed
        p1: ann buys 10 ACME @ 187 show 2
          p1 answered pending, with the order
          portfolio: place p1 of ann: limit buy 10 ACME @ 187, shows 2
          web: p1 pending 0/10
        p1: ann amends to 5
          p1 answered pending, with the order
          portfolio: amend p1 of ann: from 10 to 5 @ 187
          web: p1 pending 0/10, to be 5 @ 187
    "#]]);
}

#[test]
fn a_self_trade_may_reduce_an_order() {
    check(expect![[r#"
        a1: ann buys 10 ACME @ 187 prevent decrement
          a1 answered pending, with the order
          portfolio: place a1 of ann: limit buy 10 ACME @ 187, decrement
          web: a1 pending 0/10
        book 1: reduces a1 by 3 to 7 self_trade & book 2: opens a1 7
          web: a1 open 0/7
        a1: ann buys 10 ACME @ 187 prevent decrement
          a1 answered open, with the order
        a1: ann amends to 12
          a1 answered open, with the order
          portfolio: amend a1 of ann: from 7 to 12 @ 187
          web: a1 open 0/7, to be 12 @ 187
        book 3: reduces a1 by 2 to 5 self_trade
          web: a1 open 0/5, to be 12 @ 187
        book 4: amends a1 from 5 to 10 @ 187 & book 5: opens a1 10
          web: a1 open 0/10
        book 6: fills 4 @ 187 other.s1 takes a1 & book 7: reduces a1 by 6 to 0 self_trade
          web: ann's a1 made 4 @ 187, fee 0
          web: a1 closed 4/4 @ 187
        a2: ann buys 10 ACME @ 187
          a2 answered pending, with the order
          portfolio: place a2 of ann: limit buy 10 ACME @ 187
          web: a2 pending 0/10
        book 8: opens a2 10
          web: a2 open 0/10
        book 9: reduces a2 by 10 to 0 self_trade
          web: a2 canceled 0/10: the rest would have traded with an order of the same user (self_trade)
    "#]]);
}

#[test]
fn an_amendment_may_ask_for_the_limit_to_which_the_book_has_repriced_it() {
    check(expect![[r#"
        a1: ann buys 10 ACME @ 187 post-only reprice
          a1 answered pending, with the order
          portfolio: place a1 of ann: limit buy 10 ACME @ 187, post-only, reprice
          web: a1 pending 0/10
        a1: ann amends @ 186
          a1 answered pending, with the order
          portfolio: amend a1 of ann: from 10 to 10 @ 186
          web: a1 pending 0/10, to be 10 @ 186
        book 1: opens a1 10 @ 186
          web: a1 open 0/10, limit 186, to be 10 @ 186
        book 2: reduces a1 by 0 to 10 amended_by_user
          web: a1 open 0/10, limit 186
        a1: ann amends @ 185
          a1 answered open, with the order
          portfolio: amend a1 of ann: from 10 to 10 @ 185
          web: a1 open 0/10, limit 186, to be 10 @ 185
    "#]]);
}

#[test]
fn what_nobody_asked_for_is_parked() {
    check(expect![[r#"
        a1: ann buys 10 ACME @ 187
          a1 answered pending, with the order
          portfolio: place a1 of ann: limit buy 10 ACME @ 187
          web: a1 pending 0/10
        book 1: opens a1 10
          web: a1 open 0/10
        book 2: amends a1 from 10 to 20 @ 188
          parked: order a1: amended, although nobody asks for it
        book 2: refuses a1's amendment would_trade
          parked: order a1: an amendment was refused that nobody asks for
        book 2: reduces a1 by 3 to 8 self_trade
          parked: order a1: its book has 8 left of it where we have 7
        book 2: reduces a1 by 11 to 0 self_trade
          parked: order a1: reduced by 11 where 10 is left
        book 2: reduces a1 by 0 to 10 self_trade
          parked: order a1: reduced by 0 where 10 is left
        book 2: opens a1 10 @ 186
          parked: order a1: it rests at 186, its price is 187
        a1: ann amends to 20 @ 188
          a1 answered open, with the order
          portfolio: amend a1 of ann: from 10 to 20 @ 188
          web: a1 open 0/10, to be 20 @ 188
        book 3: amends a1 from 9 to 19 @ 188
          parked: order a1: its book has 9 left of it where we have 10
        book 3: amends a1 from 10 to 20 @ 189
          parked: order a1: amended to 20 at 189, asked was for 188
        book 3: amends a1 from 10 to 20 @ 188
          web: a1 open 0/20, limit 188
    "#]]);
}
