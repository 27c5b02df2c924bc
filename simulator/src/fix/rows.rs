//! The rows, by the specification's references.

use super::{CLIENT, COUNTERPARTY, DAY_MS, Floor};
use contracts::stock_data::InstrumentState;
use contracts::topology;
use rand::{SeedableRng, rngs::StdRng};
use serde_json::json;

#[test]
fn a_1_a_filled_order() {
    let mut floor = Floor::open();
    floor.order();
    floor.fill(2000);
    floor.is("X", "open 10000 2000 8000");
    floor.fill(8000);
    floor.is("X", "filled 10000 10000 0");
}

#[test]
fn a_1_b_part_filled_day_order_done_for_day() {
    let mut floor = Floor::open();
    let order_id = floor.id("X");
    floor.send(CLIENT, json!({
        "type": "place_order", "order_id": order_id, "symbol": "ACME", "side": "buy", "order_type": "limit",
        "quantity": "10000", "limit_price": "10", "time_in_force": "day",
    }));
    floor.settle();
    floor.fill(2000);
    floor.is("X", "open 10000 2000 8000");
    // The day, in UTC, is over.
    floor.exchange.wall_ms += DAY_MS;
    floor.settle();
    floor.is("X", "expired 10000 2000 0");
}

#[test]
fn b_1_a_cancel_of_a_zero_filled_order() {
    let mut floor = Floor::open();
    floor.order();
    floor.cancel("X");
    floor.answered(None);
    floor.is("X", "open 10000 0 10000");
    floor.settle();
    floor.is("X", "canceled 10000 0 0");
}

#[test]
fn b_1_b_cancel_of_a_part_filled_order_with_executions_while_it_is_under_way() {
    let mut floor = Floor::open();
    floor.order();
    floor.fill(2000);
    floor.about_to_fill(3000);
    floor.cancel("X");
    floor.answered(None);
    floor.is("X", "open 10000 2000 8000");
    floor.settle();
    floor.is("X", "canceled 10000 5000 0");
}

#[test]
fn b_1_c_cancel_of_an_order_that_is_filled_before_it_arrives() {
    let mut floor = Floor::open();
    floor.order();
    floor.about_to_fill(10_000);
    floor.cancel("X");
    floor.answered(None);
    floor.settle();
    floor.is("X", "filled 10000 10000 0");
    floor.cancel("X");
    floor.answered(Some("order_not_live"));
}

#[test]
fn b_1_e_cancel_that_crosses_the_acknowledgement() {
    let mut floor = Floor::open();
    floor.limit(CLIENT, "X", "buy", 10_000, "10");
    floor.cancel("X");
    floor.run(topology::ORDERING);
    floor.is("X", "pending 10000 0 10000");
    floor.settle();
    floor.is("X", "canceled 10000 0 0");
}

#[test]
fn b_1_f_cancel_of_an_unknown_order() {
    let mut floor = Floor::open();
    floor.cancel("X");
    floor.answered(Some("not_found"));
}

#[test]
fn c_1_a_increase_of_a_zero_filled_order() {
    let mut floor = Floor::open();
    floor.order();
    floor.amend(11_000);
    floor.answered(None);
    floor.is("X", "open 10000 0 10000 amending");
    floor.settle();
    floor.is("X", "open 11000 0 11000");
    floor.fill(1000);
    floor.is("X", "open 11000 1000 10000");
    floor.fill(10_000);
    floor.is("X", "filled 11000 11000 0");
}

#[test]
fn c_1_b_increase_of_a_part_filled_order_with_an_execution_while_it_is_pending() {
    let mut floor = Floor::open();
    floor.order();
    floor.fill(1000);
    floor.about_to_fill(100);
    floor.amend(12_000);
    floor.answered(None);
    floor.is("X", "open 10000 1000 9000 amending");
    floor.settle();
    floor.is("X", "open 12000 1100 10900");
    floor.fill(10_900);
    floor.is("X", "filled 12000 12000 0");
}

#[test]
fn c_1_c_increase_of_a_filled_order() {
    let mut floor = Floor::open();
    floor.order();
    floor.fill(10_000);
    floor.amend(12_000);
    floor.answered(Some("order_not_live"));
    floor.is("X", "filled 10000 10000 0");
}

