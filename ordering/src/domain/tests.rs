//! Every state against everything that can happen, and what holds for all prices and fills.

use super::instrument::{Instrument, PRICE_MAX};
use super::ticket::{Happened, News, Ticket};
use contracts::{
    Code, OrderId, OrderStatus, OrderType, Price, Quantity, Refusal, Side, TimeInForce, Timestamp, UserId,
    intake::NewOrder, matching::Party, stock_data::InstrumentState,
};
use expect_test::expect;
use proptest::prelude::*;
use std::fmt::Write;
use uuid::Uuid;

fn units(number: i64) -> Quantity {
    Quantity::from_micros(number * contracts::amount::SCALE)
}

fn price(number: i64) -> Price {
    Price::from_micros(number * contracts::amount::SCALE)
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_timestamp(second, 0).unwrap()
}

fn new_order(order_type: OrderType, side: Side, limit_price: Option<Price>) -> NewOrder {
    NewOrder {
        order_id: OrderId(Uuid::from_u128(1)),
        user_id: UserId(Uuid::from_u128(2)),
        symbol: "ACME".parse().unwrap(),
        side,
        order_type,
        time_in_force: TimeInForce::Gtc,
        post_only: false,
        quantity: units(10),
        limit_price,
    }
}

/// Ten at 100, of which four are filled.
fn ticket(status: OrderStatus) -> Ticket {
    let order = new_order(OrderType::Limit, Side::Buy, Some(price(100)));
    let filled = if status == OrderStatus::Pending { 0 } else { 4 };
    Ticket {
        status,
        filled_quantity: units(filled),
        notional: price(100).times(units(filled)).unwrap(),
        book_sequence: 5,
        ..Ticket::new(&order, price(100), 0, at(0))
    }
}

fn news(ticket: &Ticket, sequence: u64, happened: Happened) -> News {
    let party = Party { order_id: ticket.order_id, user_id: ticket.user_id, ordering: 0 };
    News { party, symbol: ticket.symbol, side: ticket.side, sequence, at: at(1), happened }
}

#[test]
fn from_every_state_only_the_legal_ways_lead_on() {
    let mut table = String::new();
    for status in OrderStatus::ALL {
        let ticket = ticket(*status);
        let rest = ticket.remaining();
        let outcomes = [
            ("refused", ticket.refused(Refusal::new(Code::InsufficientCash, "no"), at(1))),
            ("opened", ticket.told(&news(&ticket, 6, Happened::Opened { rest }))),
            (
                "part fill",
                ticket.told(&news(&ticket, 6, Happened::Filled { price: price(99), quantity: units(1) })),
            ),
            (
                "last fill",
                ticket.told(&news(&ticket, 6, Happened::Filled { price: price(99), quantity: rest })),
            ),
            ("left", ticket.told(&news(&ticket, 6, Happened::Left { rest, reason: Code::CanceledByUser }))),
            ("told before", ticket.told(&news(&ticket, 5, Happened::Opened { rest }))),
        ];
        write!(table, "{status}").unwrap();
        for (name, outcome) in outcomes {
            let next = match outcome {
                Ok(Some(next)) => next.status.as_str(),
                Ok(None) => "same",
                Err(_) => "-",
            };
            write!(table, " | {name}: {next}").unwrap();
        }
        writeln!(table).unwrap();
    }
    expect![[r#"
        pending | refused: rejected | opened: open | part fill: open | last fill: closed | left: canceled | told before: same
        open | refused: - | opened: open | part fill: open | last fill: closed | left: canceled | told before: same
        closed | refused: - | opened: - | part fill: - | last fill: - | left: - | told before: same
        canceled | refused: - | opened: - | part fill: - | last fill: - | left: - | told before: same
        rejected | refused: - | opened: - | part fill: - | last fill: - | left: - | told before: same
        expired | refused: - | opened: - | part fill: - | last fill: - | left: - | told before: same
    "#]].assert_eq(&table);
}

#[test]
fn an_orders_time_never_goes_back_whatever_clock_its_news_bear() {
    let order = new_order(OrderType::Limit, Side::Buy, Some(price(100)));
    let pending = Ticket::new(&order, price(100), 0, at(50));
    let opened = pending.told(&news(&pending, 1, Happened::Opened { rest: units(10) })).unwrap().unwrap();
    assert_eq!((opened.status, opened.updated_at), (OrderStatus::Open, at(50)));
    let refused = pending.refused(Refusal::new(Code::InsufficientCash, "no"), at(49)).unwrap().unwrap();
    assert_eq!(refused.updated_at, at(50));
    let later = pending.refused(Refusal::new(Code::InsufficientCash, "no"), at(51)).unwrap().unwrap();
    assert_eq!(later.updated_at, at(51));
}

#[test]
fn news_of_another_user_symbol_or_side_is_no_news() {
    let ticket = ticket(OrderStatus::Open);
    let right = news(&ticket, 6, Happened::Opened { rest: ticket.remaining() });
    assert!(ticket.told(&right).is_ok());
    let other_user = Party { user_id: UserId(Uuid::nil()), ..right.party };
    for wrong in [
        News { party: other_user, ..right.clone() },
        News { symbol: "OTHER".parse().unwrap(), ..right.clone() },
        News { side: Side::Sell, ..right },
    ] {
        assert!(ticket.told(&wrong).is_err(), "{wrong:?}");
    }
}

proptest! {
    /// However an order is filled: what it counts is what its fills add up to, and it is closed
    /// with the last of them, not before.
    #[test]
    fn an_order_is_the_sum_of_its_fills(fills in proptest::collection::vec((1i64..=100, 1i64..=4), 1..8)) {
        let mut ticket = ticket(OrderStatus::Pending);
        let (mut filled, mut value) = (0, 0);
        for (sequence, (at_price, quantity)) in (6..).zip(fills) {
            let fill = Happened::Filled { price: price(at_price), quantity: units(quantity) };
            match ticket.told(&news(&ticket, sequence, fill)) {
                Ok(Some(next)) => {
                    (filled, value) = (filled + quantity, value + quantity * at_price);
                    ticket = next;
                }
                Ok(None) => panic!("a later sequence is news"),
                Err(_) => prop_assert!(filled + quantity > 10),
            }
            prop_assert_eq!(ticket.filled_quantity, units(filled));
            prop_assert_eq!(ticket.notional.micros(), value * contracts::amount::SCALE);
            prop_assert_eq!(ticket.status == OrderStatus::Closed, filled == 10);
        }
    }

    #[test]
    fn a_worst_price_is_a_whole_tick_on_the_far_side_of_the_last_price(
        ticks in 1i64..1_000_000, tick in 1i64..2_000_000, off in 0i64..2_000_000, points in 0u32..10_000,
    ) {
        let last = Price::from_micros((ticks * tick + off).min(PRICE_MAX.micros()));
        let instrument = Instrument {
            tick_size: Price::from_micros(tick),
            lot_size: units(1),
            state: InstrumentState::Open,
            previous_close: Price::ZERO,
            last_price: Some(last),
        };
        for side in [Side::Buy, Side::Sell] {
            let mut order = new_order(OrderType::Market, side, None);
            order.quantity = units(1);
            let worst = instrument.price_of(&order, points).unwrap();
            prop_assert!(worst.is_multiple_of(instrument.tick_size) && worst.is_positive());
            prop_assert!(worst <= PRICE_MAX);
            let beyond = match side {
                Side::Buy => worst >= last || worst.micros() > PRICE_MAX.micros() - tick,
                Side::Sell => worst <= last || worst.micros() == tick,
            };
            prop_assert!(beyond, "{side} {worst} {last}");
        }
    }
}
