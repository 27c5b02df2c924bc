//! Coming back, as docs/socketio.md and docs/websocket.md say it: through forced disconnects, to a book
//! that is REST's.

mod support;

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use support::{Stage, market, token};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

/// A connection by either door, in the words that both have.
enum Line {
    SocketIo(WebSocketStream<TcpStream>, u32),
    Plain(WebSocketStream<TcpStream>, u32),
}

#[derive(Clone, Copy, Debug)]
enum Door {
    SocketIo,
    Plain,
}

enum Heard {
    Answer(Value),
    Event(String, Value),
    Closed,
}

/// Answers a ping; who does not is gone.
async fn pong(socket: &mut WebSocketStream<TcpStream>, said: &str) {
    if said == "2" {
        socket.send(Message::text("3")).await.unwrap();
    }
}

impl Line {
    async fn open(stage: &Stage, door: Door) -> Self {
        let stream = TcpStream::connect(stage.web.address).await.unwrap();
        match door {
            Door::SocketIo => {
                let url = "ws://here/socket.io/?EIO=4&transport=websocket";
                let mut socket = tokio_tungstenite::client_async(url, stream).await.unwrap().0;
                let auth = format!("40{{\"token\":\"{}\"}}", token(1, 600));
                socket.send(Message::text(auth)).await.unwrap();
                // Whoever speaks before the namespace is there is hung up on.
                loop {
                    let said = socket.next().await.unwrap().unwrap().into_text().unwrap();
                    pong(&mut socket, &said).await;
                    if said.starts_with("40") {
                        break;
                    }
                }
                Line::SocketIo(socket, 0)
            }
            Door::Plain => {
                let mut request = "ws://here/ws".into_client_request().unwrap();
                let bearer = format!("Bearer {}", token(1, 600));
                request.headers_mut().insert("authorization", bearer.parse().unwrap());
                Line::Plain(tokio_tungstenite::client_async(request, stream).await.unwrap().0, 0)
            }
        }
    }

    async fn say(&mut self, event: &str, data: Value) {
        let (socket, text) = match self {
            Line::SocketIo(socket, last) => {
                *last += 1;
                (socket, format!("42{last}{}", json!([event, data])))
            }
            Line::Plain(socket, last) => {
                *last += 1;
                (socket, json!({ "event": event, "data": data, "id": *last }).to_string())
            }
        };
        socket.send(Message::text(text)).await.unwrap();
    }

    async fn hear(&mut self) -> Heard {
        loop {
            let (Line::SocketIo(socket, _) | Line::Plain(socket, _)) = self;
            let next = tokio::time::timeout(Duration::from_secs(60), socket.next()).await;
            let text = match next.expect("something comes") {
                Some(Ok(Message::Text(text))) => text,
                Some(Ok(Message::Ping(_))) => continue,
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Heard::Closed,
                Some(Ok(other)) => panic!("{other:?}"),
            };
            match self {
                Line::SocketIo(socket, _) => {
                    pong(socket, &text).await;
                    if !text.starts_with("42") && !text.starts_with("43") {
                        continue;
                    }
                    let start = text.find('[').unwrap();
                    let said: Value = serde_json::from_str(&text[start..]).unwrap();
                    match text.starts_with("43") {
                        true => return Heard::Answer(said[0].clone()),
                        false => return Heard::Event(said[0].as_str().unwrap().into(), said[1].clone()),
                    }
                }
                Line::Plain(..) => {
                    let said: Value = serde_json::from_str(&text).unwrap();
                    match said.get("id") {
                        Some(_) => return Heard::Answer(said["data"].clone()),
                        None => {
                            return Heard::Event(
                                said["event"].as_str().unwrap().into(),
                                said["data"].clone(),
                            );
                        }
                    }
                }
            }
        }
    }

    /// The answer; events before it are of no concern.
    async fn ask(&mut self, event: &str, data: Value) -> Value {
        self.say(event, data).await;
        loop {
            match self.hear().await {
                Heard::Answer(answer) => return answer,
                Heard::Event(..) => {}
                Heard::Closed => panic!("closed"),
            }
        }
    }
}

/// A client's book, kept as the recipe says.
#[derive(Default)]
struct Book {
    last: Option<u64>,
    sides: [BTreeMap<String, String>; 2],
    snapshots: u32,
}

