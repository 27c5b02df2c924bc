//! What clients see, tick by tick: a small market told in words, with clients that write down what
//! they are sent.

use super::*;
use crate::asking::Services;
use crate::ended::tests::nothing_ended;
use crate::market::stocks::tests::{quote, stock};
use crate::market::{Asking, Market, Need, Snapshot, book::Book};
use crate::session::Visitor;
use async_trait::async_trait;
use chassis::ask::AskError;
use chassis::hear::Heard;
use contracts::intake::{Body, IntakeReply};
use contracts::matching::{Depth, Depths};
use contracts::stock_data::StockDataEvent;
use contracts::{Partitions, StreamName, UserId};
use expect_test::{Expect, expect};
use serde_json::value::RawValue;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;

/// Writes down what it is sent, until its buffer is full.
#[derive(Clone)]
struct Pen {
    name: &'static str,
    paper: Arc<Mutex<Vec<String>>>,
    is_full: Arc<AtomicBool>,
}

impl Client for Pen {
    type Id = &'static str;

    fn id(&self) -> &'static str {
        self.name
    }

    fn emit(&self, message: &Message) -> Result<(), Lost> {
        if self.is_full.load(Ordering::Relaxed) {
            return Err(Lost::Full);
        }
        document::check(message.event, message.payload.get());
        self.paper.lock().unwrap().push(format!("{} ← {} {}", self.name, message.event, message.payload));
        Ok(())
    }

    fn flush(&self) {}

    fn disconnect(&self, _: Why) -> bool {
        let gone = !self.is_full.load(Ordering::Relaxed);
        self.paper.lock().unwrap().push(format!("{} is {}", self.name, if gone { "out" } else { "stuck" }));
        gone
    }
}

/// Nobody answers: the tests give the market its snapshots themselves.
struct Silence;

#[async_trait]
impl Services for Silence {
    async fn question(&self, _: &str, _: &RawValue, _: Duration) -> Result<Box<RawValue>, AskError> {
        std::future::pending().await
    }

    async fn command(&self, _: &str, _: &RawValue, _: Duration) -> Result<Box<RawValue>, AskError> {
        std::future::pending().await
    }

    async fn order(&self, _: UserId, _: &Body<'_>, _: Duration) -> Result<IntakeReply, AskError> {
        std::future::pending().await
    }

    fn is_connected(&self) -> bool {
        true
    }
}

struct Stage {
    hub: Hub<Pen>,
    market: Arc<RwLock<Market>>,
    paper: Arc<Mutex<Vec<String>>>,
    clients: Vec<Pen>,
    seq: u64,
    sequence: u64,
}

fn user(name: &str) -> UserId {
    UserId(uuid::Uuid::from_u128(u128::from(name.as_bytes()[0])))
}

fn visitor(name: &str) -> Visitor {
    let user_id = user(name);
    Visitor { user_id, session_id: user_id.0, began_at: chrono::Utc::now().timestamp() }
}

impl Stage {
    fn new() -> Self {
        let partitions = Partitions { users: 1, symbols: 1 };
        let market = Arc::new(RwLock::new(Market::new(partitions)));
        let now = chrono::DateTime::UNIX_EPOCH;
        let (hub, _answers) = Hub::new(market.clone(), partitions, Arc::new(Silence), nothing_ended(), now);
        let mut stage =
            Stage { hub, market, paper: Arc::default(), clients: Vec::new(), seq: 0, sequence: 0 };
        stage.hub.hear(Heard::Connected);
        stage
    }

    /// Asks anew, and answers: what the hub asked stays without an answer.
    fn with_snapshots(mut self) -> Self {
        self.snapshots(self.seq, &Book::default());
        self
    }

    fn snapshots(&mut self, seq: u64, book: &Book) {
        let symbol = "ACME".parse().unwrap();
        let mut market = self.market.write().unwrap();
        let best = book.best(99);
        let depth =
            Depth { symbol, sequence: book.sequence(), bids: best.bids, asks: best.asks, standing: None };
        let depths = Depths { seq, depths: vec![depth] };
        market.matching_missed(0);
        let ticket = market.take_asking()[0].ticket;
        market.answered(ticket, Snapshot::Depths { partition: 0, depths });
        market.stocks_missed();
        let ticket = market.take_asking()[0].ticket;
        market.answered(ticket, Snapshot::Stocks(vec![stock("ACME"), stock("BOLT")]));
        for Asking { need, ticket } in market.take_asking() {
            if let Need::Trades { symbol } = need {
                market.answered(ticket, Snapshot::Trades { symbol, newest_first: vec![] });
            }
        }
    }

