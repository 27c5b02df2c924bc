//! Ends that come for many, or by themselves.

use crate::Floor;
use serde_json::json;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn all_orders_of_a_symbol_and_a_side_are_canceled_and_no_others() {
    let floor = Floor::open("SAGE").await;
    let Floor { fay, gus, .. } = &floor;
    let (one, other) = (fay.sells(1, "SAGE", "110").await, fay.sells(2, "SAGE", "111").await);
    let (bid, elsewhere) = (fay.buys(3, "SAGE", "90").await, fay.sells(4, "TIDE", "110").await);
    let stop =
        json!({ "symbol": "SAGE", "side": "sell", "type": "stop", "quantity": "5", "stop_price": "80" });
    let stop = fay.orders(stop).await;
    let anothers = gus.sells(6, "SAGE", "110").await;
    for order in [&one, &other, &bid, &elsewhere, &stop] {
        fay.sees(order, "open").await;
    }
    gus.sees(&anothers, "open").await;
    floor.shows("90 × 3 | 110 × 7, 111 × 2").await;
    fay.cancels_all("?symbol=SAGE&side=sell", 3).await;
    for order in [&one, &other, &stop] {
        assert_eq!(fay.sees(order, "canceled 0").await["reason"]["code"], "canceled_by_user");
    }
    floor.shows("90 × 3 | 110 × 6").await;
    for order in [&bid, &elsewhere] {
        fay.sees(order, "open").await;
    }
    fay.cancels_all("", 2).await;
    for order in [&bid, &elsewhere] {
        fay.sees(order, "canceled 0").await;
    }
    fay.cancels_all("?side=buy", 0).await;
    let (status, problem) = fay.call("DELETE", "orders?side=up", None).await.unwrap();
    assert_eq!((status, problem["field"].as_str()), (400, Some("side")), "{problem}");
    gus.cancels(&anothers).await;
    gus.sees(&anothers, "canceled 0").await;
    floor.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_expires_though_nobody_trades() {
    let floor = Floor::open("TIDE").await;
    let Floor { fay, .. } = &floor;
    let until = |from_now: i64| {
        let at = chrono::Utc::now() + chrono::Duration::seconds(from_now);
        json!({
            "symbol": "TIDE", "side": "sell", "type": "limit", "quantity": "5", "limit_price": "120",
            "time_in_force": "gtd", "expires_at": at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true),
        })
    };
    let order = fay.orders(until(20)).await;
    fay.sees(&order, "open").await;
    floor.shows("| 120 × 5").await;
    fay.sees(&order, "expired 0").await;
    floor.shows("|").await;
    for wrong in [-1, 400 * 24 * 60 * 60] {
        let (status, problem) = fay.call("POST", "orders", Some(until(wrong))).await.unwrap();
        assert_eq!((status, problem["code"].as_str()), (422, Some("out_of_range")), "{problem}");
        assert_eq!(problem["field"], "expires_at");
    }
    // A day ends at midnight where there are no hours.
    let mut day = until(0);
    day["time_in_force"] = json!("day");
    day.as_object_mut().unwrap().remove("expires_at");
    let day = fay.orders(day).await;
    fay.sees(&day, "open").await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    fay.cancels(&day).await;
    fay.sees(&day, "canceled 0").await;
    floor.close().await;
}
