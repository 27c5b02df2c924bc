//! `/ws` on a real port.

mod support;

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::time::Duration;
use support::{Stage, market, token};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

struct Visitor(WebSocketStream<TcpStream>);

/// The status with which a handshake was refused.
async fn handshake(stage: &Stage, headers: &[(&'static str, &str)]) -> Result<Visitor, u16> {
    use tokio_tungstenite::tungstenite::Error;
    let stream = TcpStream::connect(stage.web.address).await.unwrap();
    let mut request = "ws://here/ws".into_client_request().unwrap();
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    match tokio_tungstenite::client_async(request, stream).await {
        Ok((socket, _)) => Ok(Visitor(socket)),
        Err(Error::Http(response)) => Err(response.status().as_u16()),
        Err(error) => panic!("{error}"),
    }
}

impl Visitor {
    async fn nobody(stage: &Stage) -> Self {
        handshake(stage, &[]).await.expect("nobody may come in")
    }

    async fn user(stage: &Stage, user: u128) -> Self {
        let bearer = format!("Bearer {}", token(user, 600));
        let mut visitor = handshake(stage, &[("authorization", &bearer)]).await.expect("a good session");
        // Once this is answered the hub has taken the client in.
        visitor.say(json!({ "event": "unsubscribe", "data": { "channel": "prices" } })).await;
        assert_eq!(visitor.next().await["event"], "unsubscribe");
        visitor
    }

    async fn say(&mut self, message: Value) {
        self.0.send(Message::text(message.to_string())).await.unwrap();
    }

    async fn next(&mut self) -> Value {
        self.until_closed().await.expect("the connection is open")
    }

    async fn until_closed(&mut self) -> Option<Value> {
        loop {
            let next = tokio::time::timeout(Duration::from_secs(60), self.0.next()).await;
            match next.expect("something comes") {
                Some(Ok(Message::Text(text))) => return Some(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(other)) => panic!("{other:?}"),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_is_answered_with_its_id_and_begins_with_a_snapshot() {
    let stage = Stage::open(market).await.ready().await;
    let mut nobody = Visitor::nobody(&stage).await;
    let wanted = json!({ "channel": "depth", "symbol": "ACME" });
    nobody.say(json!({ "event": "subscribe", "data": wanted, "id": "a" })).await;
    assert_eq!(nobody.next().await, json!({ "event": "subscribe", "id": "a", "data": { "ok": true } }));
    let snapshot = json!({ "symbol": "ACME", "snapshot": true, "first": 1, "last": 1, "bids": [["10", "5"]], "asks": [] });
    assert_eq!(nobody.next().await, json!({ "event": "depth", "data": snapshot }));
    let opened = json!({ "symbol": "ACME", "sequence": 2, "side": "sell", "price": "11", "quantity": "1" });
    stage.hear("matching.0>*", 2, json!([{ "order_opened": opened }])).await;
    let change = json!({ "symbol": "ACME", "snapshot": false, "first": 2, "last": 2, "bids": [], "asks": [["11", "1"]] });
    assert_eq!(nobody.next().await, json!({ "event": "depth", "data": change }));
    stage.web.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handshake_needs_a_good_session_or_none_and_a_page_of_ours() {
    let stage = Stage::open(market).await;
    let (good, bad) = (format!("session={}", token(1, 600)), "session=forged");
    let ours = ("origin", "http://here");
    assert_eq!(handshake(&stage, &[("cookie", &good), ours]).await.err(), None);
    assert_eq!(handshake(&stage, &[("cookie", bad), ours]).await.err(), Some(401));
    // A browser says whose page sends its cookie.
    assert_eq!(handshake(&stage, &[("cookie", &good)]).await.err(), Some(403));
    assert_eq!(handshake(&stage, &[("authorization", "Bearer forged")]).await.err(), Some(401));
    assert_eq!(handshake(&stage, &[("origin", "https://evil.example")]).await.err(), Some(403));
    assert_eq!(handshake(&stage, &[("sec-fetch-site", "cross-site")]).await.err(), Some(403));
    assert_eq!(handshake(&stage, &[ours]).await.err(), None);
    let no_upgrade = stage.get("/ws").send().await.unwrap();
    assert_eq!(no_upgrade.status(), 400);
    stage.web.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn private_news_reach_their_owner_only() {
    let stage = Stage::open(market).await.ready().await;
    let (mut ann, mut bob) = (Visitor::user(&stage, 1).await, Visitor::user(&stage, 2).await);
    for user in [1, 2] {
        let order = json!({ "user_id": format!("00000000-0000-0000-0000-00000000000{user}") });
        stage.hear("ordering.0>web", user, json!([{ "order_changed": order }])).await;
    }
    for (visitor, id) in [(&mut ann, "1"), (&mut bob, "2")] {
        let news = visitor.next().await;
        assert_eq!(news["event"], "order");
        assert!(news["data"]["user_id"].as_str().unwrap().ends_with(id), "{news}");
    }
    stage.web.stop().await.unwrap();
}

/// As `market`, with an ordering that takes every order but those of NOPE, and is deaf to DEAF.
fn with_ordering(to: &str, message: &Value) -> Option<Result<Value, contracts::Refusal>> {
    if to != "orders" {
        return market(to, message);
    }
    match message["symbol"].as_str() {
        Some("NOPE") => Some(Err(contracts::Refusal::of_field(
            contracts::Code::UnknownSymbol,
            "symbol",
            "no such instrument is listed",
        ))),
        Some("DEAF") => None,
        Some(_) | None => {
            let id = "00000000-0000-0000-0000-000000000003";
            let order = json!({ "order_id": id, "user_id": message["user_id"], "symbol": "ACME", "side": "buy",
                "type": "limit", "time_in_force": "gtc", "quantity": "1", "filled_quantity": "0", "status": "pending",
                "created_at": "2026-11-28T10:00:00Z", "updated_at": "2026-11-28T10:00:00Z" });
            Some(Ok(json!({ "order_id": id, "status": "pending", "order": order })))
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_are_the_sessions_and_each_is_answered_with_its_id() {
    let stage = Stage::open(with_ordering).await.ready().await;
    let mut ann = Visitor::user(&stage, 1).await;
    let place = |id: Value, symbol: &str| {
        let order =
            json!({ "symbol": symbol, "side": "buy", "type": "limit", "quantity": "1", "limit_price": "9" });
        json!({ "event": "place_order", "data": order, "id": id })
    };
    // The one without an answer holds nobody up.
    ann.say(place(json!(1), "DEAF")).await;
    ann.say(place(json!(2), "ACME")).await;
    ann.say(place(json!("x"), "NOPE")).await;
    let cancel = json!({ "order_id": "00000000-0000-0000-0000-000000000003" });
    ann.say(json!({ "event": "cancel_order", "data": cancel, "id": 4 })).await;
    let mut answers = Vec::new();
    for _ in 0..4 {
        answers.push(ann.next().await);
    }
    let place_of = |id: Value| answers.iter().position(|answer| answer["id"] == id).unwrap();
    assert!(place_of(json!(2)) < place_of(json!(1)), "{answers:?}");
    let [unknown, answer, refused, canceled] =
        [json!(1), json!(2), json!("x"), json!(4)].map(|id| &answers[place_of(id)]);
    assert_eq!(unknown["data"]["code"], "unavailable");
    assert_eq!((&answer["event"], &answer["data"]["ok"]), (&json!("place_order"), &json!(true)));
    assert_eq!(answer["data"]["order"]["status"], "pending");
    let no_such = json!({ "ok": false, "code": "unknown_symbol", "message": "no such instrument is listed", "field": "symbol" });
    assert_eq!(*refused, json!({ "event": "place_order", "id": "x", "data": no_such }));
    assert_eq!(canceled["data"]["ok"], true);
    let asked = stage.actors.asked.lock().unwrap().clone();
    let orders: Vec<&Value> = asked.iter().filter(|(to, _)| to == "orders").map(|(_, body)| body).collect();
    let ann = "00000000-0000-0000-0000-000000000001";
    assert!(orders.iter().all(|order| order["user_id"] == ann && order["routing_key"] == ann));
    let mut kinds: Vec<_> = orders.iter().map(|order| order["type"].as_str().unwrap()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["cancel_order", "place_order", "place_order", "place_order"]);
    stage.web.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_places_orders_and_nobody_names_another() {
    let stage = Stage::open(with_ordering).await.ready().await;
    let mut nobody = Visitor::nobody(&stage).await;
    nobody.say(json!({ "event": "place_order", "data": { "symbol": "ACME" }, "id": 1 })).await;
    assert_eq!(nobody.next().await["data"]["code"], "not_signed_in");
    let mut ann = Visitor::user(&stage, 1).await;
    let as_bob = json!({ "symbol": "ACME", "user_id": "00000000-0000-0000-0000-000000000002" });
    ann.say(json!({ "event": "place_order", "data": as_bob, "id": 1 })).await;
    assert_eq!(ann.next().await["data"]["code"], "unknown_field");
    assert!(stage.actors.asked.lock().unwrap().iter().all(|(to, _)| to != "orders"));
    stage.web.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_message_is_told_so_and_the_next_is_taken() {
    let stage = Stage::open(market).await.ready().await;
    let mut nobody = Visitor::nobody(&stage).await;
    for (said, code) in [
        ("{", "malformed"),
        ("[]", "malformed"),
        ("{\"event\":\"shout\"}", "invalid_value"),
        ("{\"event\":\"subscribe\",\"data\":{},\"id\":{}}", "invalid_value"),
        ("{\"event\":\"subscribe\",\"data\":{\"channel\":\"secrets\"}}", "invalid_value"),
    ] {
        nobody.0.send(Message::text(said)).await.unwrap();
        let answer = nobody.next().await;
        assert_eq!(answer["data"]["code"], code, "{said}: {answer}");
    }
    nobody.0.send(Message::binary(vec![0_u8; 3])).await.unwrap();
    assert_eq!(nobody.next().await["event"], "error");
    // In two frames.
    let [first, second] = ["{\"event\":\"subscribe\",\"da", "ta\":{\"channel\":\"prices\"},\"id\":9}"];
    let first = Frame::message(first, OpCode::Data(Data::Text), false);
    nobody.0.send(Message::Frame(first)).await.unwrap();
    let second = Frame::message(second, OpCode::Data(Data::Continue), true);
    nobody.0.send(Message::Frame(second)).await.unwrap();
    assert_eq!(nobody.next().await, json!({ "event": "subscribe", "id": 9, "data": { "ok": true } }));
    stage.web.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_that_is_too_long_ends_its_own_connection_before_it_is_read() {
    let stage = Stage::open(market).await.ready().await;
    let mut neighbour = Visitor::nobody(&stage).await;
    let mut long = TcpStream::connect(stage.web.address).await.unwrap();
    let opening = "GET /ws HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                   Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    long.write_all(opening.as_bytes()).await.unwrap();
    // Sixteen kilobytes and one, of which not one ever comes.
    long.write_all(&[0x81, 0xfe, 0x40, 0x01, 0, 0, 0, 0]).await.unwrap();
    let mut seen = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(60), long.read_to_end(&mut seen)).await;
    read.expect("the connection is ended").unwrap();
    let seen = String::from_utf8_lossy(&seen);
    assert!(seen.contains("a frame may have 16384 bytes"), "{seen}");
    let longest = format!("{{\"event\":\"{}\"}}", "x".repeat(16_384 - 12));
    neighbour.0.send(Message::text(longest)).await.unwrap();
    assert_eq!(neighbour.next().await["data"]["code"], "invalid_value");
    stage.web.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_too_much_at_once_is_refused_message_by_message() {
    const SAID: u32 = 1_000;
    let stage = Stage::open(market).await.ready().await;
    let mut nobody = Visitor::nobody(&stage).await;
    for id in 0..SAID {
        let said = json!({ "event": "subscribe", "data": { "channel": "prices" }, "id": id });
        nobody.0.feed(Message::text(said.to_string())).await.unwrap();
    }
    nobody.0.flush().await.unwrap();
    let (mut taken, mut refused) = (0, 0);
    while taken + refused < SAID {
        let answer = nobody.next().await;
        match (answer["event"].as_str(), answer["data"]["code"].as_str()) {
            (Some("prices"), _) => {}
            (Some("subscribe"), Some("too_many_requests")) => refused += 1,
            (Some("subscribe"), None) => taken += 1,
            _ => panic!("{answer}"),
        }
    }
    assert!(taken >= 100 && refused > 0, "{taken} taken, {refused} refused");
    stage.web.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_read_is_ended_and_the_neighbour_misses_nothing() {
    /// More than the buffers of web and of the system hold together.
    const MESSAGES: u64 = 6_000;
    let note = "x".repeat(8_192);
    let stage = Stage::open(market).await.ready().await;
    let (mut reads, mut does_not) = (Visitor::user(&stage, 1).await, Visitor::user(&stage, 1).await);
    let mut heard = 0;
    for n in 1..=MESSAGES {
        let order = json!({ "user_id": "00000000-0000-0000-0000-000000000001", "n": n, "note": note });
        stage.hear("ordering.0>web", n, json!([{ "order_changed": order }])).await;
        // Well inside of what may wait for one that reads.
        if n % 100 == 0 {
            while heard < n {
                heard += 1;
                assert_eq!(reads.next().await["data"]["n"], heard);
            }
        }
    }
    let mut last = 0;
    while let Some(news) = does_not.until_closed().await {
        last += 1;
        assert_eq!(news["data"]["n"], last);
    }
    assert!((1..MESSAGES).contains(&last), "{last}");
    stage.web.stop().await.unwrap();
}
