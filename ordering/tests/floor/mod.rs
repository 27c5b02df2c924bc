//! A partition of ordering with two traders and one stock, on a database of its own.
#![allow(dead_code, reason = "each test binary uses a part")]

use chassis::Place;
use chassis::settings::{Fees, Limits};
use chassis::testing::{self, Bench, Said, fresh_database};
use contracts::{
    Code, OrderId, Side, Timestamp, TradeId, UserId,
    accounts::{AccountsEvent, Role, User},
    matching::{MatchingEvent, OrderFilled, OrderLeftBook, OrderOpened, Party},
    stock_data::{Instrument, InstrumentState, StockDataEvent, TradingRules},
    topology,
};
use ordering::{Ordering, Shared};
use sea_orm::FromQueryResult;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

pub struct Floor {
    pub bench: Bench<Ordering>,
    /// The last sequence of each stream.
    spoken: BTreeMap<String, u64>,
}

pub fn id(n: u128) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + n)
}

pub fn order_id(n: u128) -> OrderId {
    OrderId(id(n))
}

pub fn user(n: u128) -> UserId {
    UserId(id(0x1000 + n))
}

pub fn at(second: i64) -> Timestamp {
    Timestamp::from_timestamp(1_767_225_600 + second, 0).unwrap()
}

impl Floor {
    pub async fn open() -> Self {
        let url = fresh_database().await;
        migrations::migrate(topology::ORDERING, &url).await.unwrap();
        Self::of_partition(&url, testing::place(topology::ORDERING)).await
    }

    pub async fn of_partition(url: &str, place: Place) -> Self {
        let limits = Limits {
            open_orders_per_user: 3,
            requests_per_user: 1,
            requests_per_address: 1,
            market_collar_basis_points: 500,
            step_interval_ms: 0,
            price_interval_ms: 0,
            step_inputs: 1000,
            prefetch: 2000,
            snapshot_every: 1000,
            outbox_kept_s: 60,
            logbook_bytes: 0,
        };
        let shared = Shared { limits, fees: Fees { maker_basis_points: 10, taker_basis_points: 20 } };
        let bench = Bench::open(url, place, shared).await;
        let mut floor = Floor { bench, spoken: BTreeMap::new() };
        for n in [1, 2] {
            let person = User { user_id: user(n), name: format!("user {n}"), role: Role::Trader, demo: true };
            floor.hear("accounts.0>*", &[AccountsEvent::UserChanged(person)]).await;
        }
        floor.list("ACME").await;
        floor
    }

    pub async fn list(&mut self, symbol: &str) {
        let instrument = Instrument {
            symbol: symbol.parse().unwrap(),
            name: symbol.into(),
            currency: "USD".into(),
            tick_size: "0.01".parse().unwrap(),
            lot_size: "1".parse().unwrap(),
            previous_close: "187".parse().unwrap(),
            state: InstrumentState::Open,
            rules: TradingRules::default(),
        };
        self.hear("stock-data.0>*", &[StockDataEvent::InstrumentChanged(instrument)]).await;
    }

    /// The next message of a stream.
    pub async fn hear<E: Serialize>(&mut self, stream: &str, events: &[E]) -> Said {
        let seq = self.spoken.entry(stream.to_owned()).or_default();
        *seq += 1;
        self.bench.stream(stream, *seq, events).await
    }

    pub async fn matching(&mut self, events: &[MatchingEvent]) -> Said {
        self.hear("matching.0>*", events).await
    }

    /// What a book says, as `event` makes it.
    pub async fn book(&mut self, events: &[Value]) -> Said {
        self.hear("matching.0>*", events).await
    }

    pub async fn portfolio(&mut self, events: &Value) -> Said {
        self.hear("portfolio.0>ordering.0", events.as_array().unwrap()).await
    }

    pub async fn order(&mut self, sender: &str, json: &str) -> Said {
        self.bench.order(sender, json).await
    }

    /// All that the database has of orders and fills.
    pub async fn state(&self) -> String {
        #[derive(FromQueryResult)]
        struct Line {
            line: String,
        }
        let sql = "
            select line from (
                select 1 as part, order_id as id, 0 as side, format('order %s status %s filled %s for %s seq %s: %s',
                    right(order_id::text, 2), status, filled_quantity, notional, book_sequence, reason_code) as line
                from orders
                union all
                select 2, trade_id, side, format('trade %s side %s of %s: %s @ %s, fee %s, %s', right(trade_id::text, 2), side,
                    right(order_id::text, 2), quantity, price, fee, liquidity)
                from fills) as lines
            order by part, id, side";
        let lines = self.bench.db().all::<Line>(sql, []).await.unwrap();
        lines.into_iter().map(|row| row.line + "\n").collect()
    }
}

