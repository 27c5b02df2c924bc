//! `/api/v1` under hostile requests: every one is answered, a refused one reaches no service, and
//! what reaches a service is in the session's name.

mod support;

use contracts::intake::{self, ClientMessage};
use contracts::{Refusal, hostile};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{TestCaseError, TestRunner};
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::OnceLock;
use std::time::Duration;
use support::{Stage, market, panics, token};

const ME: &str = "00000000-0000-0000-0000-000000000001";
const BRACKET: &str = r#"{"order_id":"01890000-0000-7000-8000-00000000000a","symbol":"ACME","side":"buy","type":"limit","quantity":"10","limit_price":"9","time_in_force":"gtd","expires_at":"2030-01-01T00:00:00Z","post_only":true,"reprice":true,"display_quantity":"5","self_trade_prevention":"decrement","exit_order_id":"01890000-0000-7000-8000-00000000000b","take_profit_price":"11","stop_loss_price":"8"}"#;
const STOP: &str = r#"{"order_id":"01890000-0000-7000-8000-00000000000a","symbol":"ACME","side":"sell","type":"oco","quantity":"10","limit_price":"12","stop_price":"9","stop_limit_price":"8"}"#;
const CHANGE: &str = r#"{"quantity":"12","limit_price":"9.5"}"#;
const ORDER: &str = r#"{"order_id":"01890000-0000-7000-8000-00000000000a","symbol":"ACME","side":"buy","type":"limit","quantity":"10","limit_price":"9"}"#;
const MOVEMENT: &str = r#"{"id":"01890000-0000-7000-8000-00000000000a","amount":"12.50"}"#;
const SWITCH: &str = r#"{"user_id":"00000000-0000-0000-0000-000000000001"}"#;

#[derive(Clone, Debug)]
struct Request {
    method: &'static str,
    path: String,
    query: String,
    body: Vec<u8>,
    /// A header that decides who asks, instead of a good token.
    who: Option<(&'static str, String)>,
    /// What it says of a trace.
    trace: String,
}

/// Text as it can stand in an address, escaped or raw.
fn part() -> impl Strategy<Value = String> {
    let escaped = |text: String| text.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>();
    prop_oneof![
        3 => hostile::text().prop_map(escaped),
        1 => proptest::collection::vec(any::<u8>(), 0..20).prop_map(|bytes| bytes.iter().map(|b| format!("%{b:02X}")).collect()),
        1 => select(&["", "%", "%2", "%zz", "a=b", "a&b", "&&", "==", "..", "%2e%2e%2f", "+", ";", "ACME", "%41CME", "200"][..])
            .prop_map(str::to_owned),
    ]
}

fn query() -> impl Strategy<Value = String> {
    let name = select(
        &["limit", "cursor", "status", "symbol", "side", "levels", "user_id", "%6cimit", "limit%00"][..],
    );
    let pair = (name, part()).prop_map(|(name, value)| format!("{name}={value}"));
    proptest::collection::vec(prop_oneof![4 => pair, 1 => part()], 0..3).prop_map(|pairs| pairs.join("&"))
}

fn path() -> impl Strategy<Value = String> {
    let known = select(
        &[
            "orders",
            "stocks",
            "stocks/ACME",
            "stocks/ACME/depth",
            "stocks/ACME/trades",
            "stocks/ACME/candles",
            "market/statistics",
            "admin/stocks",
            "admin/stocks/ACME/halt",
            "portfolio",
            "portfolio/ledger",
            "trades",
            "auth/me",
        ][..],
    );
    let below = (
        select(&["orders", "stocks", "auth", "portfolio", ""][..]),
        part(),
        select(&["", "/depth", "/trades"][..]),
    );
    prop_oneof![
        2 => known.prop_map(str::to_owned),
        1 => below.prop_map(|(folder, part, rest)| format!("{folder}/{part}{rest}")),
    ]
}

/// One that is good: a mutation may leave it as it is, or only add what no header holds.
fn good_token() -> &'static str {
    static TOKEN: OnceLock<String> = OnceLock::new();
    TOKEN.get_or_init(|| token(1, 3600))
}

