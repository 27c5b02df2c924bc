//! `/socket.io/` and `/ws` under hostile bytes: packets in polling bodies, and frames on WebSockets. Nobody
//! else notices, and the program goes on.

mod support;

use contracts::hostile;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{TestCaseError, TestRunner};
use std::time::Duration;
use support::{Stage, market, panics, token};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const SOCKET_IO: &str = "/socket.io/?EIO=4&transport=websocket";
const PLAIN: &str = "/ws";
const SUBSCRIBE: &str = r#"421["subscribe",{"channel":"depth","symbol":"ACME"}]"#;
/// Packets of engine.io and socket.io, good by themselves.
const PACKETS: [&str; 23] = [
    "40",
    r#"40{"token":"a.b.c"}"#,
    r#"40/admin,{"token":7}"#,
    "41",
    SUBSCRIBE,
    r#"42["unsubscribe",{"channel":"prices"}]"#,
    r#"42["subscribe"]"#,
    r#"42/other,["subscribe",{}]"#,
    r#"4299999999999999999999["subscribe",{"channel":"prices"}]"#,
    r#"43["ack"]"#,
    r#"438[{}]"#,
    r#"44{"message":"error"}"#,
    r#"451-["subscribe",{"_placeholder":true,"num":0}]"#,
    r#"45999999999-["subscribe"]"#,
    "461-[]",
    "bAAAA",
    "2probe",
    "5",
    "1",
    // Of `/ws`.
    r#"{"event":"subscribe","data":{"channel":"depth","symbol":"ACME"},"id":1}"#,
    r#"{"event":"unsubscribe","data":{"channel":"prices"}}"#,
    r#"{"event":"place_order","data":{"symbol":"ACME","side":"buy","quantity":"1"},"id":"a"}"#,
    r#"{"event":"cancel_order","data":{"order_id":"00000000-0000-0000-0000-000000000003"}}"#,
];

fn packet() -> impl Strategy<Value = Vec<u8>> {
    let good: Vec<Vec<u8>> = PACKETS.iter().map(|packet| packet.as_bytes().to_vec()).collect();
    prop_oneof![6 => hostile::mutated(good), 1 => hostile::bytes()]
}