fn place_order(n: u128, by: UserId, side: Side, quantity: u32, price: &str) -> String {
    special(n, by, side, quantity, &json!({ "order_type": "limit", "limit_price": price }))
}

/// Ten by user 1, with these fields besides.
pub fn place(n: u128, side: Side, fields: &Value) -> String {
    special(n, user(1), side, 10, fields)
}

fn special(n: u128, by: UserId, side: Side, quantity: u32, fields: &Value) -> String {
    let mut order = json!({ "type": "place_order", "order_id": order_id(n), "user_id": by, "symbol": "ACME",
        "side": side, "quantity": quantity.to_string() });
    for (field, value) in fields.as_object().unwrap() {
        order[field] = value.clone();
    }
    order.to_string()
}

/// User 1 buys.
pub fn buy(n: u128, quantity: u32, price: &str) -> String {
    place_order(n, user(1), Side::Buy, quantity, price)
}

/// User 2 sells.
pub fn sell(n: u128, quantity: u32, price: &str) -> String {
    place_order(n, user(2), Side::Sell, quantity, price)
}

pub fn cancel(n: u128) -> String {
    format!(r#"{{"type":"cancel_order","order_id":"{}","user_id":"{}"}}"#, order_id(n), user(1))
}

fn party(n: u128, side: Side) -> Party {
    let user_id = match side {
        Side::Buy => user(1),
        Side::Sell => user(2),
    };
    Party { order_id: order_id(n), user_id, ordering: 0 }
}

/// At 187.
pub fn opened(sequence: u64, n: u128, side: Side, rest: u32) -> MatchingEvent {
    MatchingEvent::OrderOpened(OrderOpened {
        party: party(n, side),
        symbol: "ACME".parse().unwrap(),
        sequence,
        side,
        price: "187".parse().unwrap(),
        quantity: rest.to_string().parse().unwrap(),
        visible: None,
        repriced: false,
    })
}

/// An event about an order of user 1, with these fields besides.
pub fn event(tag: &str, sequence: u64, n: u128, side: Side, fields: &Value) -> Value {
    let mut event = json!({ "order_id": order_id(n), "user_id": user(1), "ordering": 0, "symbol": "ACME",
        "sequence": sequence, "side": side });
    for (field, value) in fields.as_object().unwrap() {
        event[field] = value.clone();
    }
    json!({ tag: event })
}

/// An order of another partition rests.
pub fn elsewhere(sequence: u64) -> MatchingEvent {
    let MatchingEvent::OrderOpened(mut event) = opened(sequence, 99, Side::Buy, 1) else { unreachable!() };
    event.party.ordering = 1;
    MatchingEvent::OrderOpened(event)
}

/// The same event in another book.
pub fn of(symbol: &str, event: MatchingEvent) -> MatchingEvent {
    let mut json = serde_json::to_value(event).unwrap();
    json.as_object_mut().unwrap().values_mut().for_each(|event| event["symbol"] = symbol.into());
    serde_json::from_value(json).unwrap()
}

/// The order `taker.0` takes from `maker`, which is on the other side.
pub fn filled(sequence: u64, price: &str, quantity: u32, taker: (u128, Side), maker: u128) -> MatchingEvent {
    MatchingEvent::OrderFilled(OrderFilled {
        trade_id: TradeId(id(sequence.into())),
        symbol: "ACME".parse().unwrap(),
        sequence,
        price: price.parse().unwrap(),
        quantity: quantity.to_string().parse().unwrap(),
        taker_side: taker.1,
        maker: party(maker, taker.1.opposite()),
        taker: party(taker.0, taker.1),
        auction: None,
    })
}

pub fn left(sequence: u64, n: u128, side: Side, rest: u32, reason: Code) -> MatchingEvent {
    MatchingEvent::OrderLeftBook(OrderLeftBook {
        party: party(n, side),
        symbol: "ACME".parse().unwrap(),
        sequence,
        side,
        price: "187".parse().unwrap(),
        quantity: rest.to_string().parse().unwrap(),
        rested: true,
        visible: None,
        reason,
        replaced_by: None,
    })
}

/// The orders of a page, in its order.
pub fn ids(answer: &Value) -> Vec<OrderId> {
    let items = answer["ok"]["items"].as_array().unwrap_or_else(|| panic!("no page: {answer}"));
    items.iter().map(|order| order["order_id"].as_str().unwrap().parse().unwrap()).collect()
}
