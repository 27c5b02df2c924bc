//! `/api/v1` as a client sees it.

mod support;

use contracts::{Code, Refusal};
use expect_test::{Expect, expect};
use serde_json::{Value, json};
use support::{Stage, market, settings, shown, token};
use uuid::Uuid;

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
        {"symbol":"ACME","name":"ACME","currency":"USD","tick_size":"0.01","lot_size":"1","previous_close":"100","state":"open","last_price":"100","open":null,"high":null,"low":null,"volume":"0","change":"0","change_percent":"0.00","at":null,"phase":"continuous"}"#]]).await;
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
    stage.until_shown("/api/v1/stocks/ACME/depth", r#""sequence":2"#).await;
    check(
        stage.get("/api/v1/stocks/ACME/depth?levels=1"),
        expect![[r#"
        200
        {"symbol":"ACME","sequence":2,"bids":[["10","5"]],"asks":[["11","2"]]}"#]],
    )
    .await;
    let closed =
        json!({ "symbol": "ACME", "sequence": 3, "phase": "auction", "until": "2026-01-01T00:00:30Z" });
    let indicated = json!({ "symbol": "ACME", "sequence": 4, "price": "10", "quantity": "2", "imbalance": "3", "imbalance_side": "buy" });
    stage
        .hear("matching.0>*", 3, json!([{ "phase_changed": closed }, { "auction_indicated": indicated }]))
        .await;
    stage.until_shown("/api/v1/stocks/ACME", "imbalance").await;
    check(stage.get("/api/v1/stocks/ACME"), expect![[r#"
        200
        {"symbol":"ACME","name":"ACME","currency":"USD","tick_size":"0.01","lot_size":"1","previous_close":"100","state":"open","last_price":"100","open":null,"high":null,"low":null,"volume":"0","change":"0","change_percent":"0.00","at":null,"phase":"auction","phase_until":"2026-01-01T00:00:30Z","auction":{"price":"10","quantity":"2","imbalance":"3","imbalance_side":"buy"}}"#]]).await;
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
        {"type":"urn:exchange:problem:unknown_field","title":"Unknown field","status":400,"detail":"unknown field `user_id`, expected one of `order_id`, `symbol`, `side`, `type`, `quantity`, `limit_price`, `time_in_force`, `expires_at`, `post_only`, `reprice`, `display_quantity`, `stop_price`, `trail_amount`, `stop_limit_price`, `self_trade_prevention`, `exit_order_id`, `take_profit_price`, `stop_loss_price` at line 1 column 120","code":"unknown_field","field":"user_id"}"#]]).await;
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

/// Every field that an order may have, whether they go together or not.
fn everything() -> Value {
    json!({ "order_id": ORDER, "symbol": "ACME", "side": "buy", "type": "limit", "quantity": "10", "limit_price": "9",
            "time_in_force": "gtd", "expires_at": "2026-12-01T00:00:00Z", "post_only": true, "reprice": true,
            "display_quantity": "5", "stop_price": "8", "trail_amount": "1", "stop_limit_price": "7",
            "self_trade_prevention": "decrement", "exit_order_id": "01890000-0000-7000-8000-00000000000b",
            "take_profit_price": "12", "stop_loss_price": "6" })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_s_terms_go_out_as_they_came_and_come_back() {
    let stage = Stage::open(|to, message| match (to, message["type"].as_str()) {
        ("orders", Some("cancel_orders")) => Some(Ok(json!({ "status": "pending", "count": 2 }))),
        ("orders", Some("amend_order")) if message["quantity"] == "7" => {
            Some(Err(Refusal::new(Code::AmendmentPending, "the order is being changed already")))
        }
        ("orders", Some("amend_order")) => {
            let mut order = order();
            order["amendment"] = json!({ "quantity": "12", "limit_price": "9" });
            Some(Ok(json!({ "order_id": ORDER, "status": "open", "order": order })))
        }
        ("orders", Some("place_order")) => {
            let mut answer = order();
            for field in ["stop_price", "exit_order_id", "time_in_force"] {
                answer[field] = message[field].clone();
            }
            Some(Ok(json!({ "order_id": ORDER, "status": "pending", "order": answer })))
        }
        _ => market(to, message),
    })
    .await;
    let (one, mine) = (stage.url(&format!("/api/v1/orders/{ORDER}")), token(1, 600));
    check(stage.post("/api/v1/orders", &everything()).bearer_auth(&mine), expect![[r#"
        201
        location: /api/v1/orders/01890000-0000-7000-8000-00000000000a
        {"order_id":"01890000-0000-7000-8000-00000000000a","user_id":"00000000-0000-0000-0000-000000000001","symbol":"ACME","side":"buy","type":"limit","time_in_force":"gtd","stop_price":"8","exit_order_id":"01890000-0000-7000-8000-00000000000b","status":"pending","quantity":"10","filled_quantity":"0","limit_price":"9","created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z"}"#]]).await;
    let patch = |body: Value| stage.http.patch(&one).bearer_auth(&mine).json(&body);
    check(patch(json!({ "quantity": "12" })), expect![[r#"
        202
        location: /api/v1/orders/01890000-0000-7000-8000-00000000000a
        {"order_id":"01890000-0000-7000-8000-00000000000a","user_id":"00000000-0000-0000-0000-000000000001","symbol":"ACME","side":"buy","type":"limit","time_in_force":"gtc","status":"pending","quantity":"10","filled_quantity":"0","limit_price":"9","amendment":{"quantity":"12","limit_price":"9"},"created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z"}"#]]).await;
    check(patch(json!({ "quantity": "7", "limit_price": "9.5" })), expect![[r#"
        409
        {"type":"urn:exchange:problem:amendment_pending","title":"Amendment pending","status":409,"detail":"the order is being changed already","code":"amendment_pending"}"#]]).await;
    check(patch(json!({ "quantity": "12", "side": "sell" })), expect![[r#"
        400
        {"type":"urn:exchange:problem:unknown_field","title":"Unknown field","status":400,"detail":"unknown field `side`, expected `quantity` or `limit_price` at line 1 column 23","code":"unknown_field","field":"side"}"#]]).await;
    check(patch(json!({ "quantity": 12 })), expect![[r#"
        400
        {"type":"urn:exchange:problem:malformed","title":"Malformed","status":400,"detail":"invalid type: integer `12`, expected a string at line 1 column 14","code":"malformed","field":"quantity"}"#]]).await;
    let cancel =
        |query: &str| stage.http.delete(stage.url(&format!("/api/v1/orders{query}"))).bearer_auth(&mine);
    check(
        cancel(""),
        expect![[r#"
        202
        {"count":2}"#]],
    )
    .await;
    check(
        cancel("?symbol=ACME&side=sell"),
        expect![[r#"
        202
        {"count":2}"#]],
    )
    .await;
    check(cancel("?side=short"), expect![[r#"
        400
        {"type":"urn:exchange:problem:invalid_value","title":"Invalid value","status":400,"detail":"expected one of buy, sell, got \"short\"","code":"invalid_value","field":"side"}"#]]).await;
    check(cancel("?type=limit"), expect![[r#"
        400
        {"type":"urn:exchange:problem:unknown_field","title":"Unknown field","status":400,"detail":"no such parameter is known here","code":"unknown_field","field":"type"}"#]]).await;
    check(cancel("").json(&json!({ "symbol": "ACME" })), expect![[r#"
        400
        {"type":"urn:exchange:problem:malformed","title":"Malformed","status":400,"detail":"expected no body here","code":"malformed"}"#]]).await;
    let asked: Vec<String> =
        stage.actors.asked.lock().unwrap().iter().map(|(to, m)| format!("{to} {m}")).collect();
    expect![[r#"
        orders {"display_quantity":"5","exit_order_id":"01890000-0000-7000-8000-00000000000b","expires_at":"2026-12-01T00:00:00Z","limit_price":"9","order_id":"01890000-0000-7000-8000-00000000000a","order_type":"limit","post_only":true,"quantity":"10","reprice":true,"routing_key":"00000000-0000-0000-0000-000000000001","self_trade_prevention":"decrement","side":"buy","stop_limit_price":"7","stop_loss_price":"6","stop_price":"8","symbol":"ACME","take_profit_price":"12","time_in_force":"gtd","trail_amount":"1","type":"place_order","user_id":"00000000-0000-0000-0000-000000000001"}
        orders {"order_id":"01890000-0000-7000-8000-00000000000a","quantity":"12","routing_key":"00000000-0000-0000-0000-000000000001","type":"amend_order","user_id":"00000000-0000-0000-0000-000000000001"}
        orders {"limit_price":"9.5","order_id":"01890000-0000-7000-8000-00000000000a","quantity":"7","routing_key":"00000000-0000-0000-0000-000000000001","type":"amend_order","user_id":"00000000-0000-0000-0000-000000000001"}
        orders {"routing_key":"00000000-0000-0000-0000-000000000001","type":"cancel_orders","user_id":"00000000-0000-0000-0000-000000000001"}
        orders {"routing_key":"00000000-0000-0000-0000-000000000001","side":"sell","symbol":"ACME","type":"cancel_orders","user_id":"00000000-0000-0000-0000-000000000001"}"#]].assert_eq(&asked.join("\n"));
    stage.web.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_comes_in_another_s_place_in_the_name_of_the_session() {
    const WAS: &str = "01890000-0000-7000-8000-00000000000c";
    let stage = Stage::open(|to, message| match (to, message["type"].as_str()) {
        ("orders", Some("replace_order")) if message["replaces"] == WAS => {
            let mut order = order();
            order["replaces"] = json!(WAS);
            Some(Ok(json!({ "order_id": ORDER, "status": "pending", "order": order })))
        }
        ("orders", Some("replace_order")) => {
            let rule = "the order is closed already";
            Some(Err(Refusal::of_field(Code::ReplacedOrderGone, "replaces", rule)))
        }
        _ => market(to, message),
    })
    .await;
    let mine = token(1, 600);
    let plain = json!({ "order_id": ORDER, "symbol": "ACME", "side": "buy", "type": "limit", "quantity": "10",
                        "limit_price": "9" });
    let replace = |was: &str, body: &Value| {
        stage.post(&format!("/api/v1/orders/{was}/replace"), body).bearer_auth(&mine)
    };
    check(replace(WAS, &plain), expect![[r#"
        201
        location: /api/v1/orders/01890000-0000-7000-8000-00000000000a
        {"order_id":"01890000-0000-7000-8000-00000000000a","user_id":"00000000-0000-0000-0000-000000000001","symbol":"ACME","side":"buy","type":"limit","time_in_force":"gtc","status":"pending","quantity":"10","filled_quantity":"0","limit_price":"9","replaces":"01890000-0000-7000-8000-00000000000c","created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z"}"#]]).await;
    check(replace(ORDER, &plain), expect![[r#"
        409
        {"type":"urn:exchange:problem:replaced_order_gone","title":"Replaced order gone","status":409,"detail":"the order is closed already","code":"replaced_order_gone","field":"replaces"}"#]]).await;
    check(replace("x", &plain), expect![[r#"
        404
        {"type":"urn:exchange:problem:not_found","title":"Not found","status":404,"detail":"this order does not exist","code":"not_found"}"#]]).await;
    let mut named = plain.clone();
    named["replaces"] = json!(WAS);
    check(replace(WAS, &named), expect![[r#"
        400
        {"type":"urn:exchange:problem:unknown_field","title":"Unknown field","status":400,"detail":"unknown field `replaces`, expected one of `order_id`, `symbol`, `side`, `type`, `quantity`, `limit_price`, `time_in_force`, `expires_at`, `post_only`, `reprice`, `display_quantity`, `stop_price`, `trail_amount`, `stop_limit_price`, `self_trade_prevention`, `exit_order_id`, `take_profit_price`, `stop_loss_price` at line 1 column 95","code":"unknown_field","field":"replaces"}"#]]).await;
    check(stage.post("/api/v1/orders", &named).bearer_auth(&mine), expect![[r#"
        400
        {"type":"urn:exchange:problem:unknown_field","title":"Unknown field","status":400,"detail":"unknown field `replaces`, expected one of `order_id`, `symbol`, `side`, `type`, `quantity`, `limit_price`, `time_in_force`, `expires_at`, `post_only`, `reprice`, `display_quantity`, `stop_price`, `trail_amount`, `stop_limit_price`, `self_trade_prevention`, `exit_order_id`, `take_profit_price`, `stop_loss_price` at line 1 column 95","code":"unknown_field","field":"replaces"}"#]]).await;
    let asked: Vec<String> =
        stage.actors.asked.lock().unwrap().iter().map(|(to, m)| format!("{to} {m}")).collect();
    expect![[r#"
        orders {"limit_price":"9","order_id":"01890000-0000-7000-8000-00000000000a","order_type":"limit","quantity":"10","replaces":"01890000-0000-7000-8000-00000000000c","routing_key":"00000000-0000-0000-0000-000000000001","side":"buy","symbol":"ACME","type":"replace_order","user_id":"00000000-0000-0000-0000-000000000001"}
        orders {"limit_price":"9","order_id":"01890000-0000-7000-8000-00000000000a","order_type":"limit","quantity":"10","replaces":"01890000-0000-7000-8000-00000000000a","routing_key":"00000000-0000-0000-0000-000000000001","side":"buy","symbol":"ACME","type":"replace_order","user_id":"00000000-0000-0000-0000-000000000001"}"#]].assert_eq(&asked.join("\n"));
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
        allow: GET, POST, DELETE
        {"type":"urn:exchange:problem:method_not_allowed","title":"Method not allowed","status":405,"detail":"only GET, POST, DELETE here","code":"method_not_allowed"}"#]]).await;
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
    check(stage.get("/api/v1/portfolio").bearer_auth(token(1, 600)), expect![[r#"
        503
        retry-after: 1
        {"type":"urn:exchange:problem:unavailable","title":"Unavailable","status":503,"detail":"no answer from portfolio within 1800 ms; ask again, with the same id if it has one","code":"unavailable"}"#]]).await;
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
            ("portfolio", "balances") => Some(Ok(json!([{ "user_id": user["user_id"], "cash": cash, "total_value": "7.5" }]))),
            _ => market(to, message),
        }
    })
    .await;
    check(stage.get("/api/v1/demo/users"), expect![[r#"
        200
        {"items":[{"user_id":"00000000-0000-0000-0000-000000000001","name":"Ann","role":"trader","cash":"5","total_value":"7.5"}]}"#]]).await;
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
async fn a_page_sits_at_two_desks_and_keeps_its_cookie() {
    let mut settings = settings();
    settings.fees.maker_basis_points = 10;
    settings.fees.taker_basis_points = 25;
    settings.limits.requests_per_address = 1;
    let stage = Stage::open_with(settings, 0, |to, message| {
        let Some(user_id) =
            message.get("enter_demo").map(|fields| fields["user_id"].as_str().unwrap().to_owned())
        else {
            return market(to, message);
        };
        let user = json!({ "user_id": user_id, "name": "Ann", "role": "trader", "demo": true });
        Some(match user_id.as_bytes()[35] {
            b'1' => Ok(json!({ "token": "t", "expires_in_s": 600, "user": user })),
            b'2' => Err(Refusal::of_field(Code::NotAllowed, "user_id", "expected a demo account, got …2")),
            _ => Err(Refusal::new(Code::NotAllowed, "this exchange is not in demo mode")),
        })
    })
    .await;
    // As bob, by his cookie.
    let enter = |user: u128| {
        let request = stage.post("/api/v1/demo/token", &json!({ "user_id": Uuid::from_u128(user) }));
        request.header("sec-fetch-site", "same-origin").header("cookie", format!("session={}", token(5, 800)))
    };
    check(enter(1), expect![[r#"
        200
        {"user_id":"00000000-0000-0000-0000-000000000001","name":"Ann","role":"trader","token":"t","expires_in_s":600}"#]]).await;
    check(enter(2), expect![[r#"
        403
        {"type":"urn:exchange:problem:not_allowed","title":"Not allowed","status":403,"detail":"expected a demo account, got …2","code":"not_allowed","field":"user_id"}"#]]).await;
    check(enter(3), expect![[r#"
        403
        {"type":"urn:exchange:problem:not_allowed","title":"Not allowed","status":403,"detail":"this exchange is not in demo mode","code":"not_allowed"}"#]]).await;
    check(enter(1).header("origin", "https://evil.example"), expect![[r#"
        403
        {"type":"urn:exchange:problem:foreign_origin","title":"Foreign origin","status":403,"detail":"pages of this origin may not do that","code":"foreign_origin"}"#]]).await;
    check(
        stage.get("/api/v1/market/terms").bearer_auth(token(5, 600)),
        expect![[r#"
        200
        {"maker_fee_basis_points":10,"taker_fee_basis_points":25,"market_collar_basis_points":500}"#]],
    )
    .await;
    let mut statuses = Vec::new();
    for _ in 0..20 {
        let nobody = stage.post("/api/v1/demo/token", &json!({ "user_id": Uuid::from_u128(1) }));
        statuses.push(nobody.send().await.unwrap().status().as_u16());
    }
    assert!(statuses.contains(&200) && statuses.contains(&429), "{statuses:?}");
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
