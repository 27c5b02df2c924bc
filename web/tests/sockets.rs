//! `/socket.io/` byte by byte; the libraries' own clients are tried elsewhere.

mod support;

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::time::Duration;
use support::{Stage, market, token};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

/// A polling session: its address, after the namespace was asked for.
async fn polling(stage: &Stage, auth: &str) -> String {
    let base = stage.url("/socket.io/?EIO=4&transport=polling");
    let open = stage.http.get(&base).send().await.unwrap().text().await.unwrap();
    let open: serde_json::Value = serde_json::from_str(open.strip_prefix('0').unwrap()).unwrap();
    let session = format!("{base}&sid={}", open["sid"].as_str().unwrap());
    post(stage, &session, &format!("40{auth}")).await;
    session
}

async fn post(stage: &Stage, session: &str, packet: &str) {
    let answer = stage.http.post(session).body(packet.to_owned()).send().await.unwrap();
    assert_eq!(answer.status(), 200);
}

/// Once this is acknowledged the hub has taken its client in: what it hears from then on is told.
const KNOCK: &str = r#"429["unsubscribe",{"channel":"prices"}]"#;
const COME_IN: &str = r#"439[{"ok":true}]"#;

/// Waits until the session is in.
async fn enter(stage: &Stage, session: &str) {
    wait_for(stage, session, "40{").await;
    post(stage, session, KNOCK).await;
    wait_for(stage, session, COME_IN).await;
}

