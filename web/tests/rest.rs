//! `/api/v1` as a client sees it.

mod support;

use contracts::{Code, Refusal};
use expect_test::{Expect, expect};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use support::{Stage, market, shown, token};

const ORDER: &str = "01890000-0000-7000-8000-00000000000a";

fn order() -> Value {
    let at = "2026-01-01T00:00:00Z";
    json!({ "order_id": ORDER, "user_id": "00000000-0000-0000-0000-000000000001", "symbol": "ACME", "side": "buy",
            "type": "limit", "time_in_force": "gtc", "status": "pending", "quantity": "10", "filled_quantity": "0", "limit_price": "9",
            "created_at": at, "updated_at": at })
}

async fn check(request: reqwest::RequestBuilder, expected: Expect) {
    expected.assert_eq(&shown(request.send().await.unwrap()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_market_is_told_from_memory() {
    let stage = Stage::open(market).await;
    check(stage.get("/api/v1/stocks"), expect![[r#"
        503
        retry-after: 1
        {"type":"urn:exchange:problem:unavailable","title":"Unavailable","status":503,"detail":"the market's state is being fetched","code":"unavailable"}"#]]).await;
    let stage = stage.ready().await;
    check(stage.get("/api/v1/stocks/ACME"), expect![[r#"
        200
        {"symbol":"ACME","name":"ACME","currency":"USD","tick_size":"0.01","lot_size":"1","previous_close":"100","state":"open","last_price":"100","open":null,"high":null,"low":null,"volume":"0","change":"0","change_percent":"0.00","at":null}"#]]).await;
    check(stage.get("/api/v1/stocks/NONE"), expect![[r#"
        404
        {"type":"urn:exchange:problem:not_found","title":"Not found","status":404,"detail":"this stock does not exist","code":"not_found"}"#]]).await;
    check(stage.get("/api/v1/stocks/%20/depth"), expect![[r#"
        404
        {"type":"urn:exchange:problem:not_found","title":"Not found","status":404,"detail":"this stock does not exist","code":"not_found"}"#]]).await;
    check(
        stage.get("/api/v1/stocks/ACME/depth"),
        expect![[r#"
        200
        {"symbol":"ACME","sequence":1,"bids":[["10","5"]],"asks":[]}"#]],
    )
    .await;
    check(stage.get("/api/v1/stocks/ACME/depth?levels=201"), expect![[r#"
        400
        {"type":"urn:exchange:problem:invalid_value","title":"Invalid value","status":400,"detail":"expected a whole number from 1 to 200, got \"201\"","code":"invalid_value","field":"levels"}"#]]).await;
    let opened = json!({ "symbol": "ACME", "sequence": 2, "side": "sell", "price": "11", "quantity": "2" });
    stage.hear("matching.0>*", 2, json!([{ "order_opened": opened }])).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    check(
        stage.get("/api/v1/stocks/ACME/depth?levels=1"),
        expect![[r#"
        200
        {"symbol":"ACME","sequence":2,"bids":[["10","5"]],"asks":[["11","2"]]}"#]],
    )
    .await;
    stage.web.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_goes_out_in_the_name_of_the_session() {
    let stage = Stage::open(|to, message| match to {
        "orders" if message["quantity"] == "7" => {
            Some(Err(Refusal::of_field(Code::InvalidValue, "order_type", "expected one of limit, market")))
        }
        "orders" if message["quantity"] == "8" => {
            Some(Err(Refusal::of_field(Code::IdReused, "order_id", "this id has another order")))
        }
        "orders" => Some(Ok(json!({ "order_id": ORDER, "status": "pending", "order": order() }))),
        _ => market(to, message),
    })
    .await;
    let post = |body: Value| stage.post("/api/v1/orders", &body).bearer_auth(token(1, 600));
    let body = |quantity: &str| json!({ "order_id": ORDER, "symbol": "ACME", "side": "buy", "type": "limit", "quantity": quantity });
    check(post(body("10")), expect![[r#"
        201
        location: /api/v1/orders/01890000-0000-7000-8000-00000000000a
        {"order_id":"01890000-0000-7000-8000-00000000000a","user_id":"00000000-0000-0000-0000-000000000001","symbol":"ACME","side":"buy","type":"limit","time_in_force":"gtc","status":"pending","quantity":"10","filled_quantity":"0","limit_price":"9","created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z"}"#]]).await;
    check(post(body("7")), expect![[r#"
        400
        {"type":"urn:exchange:problem:invalid_value","title":"Invalid value","status":400,"detail":"expected one of limit, market","code":"invalid_value","field":"type"}"#]]).await;
    check(post(body("8")), expect![[r#"
        409
        {"type":"urn:exchange:problem:id_reused","title":"Id reused","status":409,"detail":"this id has another order","code":"id_reused","field":"order_id"}"#]]).await;
    let mut forged = body("10");
    forged["user_id"] = "00000000-0000-0000-0000-000000000002".into();
    check(post(forged), expect![[r#"
        400
        {"type":"urn:exchange:problem:unknown_field","title":"Unknown field","status":400,"detail":"unknown field `user_id`, expected one of `order_id`, `symbol`, `side`, `type`, `time_in_force`, `post_only`, `quantity`, `limit_price` at line 1 column 120","code":"unknown_field","field":"user_id"}"#]]).await;
    check(stage.post("/api/v1/orders", &body("10")), expect![[r#"
        401
        {"type":"urn:exchange:problem:not_signed_in","title":"Not signed in","status":401,"detail":"sign in first","code":"not_signed_in"}"#]]).await;
    let cancel = stage.http.delete(stage.url(&format!("/api/v1/orders/{ORDER}"))).bearer_auth(token(1, 600));
    check(cancel, expect![[r#"
        202
        location: /api/v1/orders/01890000-0000-7000-8000-00000000000a
        {"order_id":"01890000-0000-7000-8000-00000000000a","user_id":"00000000-0000-0000-0000-000000000001","symbol":"ACME","side":"buy","type":"limit","time_in_force":"gtc","status":"pending","quantity":"10","filled_quantity":"0","limit_price":"9","created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z"}"#]]).await;
    let cancel = stage.http.delete(stage.url("/api/v1/orders/7")).bearer_auth(token(1, 600));
    check(cancel, expect![[r#"
        404
        {"type":"urn:exchange:problem:not_found","title":"Not found","status":404,"detail":"this order does not exist","code":"not_found"}"#]]).await;
    let asked: Vec<String> =
        stage.actors.asked.lock().unwrap().iter().map(|(to, m)| format!("{to} {m}")).collect();
    expect![[r#"
        orders {"order_id":"01890000-0000-7000-8000-00000000000a","order_type":"limit","quantity":"10","routing_key":"00000000-0000-0000-0000-000000000001","side":"buy","symbol":"ACME","type":"place_order","user_id":"00000000-0000-0000-0000-000000000001"}
        orders {"order_id":"01890000-0000-7000-8000-00000000000a","order_type":"limit","quantity":"7","routing_key":"00000000-0000-0000-0000-000000000001","side":"buy","symbol":"ACME","type":"place_order","user_id":"00000000-0000-0000-0000-000000000001"}
        orders {"order_id":"01890000-0000-7000-8000-00000000000a","order_type":"limit","quantity":"8","routing_key":"00000000-0000-0000-0000-000000000001","side":"buy","symbol":"ACME","type":"place_order","user_id":"00000000-0000-0000-0000-000000000001"}
        orders {"order_id":"01890000-0000-7000-8000-00000000000a","routing_key":"00000000-0000-0000-0000-000000000001","type":"cancel_order","user_id":"00000000-0000-0000-0000-000000000001"}"#]].assert_eq(&asked.join("\n"));
    stage.web.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_that_goes_wrong_is_a_problem() {
    let stage = Stage::open(|to, message| if to == "portfolio" { None } else { market(to, message) }).await;
    let switch = || stage.http.post(stage.url("/api/v1/demo/switch"));
    check(stage.get("/api/v1/nothing"), expect![[r#"
        404
        {"type":"urn:exchange:problem:not_found","title":"Not found","status":404,"detail":"this path does not exist","code":"not_found"}"#]]).await;
    check(switch().body("{}"), expect![[r#"
        415
        {"type":"urn:exchange:problem:unsupported_media_type","title":"Unsupported media type","status":415,"detail":"expected content-type application/json","code":"unsupported_media_type"}"#]]).await;
    check(switch().header("content-type", "application/json").body("{"), expect![[r#"
        400
        {"type":"urn:exchange:problem:malformed","title":"Malformed","status":400,"detail":"EOF while parsing an object at line 1 column 1","code":"malformed"}"#]]).await;
    check(stage.post("/api/v1/demo/switch", &json!({})), expect![[r#"
        400
        {"type":"urn:exchange:problem:missing_field","title":"Missing field","status":400,"detail":"missing field `user_id` at line 1 column 2","code":"missing_field","field":"user_id"}"#]]).await;
    check(stage.post("/api/v1/demo/switch", &json!({ "user_id": "7" })), expect![[r#"
        400
        {"type":"urn:exchange:problem:invalid_value","title":"Invalid value","status":400,"detail":"expected a UUID such as 01941f29-7c00-7000-8000-000000000001, got \"7\"","code":"invalid_value","field":"user_id"}"#]]).await;
    check(stage.post("/api/v1/demo/switch", &json!({ "user_id": "a".repeat(70_000) })), expect![[r#"
        413
        {"type":"urn:exchange:problem:body_too_large","title":"Body too large","status":413,"detail":"a body may have 65536 bytes","code":"body_too_large"}"#]]).await;
    check(stage.http.put(stage.url("/api/v1/orders")), expect![[r#"
        405
        allow: GET, POST
        {"type":"urn:exchange:problem:method_not_allowed","title":"Method not allowed","status":405,"detail":"only GET, POST here","code":"method_not_allowed"}"#]]).await;
    check(stage.get("/api/v1/orders?limit=1000").bearer_auth(token(1, 600)), expect![[r#"
        400
        {"type":"urn:exchange:problem:invalid_value","title":"Invalid value","status":400,"detail":"expected a whole number from 1 to 200, got \"1000\"","code":"invalid_value","field":"limit"}"#]]).await;
    check(stage.get("/api/v1/orders?status=done").bearer_auth(token(1, 600)), expect![[r#"
        400
        {"type":"urn:exchange:problem:invalid_value","title":"Invalid value","status":400,"detail":"expected one of pending, open, closed, canceled, rejected, expired, got \"done\"","code":"invalid_value","field":"status"}"#]]).await;
    check(stage.get("/api/v1/portfolio").bearer_auth(token(1, -60)), expect![[r#"
        401
        {"type":"urn:exchange:problem:not_signed_in","title":"Not signed in","status":401,"detail":"the session has expired","code":"not_signed_in"}"#]]).await;
    let foreign = stage.post("/api/v1/auth/logout", &json!({})).header("origin", "https://evil.example");
    check(foreign, expect![[r#"
        403
        {"type":"urn:exchange:problem:foreign_origin","title":"Foreign origin","status":403,"detail":"pages of this origin may not do that","code":"foreign_origin"}"#]]).await;
    let began = Instant::now();
    check(stage.get("/api/v1/portfolio").bearer_auth(token(1, 600)), expect![[r#"
        503
        retry-after: 1
        {"type":"urn:exchange:problem:unavailable","title":"Unavailable","status":503,"detail":"no answer from portfolio within 1800 ms; ask again, with the same id if it has one","code":"unavailable"}"#]]).await;
    assert!(began.elapsed() < Duration::from_secs(2));
    stage.web.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_begin_go_on_and_end() {
    let stage = Stage::open(|to, message| {
        let user = json!({ "user_id": "00000000-0000-0000-0000-000000000001", "name": "Ann", "role": "trader", "demo": true });
        let cash = json!({ "total": "5", "held": "1", "available": "4" });
        match (to, message.as_object()?.keys().next()?.as_str()) {
            ("accounts", "demo_users") => Some(Ok(json!([user]))),
            ("accounts", "enter_demo") => Some(Ok(json!({ "token": "t", "expires_in_s": 900, "user": user }))),
            ("accounts", "renew") => Some(Ok(json!({ "token": "fresh", "expires_in_s": 900, "user": user }))),
            ("portfolio", "balances") => Some(Ok(json!([{ "user_id": user["user_id"], "cash": cash }]))),
            _ => market(to, message),
        }
    })
    .await;
    check(stage.get("/api/v1/demo/users"), expect![[r#"
        200
        {"items":[{"user_id":"00000000-0000-0000-0000-000000000001","name":"Ann","role":"trader","cash":"5"}]}"#]]).await;
    let enter = json!({ "user_id": "00000000-0000-0000-0000-000000000001" });
    check(stage.post("/api/v1/demo/switch", &enter), expect![[r#"
        200
        set-cookie: session=t; HttpOnly; SameSite=Strict; Path=/; Max-Age=900
        {"user_id":"00000000-0000-0000-0000-000000000001","name":"Ann","role":"trader","token":"t","expires_in_s":900}"#]]).await;
    let of_a_page = stage.post("/api/v1/demo/switch", &enter).header("sec-fetch-site", "same-origin");
    check(of_a_page, expect![[r#"
        200
        set-cookie: session=t; HttpOnly; SameSite=Strict; Path=/; Max-Age=900
        {"user_id":"00000000-0000-0000-0000-000000000001","name":"Ann","role":"trader","expires_in_s":900}"#]]).await;
    let me = |left| stage.get("/api/v1/auth/me").header("cookie", format!("session={}", token(1, left)));
    check(
        me(800),
        expect![[r#"
        200
        {"user_id":"00000000-0000-0000-0000-000000000001","name":"Ann","role":"trader"}"#]],
    )
    .await;
    check(
        me(400),
        expect![[r#"
        200
        set-cookie: session=fresh; HttpOnly; SameSite=Strict; Path=/; Max-Age=900
        {"user_id":"00000000-0000-0000-0000-000000000001","name":"Ann","role":"trader"}"#]],
    )
    .await;
    check(stage.get("/api/v1/auth/me"), expect![[r#"
        401
        {"type":"urn:exchange:problem:not_signed_in","title":"Not signed in","status":401,"detail":"sign in first","code":"not_signed_in"}"#]]).await;
    check(
        stage.post("/api/v1/auth/logout", &json!({})),
        expect![[r#"
        204
        set-cookie: session=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0
    "#]],
    )
    .await;
    stage.web.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_told_how_to_come_about_and_guarded() {
    let stage = Stage::open(market).await;
    let page = stage.get("/").send().await.unwrap();
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert!(page.text().await.unwrap().contains("npm run build"));
    check(stage.get("/socket.io/?EIO=4&transport=polling").header("origin", "https://evil.example"), expect![[r#"
        403
        {"type":"urn:exchange:problem:foreign_origin","title":"Foreign origin","status":403,"detail":"pages of this origin may not do that","code":"foreign_origin"}"#]]).await;
    stage.web.stop().await.unwrap();
}