fn who() -> impl Strategy<Value = Option<(&'static str, String)>> {
    let visible =
        |text: String| text.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').collect::<String>();
    let mutated = hostile::mutated(vec![good_token().as_bytes().to_vec()])
        .prop_map(|token| String::from_utf8_lossy(&token).into_owned());
    let token = prop_oneof![mutated, hostile::text()].prop_map(visible);
    let header = select(&["authorization", "cookie"][..]);
    let wrong = (header, token).prop_map(|(header, token)| match header {
        "cookie" => (header, format!("a=b; session={token}")),
        _ => (header, format!("Bearer {token}")),
    });
    prop_oneof![4 => Just(None), 1 => wrong.prop_map(Some)]
}

fn trace() -> impl Strategy<Value = String> {
    let good = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_vec();
    let mutated = hostile::mutated(vec![good]).prop_map(|text| String::from_utf8_lossy(&text).into_owned());
    // No other bytes can stand in a header.
    prop_oneof![mutated, hostile::text()]
        .prop_map(|text| text.chars().filter(|c| c.is_ascii_graphic()).collect())
}

fn request() -> impl Strategy<Value = Request> {
    let body = |good: &str| prop_oneof![4 => hostile::mutated(vec![good.as_bytes().to_vec()]), 1 => hostile::bytes()];
    let posts = prop_oneof![
        3 => body(ORDER).prop_map(|body| ("POST", "orders", body)),
        2 => body(BRACKET).prop_map(|body| ("POST", "orders", body)),
        2 => body(STOP).prop_map(|body| ("POST", "orders", body)),
        2 => body(CHANGE).prop_map(|body| ("PATCH", "orders/01890000-0000-7000-8000-00000000000a", body)),
        1 => body(MOVEMENT).prop_map(|body| ("POST", "portfolio/deposits", body)),
        1 => body(MOVEMENT).prop_map(|body| ("POST", "portfolio/withdrawals", body)),
        1 => body(SWITCH).prop_map(|body| ("POST", "demo/switch", body)),
    ];
    let post = (posts, who(), trace()).prop_map(|((method, path, body), who, trace)| Request {
        method,
        path: path.into(),
        query: String::new(),
        body,
        who,
        trace,
    });
    let get = (select(&["GET", "GET", "GET", "DELETE", "PUT", "FOO"][..]), path(), query(), who(), trace())
        .prop_map(|(method, path, query, who, trace)| Request {
            method,
            path,
            query,
            body: Vec::new(),
            who,
            trace,
        });
    prop_oneof![post, get]
}

/// Answers as the services do: ordering reads what it is sent.
fn services(to: &str, message: &Value) -> Option<Result<Value, Refusal>> {
    if to != "orders" {
        return match message.as_object()?.keys().next()?.as_str() {
            "stocks" | "depths" => market(to, message),
            "candles" | "statistics" => Some(Ok(json!({}))),
            _ if to == "stock-data" => market(to, message),
            // Without a password: an account that cannot be closed.
            "profile" => {
                Some(Ok(json!({ "user": { "user_id": ME, "name": "Ann", "role": "trader", "demo": true } })))
            }
            "enter_demo" => {
                let user = json!({ "user_id": ME, "name": "Ann", "role": "trader", "demo": true });
                Some(Ok(json!({ "token": token(1, 900), "expires_in_s": 900, "user": user })))
            }
            _ => Some(Ok(json!({}))),
        };
    }
    let mut body = message.clone();
    body.as_object_mut()?.remove("routing_key");
    Some(intake::decode(body.to_string().as_bytes()).map(|message| {
        let (order_id, at) = match message {
            ClientMessage::PlaceOrder(order) => (order.order_id, "2026-01-01T00:00:00Z"),
            ClientMessage::CancelOrder { order_id, .. } => (order_id, "2026-01-01T00:00:00Z"),
            ClientMessage::AmendOrder(amend) => (amend.order_id, "2026-01-01T00:00:00Z"),
            ClientMessage::CancelOrders(_) => return json!({ "status": "pending", "count": 3 }),
        };
        let order = json!({ "order_id": order_id, "user_id": ME, "symbol": "ACME", "side": "buy", "type": "limit", "time_in_force": "gtc",
                            "status": "pending", "quantity": "10", "filled_quantity": "0", "created_at": at, "updated_at": at });
        json!({ "order_id": order_id, "status": "pending", "order": order })
    }))
}

