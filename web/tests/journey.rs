//! `GET /api/v1/orders/{id}/journey`: put together, blanked, and honest about what is missing.

mod support;

use contracts::accounts::Role;
use contracts::{Code, Refusal};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use support::{Stage, market, token, token_of};

const ORDER: &str = "01890000-0000-7000-8000-00000000000a";
const MAKER: &str = "01890000-0000-7000-8000-00000000000b";
const ANN: &str = "00000000-0000-0000-0000-000000000001";
const BOB: &str = "00000000-0000-0000-0000-000000000002";
/// When the order was taken, in milliseconds of a second.
const CREATED: i64 = 100;

fn at(ms: i64) -> Value {
    (chrono::DateTime::from_timestamp(4_000_000_000, 0).unwrap() + chrono::TimeDelta::milliseconds(ms))
        .to_rfc3339_opts(chrono::SecondsFormat::Micros, true)
        .into()
}

fn order() -> Value {
    json!({ "order_id": ORDER, "user_id": ANN, "symbol": "ACME", "side": "buy", "type": "limit",
            "time_in_force": "gtc", "status": "closed", "quantity": "10", "filled_quantity": "10",
            "limit_price": "9", "created_at": at(CREATED), "updated_at": at(190) })
}

fn fill() -> Value {
    let side = |order: &str, user: &str| json!({ "order_id": order, "user_id": user, "ordering": 0 });
    json!({ "trade_id": "01890000-0000-7000-8000-0000000000f1", "symbol": "ACME", "sequence": 4, "price": "9",
            "quantity": "10", "taker_side": "buy", "maker": side(MAKER, BOB), "taker": side(ORDER, ANN) })
}

fn hop(partition: &str, direction: &str, message: &str, stream: (&str, u64), ms: i64, body: Value) -> Value {
    let (received, published) =
        if direction == "received" { (at(ms), json!(null)) } else { (json!(null), at(ms)) };
    json!({ "service": partition.split('.').next(), "partition": partition, "direction": direction,
            "message": message, "stream": stream.0, "seq": stream.1, "door": null, "sender": null,
            "received_at": received, "committed_at": at(ms), "published_at": published, "confirmed_at": null,
            "clock": format!("{partition}@host:1"), "source": "memory", "body": body })
}

fn recalled(since_ms: i64, hops: &[Value]) -> Option<Result<Value, Refusal>> {
    Some(Ok(json!({ "since": at(since_ms), "is_cut": false, "hops": hops })))
}

/// The exchange's part in it: portfolio's clock is late, and matching was started after the order came.
fn play(to: &str, message: &Value) -> Option<Result<Value, Refusal>> {
    let placed = ("ordering.0>portfolio.0", 3);
    let trade = ("matching.0>*", 8);
    let detail = || {
        let mut detail = order();
        let at = at(180);
        detail["fills"] = json!([{ "trade_id": fill()["trade_id"], "order_id": ORDER, "user_id": ANN, "symbol": "ACME",
            "side": "buy", "price": "9", "quantity": "10", "fee": "0", "liquidity": "taker", "at": at }]);
        detail
    };
    match (to, message.as_object()?.keys().next()?.as_str()) {
        ("ordering", "order_origin") => {
            let asks = &message["order_origin"];
            if asks["order_id"] != ORDER || !(asks.get("user_id").is_none() || asks["user_id"] == ANN) {
                return Some(Err(Refusal::of_field(Code::NotFound, "order_id", "no such order")));
            }
            Some(Ok(json!({ "ordering": 0, "detail": detail() })))
        }
        ("ordering.0", "recall") => recalled(
            0,
            &[
                hop("ordering.0", "sent", "place_order", placed, 104, order()),
                hop("ordering.0", "received", "order_filled", trade, 170, fill()),
            ],
        ),
        ("portfolio.0", "recall") => {
            recalled(0, &[hop("portfolio.0", "received", "place_order", placed, 101, order())])
        }
        ("matching.0", "recall") => {
            recalled(150, &[hop("matching.0", "sent", "order_filled", trade, 160, fill())])
        }
        // It says nothing.
        ("stock-data.0", "recall") => None,
        ("orders", _) => Some(Ok(json!({ "order_id": ORDER, "status": "pending", "order": order() }))),
        _ => market(to, message),
    }
}