#[test]
fn c_2_a_change_of_the_price_that_comes_after_the_last_fill() {
    let mut floor = Floor::open();
    floor.order();
    floor.fill(1000);
    floor.about_to_fill(9000);
    floor.amend_price("10.5");
    floor.answered(None);
    floor.settle();
    floor.is("X", "filled 10000 10000 0");
}

#[test]
fn c_3_a_decrease_to_more_than_was_filled_meanwhile() {
    let mut floor = Floor::open();
    floor.order();
    floor.about_to_fill(1000);
    floor.amend(8000);
    floor.answered(None);
    floor.settle();
    floor.is("X", "open 8000 1000 7000");
    floor.fill(7000);
    floor.is("X", "filled 8000 8000 0");
}

#[test]
fn c_3_b_decrease_to_just_what_was_filled_meanwhile() {
    let mut floor = Floor::open();
    floor.order();
    floor.about_to_fill(7000);
    floor.amend(7000);
    floor.answered(None);
    floor.settle();
    floor.is("X", "filled 7000 7000 0");
}

#[test]
fn c_3_c_decrease_to_less_than_was_filled_meanwhile() {
    let mut floor = Floor::open();
    floor.order();
    floor.about_to_fill(8000);
    floor.amend(7000);
    floor.answered(None);
    floor.settle();
    floor.is("X", "filled 8000 8000 0");
}

#[test]
fn d_1_a_two_changes_one_after_the_other() {
    let mut floor = Floor::open();
    floor.order();
    floor.fill(1000);
    floor.amend(8000);
    floor.settle();
    floor.is("X", "open 8000 1000 7000");
    floor.fill(1000);
    floor.amend(6000);
    floor.settle();
    floor.is("X", "open 6000 2000 4000");
    floor.fill(4000);
    floor.is("X", "filled 6000 6000 0");
}

/// Refused at once: an order for less than was filled would be none.
#[test]
fn d_1_b_a_change_that_is_refused_before_it_is_pending_and_another() {
    let mut floor = Floor::open();
    floor.order();
    floor.fill(1000);
    floor.amend(500);
    floor.answered(Some("out_of_range"));
    floor.is("X", "open 10000 1000 9000");
    floor.amend(6000);
    floor.settle();
    floor.is("X", "open 6000 1000 5000");
}

/// Refused by portfolio: there is not so much cash.
#[test]
fn d_1_c_a_change_that_is_refused_while_it_is_pending_and_another() {
    let mut floor = Floor::open();
    floor.order();
    floor.fill(1000);
    floor.amend(900_000);
    floor.answered(None);
    floor.is("X", "open 10000 1000 9000 amending");
    floor.settle();
    floor.is("X", "open 10000 1000 9000");
    floor.amend(6000);
    floor.settle();
    floor.is("X", "open 6000 1000 5000");
}

#[test]
fn d_2_a_two_changes_at_once_of_which_one_comes_after_the_other_is_done() {
    let mut floor = Floor::open();
    floor.order();
    floor.amend(8000);
    floor.settle();
    floor.amend(7000);
    floor.settle();
    floor.is("X", "open 7000 0 7000");
}

#[test]
fn d_2_c_two_changes_at_once_both_refused() {
    let mut floor = Floor::open();
    floor.order();
    floor.about_to_fill(10_000);
    floor.amend(8000);
    floor.answered(None);
    floor.amend(9000);
    floor.answered(Some("amendment_pending"));
    floor.settle();
    // The first found an order with less left than it takes off: what was filled stays filled.
    floor.is("X", "filled 10000 10000 0");
}

#[test]
fn d_2_d_two_changes_at_once_the_second_refused_because_of_the_first() {
    let mut floor = Floor::open();
    floor.order();
    floor.amend(8000);
    floor.answered(None);
    floor.amend(7000);
    floor.answered(Some("amendment_pending"));
    floor.settle();
    floor.is("X", "open 8000 0 8000");
}