/// The status, and what the services were asked.
async fn send(
    stage: &Stage,
    request: &Request,
) -> Result<(u16, String, Vec<(String, Value)>), TestCaseError> {
    stage.actors.asked.lock().unwrap().clear();
    let Request { method, path, query, body, who, trace } = request;
    let query = if query.is_empty() { String::new() } else { format!("?{query}") };
    let mut sending = stage
        .http
        .request(Method::from_bytes(method.as_bytes()).unwrap(), stage.url(&format!("/api/v1/{path}{query}")))
        .header("content-type", "application/json")
        .header("traceparent", trace)
        .body(body.clone());
    sending = match who {
        Some((header, value)) => sending.header(*header, value),
        None => sending.bearer_auth(token(1, 600)),
    };
    let fail = |error: reqwest::Error| TestCaseError::fail(format!("no answer: {error:?}"));
    let response = sending.send().await.map_err(fail)?;
    let status = response.status().as_u16();
    let text = response.text().await.map_err(fail)?;
    Ok((status, text, stage.actors.asked.lock().unwrap().clone()))
}

fn judge(request: &Request, status: u16, text: &str, asked: &[(String, Value)]) -> Result<(), TestCaseError> {
    prop_assert!(status < 500, "{status} {text}");
    prop_assert!(asked.len() <= 1, "{asked:?}");
    for (to, message) in asked {
        let shown = message.to_string();
        // Anybody may know what the market did.
        if to == "stock-data" && (message.get("candles").is_some() || message.get("statistics").is_some()) {
            continue;
        }
        if to == "orders" {
            prop_assert_eq!(&message["user_id"], ME);
            prop_assert_eq!(&message["routing_key"], ME);
        } else if to != "accounts" {
            prop_assert!(shown.contains(ME), "{shown}");
        }
        let admitted = request.who.as_ref().is_none_or(|(_, value)| value.contains(good_token()));
        prop_assert!(admitted || to == "accounts", "who asked? {shown}");
    }
    if status < 400 {
        return Ok(());
    }
    let problem: Value =
        serde_json::from_str(text).map_err(|e| TestCaseError::fail(format!("{e}: {text}")))?;
    prop_assert!(problem["code"].is_string() && problem["status"] == status, "{}", text);
    prop_assert!(text.len() < 4_000, "{} bytes", text.len());
    // Only ordering refuses what web has passed on; and who may close an account, its profile tells.
    let may_refuse = |(to, message): &(String, Value)| to == "orders" || message.get("profile").is_some();
    prop_assert!(asked.iter().all(may_refuse), "{status} {text}: {asked:?}");
    Ok(())
}

fn has_asked_for_the_tape(stage: &Stage) -> bool {
    stage.actors.asked.lock().unwrap().iter().any(|(_, message)| message.get("trades").is_some())
}

#[test]
fn hostile_requests_are_answered_and_change_nothing() {
    let seen = panics();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let stage = runtime.block_on(async {
        let stage = Stage::open(services).await.ready().await;
        // What web asks of its own accord, once it is ready, is nobody's request.
        while !has_asked_for_the_tape(&stage) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        stage
    });
    TestRunner::new(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })
        .run(&request(), |request| {
            let (status, text, asked) = runtime.block_on(send(&stage, &request))?;
            prop_assert_eq!(seen(), "", "the program would have ended");
            judge(&request, status, &text, &asked)
        })
        .unwrap_or_else(|error| panic!("{error}"));
    runtime.block_on(stage.web.stop()).unwrap();
}