impl Book {
    fn hear(&mut self, data: &Value) {
        let (first, last) = (data["first"].as_u64().unwrap(), data["last"].as_u64().unwrap());
        // 1. A snapshot replaces everything.
        if data["snapshot"] == true {
            *self = Book { last: Some(last), snapshots: self.snapshots + 1, ..Book::default() };
            return self.set(data);
        }
        let known = self.last.expect("a snapshot comes first");
        // 2. What is old is ignored.
        if last <= known {
            return;
        }
        // 3. and 4. The next one is taken; there must be no gap.
        assert_eq!(first, known + 1, "a gap");
        self.last = Some(last);
        self.set(data);
    }

    fn set(&mut self, data: &Value) {
        for (side, levels) in self.sides.iter_mut().zip([&data["bids"], &data["asks"]]) {
            for level in levels.as_array().unwrap() {
                let [price, quantity] = [&level[0], &level[1]].map(|text| text.as_str().unwrap().to_owned());
                match quantity.as_str() {
                    "0" => side.remove(&price),
                    _ => side.insert(price, quantity),
                };
            }
        }
    }

    /// As REST would tell it.
    fn of(depth: &Value) -> Self {
        let mut book = Book { last: depth["sequence"].as_u64(), ..Book::default() };
        book.set(depth);
        book
    }
}

