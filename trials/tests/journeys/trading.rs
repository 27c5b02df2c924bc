//! Limit and market orders, money, and what is refused.

use crate::exchange;
use serde_json::json;
use trials::order_id;

#[tokio::test(flavor = "multi_thread")]
async fn one_sells_and_the_other_buys() {
    let exchange = exchange().await;
    let (ann, bob) = (exchange.enter("ann").await, exchange.enter("bob").await);
    let sale = ann.sells(100, "ACME", "101.50").await;
    ann.sees(&sale, "open").await;
    ann.comes_to_own("ACME", "cash 10000000/0, ACME 100000/100").await;
    // He would pay more; the resting order's price counts.
    let purchase = bob.buys(100, "ACME", "102.00").await;
    let bought = bob.sees(&purchase, "closed").await;
    assert_eq!(bought["average_price"], "101.5");
    assert_eq!(bought["fills"][0]["liquidity"], "taker");
    ann.sees(&sale, "closed").await;
    ann.comes_to_own("ACME", "cash 10010150/0, ACME 99900/0").await;
    bob.comes_to_own("ACME", "cash 9989850/0, ACME 100100/0").await;
    ann.sees_price("ACME", "101.5").await;
    assert_eq!(bob.get("trades").await["items"][0]["price"], "101.5");
    exchange.audit().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_fill_shows_as_such_and_its_rest_can_be_canceled() {
    let exchange = exchange().await;
    let (cat, dan) = (exchange.enter("cat").await, exchange.enter("dan").await);
    let sale = cat.sells(100, "BOLT", "100").await;
    let purchase = dan.buys(30, "BOLT", "100").await;
    dan.sees(&purchase, "closed").await;
    cat.sees(&sale, "open 30").await;
    cat.cancels(&sale).await;
    let canceled = cat.sees(&sale, "canceled 30").await;
    assert_eq!(canceled["reason"]["code"], "canceled_by_user");
    cat.comes_to_own("BOLT", "cash 10003000/0, BOLT 99970/0").await;
    let (status, problem) = cat.call("DELETE", &format!("orders/{sale}"), None).await.unwrap();
    assert_eq!((status, problem["code"].as_str()), (409, Some("order_not_live")));
    exchange.audit().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_pay_is_refused_and_nothing_is_held() {
    let exchange = exchange().await;
    let nina = exchange.enter("nina").await;
    let order = nina.buys(500_000, "CORK", "100").await;
    let refused = nina.sees(&order, "rejected").await;
    assert_eq!(refused["reason"]["code"], "insufficient_cash");
    let short = nina.sells(1, "CORK", "100").await;
    assert_eq!(nina.sees(&short, "rejected").await["reason"]["code"], "insufficient_shares");
    assert!(nina.owns("CORK").await.contains("/0, CORK 0/0"));
    exchange.audit().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_buys_a_stock_that_he_never_owned() {
    let exchange = exchange().await;
    let (nina, eve) = (exchange.enter("nina").await, exchange.enter("eve").await);
    eve.sells(5, "DUNE", "99.99").await;
    let order = nina.buys(5, "DUNE", "99.99").await;
    nina.sees(&order, "closed").await;
    nina.comes_to_own("DUNE", "cash 9999500.05/0, DUNE 5/0").await;
    exchange.audit().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_market_order_takes_what_there_is_and_the_rest_is_canceled() {
    let exchange = exchange().await;
    let (eve, dan) = (exchange.enter("eve").await, exchange.enter("dan").await);
    eve.sells(10, "EDEN", "100.10").await;
    let order = json!({ "symbol": "EDEN", "side": "buy", "type": "market", "quantity": "15" });
    let (status, body) = dan.call("POST", "orders", Some(order)).await.unwrap();
    assert_eq!(status, 201, "{body}");
    let done = dan.sees(body["order_id"].as_str().unwrap(), "canceled 10").await;
    assert_eq!(done["reason"]["code"], "no_liquidity");
    exchange.audit().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_that_do_not_wait_and_orders_that_do_not_take() {
    let exchange = exchange().await;
    let (eve, dan) = (exchange.enter("eve").await, exchange.enter("dan").await);
    eve.sells(10, "IRIS", "100.10").await;
    let mut order = json!({ "symbol": "IRIS", "side": "buy", "type": "limit", "quantity": "15", "limit_price": "100.10" });
    for (terms, value, end, reason) in [
        ("time_in_force", json!("fok"), "canceled 0", "not_fillable"),
        ("post_only", json!(true), "canceled 0", "would_trade"),
        ("time_in_force", json!("ioc"), "canceled 10", "no_liquidity"),
    ] {
        let mut order = order.clone();
        order[terms] = value.clone();
        let (status, body) = dan.call("POST", "orders", Some(order)).await.unwrap();
        assert_eq!((status, &body[terms]), (201, &value), "{body}");
        let done = dan.sees(body["order_id"].as_str().unwrap(), end).await;
        assert_eq!(done["reason"]["code"], reason);
    }
    order["post_only"] = json!(true);
    let (_, body) = dan.call("POST", "orders", Some(order)).await.unwrap();
    let resting = body["order_id"].as_str().unwrap();
    dan.sees(resting, "open").await;
    dan.cancels(resting).await;
    dan.sees(resting, "canceled 0").await;
    exchange.audit().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_trades_with_himself() {
    let exchange = exchange().await;
    let eve = exchange.enter("eve").await;
    let resting = eve.sells(10, "FLUX", "100").await;
    eve.sees(&resting, "open").await;
    let crossing = eve.buys(10, "FLUX", "100").await;
    assert_eq!(eve.sees(&crossing, "canceled 0").await["reason"]["code"], "self_trade");
    eve.sees(&resting, "open").await;
    exchange.audit().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_order_id_is_the_same_order_and_with_another_body_a_conflict() {
    let exchange = exchange().await;
    let bob = exchange.enter("bob").await;
    let id = order_id();
    let mut order = json!({ "order_id": id, "symbol": "GALE", "side": "buy", "type": "limit", "quantity": "1", "limit_price": "90" });
    for _ in 0..3 {
        let (status, body) = bob.call("POST", "orders", Some(order.clone())).await.unwrap();
        assert!((200..=201).contains(&status), "{status} {body}");
        assert_eq!(body["order_id"], json!(id));
    }
    order["quantity"] = json!("2");
    let (status, problem) = bob.call("POST", "orders", Some(order)).await.unwrap();
    assert_eq!((status, problem["code"].as_str()), (409, Some("id_reused")));
    let open = bob.get("orders?status=open&symbol=GALE").await;
    assert_eq!(open["items"].as_array().unwrap().len(), 1);
    exchange.audit().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_order_is_not_there() {
    let exchange = exchange().await;
    let (ann, bob) = (exchange.enter("ann").await, exchange.enter("bob").await);
    let order = ann.buys(1, "GALE", "80").await;
    ann.sees(&order, "open").await;
    for method in ["GET", "DELETE"] {
        let (status, problem) = bob.call(method, &format!("orders/{order}"), None).await.unwrap();
        assert_eq!((status, problem["code"].as_str()), (404, Some("not_found")), "{method}");
    }
    ann.sees(&order, "open").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn money_moves_once_for_an_id_and_never_below_zero() {
    let exchange = exchange().await;
    let nina = exchange.enter("nina").await;
    let total = || async { nina.get("portfolio").await["cash"]["total"].as_str().unwrap().to_owned() };
    let before: f64 = total().await.parse().unwrap();
    let deposit = json!({ "id": order_id(), "amount": "250.25" });
    for _ in 0..2 {
        let (status, body) = nina.call("POST", "portfolio/deposits", Some(deposit.clone())).await.unwrap();
        assert!(status < 300, "{status} {body}");
    }
    let after: f64 = total().await.parse().unwrap();
    assert!((after - before - 250.25).abs() < 0.001, "{before} {after}");
    let other = json!({ "id": deposit["id"], "amount": "1" });
    assert_eq!(nina.call("POST", "portfolio/deposits", Some(other)).await.unwrap().0, 409);
    let too_much = json!({ "id": order_id(), "amount": "999999999" });
    let (status, problem) = nina.call("POST", "portfolio/withdrawals", Some(too_much)).await.unwrap();
    assert_eq!((status, problem["code"].as_str()), (422, Some("insufficient_cash")));
    assert_eq!(total().await.parse::<f64>().unwrap(), after);
    exchange.audit().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_orders_get_an_answer_that_names_the_field() {
    let exchange = exchange().await;
    let ann = exchange.enter("ann").await;
    let good =
        json!({ "symbol": "HALO", "side": "buy", "type": "limit", "quantity": "1", "limit_price": "90" });
    for (field, value, code) in [
        ("quantity", json!("0"), "out_of_range"),
        ("quantity", json!("-1"), "invalid_value"),
        ("quantity", json!("NaN"), "invalid_value"),
        ("quantity", json!("1e400"), "invalid_value"),
        ("quantity", json!("0.5"), "lot_size"),
        ("limit_price", json!("90.001"), "tick_size"),
        ("symbol", json!("NOPE"), "unknown_symbol"),
        ("side", json!("hold"), "invalid_value"),
        ("filled_quantity", json!("1"), "unknown_field"),
        ("time_in_force", json!("soon"), "invalid_value"),
        ("expires_at", json!("2036-01-01T00:00:00Z"), "invalid_combination"),
        ("stop_price", json!("91"), "unexpected_field"),
        ("display_quantity", json!("1"), "out_of_range"),
        ("reprice", json!(true), "invalid_combination"),
    ] {
        let mut bad = good.clone();
        bad[field] = value.clone();
        let (status, problem) = ann.call("POST", "orders", Some(bad)).await.unwrap();
        assert!((400..=422).contains(&status), "{field} {value}: {status} {problem}");
        assert_eq!(
            (problem["code"].as_str(), problem["field"].as_str()),
            (Some(code), Some(field)),
            "{problem}"
        );
    }
    assert!(ann.get("orders?symbol=HALO").await["items"].as_array().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn open_orders_outlive_a_restart_of_every_service() {
    let exchange = exchange().await;
    let (cat, dan) = (exchange.enter("cat").await, exchange.enter("dan").await);
    for service in ["accounts", "portfolio", "stock-data", "ordering", "matching", "web"] {
        let sale = cat.sells(7, "HALO", "100").await;
        cat.sees(&sale, "open").await;
        let pid = exchange.signal(service, "TERM").unwrap();
        while exchange.pid(service).is_ok_and(|now| now == pid) {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        exchange.heal().unwrap();
        let purchase = dan.buys(7, "HALO", "100").await;
        dan.sees(&purchase, "closed").await;
        cat.sees(&sale, "closed").await;
    }
    exchange.audit().unwrap();
}
