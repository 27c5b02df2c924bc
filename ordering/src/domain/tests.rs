//! Every state against everything that can happen, and what holds for all prices and fills.

use super::bound::Bound;
use super::instrument::{Instrument, PRICE_MAX};
use super::ticket::Ticket;
use super::told::{Happened, News};
use contracts::{
    Amendment, Code, OrderId, OrderStatus, OrderType, Price, Quantity, Refusal, Side, Terms, TimeInForce,
    Timestamp, UserId, intake::NewOrder, matching::Party, ordering::Trigger, stock_data::InstrumentState,
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
        quantity: units(10),
        limit_price,
        terms: Terms::of(TimeInForce::Gtc),
        replaces: None,
    }
}

fn bound(price: Price) -> Bound {
    Bound { price, trigger: None, expires_at: None, exit: None }
}

/// Ten at 100, of which four are filled; the rest is being amended.
fn ticket(status: OrderStatus) -> Ticket {
    let order = new_order(OrderType::Limit, Side::Buy, Some(price(100)));
    let filled = if status == OrderStatus::Pending { 0 } else { 4 };
    Ticket {
        status,
        filled_quantity: units(filled),
        notional: price(100).times(units(filled)).unwrap(),
        book_sequence: 5,
        amendment: Some(Amendment { quantity: units(20), limit_price: price(101), refused: None }),
        ..Ticket::new(&order, &bound(price(100)), 0, at(0))
    }
}

/// The same, and at 105 it would be a market order.
fn oco(status: OrderStatus) -> Ticket {
    let trigger = Trigger { stop_price: price(105), trail_amount: None, price: price(110), rests: false };
    Ticket { order_type: OrderType::Oco, trigger: Some(trigger), amendment: None, ..ticket(status) }
}

fn news(ticket: &Ticket, sequence: u64, happened: Happened) -> News {
    let party = Party { order_id: ticket.order_id, user_id: ticket.user_id, ordering: 0 };
    News { party, symbol: ticket.symbol, side: Some(ticket.side), sequence, at: at(1), happened }
}