/// X keeps what it was filled; Y is 11,000 from now on.
#[test]
fn c_1_a_increase_of_a_zero_filled_order_by_another_order() {
    let mut floor = Floor::open();
    floor.order();
    floor.replace("Y", "X", 11_000, "10");
    floor.answered(None);
    floor.is("X", "open 10000 0 10000");
    floor.is("Y", "pending 11000 0 11000");
    floor.settle();
    floor.is("X", "canceled 10000 0 0");
    floor.is("Y", "open 11000 0 11000");
    floor.fill(11_000);
    floor.is("Y", "filled 11000 11000 0");
}

#[test]
fn c_1_b_increase_of_a_part_filled_order_with_an_execution_while_it_is_pending_by_another_order() {
    let mut floor = Floor::open();
    floor.order();
    floor.fill(1000);
    floor.about_to_fill(100);
    floor.replace("Y", "X", 12_000, "10");
    floor.answered(None);
    floor.settle();
    floor.is("X", "canceled 10000 1100 0");
    // What its client did not know of is taken off.
    floor.is("Y", "open 11900 0 11900");
    floor.fill(11_900);
    floor.is("Y", "filled 11900 11900 0");
}

#[test]
fn c_1_c_increase_of_a_filled_order_by_another_order() {
    let mut floor = Floor::open();
    floor.order();
    floor.fill(10_000);
    floor.replace("Y", "X", 12_000, "10");
    floor.answered(Some("replaced_order_gone"));
    floor.is("X", "filled 10000 10000 0");
}

#[test]
fn c_2_a_change_of_the_price_that_comes_after_the_last_fill_by_another_order() {
    let mut floor = Floor::open();
    floor.order();
    floor.fill(1000);
    floor.about_to_fill(9000);
    floor.replace("Y", "X", 9000, "10.5");
    floor.answered(None);
    floor.settle();
    floor.is("X", "filled 10000 10000 0");
    floor.is("Y", "canceled 9000 0 0");
}

#[test]
fn c_3_decreases_by_another_order() {
    for (filled, quantity, x, y) in [
        (1000, 8000, "canceled 10000 1000 0", "open 7000 0 7000"),
        (7000, 7000, "canceled 10000 7000 0", "canceled 7000 0 0"),
        (8000, 7000, "canceled 10000 8000 0", "canceled 7000 0 0"),
    ] {
        let mut floor = Floor::open();
        floor.order();
        floor.about_to_fill(filled);
        floor.replace("Y", "X", quantity, "10");
        floor.answered(None);
        floor.settle();
        floor.is("X", x);
        floor.is("Y", y);
    }
}

#[test]
fn d_1_a_two_changes_one_after_the_other_by_other_orders() {
    let mut floor = Floor::open();
    floor.order();
    floor.fill(1000);
    floor.replace("Y", "X", 7000, "10");
    floor.settle();
    floor.is("Y", "open 7000 0 7000");
    floor.fill(1000);
    floor.replace("Z", "Y", 4000, "10");
    floor.settle();
    floor.is("Y", "canceled 7000 1000 0");
    floor.fill(4000);
    floor.is("Z", "filled 4000 4000 0");
}

/// Refused by portfolio: there is not so much cash.
#[test]
fn d_1_c_a_change_that_is_refused_while_it_is_pending_and_another_by_other_orders() {
    let mut floor = Floor::open();
    floor.order();
    floor.replace("Y", "X", 900_000, "10");
    floor.answered(None);
    floor.settle();
    floor.is("X", "open 10000 0 10000");
    floor.is("Y", "rejected 900000 0 0");
    floor.replace("Z", "X", 6000, "10");
    floor.settle();
    floor.is("X", "canceled 10000 0 0");
    floor.is("Z", "open 6000 0 6000");
}

/// The second is refused by portfolio, for the first is not decided.
#[test]
fn d_2_d_two_changes_at_once_the_second_refused_because_of_the_first_by_other_orders() {
    let mut floor = Floor::open();
    floor.order();
    floor.replace("Y", "X", 8000, "10");
    floor.replace("Z", "X", 7000, "10");
    floor.settle();
    floor.is("X", "canceled 10000 0 0");
    floor.is("Y", "open 8000 0 8000");
    floor.is("Z", "rejected 7000 0 0");
}