async fn journey(stage: &Stage, token: String) -> (u16, Value) {
    let response =
        stage.get(&format!("/api/v1/orders/{ORDER}/journey")).bearer_auth(token).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

fn lines(journey: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let hops = journey["hops"].as_array().expect("hops").iter();
    hops.map(|hop| {
        format!(
            "{} {} {} {}",
            text(&hop["partition"]),
            text(&hop["direction"]),
            text(&hop["message"]),
            text(&hop["source"])
        )
    })
    .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journey_is_in_the_order_of_cause_and_says_what_is_missing() {
    let stage = Stage::open(play).await.ready().await;
    let (status, journey) = journey(&stage, token(1, 600)).await;
    assert_eq!(status, 200, "{journey}");
    assert_eq!(
        lines(&journey),
        [
            "ordering.0 received place_order database",
            "ordering.0 sent place_order memory",
            "portfolio.0 received place_order memory",
            "matching.0 sent order_filled memory",
            "ordering.0 received order_filled memory",
        ]
    );
    assert_eq!((&journey["is_complete"], &journey["took_us"]), (&json!(false), &json!(70_000)));
    let missing: Vec<&str> =
        journey["missing"].as_array().unwrap().iter().map(|reason| reason.as_str().unwrap()).collect();
    assert_eq!(
        missing,
        [
            "matching.0: remembers all only since 2096-10-02T07:06:40.150Z",
            "stock-data.0: gave no answer in time"
        ]
    );
    stage.web.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn only_admins_see_the_other_side_and_strangers_see_nothing() {
    let stage = Stage::open(play).await.ready().await;
    let (_, own) = journey(&stage, token(1, 600)).await;
    let (_, admins) = journey(&stage, token_of(9, Role::Admin, 600)).await;
    let (status, problem) = journey(&stage, token(2, 600)).await;
    assert_eq!((status, &problem["code"]), (404, &json!("not_found")));
    assert_eq!(journey(&stage, token_of(9, Role::Bot, 600)).await.0, 404);
    for private in [BOB, MAKER] {
        assert!(!own.to_string().contains(private), "{own}");
        assert!(admins.to_string().contains(private), "{admins}");
    }
    assert_eq!(own["hops"][4]["body"]["maker"]["user_id"], json!(null));
    assert_eq!(own["hops"][4]["body"]["taker"]["user_id"], ANN);
    assert_eq!(admins["hops"][4]["body"], fill());
    stage.web.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_click_the_answer_and_what_web_hears_are_hops_of_webs() {
    let stage = Stage::open(play).await.ready().await;
    let wanted = json!({ "order_id": ORDER, "symbol": "ACME", "side": "buy", "type": "limit", "quantity": "10", "limit_price": "9" });
    let response = stage.post("/api/v1/orders", &wanted).bearer_auth(token(1, 600)).send().await.unwrap();
    assert_eq!(response.status(), 201);
    stage.hear("ordering.0>web", 1, json!([{ "order_changed": order() }])).await;
    stage.hear("matching.0>*", 8, json!([{ "order_filled": fill() }])).await;
    let begun = Instant::now();
    loop {
        let (_, journey) = journey(&stage, token(1, 600)).await;
        let webs: Vec<String> = lines(&journey).into_iter().filter(|line| line.starts_with("web")).collect();
        let expected = [
            "web received place_order memory",
            "web sent place_order memory",
            "web received order_reply memory",
            "web received order_changed memory",
            "web received order_filled memory",
        ];
        if webs == expected {
            let first = &journey["hops"][0];
            assert_eq!(
                (&first["door"], &first["body"]["limit_price"]),
                (&json!("POST /api/v1/orders"), &json!("9"))
            );
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "{webs:?}");
    }
    stage.web.stop().await.unwrap();
}
