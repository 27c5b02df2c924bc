//! Following one order from hop to hop, as its owner, as an admin, and as somebody else.

use crate::exchange;
use crate::people::newcomer;
use chassis::ask::Asker;
use contracts::{intake, topology};
use serde_json::Value;
use std::time::{Duration, Instant};
use trials::{Person, Socket, order_id, user_id};

const SYMBOL: &str = "L3";
const PATIENCE: Duration = Duration::from_secs(120);

async fn journey(person: &Person, order: &str) -> Value {
    person.get(&format!("orders/{order}/journey")).await
}

/// The hops by whom, which way, and what, without the outermost of those that say the same.
fn lines(journey: &Value) -> Vec<String> {
    let text = |hop: &Value, field: &str| hop[field].as_str().unwrap_or("-").to_owned();
    let line = |hop: &Value| ["service", "direction", "message"].map(|field| text(hop, field)).join(" ");
    journey["hops"].as_array().expect("hops").iter().map(line).collect()
}

/// Asks until all of these hops are there, and all services have answered: the last hops are on their way when
/// the order is done.
async fn comes_to_show(person: &Person, order: &str, wanted: &[&str]) -> Value {
    let begun = Instant::now();
    loop {
        let journey = journey(person, order).await;
        let lines = lines(&journey);
        let mut missing = journey["missing"].as_array().expect("who is missing").iter();
        let is_silent =
            |missing: &Value| missing.as_str().is_some_and(|it| it.ends_with("gave no answer in time"));
        if !missing.any(is_silent) && wanted.iter().all(|wanted| lines.iter().any(|line| line == wanted)) {
            return journey;
        }
        assert!(begun.elapsed() < PATIENCE, "{wanted:?} are not all in {journey:#}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Whatever was received by a stream was sent before, as far as both are remembered.
fn is_in_order(journey: &Value) {
    let hops = journey["hops"].as_array().unwrap();
    let times: Vec<i64> = hops.iter().map(|hop| hop["after_us"].as_i64().unwrap()).collect();
    assert!(times.is_sorted(), "{times:?}");
    let place = |hop: &Value| (hop["stream"].clone(), hop["seq"].clone());
    for (n, hop) in
        hops.iter().enumerate().filter(|(_, hop)| hop["direction"] == "received" && hop["seq"].is_u64())
    {
        let is_sender = |sent: &Value| sent["direction"] == "sent" && place(sent) == place(hop);
        assert!(hops[..n].iter().any(is_sender), "nobody sent {hop}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_followed_from_the_click_to_the_push() {
    let exchange = exchange().await;
    let (ida, fay) = (newcomer(&exchange, "ida", "2000").await, exchange.enter("fay").await);
    let mut socket = Socket::open(&exchange.url(), Some(&ida.token), None).await.unwrap();
    socket.subscribe("prices", None).await.unwrap();
    // Who does not answer pings is dropped.
    let listening = tokio::spawn(async move { while socket.next().await.is_ok() {} });
    let order = ida.buys(5, SYMBOL, "90").await;
    ida.sees(&order, "open").await;
    let sale = fay.sells(5, SYMBOL, "90").await;
    ida.sees(&order, "closed").await;
    fay.sees(&sale, "closed").await;
    let wanted = [
        "web received place_order",
        "web sent place_order",
        "ordering received place_order",
        "ordering sent place_order",
        "ordering sent order_reply",
        "web received order_reply",
        "portfolio received place_order",
        "portfolio sent place_order",
        "matching received place_order",
        "matching sent order_opened",
        "ordering received order_opened",
        "matching sent order_filled",
        "ordering received order_filled",
        "portfolio received order_filled",
        "stock-data received order_filled",
        "stock-data sent price_changed",
        "web received order_filled",
        "ordering sent order_changed",
        "web sent order",
        "web sent fill",
        "portfolio sent portfolio_changed",
        "web sent portfolio",
    ];
    let seen = comes_to_show(&ida, &order, &wanted).await;
    assert_eq!(
        (&seen["is_complete"], seen["missing"].as_array().map(Vec::len)),
        (&true.into(), Some(0)),
        "{seen:#}"
    );
    assert_eq!(
        (&seen["status"], &seen["hops"][0]["door"]),
        (&"closed".into(), &"POST /api/v1/orders".into())
    );
    is_in_order(&seen);

    // Whose sale it was is nobody's business but an admin's.
    let (fays, told) = (fay.user_id.to_string(), seen.to_string());
    assert!(!told.contains(&fays) && !told.contains(&sale), "{seen:#}");
    let admins = journey(&exchange.enter("ada").await, &order).await.to_string();
    assert!(admins.contains(&fays) && admins.contains(&sale), "{admins}");
    for nobodys in [order.as_str(), &order_id(), "no-order"] {
        let (status, problem) = fay.call("GET", &format!("orders/{nobodys}/journey"), None).await.unwrap();
        assert_eq!((status, problem["code"].as_str()), (404, Some("not_found")), "{nobodys}");
    }
    listening.abort();
    exchange.audit().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejected_order_never_came_to_its_book() {
    let exchange = exchange().await;
    let joe = newcomer(&exchange, "joe", "10").await;
    let order = joe.buys(5, SYMBOL, "90").await;
    joe.sees(&order, "rejected").await;
    let wanted =
        ["portfolio sent order_refused", "ordering received order_refused", "ordering sent order_changed"];
    let seen = comes_to_show(&joe, &order, &wanted).await;
    assert!(!lines(&seen).iter().any(|line| line.starts_with("matching")), "{seen:#}");
    let refused =
        seen["hops"].as_array().unwrap().iter().find(|hop| hop["message"] == "order_refused").unwrap();
    assert_eq!(refused["body"]["refusal"]["code"], "insufficient_cash");
    is_in_order(&seen);
    exchange.audit().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_by_amqp_begins_at_ordering() {
    let exchange = exchange().await;
    let program = Asker::connect(&exchange.settings().unwrap(), topology::BOTS).await.unwrap();
    program.connected().await;
    let (id, b0) = (order_id(), user_id("b0"));
    let about = |kind: &str| intake::Body {
        kind: kind.to_owned().into(),
        // As some write it.
        order_id: Some(id.to_uppercase().into()),
        user_id: b0.to_string().into(),
        ..intake::Body::default()
    };
    let order = intake::Body {
        symbol: Some(SYMBOL.into()),
        side: Some("buy".into()),
        order_type: Some("limit".into()),
        quantity: Some("1".into()),
        limit_price: Some("50".into()),
        ..about("place_order")
    };
    let patience = Duration::from_secs(30);
    assert_eq!(program.order(b0, &order, patience).await.unwrap().code, None);
    let bot = exchange.enter("b0").await;
    bot.sees(&id, "open").await;
    assert_eq!(program.order(b0, &about("cancel_order"), patience).await.unwrap().code, None);
    bot.sees(&id, "canceled").await;
    let wanted = [
        "ordering received cancel_order",
        "matching sent order_left_book",
        "ordering received order_left_book",
    ];
    let seen = comes_to_show(&bot, &id, &wanted).await;
    let first = &seen["hops"][0];
    let told = ["service", "message", "door", "sender"].map(|field| first[field].as_str().unwrap());
    assert_eq!(told, ["ordering", "place_order", "orders", "bots"], "{seen:#}");
    assert_eq!(first["body"]["order_id"], id.to_uppercase());
    is_in_order(&seen);
    exchange.audit().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_memory_loses_the_outbox_has_for_a_while_and_the_rest_is_told_to_be_missing() {
    let exchange = exchange().await;
    let (kim, fay) = (newcomer(&exchange, "kim", "2000").await, exchange.enter("fay").await);
    let order = kim.buys(5, SYMBOL, "90").await;
    kim.sees(&order, "open").await;
    exchange.kill_and_wait("matching").await.unwrap();
    exchange.heal().unwrap();
    let sale = fay.sells(5, SYMBOL, "90").await;
    kim.sees(&order, "closed").await;
    fay.sees(&sale, "closed").await;
    let seen =
        comes_to_show(&kim, &order, &["matching sent order_opened", "ordering received order_filled"]).await;
    let missing = seen["missing"].as_array().unwrap();
    assert_eq!((&seen["is_complete"], missing.len()), (&false.into(), 1), "{seen:#}");
    assert!(missing[0].as_str().unwrap().starts_with("matching.0: remembers all only since"), "{seen:#}");
    let hops = seen["hops"].as_array().unwrap();
    let of_matching = |message: &str| {
        hops.iter()
            .find(|hop| hop["service"] == "matching" && hop["message"] == message)
            .expect("a hop")
            .clone()
    };
    let (opened, filled) = (of_matching("order_opened"), of_matching("order_filled"));
    assert_eq!((&opened["source"], &filled["source"]), (&"outbox".into(), &"memory".into()));
    assert!(opened["committed_at"].is_string() && opened["published_at"].is_null(), "{opened}");
    exchange.audit().unwrap();
}
