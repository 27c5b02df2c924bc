//! The order state change matrices of the FIX protocol (version 4.4, appendix D), row by row,
//! against the real cores of ordering, portfolio and matching.
//!
//! A row's script sends messages and lets single services work, so that requests and executions
//! pass one another as the row has it. After each `is` stands what FIX calls OrdStatus, OrderQty,
//! CumQty and LeavesQty. Ours has no word for what is pending: a cancel under way shows nothing, an
//! amendment shows as `amending`. What FIX calls cancel/replace there are two of: an amendment keeps
//! the order's id, and its quantity is that of the whole order, as FIX has it; a replacement is an
//! order of its own, and its quantity is what it shall have from now on. Rows of C and D are here with
//! the one, and where it makes a difference with the other, too (`…_by_another_order`).
//!
//! Rows without a counterpart here: B.1.d (everything is acknowledged before it goes on), D.2.b (a
//! change is never chained to one under way), E.1.a and E.1.c (nobody telephones, and nobody
//! else changes an order's price), F.1.b and F.1.c (PossResend: the same id is the same order,
//! always), G.1 (status is a question to ordering, tested there), J.1 (trades are never undone), L.1
//! and L.2 (no guarantees, no quantities in cash).

mod rows;

use crate::exchange::Exchange;
use crate::twin::{number, text, uuid};
use chassis::feeds::Feeds;
use chassis::incoming::Incoming;
use chassis::rules::ReplyTo;
use contracts::intake::IntakeReply;
use contracts::stock_data::{InstrumentState, TradingRules};
use contracts::{OrderId, Partitions, UserId, topology};
use rand::{SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const ONE: Partitions = Partitions { users: 1, symbols: 1 };
const CLIENT: usize = 0;
const COUNTERPARTY: usize = 1;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
const UNIT: i64 = contracts::amount::SCALE;
/// In the order of the codes in the database.
const STATUSES: [&str; 6] = ["pending", "open", "filled", "canceled", "rejected", "expired"];

struct Floor {
    exchange: Exchange,
    sent: u64,
    /// By the names in the script.
    orders: BTreeMap<&'static str, OrderId>,
}

impl Floor {
    fn open() -> Self {
        let mut exchange = Exchange::new(1, ONE, 2, None, Feeds::default());
        let mut rng = StdRng::seed_from_u64(1);
        let clients = &mut exchange.clients;
        let mut ops = vec![clients.register(CLIENT, &mut rng), clients.register(COUNTERPARTY, &mut rng)];
        ops.push(clients.list(0, InstrumentState::Open, TradingRules::default()));
        ops.into_iter().for_each(|op| exchange.send(op));
        exchange.quiet().unwrap();
        let clients = &mut exchange.clients;
        let cash = clients.move_cash(CLIENT, 1_000_000, &mut rng);
        let shares = clients.deposit_shares(COUNTERPARTY, 0, 100_000, &mut rng);
        [cash, shares].into_iter().for_each(|op| exchange.send(op));
        exchange.quiet().unwrap();
        Floor { exchange, sent: 1_000_000, orders: BTreeMap::new() }
    }

    fn user(&self, n: usize) -> UserId {
        self.exchange.clients.users[n]
    }

    fn id(&mut self, name: &'static str) -> OrderId {
        let next = uuid::Uuid::from_u64_pair(0x0189_0000_0000_7000, 1 << 63 | self.orders.len() as u64);
        *self.orders.entry(name).or_insert(OrderId(next))
    }

    /// To ordering's queue, and no further.
    fn send(&mut self, user: usize, mut body: Value) {
        self.sent += 1;
        let user_id = self.user(user);
        body["user_id"] = json!(user_id);
        let reply_to = ReplyTo {
            exchange: topology::REPLIES_EXCHANGE.into(),
            routing_key: "fix".into(),
            correlation_id: Some(self.sent.to_string()),
        };
        let incoming = Incoming {
            exchange: topology::ORDERS_EXCHANGE.into(),
            sender: topology::WEB.into(),
            body: serde_json::to_vec(&body).unwrap(),
            reply_to: Some(reply_to),
            deadline: None,
            redelivered: false,
        };
        self.exchange.broker.publish_order(user_id, incoming, self.sent);
    }

    /// One service takes all that waits for it, and sends what follows.
    fn run(&mut self, service: &str) {
        let is_it = |worker: &crate::worker::Worker| worker.place.service == service;
        let at = self.exchange.workers.iter().position(is_it).unwrap();
        self.exchange.work_quietly(at).unwrap();
    }

    fn settle(&mut self) {
        let replies = std::mem::take(&mut self.exchange.broker.replies);
        self.exchange.quiet().unwrap();
        let later = std::mem::replace(&mut self.exchange.broker.replies, replies);
        self.exchange.broker.replies.extend(later);
    }

    fn limit(&mut self, user: usize, name: &'static str, side: &str, quantity: i64, price: &str) {
        let order_id = self.id(name);
        self.send(
            user,
            json!({
                "type": "place_order", "order_id": order_id, "symbol": "ACME", "side": side,
                "order_type": "limit", "quantity": quantity.to_string(), "limit_price": price,
            }),
        );
    }

    /// The order X, for 10,000 at 10, in the book.
    fn order(&mut self) {
        self.limit(CLIENT, "X", "buy", 10_000, "10");
        self.settle();
        self.is("X", "open 10000 0 10000");
    }

    /// An execution that the book has not seen yet: it stands before it, in front of what comes later.
    fn about_to_fill(&mut self, quantity: i64) {
        let name = ["s0", "s1", "s2", "s3", "s4"][self.orders.len() % 5];
        assert!(!self.orders.contains_key(name), "enough names");
        self.limit(COUNTERPARTY, name, "sell", quantity, "10");
        self.run(topology::ORDERING);
        self.run(topology::PORTFOLIO);
    }

    fn fill(&mut self, quantity: i64) {
        self.about_to_fill(quantity);
        self.settle();
    }

    fn cancel(&mut self, name: &'static str) {
        let order_id = self.id(name);
        self.send(CLIENT, json!({ "type": "cancel_order", "order_id": order_id }));
    }

    fn amend(&mut self, quantity: i64) {
        let order_id = self.id("X");
        let quantity = quantity.to_string();
        self.send(CLIENT, json!({ "type": "amend_order", "order_id": order_id, "quantity": quantity }));
    }

    fn amend_price(&mut self, price: &str) {
        let order_id = self.id("X");
        self.send(CLIENT, json!({ "type": "amend_order", "order_id": order_id, "limit_price": price }));
    }

    /// Y, which is to come in X's place.
    fn replace(&mut self, name: &'static str, was: &'static str, quantity: i64, price: &str) {
        let (order_id, replaces) = (self.id(name), self.id(was));
        self.send(
            CLIENT,
            json!({
                "type": "replace_order", "order_id": order_id, "replaces": replaces, "symbol": "ACME",
                "side": "buy", "order_type": "limit", "quantity": quantity.to_string(), "limit_price": price,
            }),
        );
    }

    /// What ordering answered to the last message.
    fn answered(&mut self, code: Option<&str>) {
        self.run(topology::ORDERING);
        let number = self.sent.to_string();
        let replies = &self.exchange.broker.replies;
        let (_, body) = replies.iter().find(|(known, _)| *known == number).expect("an answer");
        let reply: IntakeReply = serde_json::from_slice(body).unwrap();
        assert_eq!(reply.code.map(|code| code.as_str()), code, "{}", String::from_utf8_lossy(body));
    }

    /// OrdStatus OrderQty CumQty LeavesQty.
    #[track_caller]
    fn is(&mut self, name: &'static str, expected: &str) {
        let order_id = self.id(name);
        let state = self.exchange.databases[topology::ORDERING].lock();
        let row = state.tables.rows("orders").find(|row| uuid(row, "order_id") == order_id.0);
        let row = row.expect("ordering has it");
        let status = STATUSES[number(row, "status") as usize];
        let (quantity, filled) = (number(row, "quantity") / UNIT, number(row, "filled_quantity") / UNIT);
        let leaves = if matches!(status, "pending" | "open") { quantity - filled } else { 0 };
        let amends = text(row, "special").is_some_and(|special| {
            let special: Value = serde_json::from_str(special).unwrap();
            special["amendment"].is_object() && special["amendment"]["refused"].is_null()
        });
        let amends = if amends { " amending" } else { "" };
        assert_eq!(format!("{status} {quantity} {filled} {leaves}{amends}"), expected);
    }

    fn list(&mut self, state: InstrumentState) {
        let op = self.exchange.clients.list(0, state, TradingRules::default());
        self.exchange.send(op);
        self.settle();
    }
}
