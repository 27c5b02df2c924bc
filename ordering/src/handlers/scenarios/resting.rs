//! How an order rests, for how long, and how it is canceled with others.

use crate::handlers::scenario::check;
use expect_test::expect;

#[test]
fn a_repriced_order_has_the_price_at_which_it_rests() {
    check(expect![[r#"
        a1: ann buys 10 ACME @ 187 post-only reprice
          a1 answered pending, with the order
          portfolio: place a1 of ann: limit buy 10 ACME @ 187, post-only, reprice
          web: a1 pending 0/10
        book 1: opens a1 10 @ 186.5
          web: a1 open 0/10, limit 186.5
        a1: ann buys 10 ACME @ 187 post-only reprice
          a1 answered open, with the order
        a1: ann amends to 5
          a1 answered open, with the order
          portfolio: amend a1 of ann: from 10 to 5 @ 186.5
          web: a1 open 0/10, limit 186.5, to be 5 @ 186.5
        book 2: fills 1 @ 186.51 other.s1 takes a1
          parked: order a1: a fill at 186.51, worse than its price 186.5
        book 2: fills 1 @ 186.5 other.s1 takes a1
          web: ann's a1 made 1 @ 186.5, fee 0
          web: a1 open 1/10 @ 186.5, limit 186.5, to be 5 @ 186.5
        a2: ann buys 10 ACME @ 187 post-only reprice
          a2 answered pending, with the order
          portfolio: place a2 of ann: limit buy 10 ACME @ 187, post-only, reprice
          web: a2 pending 0/10
        book 3: opens a2 10 @ 187.01
          parked: order a2: it rests at 187.01, its price is 187
    "#]]);
}

#[test]
fn an_iceberg_shows_a_part_that_is_whole_lots() {
    check(expect![[r#"
        LOTS lists tick 0.01 lot 5 close 100
        i1: ann sells 20 LOTS @ 100 show 3
          i1 answered rejected lot_size, display_quantity: must be a multiple of the lot size 5, got 3
        i1: ann sells 20 LOTS @ 100 show 0
          i1 answered rejected out_of_range, display_quantity: must be more than 0 and at most 1000000, got 0
        i1: ann sells 20 LOTS @ 100 show 20
          i1 answered rejected out_of_range, display_quantity: must be less than the quantity 20, got 20
        i1: ann sells 20 LOTS @ 100 show 5
          i1 answered pending, with the order
          portfolio: place i1 of ann: limit sell 20 LOTS @ 100, shows 5
          web: i1 pending 0/20
    "#]]);
}

#[test]
fn a_days_orders_end_with_the_trading_day() {
    check(expect![[r#"
        a1: ann buys 10 ACME @ 187 day
          a1 answered pending, with the order
          portfolio: place a1 of ann: limit buy 10 ACME @ 187, until 02.01. 00:00:00
          web: a1 pending 0/10
        ACME trades monday,tuesday,wednesday,thursday,friday 14:30 21:00
        a2: ann sells 10 ACME stop 180 day
          a2 answered pending, with the order
          portfolio: place a2 of ann: stop sell 10 ACME @ 171, until 01.01. 21:00:00, stop 180 then market @ 171
          web: a2 pending 0/10
        book 1: opens a1 10
          web: a1 open 0/10
        book 2: drops a1 10 expired
          web: a1 expired 0/10: its time was over (expired)
        a1: ann buys 10 ACME @ 187 day
          a1 answered expired, with the order
        a1: ann cancels
          a1 answered rejected order_not_live, the order is expired already
    "#]]);
}

#[test]
fn a_date_must_lie_ahead_but_not_too_far() {
    check(expect![[r#"
        a1: ann buys 10 ACME @ 187 until 0
          a1 answered rejected out_of_range, expires_at: must be in the future and at most 366 days ahead, got 2026-01-01T00:00:05Z
        a1: ann buys 10 ACME @ 187 until -5
          a1 answered rejected out_of_range, expires_at: must be in the future and at most 366 days ahead, got 2026-01-01T00:00:01Z
        a1: ann buys 10 ACME @ 187 until 31622401
          a1 answered rejected out_of_range, expires_at: must be in the future and at most 366 days ahead, got 2027-01-02T00:00:08Z
        a1: ann buys 10 ACME @ 187 until 31622400
          a1 answered pending, with the order
          portfolio: place a1 of ann: limit buy 10 ACME @ 187, until 02.01. 00:00:08
          web: a1 pending 0/10
        a2: ann buys 10 ACME @ 187 until 60
          a2 answered pending, with the order
          portfolio: place a2 of ann: limit buy 10 ACME @ 187, until 01.01. 00:01:09
          web: a2 pending 0/10
        book 1: opens a2 10 & book 2: fills 4 @ 187 other.s1 takes a2 & book 3: drops a2 6 expired
          web: ann's a2 made 4 @ 187, fee 0
          web: a2 expired 4/10 @ 187: its time was over (expired)
    "#]]);
}

#[test]
fn prevention_of_self_trades_is_the_orders_own() {
    check(expect![[r#"
        a1: ann buys 10 ACME @ 187 prevent cancel_oldest
          a1 answered pending, with the order
          portfolio: place a1 of ann: limit buy 10 ACME @ 187, cancel_oldest
          web: a1 pending 0/10
        a2: ann buys 10 ACME @ 187 prevent cancel_newest
          a2 answered pending, with the order
          portfolio: place a2 of ann: limit buy 10 ACME @ 187
          web: a2 pending 0/10
        a1: ann buys 10 ACME @ 187
          a1 answered rejected id_reused, order_id: this id was used before, for another order
        a2: ann buys 10 ACME @ 187
          a2 answered pending, with the order
    "#]]);
}

#[test]
fn an_auctions_trades_have_makers_fees_on_both_sides() {
    check(expect![[r#"
        fees 10 20
        a1: ann buys 10 ACME @ 188
          a1 answered pending, with the order
          portfolio: place a1 of ann: limit buy 10 ACME @ 188
          web: a1 pending 0/10
        b1: bob sells 10 ACME @ 186
          b1 answered pending, with the order
          portfolio: place b1 of bob: limit sell 10 ACME @ 186
          web: b1 pending 0/10
        book 1: opens a1 10 & book 2: opens b1 10
          web: a1 open 0/10
          web: b1 open 0/10
        book 3: fills 10 @ 187 a1 takes b1 in an auction
          web: bob's b1 traded 10 @ 187, fee 1.87
          web: ann's a1 traded 10 @ 187, fee 1.87
          web: b1 closed 10/10 @ 187
          web: a1 closed 10/10 @ 187
    "#]]);
}

#[test]
fn reasons_for_leaving_are_in_words() {
    check(expect![[r#"
        a1: ann buys 1 ACME @ 187
          a1 answered pending, with the order
          portfolio: place a1 of ann: limit buy 1 ACME @ 187
          web: a1 pending 0/1
        a2: ann buys 1 ACME @ 187
          a2 answered pending, with the order
          portfolio: place a2 of ann: limit buy 1 ACME @ 187
          web: a2 pending 0/1
        a3: ann buys 1 ACME @ 187
          a3 answered pending, with the order
          portfolio: place a3 of ann: limit buy 1 ACME @ 187
          web: a3 pending 0/1
        a4: ann buys 1 ACME @ 187
          a4 answered pending, with the order
          portfolio: place a4 of ann: limit buy 1 ACME @ 187
          web: a4 pending 0/1
        a5: ann buys 1 ACME @ 187
          a5 answered pending, with the order
          portfolio: place a5 of ann: limit buy 1 ACME @ 187
          web: a5 pending 0/1
        a6: ann buys 1 ACME @ 187
          a6 answered pending, with the order
          portfolio: place a6 of ann: limit buy 1 ACME @ 187
          web: a6 pending 0/1
        a7: ann buys 1 ACME @ 187
          a7 answered pending, with the order
          portfolio: place a7 of ann: limit buy 1 ACME @ 187
          web: a7 pending 0/1
        book 1: drops a1 1 not_trading & book 2: drops a2 1 outside_price_band & book 3: drops a3 1 would_trigger & book 4: drops a4 1 entry_ended & book 5: drops a5 1 expired & book 6: drops a6 1 would_trade & book 7: drops a7 1 not_fillable
          web: a1 canceled 0/1: the rest does not wait, and nobody traded as it came in (not_trading)
          web: a2 canceled 0/1: its price is outside the band within which the stock trades (outside_price_band)
          web: a3 canceled 0/1: its stop price was met already as it came in (would_trigger)
          web: a4 canceled 0/1: its entry ended without a fill (entry_ended)
          web: a5 expired 0/1: its time was over (expired)
          web: a6 canceled 0/1: post-only: it would have traded at once (would_trade)
          web: a7 canceled 0/1: fill or kill: it could not have traded wholly (not_fillable)
    "#]]);
}

#[test]
fn many_orders_are_canceled_at_once() {
    check(expect![[r#"
        OTHR lists tick 0.01 lot 1 close 100
        a1: ann buys 10 ACME @ 187 & a2: ann sells 10 ACME stop 180 & a3: ann buys 10 OTHR @ 100 & b1: bob buys 1 ACME @ 187 & e1: ann buys 1 ACME @ 187 exit x1 take 200
          a1 answered pending, with the order
          portfolio: place a1 of ann: limit buy 10 ACME @ 187
          a2 answered pending, with the order
          portfolio: place a2 of ann: stop sell 10 ACME @ 171, stop 180 then market @ 171
          a3 answered pending, with the order
          portfolio: place a3 of ann: limit buy 10 OTHR @ 100
          b1 answered pending, with the order
          portfolio: place b1 of bob: limit buy 1 ACME @ 187
          e1 answered pending, with the order
          portfolio: place e1 of ann: limit buy 1 ACME @ 187, exit x1 @ 200
          web: a1 pending 0/10
          web: a2 pending 0/10
          web: a3 pending 0/10
          web: b1 pending 0/1
          web: e1 pending 0/1
          web: x1 pending 0/1, limit exit of e1 @ 200
        book 1: opens a1 10
          web: a1 open 0/10
        ann cancels all ACME sell
          ? answered pending, 2 orders
          portfolio: cancel a2 ACME
          portfolio: cancel x1 ACME
        ann cancels all OTHR
          ? answered pending, 1 orders
          portfolio: cancel a3 OTHR
        ann cancels all sell
          ? answered pending, 2 orders
          portfolio: cancel a2 ACME
          portfolio: cancel x1 ACME
        ann cancels all & ann cancels all & a4: ann buys 1 ACME @ 180 & ann cancels all
          ? answered pending, 5 orders
          portfolio: cancel a1 ACME
          portfolio: cancel a2 ACME
          portfolio: cancel a3 OTHR
          portfolio: cancel x1 ACME
          portfolio: cancel e1 ACME
          ? answered pending, 5 orders
          a4 answered pending, with the order
          portfolio: place a4 of ann: limit buy 1 ACME @ 180
          ? answered pending, 6 orders
          portfolio: cancel a4 ACME
          web: a4 pending 0/1
        book 2: drops a1 10 canceled_by_user
          web: a1 canceled 0/10: canceled at the user's request (canceled_by_user)
        ann cancels all
          ? answered pending, 5 orders
          portfolio: cancel a2 ACME
          portfolio: cancel a3 OTHR
          portfolio: cancel x1 ACME
          portfolio: cancel e1 ACME
          portfolio: cancel a4 ACME
        ann cancels all NOPE
          ? answered pending, 0 orders
        eve cancels all
          ? answered rejected unknown_user, user_id: no such user
        ann cancels all by loadtest
          ? answered rejected not_allowed, user_id: this sender may trade for accounts of role bot only
        rob cancels all by loadtest
          ? answered pending, 0 orders
    "#]]);
}