#[test]
fn from_every_state_only_the_legal_ways_lead_on() {
    let mut table = String::new();
    for status in OrderStatus::ALL {
        let (ticket, oco) = (ticket(*status), oco(*status));
        let rest = ticket.remaining();
        let told = |happened| ticket.told(&news(&ticket, 6, happened));
        let by_user = Code::AmendedByUser;
        let outcomes = [
            ("refused", ticket.refused(Refusal::new(Code::InsufficientCash, "no"), at(1))),
            ("armed", told(Happened::Armed { rest })),
            ("opened", told(Happened::Opened { price: price(100), rest })),
            ("part fill", told(Happened::Filled { price: price(99), quantity: units(1) })),
            ("last fill", told(Happened::Filled { price: price(99), quantity: rest })),
            (
                "reduced",
                told(Happened::Reduced {
                    by: units(1),
                    rest: rest.minus(units(1)).unwrap(),
                    reason: by_user,
                }),
            ),
            (
                "reduced to nothing",
                told(Happened::Reduced { by: rest, rest: Quantity::ZERO, reason: by_user }),
            ),
            ("amended", told(Happened::Amended { price: price(101), was_rest: rest, rest: units(16) })),
            ("not amended", told(Happened::AmendmentRefused { reason: Code::WouldTrade })),
            (
                "triggered",
                oco.told(&news(
                    &oco,
                    6,
                    Happened::Triggered { stop_price: price(105), price: price(110), rest },
                )),
            ),
            ("left", told(Happened::Left { rest, reason: Code::CanceledByUser, replaced_by: None })),
            ("expired", told(Happened::Left { rest, reason: Code::Expired, replaced_by: None })),
            ("told before", ticket.told(&news(&ticket, 5, Happened::Opened { price: price(100), rest }))),
        ];
        writeln!(table, "{status}").unwrap();
        let mut line = String::new();
        for (name, outcome) in outcomes {
            let next = match outcome {
                Ok(Some(next)) => next.status.as_str(),
                Ok(None) => "same",
                Err(_) => "-",
            };
            let separator = if line.is_empty() { "  " } else { ", " };
            write!(line, "{separator}{name}: {next}").unwrap();
        }
        writeln!(table, "{line}").unwrap();
    }
    expect![[r#"
        pending
          refused: rejected, armed: open, opened: open, part fill: open, last fill: closed, reduced: open, reduced to nothing: canceled, amended: open, not amended: pending, triggered: open, left: canceled, expired: expired, told before: same
        open
          refused: -, armed: open, opened: open, part fill: open, last fill: closed, reduced: open, reduced to nothing: closed, amended: open, not amended: open, triggered: open, left: canceled, expired: expired, told before: same
        closed
          refused: -, armed: -, opened: -, part fill: -, last fill: -, reduced: -, reduced to nothing: -, amended: -, not amended: -, triggered: -, left: -, expired: -, told before: same
        canceled
          refused: -, armed: -, opened: -, part fill: -, last fill: -, reduced: -, reduced to nothing: -, amended: -, not amended: -, triggered: -, left: -, expired: -, told before: same
        rejected
          refused: -, armed: -, opened: -, part fill: -, last fill: -, reduced: -, reduced to nothing: -, amended: -, not amended: -, triggered: -, left: -, expired: -, told before: same
        expired
          refused: -, armed: -, opened: -, part fill: -, last fill: -, reduced: -, reduced to nothing: -, amended: -, not amended: -, triggered: -, left: -, expired: -, told before: same
    "#]].assert_eq(&table);
}

#[test]
fn a_price_that_the_order_never_agreed_to_is_believed_of_nobody() {
    let stop = |order_type| {
        let trigger = Trigger { stop_price: price(105), trail_amount: None, price: price(110), rests: true };
        Ticket {
            order_type,
            price: price(110),
            worst_price: price(110),
            trigger: Some(trigger),
            ..ticket(OrderStatus::Open)
        }
    };
    let limit = ticket(OrderStatus::Open);
    let mut repriced = ticket(OrderStatus::Open);
    repriced.terms.reprice = true;
    let rest = limit.remaining();
    let fill = |at| Happened::Filled { price: price(at), quantity: units(1) };
    let opened = |at| Happened::Opened { price: price(at), rest };
    let triggered = |at| Happened::Triggered { stop_price: price(105), price: price(at), rest };
    let amended = |at| Happened::Amended { price: price(at), was_rest: rest, rest: units(16) };
    for (ticket, good, bad) in [
        (limit.clone(), fill(100), fill(101)),
        (limit.clone(), opened(100), opened(99)),
        (repriced.clone(), opened(99), opened(101)),
        (limit.clone(), amended(101), amended(100)),
        (stop(OrderType::StopLimit), triggered(110), triggered(111)),
        (stop(OrderType::TrailingStop), triggered(108), triggered(111)),
        (oco(OrderStatus::Open), fill(100), fill(105)),
    ] {
        assert!(ticket.told(&news(&ticket, 6, good)).is_ok(), "{ticket:?} {good:?}");
        let poison = ticket.told(&news(&ticket, 6, bad)).unwrap_err();
        assert!(poison.0.contains("price") || poison.0.contains("asked"), "{poison}");
    }
    for order_type in [OrderType::Stop, OrderType::StopLimit, OrderType::TrailingStop] {
        let waiting = stop(order_type);
        assert!(waiting.told(&news(&waiting, 6, fill(100))).is_err());
        let met = waiting.told(&news(&waiting, 6, triggered(109))).unwrap().unwrap();
        assert!(met.told(&news(&met, 7, fill(109))).is_ok());
        assert!(met.told(&news(&met, 7, fill(110))).is_err());
        assert!(met.told(&news(&met, 7, triggered(109))).is_err());
    }
}

/// A bound that holds for all fills of an order, wherever its price has been.
#[test]
fn the_worst_price_only_ever_gets_worse() {
    let mut ticket = oco(OrderStatus::Open);
    let triggered =
        Happened::Triggered { stop_price: price(105), price: price(110), rest: ticket.remaining() };
    ticket = ticket.told(&news(&ticket, 6, triggered)).unwrap().unwrap();
    assert_eq!(
        (ticket.price, ticket.worst_price, ticket.limit_price),
        (price(110), price(110), Some(price(100)))
    );

    let mut ticket = super::tests::ticket(OrderStatus::Open);
    for (sequence, limit, worst) in [(6, 101, 101), (7, 90, 101), (8, 95, 101), (9, 102, 102)] {
        let rest = ticket.remaining();
        let amendment = Amendment { quantity: ticket.quantity, limit_price: price(limit), refused: None };
        ticket = ticket.amending(amendment, at(1));
        let amended = Happened::Amended { price: price(limit), was_rest: rest, rest };
        ticket = ticket.told(&news(&ticket, sequence, amended)).unwrap().unwrap();
        assert_eq!((ticket.price, ticket.worst_price), (price(limit), price(worst)));
        assert_eq!(ticket.limit_price, Some(price(limit)));
        assert!(ticket.is_of(&new_order(OrderType::Limit, Side::Buy, Some(price(100)))));
    }
}

#[test]
fn an_orders_time_never_goes_back_whatever_clock_its_news_bear() {
    let order = new_order(OrderType::Limit, Side::Buy, Some(price(100)));
    let pending = Ticket::new(&order, &bound(price(100)), 0, at(50));
    let opened = pending
        .told(&news(&pending, 1, Happened::Opened { price: price(100), rest: units(10) }))
        .unwrap()
        .unwrap();
    assert_eq!((opened.status, opened.updated_at), (OrderStatus::Open, at(50)));
    let refused = pending.refused(Refusal::new(Code::InsufficientCash, "no"), at(49)).unwrap().unwrap();
    assert_eq!(refused.updated_at, at(50));
    let later = pending.refused(Refusal::new(Code::InsufficientCash, "no"), at(51)).unwrap().unwrap();
    assert_eq!(later.updated_at, at(51));
}

#[test]
fn news_of_another_user_symbol_or_side_is_no_news() {
    let ticket = ticket(OrderStatus::Open);
    let right = news(&ticket, 6, Happened::Opened { price: price(100), rest: ticket.remaining() });
    assert!(ticket.told(&right).is_ok());
    let other_user = Party { user_id: UserId(Uuid::nil()), ..right.party };
    for wrong in [
        News { party: other_user, ..right.clone() },
        News { symbol: "OTHER".parse().unwrap(), ..right.clone() },
        News { side: Some(Side::Sell), ..right },
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
            hours: None,
            feed_stale: false,
        };
        for side in [Side::Buy, Side::Sell] {
            let mut order = new_order(OrderType::Market, side, None);
            order.quantity = units(1);
            order.terms = Terms::of(TimeInForce::Ioc);
            let worst = instrument.bind(&order, points, at(0)).unwrap().price;
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
