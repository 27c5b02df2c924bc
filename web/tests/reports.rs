//! What stock-data adds up, over both doors: asked for by REST, pushed while somebody watches.

mod support;

use contracts::Refusal;
use expect_test::{Expect, expect};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use support::{Stage, market, shown};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

async fn check(request: reqwest::RequestBuilder, expected: Expect) {
    expected.assert_eq(&shown(request.send().await.unwrap()).await);
}

fn candle(minute: u64, close: &str, trades: u64) -> Value {
    json!({ "at": format!("2026-01-02T03:{minute:02}:00Z"), "open": "100", "high": "110", "low": "90",
            "close": close, "volume": "5", "trades": trades, "simulated": minute == 0 })
}

fn statistics(trades: u64) -> Value {
    let activity = json!({ "orders": 2 * trades, "trades": trades, "turnover": { "USD": "500" } });
    let mut today = activity.clone();
    today["date"] = "2026-01-02".into();
    json!({ "today": today, "total": activity, "days": [], "most_traded": [], "gainers": [], "losers": [] })
}

/// A stock with a candle that was made up; so many trades have been counted since.
fn with_trades(counted: Arc<AtomicU64>) -> impl Fn(&str, &Value) -> Option<Result<Value, Refusal>> {
    move |to, message| {
        let trades = counted.load(Ordering::SeqCst);
        if message.get("candles").is_some() {
            let mut items = vec![candle(0, "100", 3)];
            items.extend((trades > 0).then(|| candle(1, &format!("10{trades}"), trades)));
            let interval = &message["candles"]["interval"];
            return Some(Ok(json!({ "symbol": "ACME", "interval": interval, "items": items })));
        }
        if message.get("statistics").is_some() {
            return Some(Ok(statistics(trades)));
        }
        market(to, message)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn candles_and_statistics_are_stock_datas_answers() {
    let stage = Stage::open(with_trades(Arc::default())).await.ready().await;
    check(stage.get("/api/v1/stocks/ACME/candles?interval=1m"), expect![[r#"
        200
        {"interval":"1m","items":[{"at":"2026-01-02T03:00:00Z","close":"100","high":"110","low":"90","open":"100","simulated":true,"trades":3,"volume":"5"}],"symbol":"ACME"}"#]]).await;
    let query = "interval=4h&from=2026-01-01T02:00:00%2B02:00&to=2026-01-03T00:00:00Z&limit=500";
    assert_eq!(
        stage.get(&format!("/api/v1/stocks/ACME/candles?{query}")).send().await.unwrap().status(),
        200
    );
    assert_eq!(stage.get("/api/v1/market/statistics?days=31").send().await.unwrap().status(), 200);
    // For the last trades web asks of its own accord, at a time of its own.
    let asked = stage.actors.asked.lock().unwrap().clone();
    let asked: Vec<_> = asked.into_iter().filter(|(_, question)| question.get("trades").is_none()).collect();
    let asked = &asked[asked.len() - 2..];
    assert_eq!(
        asked,
        [
            (
                "stock-data".to_owned(),
                json!({ "candles": { "symbol": "ACME", "interval": "4h", "from": "2026-01-01T00:00:00Z",
                                     "to": "2026-01-03T00:00:00Z", "limit": 500 } })
            ),
            ("stock-data".to_owned(), json!({ "statistics": { "days": 31 } })),
        ]
    );
    for (path, code, field) in [
        ("stocks/ACME/candles", "missing_field", "interval"),
        ("stocks/ACME/candles?interval=2h", "invalid_value", "interval"),
        ("stocks/ACME/candles?interval=1m&from=yesterday", "invalid_value", "from"),
        ("stocks/ACME/candles?interval=1m&to=2026-01-01", "invalid_value", "to"),
        ("stocks/ACME/candles?interval=1m&limit=501", "invalid_value", "limit"),
        ("stocks/ACME/candles?interval=1m&page=2", "unknown_field", "page"),
        ("market/statistics?days=32", "invalid_value", "days"),
    ] {
        let response = stage.get(&format!("/api/v1/{path}")).send().await.unwrap();
        let (status, problem) = (response.status().as_u16(), response.json::<Value>().await.unwrap());
        assert_eq!(
            (status, &problem["code"], &problem["field"]),
            (400, &json!(code), &json!(field)),
            "{path}"
        );
    }
    check(stage.get("/api/v1/stocks/NONE/candles?interval=1m"), expect![[r#"
        404
        {"type":"urn:exchange:problem:not_found","title":"Not found","status":404,"detail":"this stock does not exist","code":"not_found"}"#]]).await;
    stage.web.stop().await.unwrap();
}

fn quote(price: &str) -> Value {
    json!([{ "price_changed": { "symbol": "ACME", "last_price": price, "open": price, "high": price, "low": price,
             "volume": "5", "previous_close": "100", "change": "1", "change_percent": "1.00",
             "at": "2026-01-02T03:01:00Z" } }])
}

/// The next packet; a ping is answered, since who does not is gone.
async fn heard<S: AsyncRead + AsyncWrite + Unpin>(socket: &mut WebSocketStream<S>) -> String {
    let next = tokio::time::timeout(Duration::from_secs(60), socket.next()).await.expect("it comes");
    let packet = next.expect("the connection is open").unwrap().into_text().unwrap().to_string();
    if packet == "2" {
        socket.send(Message::text("3")).await.unwrap();
    }
    packet
}

#[tokio::test(flavor = "multi_thread")]
async fn charts_and_statistics_follow_the_trades_while_somebody_watches() {
    let counted = Arc::new(AtomicU64::new(0));
    let stage = Stage::open(with_trades(counted.clone())).await.ready().await;
    let url = stage.url("/socket.io/?EIO=4&transport=websocket").replace("http", "ws");
    let (mut socket, _) = tokio_tungstenite::connect_async(url).await.unwrap();
    socket.send(Message::text("40")).await.unwrap();
    // Who speaks before the namespace is there is hung up on.
    while !heard(&mut socket).await.starts_with("40{") {}
    for subscription in [
        json!({ "channel": "candles", "symbol": "ACME", "interval": "1m" }),
        json!({ "channel": "statistics" }),
    ] {
        socket.send(Message::text(format!("42[\"subscribe\",{subscription}]"))).await.unwrap();
    }
    // Everything of one event, until the one that is looked for.
    let mut told: Vec<(String, Value)> = Vec::new();
    let mut until = async |event: &str, looked_for: fn(&Value) -> bool| loop {
        let at = told.iter().position(|(name, payload)| name == event && looked_for(payload));
        if let Some(at) = at {
            return told.swap_remove(at).1;
        }
        let text = heard(&mut socket).await;
        if let Some(json) = text.strip_prefix("42") {
            let [name, payload]: [Value; 2] = serde_json::from_str(json).unwrap();
            told.push((name.as_str().unwrap().to_owned(), payload));
        }
    };
    let first = until("candles", |payload| payload["snapshot"] == true).await;
    assert_eq!((&first["items"], &first["interval"]), (&json!([candle(0, "100", 3)]), &json!("1m")));
    let first = until("statistics", |payload| payload["snapshot"] == true).await;
    assert_eq!((&first["today"]["trades"], &first["sequence"]), (&json!(0), &json!(1)));

    counted.store(1, Ordering::SeqCst);
    stage.hear("stock-data.0>*", 1, quote("101")).await;
    let change = until("candles", |payload| payload["snapshot"] == false).await;
    assert_eq!((&change["items"], &change["sequence"]), (&json!([candle(1, "101", 1)]), &json!(2)));
    let change = until("statistics", |payload| payload["snapshot"] == false).await;
    assert_eq!((&change["today"]["trades"], &change["sequence"]), (&json!(1), &json!(2)));

    counted.store(2, Ordering::SeqCst);
    stage.hear("stock-data.0>*", 2, quote("102")).await;
    let change = until("candles", |payload| payload["sequence"] == 3).await;
    assert_eq!(change["items"], json!([candle(1, "102", 2)]));

    // Nobody watches any more: nobody asks.
    socket.close(None).await.unwrap();
    let asked = || {
        let asked = stage.actors.asked.lock().unwrap();
        asked
            .iter()
            .filter(|(_, question)| ["candles", "statistics"].iter().any(|of| !question[of].is_null()))
            .count()
    };
    let (mut before, pause) = (usize::MAX, Duration::from_millis(1_500));
    while before != asked() {
        before = asked();
        tokio::time::sleep(pause).await;
    }
    stage.hear("stock-data.0>*", 3, quote("103")).await;
    tokio::time::sleep(pause).await;
    assert_eq!(asked(), before);
    stage.web.stop().await.unwrap();
}
