//! `/socket.io/` byte by byte; the libraries' own clients are tried elsewhere.

mod support;

use support::{Stage, market, token};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

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

/// Polls until something with this in it has come.
async fn wait_for(stage: &Stage, session: &str, wanted: &str) -> String {
    let mut seen = String::new();
    while !seen.contains(wanted) {
        seen += &stage.http.get(session).send().await.unwrap().text().await.unwrap();
    }
    seen
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_is_acknowledged_and_begins_with_a_snapshot() {
    let stage = Stage::open(market).await.ready().await;
    let session = polling(&stage, &format!("{{\"token\":\"{}\"}}", token(1, 600))).await;
    wait_for(&stage, &session, "40{").await;
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
    wait_for(&stage, &ann, "40{").await;
    wait_for(&stage, &nobody, "40{").await;
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