/// Orders come all the time, and some leave again; between 2 and so many.
async fn trading(stage: &Stage, events: std::ops::RangeInclusive<u64>) {
    for n in events {
        let price = (n % 40 + 50).to_string();
        let event = match n % 3 {
            0 => {
                let gone = ((n - 1) % 40 + 50).to_string();
                json!({ "order_left_book": { "symbol": "ACME", "sequence": n, "side": "sell", "price": gone, "quantity": "3", "rested": true } })
            }
            1 => {
                json!({ "order_opened": { "symbol": "ACME", "sequence": n, "side": "buy", "price": (n % 9 + 1).to_string(), "quantity": "2" } })
            }
            _ => {
                json!({ "order_opened": { "symbol": "ACME", "sequence": n, "side": "sell", "price": price, "quantity": "3" } })
            }
        };
        stage.hear("matching.0>*", n, json!([event])).await;
        let order = json!({ "user_id": "00000000-0000-0000-0000-000000000001", "n": n });
        stage.hear("ordering.0>web", n, json!([{ "order_changed": order }])).await;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn recipe(door: Door) {
    const LAST: u64 = 1_000;
    const DISCONNECTS: u32 = 8;
    let stage = Stage::open(market).await.ready().await;
    let depth = json!({ "channel": "depth", "symbol": "ACME" });
    let listening = async {
        let (mut book, mut resumed) = (Book::default(), 0);
        for round in 0..=DISCONNECTS {
            let mut line = Line::open(&stage, door).await;
            let mut data = depth.clone();
            let answer = match book.last {
                None => line.ask("subscribe", data).await,
                Some(last) => {
                    data["seq"] = last.into();
                    line.ask("resume", data).await
                }
            };
            assert_eq!(answer["ok"], true, "{answer}");
            resumed += u32::from(answer["resumed"] == true);
            let mut changes = 0;
            // The last connection listens to the end, the others are torn off in the middle.
            while book.last != Some(LAST) && (changes < 4 || round == DISCONNECTS) {
                match line.hear().await {
                    Heard::Event(event, data) if event == "depth" => book.hear(&data),
                    Heard::Event(..) => continue,
                    Heard::Answer(answer) => panic!("{answer}"),
                    Heard::Closed => panic!("closed"),
                }
                changes += 1;
            }
            drop(line);
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
        (book, resumed)
    };
    let ((book, resumed), ()) = tokio::join!(listening, trading(&stage, 2..=LAST));
    let rest: Value =
        stage.get("/api/v1/stocks/ACME/depth?levels=200").send().await.unwrap().json().await.unwrap();
    let rest = Book::of(&rest);
    assert_eq!((book.last, &book.sides), (rest.last, &rest.sides));
    assert_eq!((resumed, book.snapshots), (DISCONNECTS, 1), "a moment away is made good without a snapshot");
    stage.web.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_recipe_ends_with_rests_book_over_socketio() {
    recipe(Door::SocketIo).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_recipe_ends_with_rests_book_over_a_websocket() {
    recipe(Door::Plain).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_old_or_of_another_life_begins_with_a_snapshot() {
    let stage = Stage::open(market).await.ready().await;
    let mut line = Line::open(&stage, Door::Plain).await;
    for seq in [0, 2, 77] {
        let answer = line.ask("resume", json!({ "channel": "depth", "symbol": "ACME", "seq": seq })).await;
        assert_eq!(answer, json!({ "ok": true, "resumed": false }));
        match line.hear().await {
            Heard::Event(event, data) => {
                assert_eq!((event.as_str(), &data["snapshot"]), ("depth", &json!(true)))
            }
            Heard::Answer(_) | Heard::Closed => panic!("no snapshot"),
        }
    }
    stage.web.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn private_news_are_made_good_and_only_to_their_owner() {
    const LAST: u64 = 200;
    let stage = Stage::open(market).await.ready().await;
    let listening = async {
        let (mut known, mut orders) = (None::<u64>, Vec::new());
        while orders.last() != Some(&LAST) {
            let mut line = Line::open(&stage, Door::Plain).await;
            let mut data = json!({ "channel": "private" });
            if let Some(seq) = known {
                data["seq"] = seq.into();
            }
            let answer = line.ask("resume", data).await;
            assert_eq!(answer["resumed"], known.is_some(), "{answer}");
            let mut seq = known.unwrap_or_else(|| answer["seq"].as_u64().unwrap());
            for _ in 0..40 {
                if orders.last() == Some(&LAST) {
                    break;
                }
                let Heard::Event(event, data) = line.hear().await else { panic!("no news") };
                assert_eq!((event.as_str(), data["seq"].as_u64()), ("order", Some(seq + 1)));
                seq += 1;
                orders.push(data["n"].as_u64().unwrap());
            }
            known = Some(seq);
        }
        orders
    };
    let (orders, ()) = tokio::join!(listening, async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        trading(&stage, 2..=LAST).await;
    });
    assert_eq!(orders, (2..=LAST).collect::<Vec<_>>(), "each once, in order");
    // Somebody else, who says the same number, hears nothing of it.
    let mut request = "ws://here/ws".into_client_request().unwrap();
    request.headers_mut().insert("authorization", format!("Bearer {}", token(2, 600)).parse().unwrap());
    let stream = TcpStream::connect(stage.web.address).await.unwrap();
    let mut other = Line::Plain(tokio_tungstenite::client_async(request, stream).await.unwrap().0, 0);
    let answer = other.ask("resume", json!({ "channel": "private", "seq": 0 })).await;
    assert_eq!(answer["resumed"], false);
    stage.web.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_is_announced_at_both_doors() {
    let stage = Stage::open(market).await.ready().await;
    let mut lines = Vec::new();
    for door in [Door::SocketIo, Door::Plain] {
        let mut line = Line::open(&stage, door).await;
        assert_eq!(line.ask("unsubscribe", json!({ "channel": "prices" })).await["ok"], true);
        lines.push(line);
    }
    let ended = tokio::time::timeout(Duration::from_secs(6), stage.web.stop());
    ended.await.expect("nobody holds it up").unwrap();
    for mut line in lines {
        let Heard::Event(event, data) = line.hear().await else { panic!("no goodbye") };
        assert_eq!((event.as_str(), data), ("serverShutdown", json!({ "reconnect_after_ms": 1000 })));
        assert!(matches!(line.hear().await, Heard::Closed));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_heartbeat_tells_how_far_the_book_is_and_depth_follows_within_the_next() {
    let stage = Stage::open(market).await.ready().await;
    let mut line = Line::open(&stage, Door::Plain).await;
    for channel in ["depth", "heartbeat"] {
        line.ask("subscribe", json!({ "channel": channel, "symbol": "ACME" })).await;
    }
    // An event that changes nothing that one could see.
    let armed = json!({ "symbol": "ACME", "sequence": 2 });
    stage.hear("matching.0>*", 2, json!([{ "order_armed": armed }])).await;
    let (mut beats, mut last) = (0, 0);
    while last < 2 {
        let Heard::Event(event, data) = line.hear().await else { panic!("closed") };
        match event.as_str() {
            "heartbeat" => beats += u32::from(data["sequence"] == 2),
            "depth" => last = data["last"].as_u64().unwrap(),
            _ => {}
        }
        assert!(beats <= 2, "depth has not come by the heartbeat after the next");
    }
    stage.web.stop().await.unwrap();
}