/// Polls until something with this in it has come.
async fn wait_for(stage: &Stage, session: &str, wanted: &str) -> String {
    let mut seen = String::new();
    while !seen.contains(wanted) {
        let said = stage.http.get(session).send().await.unwrap();
        assert_eq!(said.status(), 200, "{seen}");
        let said = said.text().await.unwrap();
        // A ping; who does not answer is gone.
        if said.split('\u{1e}').any(|packet| packet == "2") {
            post(stage, session, "3").await;
        }
        seen += &said;
    }
    seen
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_is_acknowledged_and_begins_with_a_snapshot() {
    let stage = Stage::open(market).await.ready().await;
    let session = polling(&stage, &format!("{{\"token\":\"{}\"}}", token(1, 600))).await;
    enter(&stage, &session).await;
    post(&stage, &session, r#"427["subscribe",{"channel":"depth","symbol":"ACME"}]"#).await;
    let seen = wait_for(&stage, &session, "42[\"depth\"").await;
    assert!(seen.contains(r#"437[{"ok":true}]"#), "{seen}");
    let snapshot = r#"{"symbol":"ACME","snapshot":true,"first":1,"last":1,"bids":[["10","5"]],"asks":[]}"#;
    assert!(seen.contains(snapshot), "{seen}");
    stage.web.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn private_news_need_a_good_token() {
    let stage = Stage::open(market).await.ready().await;
    let bad = polling(&stage, r#"{"token":"forged"}"#).await;
    wait_for(&stage, &bad, r#"44{"message":"the session's token is not valid"}"#).await;
    let (ann, nobody) =
        (polling(&stage, &format!("{{\"token\":\"{}\"}}", token(1, 600))).await, polling(&stage, "").await);
    enter(&stage, &ann).await;
    enter(&stage, &nobody).await;
    let order = serde_json::json!({ "user_id": "00000000-0000-0000-0000-000000000001" });
    stage.hear("ordering.0>web", 1, serde_json::json!([{ "order_changed": order }])).await;
    wait_for(&stage, &ann, "42[\"order\",{").await;
    post(&stage, &nobody, r#"421["subscribe",{"channel":"prices"}]"#).await;
    let seen = wait_for(&stage, &nobody, "42[\"prices\"").await;
    assert!(!seen.contains("order"), "{seen}");
    stage.web.stop().await.unwrap();
}

async fn open_websocket(stage: &Stage, more: &str) -> String {
    let mut stream = TcpStream::connect(stage.web.address).await.unwrap();
    let opening = format!(
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\n\
         Connection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{more}\r\n"
    );
    stream.write_all(opening.as_bytes()).await.unwrap();
    let (mut seen, mut buffer) = (String::new(), [0; 4096]);
    while !seen.contains("\"sid\"") && !seen.contains("403 Forbidden") {
        let read = stream.read(&mut buffer).await.unwrap();
        assert!(read > 0, "{seen}");
        seen += &String::from_utf8_lossy(&buffer[..read]);
    }
    seen
}

#[tokio::test(flavor = "multi_thread")]
async fn a_websocket_is_agreed_on_and_opens() {
    let stage = Stage::open(market).await;
    let seen = open_websocket(&stage, "").await;
    assert!(seen.starts_with("HTTP/1.1 101 "), "{seen}");
    // RFC 6455, 1.3: the answer to that key.
    assert!(seen.contains("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), "{seen}");
    let foreign = open_websocket(&stage, "Origin: https://evil.example\r\n").await;
    assert!(foreign.starts_with("HTTP/1.1 403 "), "{foreign}");
    stage.web.stop().await.unwrap();
}

/// A WebSocket client of somebody, after the namespace was asked for.
struct Listener(WebSocketStream<TcpStream>);

impl Listener {
    async fn connect(stage: &Stage, query: &str) -> Self {
        let stream = TcpStream::connect(stage.web.address).await.unwrap();
        let url = format!("ws://here/socket.io/?EIO=4&transport=websocket{query}");
        Listener(tokio_tungstenite::client_async(url, stream).await.unwrap().0)
    }

    async fn open(stage: &Stage, auth: &str) -> Self {
        let mut listener = Self::connect(stage, "").await;
        assert!(listener.next().await.starts_with("0{"));
        listener.say(&format!("40{auth}")).await;
        assert!(listener.next().await.starts_with("40{"));
        listener.say(KNOCK).await;
        assert_eq!(listener.next().await, COME_IN);
        listener
    }

    async fn say(&mut self, packet: &str) {
        self.0.send(Message::text(packet)).await.unwrap();
    }

    /// The next packet; pings are answered.
    async fn next(&mut self) -> String {
        self.until_closed().await.expect("the connection is open")
    }

    async fn until_closed(&mut self) -> Option<String> {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Text(packet))) if packet.as_str() == "2" => self.say("3").await,
                Some(Ok(Message::Text(packet))) => return Some(packet.to_string()),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(other)) => panic!("{other:?}"),
            }
        }
    }
}

fn auth(user: u128) -> String {
    format!("{{\"token\":\"{}\"}}", token(user, 600))
}

/// News for user 1, and a bid more in ACME's book.
async fn news(stage: &Stage, n: u64, note: &str) {
    let order = json!({ "user_id": "00000000-0000-0000-0000-000000000001", "n": n, "note": note });
    stage.hear("ordering.0>web", n, json!([{ "order_changed": order }])).await;
    let opened = json!({ "symbol": "ACME", "sequence": n + 1, "side": "buy", "price": "9", "quantity": "1" });
    stage.hear("matching.0>*", n + 1, json!([{ "order_opened": opened }])).await;
}

async fn news_all_the_time(stage: &Stage) {
    for n in 1.. {
        news(stage, n, "").await;
        tokio::time::sleep(Duration::from_millis(3)).await;
    }
}

/// What a listener makes of what it is sent.
#[derive(Default)]
struct Ear {
    orders: u64,
    subscribed: bool,
    /// Of the last depth message, while subscribed.
    last: Option<u64>,
    snapshots: u64,
    changes: u64,
}

impl Ear {
    fn hear(&mut self, packet: &str) {
        let Some((kind, said)) = packet.split_once('[') else { panic!("{packet}") };
        let said: Value = serde_json::from_str(&format!("[{said}")).unwrap();
        match (kind, said[0].as_str()) {
            ("42", Some("order")) => {
                self.orders += 1;
                assert_eq!(said[1]["n"], self.orders, "each order once, in order");
            }
            ("42", Some("depth")) => {
                assert!(self.subscribed, "depth before the acknowledgement, or after the goodbye: {packet}");
                let (first, last) = (said[1]["first"].as_u64().unwrap(), said[1]["last"].as_u64());
                match self.last {
                    None => assert_eq!(said[1]["snapshot"], true, "{packet}"),
                    Some(known) => assert_eq!(first, known + 1, "{packet}"),
                }
                self.snapshots += u64::from(self.last.is_none());
                self.changes += u64::from(self.last.is_some());
                self.last = last;
            }
            // Acknowledgements: 1 of subscribing, 2 of unsubscribing.
            ("431", None) => self.subscribed = true,
            ("432", None) => (self.subscribed, self.last) = (false, None),
            _ => panic!("unexpected: {packet}"),
        }
    }
}

const SUBSCRIBE: &str = r#"421["subscribe",{"channel":"depth","symbol":"ACME"}]"#;
const UNSUBSCRIBE: &str = r#"422["unsubscribe",{"channel":"depth","symbol":"ACME"}]"#;

#[tokio::test(flavor = "multi_thread")]
async fn news_keep_to_the_acknowledgements_of_subscriptions() {
    const ROUNDS: u64 = 10;
    let stage = Stage::open(market).await.ready().await;
    let mut ann = Listener::open(&stage, &auth(1)).await;
    let mut ear = Ear::default();
    let listening = async {
        for round in 1..=ROUNDS {
            ann.say(SUBSCRIBE).await;
            while ear.snapshots < round || ear.changes < round {
                ear.hear(&ann.next().await);
            }
            ann.say(UNSUBSCRIBE).await;
            while ear.subscribed {
                ear.hear(&ann.next().await);
            }
        }
    };
    tokio::select! {
        () = news_all_the_time(&stage) => unreachable!("without an end"),
        () = listening => {}
    }
    assert!(ear.orders > ROUNDS, "{}", ear.orders);
    stage.web.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_or_overtaken_when_polling_becomes_a_websocket() {
    let stage = Stage::open(market).await.ready().await;
    let mut ear = Ear::default();
    let session = polling(&stage, &auth(1)).await;
    enter(&stage, &session).await;
    let listening = async {
        post(&stage, &session, SUBSCRIBE).await;
        let poll = async |ear: &mut Ear| {
            let payload = stage.http.get(&session).send().await.unwrap().text().await.unwrap();
            payload
                .split('\u{1e}')
                .filter(|packet| !["2", "6"].contains(packet))
                .for_each(|packet| ear.hear(packet));
            if payload.split('\u{1e}').any(|packet| packet == "2") {
                post(&stage, &session, "3").await;
            }
        };
        while ear.changes < 2 {
            poll(&mut ear).await;
        }
        let sid = session.split_once("&sid=").unwrap().1;
        let mut upgraded = Listener::connect(&stage, &format!("&sid={sid}")).await;
        upgraded.say("2probe").await;
        assert_eq!(upgraded.next().await, "3probe");
        // News pile up in the library meanwhile.
        tokio::time::sleep(Duration::from_millis(100)).await;
        upgraded.say("5").await;
        let before = ear.orders;
        while ear.changes < 5 {
            ear.hear(&upgraded.next().await);
        }
        assert!(ear.orders > before);
        upgraded.say(UNSUBSCRIBE).await;
        while ear.subscribed {
            ear.hear(&upgraded.next().await);
        }
    };
    tokio::select! {
        () = news_all_the_time(&stage) => unreachable!("without an end"),
        () = listening => {}
    }
    stage.web.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_websocket_that_is_not_read_is_ended_and_its_neighbour_misses_nothing() {
    /// More than the buffers of web and of the system hold together.
    const MESSAGES: u64 = 6_000;
    let note = "x".repeat(8_192);
    let stage = Stage::open(market).await.ready().await;
    let mut reads = Listener::open(&stage, &auth(1)).await;
    let mut does_not = Listener::open(&stage, &auth(1)).await;
    let (mut one, mut other) = (Ear::default(), Ear::default());
    for n in 1..=MESSAGES {
        news(&stage, n, &note).await;
        if n % 500 == 0 {
            while one.orders < n {
                one.hear(&reads.next().await);
            }
        }
    }
    while let Some(packet) = does_not.until_closed().await {
        match packet.as_str() {
            // Socket.IO's goodbye.
            "41" => break,
            packet => other.hear(packet),
        }
    }
    assert!((1..MESSAGES).contains(&other.orders), "{}", other.orders);
    stage.web.stop().await.unwrap();
}