    fn client(&self, name: &'static str) -> Pen {
        self.clients.iter().find(|client| client.name == name).cloned().expect("has joined")
    }

    fn join(&mut self, name: &'static str) -> Pen {
        let client = Pen { name, paper: self.paper.clone(), is_full: Arc::default() };
        self.clients.push(client.clone());
        self.hub.obey(Command::Join { client: client.clone(), visitor: Some(visitor(name)) });
        client
    }

    fn subscribe(&mut self, name: &'static str, wanted: serde_json::Value) {
        let paper = self.paper.clone();
        let acknowledge = Box::new(move |answer: Acknowledgement| {
            let answer = serde_json::to_string(&answer).unwrap();
            paper.lock().unwrap().push(format!("{name} ← {answer}"));
        });
        let subscription = Subscription::read(wanted).unwrap();
        self.hub.obey(Command::Subscribe { client: self.client(name), subscription, acknowledge });
    }

    fn matching(&mut self, event: serde_json::Value) {
        self.seq += 1;
        self.sequence += 1;
        let mut event = event;
        let body = event.as_object_mut().unwrap().values_mut().next().unwrap();
        body["symbol"] = "ACME".into();
        body["sequence"] = self.sequence.into();
        self.say("matching.0>*", self.seq, &serde_json::json!([event]));
    }

    fn opens(&mut self, side: &str, price: &str, quantity: &str) {
        let body = serde_json::json!({ "side": side, "price": price, "quantity": quantity });
        self.matching(serde_json::json!({ "order_opened": body }));
    }

    fn fills(&mut self, price: &str, quantity: &str) {
        let trade_id = uuid::Uuid::from_u128(self.sequence.into());
        let body = serde_json::json!({ "trade_id": trade_id, "taker_side": "sell", "price": price, "quantity": quantity });
        self.matching(serde_json::json!({ "order_filled": body }));
    }

    fn price(&mut self, symbol: &str, price: &str, second: i64) {
        let events = [StockDataEvent::PriceChanged(quote(symbol, price, second))];
        self.say("stock-data.0>*", second as u64, &events);
    }

    fn say(&mut self, stream: &str, seq: u64, events: &impl serde::Serialize) {
        let (stream, events) = (StreamName::from(stream), serde_json::to_vec(events).unwrap());
        self.hub.hear(Heard::Batch { stream, seq, at: chrono::DateTime::UNIX_EPOCH, events });
    }

    fn tick(&mut self) {
        self.paper.lock().unwrap().push("—".into());
        self.hub.tick(chrono::DateTime::UNIX_EPOCH);
    }

    fn check(&self, expected: Expect) {
        expected.assert_eq(&self.paper.lock().unwrap().join("\n"));
    }
}

fn depth() -> serde_json::Value {
    serde_json::json!({ "channel": "depth", "symbol": "ACME" })
}

