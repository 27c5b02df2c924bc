//! Entries with their exits.

use crate::handlers::scenario::check;
use expect_test::expect;

#[test]
fn a_bracket_is_two_orders_that_come_together() {
    check(expect![[r#"
        e1: ann buys 10 ACME @ 187 exit x1 take 200 loss 180
          e1 answered pending, with the order
          portfolio: place e1 of ann: limit buy 10 ACME @ 187, exit x1 @ 200 stop 180 then market @ 171
          web: e1 pending 0/10
          web: x1 pending 0/10, oco exit of e1 @ 200
        e1: ann buys 10 ACME @ 187 exit x1 take 200 loss 180
          e1 answered pending, with the order
        book 1: arms x1 10 & book 2: opens e1 10
          web: x1 open 0/10, oco exit of e1 @ 200
          web: e1 open 0/10
        book 3: fills 4 @ 187 other.s1 takes e1
          web: ann's e1 made 4 @ 187, fee 0
          web: e1 open 4/10 @ 187
        book 4: fills 6 @ 187 other.s2 takes e1 & book 5: opens x1 10
          web: ann's e1 made 6 @ 187, fee 0
          web: e1 closed 10/10 @ 187
          web: x1 open 0/10, oco exit of e1 @ 200
        book 6: fills 3 @ 200 other.b1 takes x1
          web: ann's x1 made 3 @ 200, fee 0
          web: x1 open 3/10 @ 200, oco exit of e1 @ 200
        book 7: triggers x1 7 stop 180 @ 171 & book 8: fills 7 @ 179 x1 takes other.b2
          web: ann's x1 took 7 @ 179, fee 0
          web: x1 closed 10/10 @ 185.3, oco exit of e1 @ 200, triggered at 180
    "#]]);
}

#[test]
fn an_exit_with_one_price_is_a_limit_or_a_stop() {
    check(expect![[r#"
        e1: ann buys 10 ACME at market exit x1 take 200
          e1 answered pending, with the order
          portfolio: place e1 of ann: market buy 10 ACME @ 196.35, exit x1 @ 200
          web: e1 pending 0/10
          web: x1 pending 0/10, limit exit of e1 @ 200
        e2: ann sells 10 ACME @ 190 exit x2 loss 195
          e2 answered pending, with the order
          portfolio: place e2 of ann: limit sell 10 ACME @ 190, exit x2 stop 195 then market @ 204.75
          web: e2 pending 0/10
          web: x2 pending 0/10, stop exit of e2
        book 1: arms x2 10 & book 2: opens e2 10
          web: x2 open 0/10, stop exit of e2
          web: e2 open 0/10
        book 3: fills 10 @ 190 other.b1 takes e2
          web: ann's e2 made 10 @ 190, fee 0
          web: e2 closed 10/10 @ 190
        book 4: triggers x2 10 stop 195 @ 204.75 & book 5: fills 10 @ 196 x2 takes other.s1
          web: ann's x2 took 10 @ 196, fee 0
          web: x2 closed 10/10 @ 196, stop exit of e2, triggered at 195
    "#]]);
}

#[test]
fn an_exit_is_for_as_much_as_its_entry_got() {
    check(expect![[r#"
        e1: ann buys 10 ACME at market exit x1 take 200 loss 180
          e1 answered pending, with the order
          portfolio: place e1 of ann: market buy 10 ACME @ 196.35, exit x1 @ 200 stop 180 then market @ 171
          web: e1 pending 0/10
          web: x1 pending 0/10, oco exit of e1 @ 200
        book 1: arms x1 10 & book 2: fills 4 @ 187 e1 takes other.s1 & book 3: drops e1 6 no_liquidity & book 4: reduces x1 by 6 to 4 entry_ended & book 5: opens x1 4
          web: ann's e1 took 4 @ 187, fee 0
          web: x1 open 0/4, oco exit of e1 @ 200
          web: e1 canceled 4/10 @ 187: the rest does not wait, and found nobody within its price (no_liquidity)
        book 6: fills 4 @ 200 other.b1 takes x1
          web: ann's x1 made 4 @ 200, fee 0
          web: x1 closed 4/4 @ 200, oco exit of e1 @ 200
        e2: ann buys 10 ACME @ 187 exit x2 loss 180
          e2 answered pending, with the order
          portfolio: place e2 of ann: limit buy 10 ACME @ 187, exit x2 stop 180 then market @ 171
          web: e2 pending 0/10
          web: x2 pending 0/10, stop exit of e2
        book 7: arms x2 10 & book 8: opens e2 10
          web: x2 open 0/10, stop exit of e2
          web: e2 open 0/10
        e2: ann cancels
          e2 answered open, with the order
          portfolio: cancel e2 ACME
        book 9: drops e2 10 canceled_by_user & book 10: drops x2 10 entry_ended
          web: e2 canceled 0/10: canceled at the user's request (canceled_by_user)
          web: x2 canceled 0/10, stop exit of e2: its entry ended without a fill (entry_ended)
        e3: ann buys 10 ACME @ 187 exit x3 loss 180
          e3 answered pending, with the order
          portfolio: place e3 of ann: limit buy 10 ACME @ 187, exit x3 stop 180 then market @ 171
          web: e3 pending 0/10
          web: x3 pending 0/10, stop exit of e3
        portfolio refuses e3 insufficient_cash & portfolio refuses x3 insufficient_cash
          web: e3 rejected 0/10: says portfolio (insufficient_cash)
          web: x3 rejected 0/10, stop exit of e3: says portfolio (insufficient_cash)
    "#]]);
}

#[test]
fn an_exit_can_be_canceled_by_itself() {
    check(expect![[r#"
        e1: ann buys 10 ACME @ 187 exit x1 take 200
          e1 answered pending, with the order
          portfolio: place e1 of ann: limit buy 10 ACME @ 187, exit x1 @ 200
          web: e1 pending 0/10
          web: x1 pending 0/10, limit exit of e1 @ 200
        book 1: arms x1 10 & book 2: opens e1 10
          web: x1 open 0/10, limit exit of e1 @ 200
          web: e1 open 0/10
        x1: ann cancels
          x1 answered open, with the order
          portfolio: cancel x1 ACME
        book 3: drops x1 10 canceled_by_user
          web: x1 canceled 0/10, limit exit of e1 @ 200: canceled at the user's request (canceled_by_user)
        book 4: fills 10 @ 187 other.s1 takes e1
          web: ann's e1 made 10 @ 187, fee 0
          web: e1 closed 10/10 @ 187
    "#]]);
}

#[test]
fn both_orders_of_a_bracket_count_and_have_ids_of_their_own() {
    check(expect![[r#"
        limit 2
        a1: ann buys 1 ACME @ 187
          a1 answered pending, with the order
          portfolio: place a1 of ann: limit buy 1 ACME @ 187
          web: a1 pending 0/1
        e1: ann buys 1 ACME @ 187 exit x1 take 200
          e1 answered rejected too_many_open_orders, a user may have at most 2 open orders at a time, there are 1
        e1: ann buys 1 ACME @ 187 exit e1 take 200
          e1 answered rejected invalid_combination, exit_order_id: the exit has an id of its own
        limit 3
        e1: ann buys 1 ACME @ 187 exit a1 take 200
          e1 answered rejected id_reused, exit_order_id: this id was used before, for another order
        e1: ann buys 1 ACME @ 187 exit x1 take 200
          e1 answered pending, with the order
          portfolio: place e1 of ann: limit buy 1 ACME @ 187, exit x1 @ 200
          web: e1 pending 0/1
          web: x1 pending 0/1, limit exit of e1 @ 200
        limit 10
        x1: ann sells 1 ACME @ 200
          x1 answered rejected id_reused, order_id: this id was used before, for another order
        e1: ann buys 1 ACME @ 187 exit x2 take 200
          e1 answered rejected id_reused, order_id: this id was used before, for another order
        e1: ann buys 1 ACME @ 187 exit x1 take 201
          e1 answered rejected id_reused, order_id: this id was used before, for another order
        e1: ann buys 1 ACME @ 187
          e1 answered rejected id_reused, order_id: this id was used before, for another order
        x3: ann buys 1 ACME @ 187 & e3: ann buys 1 ACME @ 187 exit x3 take 200
          x3 answered pending, with the order
          portfolio: place x3 of ann: limit buy 1 ACME @ 187
          e3 answered rejected id_reused, exit_order_id: this id was used before, for another order
          web: x3 pending 0/1
    "#]]);
}

#[test]
fn an_exits_prices_are_checked_by_their_own_names() {
    check(expect![[r#"
        e1: ann buys 10 ACME @ 187 exit x1 take 200.001
          e1 answered rejected tick_size, take_profit_price: must be a multiple of the tick size 0.01, got 200.001
        e1: ann buys 10 ACME @ 187 exit x1 take 0
          e1 answered rejected out_of_range, take_profit_price: must be more than 0 and at most 1000000, got 0
        e1: ann buys 10 ACME @ 187 exit x1 loss 180.001
          e1 answered rejected tick_size, stop_loss_price: must be a multiple of the tick size 0.01, got 180.001
        e1: ann buys 10 ACME @ 187 exit x1 take 180 loss 180
          e1 answered rejected invalid_combination, stop_loss_price: must be less than the take profit price 180, got 180
        e1: ann sells 10 ACME @ 187 exit x1 take 180 loss 180
          e1 answered rejected invalid_combination, stop_loss_price: must be more than the take profit price 180, got 180
        e1: ann sells 1000000 ACME @ 187 exit x1 loss 960
          e1 answered rejected out_of_range, quantity: price × quantity must be at most 1000000000, got 1008000000
        e1: ann buys 1000000 ACME @ 187 exit x1 take 1000.01
          e1 answered rejected out_of_range, quantity: price × quantity must be at most 1000000000, got 1000010000
        ACME halts
        e1: ann buys 10 ACME @ 187 exit x1 take 200
          e1 answered rejected instrument_halted, symbol: ACME is halted: no new orders are taken
        ACME resumes
        e1: ann buys 10 ACME @ 187 exit x1 take 200
          e1 answered pending, with the order
          portfolio: place e1 of ann: limit buy 10 ACME @ 187, exit x1 @ 200
          web: e1 pending 0/10
          web: x1 pending 0/10, limit exit of e1 @ 200
    "#]]);
}