#[derive(Clone, Debug)]
enum Visit {
    /// A polling session that posts these, each packets in a row.
    Polling(Vec<Vec<Vec<u8>>>),
    /// A WebSocket that sends these frames, and bytes that are none.
    WebSocket(&'static str, Vec<Frame>),
    /// A request to open one that is not quite right.
    Opening(String),
}

#[derive(Clone, Debug)]
struct Frame {
    /// The first byte: end of message, reserved bits, opcode.
    head: u8,
    masked: bool,
    /// The length that it claims, if not its own.
    claims: Option<u64>,
    payload: Vec<u8>,
}

impl Frame {
    fn bytes(&self) -> Vec<u8> {
        let length = self.claims.unwrap_or(self.payload.len() as u64);
        let mask = if self.masked { 0x80 } else { 0 };
        let mut bytes = vec![self.head];
        match length {
            0..126 => bytes.push(mask | length as u8),
            126..65_536 => {
                bytes.push(mask | 126);
                bytes.extend((length as u16).to_be_bytes());
            }
            _ => {
                bytes.push(mask | 127);
                bytes.extend(length.to_be_bytes());
            }
        }
        if self.masked {
            // The mask that changes nothing.
            bytes.extend([0; 4]);
        }
        bytes.extend(&self.payload);
        bytes
    }
}

fn frame() -> impl Strategy<Value = Frame> {
    let head =
        prop_oneof![6 => Just(0x81), 1 => Just(0x82), 1 => Just(0x01), 1 => Just(0x80), 2 => any::<u8>()];
    let claims = prop_oneof![8 => Just(None), 1 => select(&[0, 125, 126, 65_535, 65_536, 1 << 40, u64::MAX][..]).prop_map(Some)];
    let payload =
        prop_oneof![8 => packet(), 1 => (1..40_usize).prop_map(|kilobytes| vec![b'4'; kilobytes * 1024])];
    (head, prop::bool::weighted(0.95), claims, payload).prop_map(|(head, masked, claims, payload)| Frame {
        head,
        masked,
        claims,
        payload,
    })
}

fn opening() -> impl Strategy<Value = String> {
    let good = "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    let polling = "GET /socket.io/?EIO=4&transport=polling&sid=AAAAAAAAAAAAAAAA HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n";
    hostile::mutated(vec![good.into(), polling.into()])
        .prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

fn visit() -> impl Strategy<Value = Visit> {
    let posts = proptest::collection::vec(proptest::collection::vec(packet(), 1..4), 1..5);
    prop_oneof![
        2 => posts.prop_map(Visit::Polling),
        3 => (select(&[SOCKET_IO, PLAIN][..]), proptest::collection::vec(frame(), 1..8))
            .prop_map(|(door, frames)| Visit::WebSocket(door, frames)),
        1 => opening().prop_map(Visit::Opening),
    ]
}

/// Long enough for an answer, short enough for thousands of visits.
const A_MOMENT: Duration = Duration::from_millis(20);

async fn make(stage: &Stage, visit: &Visit) -> reqwest::Result<()> {
    match visit {
        Visit::Polling(posts) => {
            let session = enter(stage).await?;
            for packets in posts {
                let body = packets.join(&0x1e);
                stage.http.post(&session).body(body).send().await?.text().await?;
            }
            let _ = tokio::time::timeout(A_MOMENT, stage.http.get(&session).send()).await;
        }
        Visit::WebSocket(door, frames) => {
            let mut stream = open(stage, door).await;
            for frame in frames {
                // It may have hung up by now.
                if stream.write_all(&frame.bytes()).await.is_err() {
                    break;
                }
            }
            drain(&mut stream).await;
        }
        Visit::Opening(text) => {
            let mut stream = TcpStream::connect(stage.web.address).await.expect("it listens");
            let _ = stream.write_all(text.as_bytes()).await;
            drain(&mut stream).await;
        }
    }
    Ok(())
}

async fn open(stage: &Stage, door: &str) -> TcpStream {
    let mut stream = TcpStream::connect(stage.web.address).await.expect("it listens");
    let opening = format!(
        "GET {door} HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(opening.as_bytes()).await.expect("it reads");
    stream
}

async fn drain(stream: &mut TcpStream) {
    let mut buffer = [0; 4096];
    while let Ok(Ok(1..)) = tokio::time::timeout(A_MOMENT, stream.read(&mut buffer)).await {}
}

/// Asks for the namespace, and subscribes once it is there: who speaks before that is hung up on.
async fn subscribe(stage: &Stage, session: &str, connect: &str) -> Result<(), TestCaseError> {
    stage.http.post(session).body(connect.to_owned()).send().await.map_err(gone)?;
    see(stage, session, "40{").await?;
    stage.http.post(session).body(SUBSCRIBE).send().await.map_err(gone)?;
    see(stage, session, r#""snapshot":true"#).await
}

/// A polling session without its namespace.
async fn enter(stage: &Stage) -> reqwest::Result<String> {
    let base = stage.url("/socket.io/?EIO=4&transport=polling");
    let open = stage.http.get(&base).send().await?.text().await?;
    let open: serde_json::Value = serde_json::from_str(open.trim_start_matches('0')).expect("an opening");
    Ok(format!("{base}&sid={}", open["sid"].as_str().expect("a session")))
}

/// A client that subscribed before anybody came, and one that comes after: both get what is theirs.
async fn others_are_served(stage: &Stage, bystander: &str, step: i64) -> Result<(), TestCaseError> {
    let fresh = enter(stage).await.map_err(gone)?;
    subscribe(stage, &fresh, "40").await?;
    // From 2 on: 1 is in the snapshot that the market begins with.
    let sequence = step + 1;
    let opened = serde_json::json!({ "symbol": "ACME", "sequence": sequence, "side": "sell", "price": "11", "quantity": "1" });
    stage.hear("matching.0>*", sequence as u64, serde_json::json!([{ "order_opened": opened }])).await;
    see(stage, bystander, &format!(r#""last":{sequence},"#)).await?;
    stage.http.post(&fresh).body("1").send().await.map_err(gone)?;
    Ok(())
}

fn gone(error: reqwest::Error) -> TestCaseError {
    TestCaseError::fail(format!("no answer: {error:?}"))
}

async fn see(stage: &Stage, session: &str, wanted: &str) -> Result<(), TestCaseError> {
    let mut seen = String::new();
    let seeing = async {
        while !seen.contains(wanted) {
            let news = stage.http.get(session).send().await.map_err(gone)?.text().await.map_err(gone)?;
            // A ping; who does not answer is gone.
            if news.split('\u{1e}').any(|packet| packet == "2") {
                stage.http.post(session).body("3").send().await.map_err(gone)?;
            }
            seen += &news;
        }
        Ok(())
    };
    let seeing = tokio::time::timeout(Duration::from_secs(60), seeing).await;
    seeing.unwrap_or_else(|_| Err(TestCaseError::fail(format!("{wanted} was never seen, only {seen}"))))
}

/// A visit takes up to a second: fewer are made than of tests that only compute.
const CASES_PER_VISIT: u32 = 8;

#[test]
fn hostile_visitors_disturb_nobody() {
    let seen = panics();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let stage = runtime.block_on(async { Stage::open(market).await.ready().await });
    let bystander = runtime.block_on(async {
        let session = enter(&stage).await.unwrap();
        let connect = format!("40{{\"token\":\"{}\"}}", token(1, 600));
        subscribe(&stage, &session, &connect).await.unwrap();
        session
    });
    let config = ProptestConfig::default();
    let config =
        ProptestConfig { cases: config.cases / CASES_PER_VISIT, failure_persistence: None, ..config };
    let step = std::cell::Cell::new(0_i64);
    TestRunner::new(config)
        .run(&visit(), |visit| {
            runtime.block_on(async {
                make(&stage, &visit).await.map_err(gone)?;
                step.set(step.get() + 1);
                others_are_served(&stage, &bystander, step.get()).await
            })?;
            prop_assert_eq!(seen(), "", "the program would have ended");
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
    runtime.block_on(stage.web.stop()).unwrap();
}