#[tokio::test]
async fn depth_is_a_snapshot_and_then_every_change_once() {
    let mut stage = Stage::new().with_snapshots();
    stage.join("ann");
    stage.opens("buy", "10", "5");
    stage.subscribe("ann", depth());
    stage.opens("buy", "10", "1");
    stage.tick();
    stage.opens("sell", "11", "2");
    stage.fills("10", "6");
    stage.join("bob");
    stage.subscribe("bob", depth());
    stage.tick();
    stage.tick();
    stage.check(expect![[r#"
        ann ← {"ok":true}
        —
        ann ← depth {"symbol":"ACME","snapshot":true,"first":2,"last":2,"bids":[["10","6"]],"asks":[]}
        bob ← {"ok":true}
        —
        ann ← depth {"symbol":"ACME","snapshot":false,"first":3,"last":4,"bids":[["10","0"]],"asks":[["11","2"]]}
        bob ← depth {"symbol":"ACME","snapshot":true,"first":4,"last":4,"bids":[],"asks":[["11","2"]]}
        —"#]]);
}

#[tokio::test]
async fn prices_and_trades_are_conflated() {
    let mut stage = Stage::new().with_snapshots();
    stage.join("ann");
    stage.opens("buy", "10", "5");
    stage.subscribe("ann", serde_json::json!({ "channel": "prices" }));
    stage.subscribe("ann", serde_json::json!({ "channel": "trades", "symbol": "ACME" }));
    stage.tick();
    stage.price("ACME", "10", 1);
    stage.price("ACME", "11", 2);
    stage.fills("10", "1");
    stage.fills("10", "2");
    stage.tick();
    stage.tick();
    stage.check(expect![[r#"
        ann ← {"ok":true}
        ann ← {"ok":true}
        —
        ann ← prices {"sequence":1,"snapshot":true,"items":[{"symbol":"ACME","last_price":"100","change":"0","change_percent":"0.00","volume":"0","high":null,"low":null,"open":null,"at":null},{"symbol":"BOLT","last_price":"100","change":"0","change_percent":"0.00","volume":"0","high":null,"low":null,"open":null,"at":null}]}
        ann ← trade {"symbol":"ACME","sequence":0,"snapshot":true,"items":[]}
        —
        ann ← prices {"sequence":2,"snapshot":false,"items":[{"symbol":"ACME","last_price":"11","change":"0","change_percent":"0.00","volume":"5","high":"11","low":"11","open":"11","at":"1970-01-01T00:00:02Z"}]}
        ann ← trade {"symbol":"ACME","sequence":2,"snapshot":false,"items":[{"trade_id":"00000000-0000-0000-0000-000000000001","price":"10","quantity":"1","taker_side":"sell","at":"1970-01-01T00:00:00Z"},{"trade_id":"00000000-0000-0000-0000-000000000002","price":"10","quantity":"2","taker_side":"sell","at":"1970-01-01T00:00:00Z"}]}
        —"#]]);
}

#[tokio::test]
async fn a_phase_is_told_whole_and_names_nobody() {
    let mut stage = Stage::new().with_snapshots();
    stage.join("ann");
    stage.subscribe("ann", serde_json::json!({ "channel": "phase", "symbol": "ACME" }));
    stage.subscribe("ann", serde_json::json!({ "channel": "prices", "symbol": "ACME" }));
    stage.tick();
    let until = "2026-01-01T00:00:30Z";
    stage.matching(serde_json::json!({ "phase_changed": { "phase": "halted", "reference_price": "100" } }));
    stage.matching(serde_json::json!({ "phase_changed": { "phase": "auction", "until": until } }));
    stage.tick();
    stage.opens("buy", "10", "5");
    stage.tick();
    let party = serde_json::json!({ "order_id": user("bob"), "user_id": user("bob"), "ordering": 0 });
    let mut armed = party.clone();
    (armed["side"], armed["quantity"]) = ("buy".into(), "5".into());
    stage.matching(serde_json::json!({ "order_armed": armed }));
    let indication =
        serde_json::json!({ "price": "10", "quantity": "5", "imbalance": "2", "imbalance_side": "buy" });
    stage.matching(serde_json::json!({ "auction_indicated": indication }));
    stage.tick();
    stage.matching(serde_json::json!({ "phase_changed": { "phase": "continuous" } }));
    stage.tick();
    stage.check(expect![[r#"
        ann ← {"ok":true}
        ann ← {"ok":true}
        —
        ann ← prices {"sequence":1,"snapshot":true,"items":[{"symbol":"ACME","last_price":"100","change":"0","change_percent":"0.00","volume":"0","high":null,"low":null,"open":null,"at":null}]}
        ann ← phase {"symbol":"ACME","sequence":0,"snapshot":true,"phase":"continuous"}
        —
        ann ← prices {"sequence":2,"snapshot":false,"items":[{"symbol":"ACME","last_price":"100","change":"0","change_percent":"0.00","volume":"0","high":null,"low":null,"open":null,"at":null,"phase":"auction"}]}
        ann ← phase {"symbol":"ACME","sequence":2,"snapshot":false,"phase":"auction","phase_until":"2026-01-01T00:00:30Z"}
        —
        —
        ann ← phase {"symbol":"ACME","sequence":5,"snapshot":false,"phase":"auction","phase_until":"2026-01-01T00:00:30Z","auction":{"price":"10","quantity":"5","imbalance":"2","imbalance_side":"buy"}}
        —
        ann ← prices {"sequence":3,"snapshot":false,"items":[{"symbol":"ACME","last_price":"100","change":"0","change_percent":"0.00","volume":"0","high":null,"low":null,"open":null,"at":null}]}
        ann ← phase {"symbol":"ACME","sequence":6,"snapshot":false,"phase":"continuous"}"#]]);
}

#[tokio::test]
async fn unknown_symbols_are_refused_and_nobody_is_told_nonsense() {
    let mut stage = Stage::new();
    stage.join("ann");
    stage.subscribe("ann", depth());
    stage.subscribe("ann", serde_json::json!({ "channel": "depth", "symbol": "NONE" }));
    stage.tick();
    let mut stage = stage.with_snapshots();
    stage.tick();
    stage.hub.hear(Heard::Gap { stream: "matching.0>*".into() });
    stage.opens("buy", "10", "5");
    stage.tick();
    stage.check(expect![[r#"
        —
        —
        ann ← {"ok":true}
        ann ← {"ok":false,"code":"unknown_symbol","message":"symbol: no such instrument is listed"}
        ann ← depth {"symbol":"ACME","snapshot":true,"first":0,"last":0,"bids":[],"asks":[]}
        —"#]]);
}

#[tokio::test]
async fn private_news_reach_their_owner_only() {
    let mut stage = Stage::new().with_snapshots();
    stage.join("ann");
    stage.join("bob");
    let cash = serde_json::json!({ "total": "1", "held": "0", "available": "1" });
    let change = serde_json::json!({ "user_id": user("bob"), "cash": cash, "holdings": [] });
    stage.say("portfolio.0>web", 1, &[serde_json::json!({ "portfolio_changed": change })]);
    stage.hub.obey(Command::Leave { id: "bob" });
    stage.say("portfolio.0>web", 2, &[serde_json::json!({ "portfolio_changed": change })]);
    stage.hub.hear(Heard::Gap { stream: "ordering.0>web".into() });
    stage.check(expect![[r#"
        bob ← portfolio {"seq":1,"cash":{"available":"1","held":"0","total":"1"},"holdings":[],"user_id":"00000000-0000-0000-0000-000000000062"}
        ann ← resync {"seq":1}"#]]);
}

#[tokio::test]
async fn a_client_that_does_not_read_is_dropped_and_nobody_else_notices() {
    let mut stage = Stage::new().with_snapshots();
    let ann = stage.join("ann");
    stage.join("bob");
    stage.subscribe("ann", depth());
    stage.subscribe("bob", depth());
    stage.tick();
    ann.is_full.store(true, Ordering::Relaxed);
    stage.opens("buy", "10", "5");
    stage.tick();
    stage.opens("buy", "10", "5");
    stage.tick();
    ann.is_full.store(false, Ordering::Relaxed);
    stage.opens("buy", "10", "5");
    stage.tick();
    stage.check(expect![[r#"
        ann ← {"ok":true}
        bob ← {"ok":true}
        —
        ann ← depth {"symbol":"ACME","snapshot":true,"first":0,"last":0,"bids":[],"asks":[]}
        bob ← depth {"symbol":"ACME","snapshot":true,"first":0,"last":0,"bids":[],"asks":[]}
        —
        bob ← depth {"symbol":"ACME","snapshot":false,"first":1,"last":1,"bids":[["10","5"]],"asks":[]}
        ann is stuck
        —
        bob ← depth {"symbol":"ACME","snapshot":false,"first":2,"last":2,"bids":[["10","10"]],"asks":[]}
        ann is stuck
        —
        bob ← depth {"symbol":"ACME","snapshot":false,"first":3,"last":3,"bids":[["10","15"]],"asks":[]}
        ann is out"#]]);
}