/// By the book's hand: both shrink by what they would have traded.
#[test]
fn e_1_d_unsolicited_reduction_of_an_order() {
    let mut floor = Floor::open();
    floor.order();
    let order_id = floor.id("Y");
    let shares = floor.exchange.clients.deposit_shares(CLIENT, 0, 5000, &mut StdRng::seed_from_u64(2));
    floor.exchange.send(shares);
    floor.settle();
    floor.send(CLIENT, json!({
        "type": "place_order", "order_id": order_id, "symbol": "ACME", "side": "sell", "order_type": "limit",
        "quantity": "1000", "limit_price": "10", "self_trade_prevention": "decrement",
    }));
    floor.settle();
    floor.is("X", "open 9000 0 9000");
    floor.is("Y", "canceled 1000 0 0");
}

/// By the book's hand: the other order of the same user was to go on instead.
#[test]
fn e_1_b_unsolicited_cancel_of_a_part_filled_order() {
    let mut floor = Floor::open();
    floor.order();
    floor.fill(1000);
    let order_id = floor.id("Y");
    floor.send(CLIENT, json!({
        "type": "place_order", "order_id": order_id, "symbol": "ACME", "side": "sell", "order_type": "limit",
        "quantity": "1000", "limit_price": "10", "self_trade_prevention": "cancel_oldest",
    }));
    floor.settle();
    floor.is("X", "canceled 10000 1000 0");
    floor.is("Y", "open 1000 0 1000");
}

#[test]
fn f_1_a_order_with_an_id_that_was_used() {
    let mut floor = Floor::open();
    floor.order();
    floor.limit(CLIENT, "X", "buy", 5000, "10");
    floor.answered(Some("id_reused"));
    floor.is("X", "open 10000 0 10000");
    floor.limit(CLIENT, "X", "buy", 10_000, "10");
    floor.answered(None);
    floor.settle();
    floor.is("X", "open 10000 0 10000");
}

#[test]
fn h_1_gtc_order_is_the_same_on_the_next_day() {
    let mut floor = Floor::open();
    floor.order();
    floor.fill(1000);
    floor.exchange.wall_ms += DAY_MS;
    floor.settle();
    floor.is("X", "open 10000 1000 9000");
    floor.fill(9000);
    floor.is("X", "filled 10000 10000 0");
}

#[test]
fn i_1_a_fill_or_kill_that_cannot_be_filled() {
    let mut floor = Floor::open();
    floor.limit(COUNTERPARTY, "s", "sell", 1000, "10");
    floor.settle();
    let order_id = floor.id("X");
    floor.send(CLIENT, json!({
        "type": "place_order", "order_id": order_id, "symbol": "ACME", "side": "buy", "order_type": "limit",
        "quantity": "10000", "limit_price": "10", "time_in_force": "fok",
    }));
    floor.settle();
    floor.is("X", "canceled 10000 0 0");
}

#[test]
fn i_1_b_immediate_or_cancel_that_cannot_be_hit_at_once() {
    let mut floor = Floor::open();
    floor.limit(COUNTERPARTY, "s", "sell", 1000, "10");
    floor.settle();
    let order_id = floor.id("X");
    floor.send(CLIENT, json!({
        "type": "place_order", "order_id": order_id, "symbol": "ACME", "side": "buy", "order_type": "limit",
        "quantity": "10000", "limit_price": "10", "time_in_force": "ioc",
    }));
    floor.settle();
    floor.is("X", "canceled 10000 1000 0");
}

#[test]
fn k_1_a_trading_halt_after_which_the_order_goes_on() {
    let mut floor = Floor::open();
    floor.order();
    floor.about_to_fill(1000);
    floor.list(InstrumentState::Halted);
    floor.limit(COUNTERPARTY, "late", "sell", 1000, "10");
    floor.answered(Some("instrument_halted"));
    floor.list(InstrumentState::Open);
    floor.fill(2000);
    floor.is("X", "open 10000 3000 7000");
}

#[test]
fn k_1_b_trading_halt_in_which_the_order_is_canceled() {
    let mut floor = Floor::open();
    floor.order();
    floor.list(InstrumentState::Halted);
    floor.cancel("X");
    floor.settle();
    floor.is("X", "canceled 10000 0 0");
}
