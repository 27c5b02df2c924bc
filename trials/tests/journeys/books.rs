//! What others see of an order, and its place among them.

use crate::Floor;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn an_iceberg_shows_a_part_of_itself_and_then_waits_behind_the_others() {
    let floor = Floor::open("ONYX").await;
    let Floor { fay, gus, hal, .. } = &floor;
    let iceberg = json!({
        "symbol": "ONYX", "side": "sell", "type": "limit", "quantity": "100", "limit_price": "101",
        "display_quantity": "10",
    });
    let iceberg = fay.orders(iceberg).await;
    fay.sees(&iceberg, "open").await;
    floor.shows("| 101 × 10").await;
    fay.comes_to_hold("ONYX", "100").await;
    let purchase = gus.buys(25, "ONYX", "101").await;
    gus.sees(&purchase, "closed").await;
    fay.sees(&iceberg, "open 25").await;
    floor.shows("| 101 × 5").await;
    let behind = hal.sells(8, "ONYX", "101").await;
    hal.sees(&behind, "open").await;
    floor.shows("| 101 × 13").await;
    // What is visible goes first, then he who came after it, then what was hidden.
    let purchase = gus.buys(9, "ONYX", "101").await;
    gus.sees(&purchase, "closed").await;
    fay.sees(&iceberg, "open 30").await;
    hal.sees(&behind, "open 4").await;
    floor.shows("| 101 × 14").await;
    let purchase = gus.buys(5, "ONYX", "101").await;
    gus.sees(&purchase, "closed").await;
    hal.sees(&behind, "closed").await;
    fay.sees(&iceberg, "open 31").await;
    floor.shows("| 101 × 9").await;
    fay.cancels(&iceberg).await;
    fay.sees(&iceberg, "canceled 31").await;
    floor.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_smaller_order_keeps_its_place_and_any_other_change_loses_it() {
    let floor = Floor::open("PINE").await;
    let Floor { fay, gus, hal, .. } = &floor;
    let first = fay.sells(10, "PINE", "101").await;
    fay.sees(&first, "open").await;
    let second = hal.sells(10, "PINE", "101").await;
    hal.sees(&second, "open").await;
    fay.amends(&first, json!({ "quantity": "6" })).await;
    floor.shows("| 101 × 16").await;
    fay.sees_amended(&first, "6 @ 101").await;
    fay.comes_to_hold("PINE", "6").await;
    let purchase = gus.buys(6, "PINE", "101").await;
    gus.sees(&purchase, "closed").await;
    fay.sees(&first, "closed").await;
    hal.sees(&second, "open 0").await;

    let third = fay.sells(10, "PINE", "101").await;
    fay.sees(&third, "open").await;
    hal.amends(&second, json!({ "quantity": "12" })).await;
    hal.sees_amended(&second, "12 @ 101").await;
    floor.shows("| 101 × 22").await;
    let purchase = gus.buys(10, "PINE", "101").await;
    gus.sees(&purchase, "closed").await;
    fay.sees(&third, "closed").await;
    hal.sees(&second, "open 0").await;

    hal.amends(&second, json!({ "limit_price": "100.50" })).await;
    hal.sees_amended(&second, "12 @ 100.5").await;
    floor.shows("| 100.5 × 12").await;
    let bid = gus.buys(5, "PINE", "100").await;
    gus.sees(&bid, "open").await;
    // Now it meets somebody.
    hal.amends(&second, json!({ "limit_price": "100" })).await;
    hal.sees(&second, "open 5").await;
    gus.sees(&bid, "closed").await;
    floor.shows("| 100 × 7").await;

    for (change, field) in [
        (json!({ "quantity": "5" }), "quantity"),
        (json!({ "quantity": "7.5" }), "quantity"),
        (json!({ "limit_price": "100.001" }), "limit_price"),
        (json!({}), "quantity"),
    ] {
        let path = format!("orders/{second}");
        let (status, problem) = hal.call("PATCH", &path, Some(change.clone())).await.unwrap();
        assert!((400..=422).contains(&status), "{change}: {status} {problem}");
        assert_eq!(problem["field"], field, "{change}: {problem}");
    }
    hal.sees_amended(&second, "12 @ 100").await;
    hal.cancels(&second).await;
    hal.sees(&second, "canceled 5").await;
    let (status, problem) =
        hal.call("PATCH", &format!("orders/{second}"), Some(json!({ "quantity": "9" }))).await.unwrap();
    assert_eq!((status, problem["code"].as_str()), (409, Some("order_not_live")), "{problem}");
    floor.close().await;
}

/// More than he has is refused, and the order goes on as it was.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_cannot_be_paid_or_would_take_is_refused() {
    let floor = Floor::open("QUAY").await;
    let Floor { fay, gus, .. } = &floor;
    let ask = fay.sells(10, "QUAY", "101").await;
    fay.sees(&ask, "open").await;
    fay.amends(&ask, json!({ "quantity": "900000" })).await;
    let refused = fay.sees_refused_change(&ask).await;
    assert_eq!(refused["code"], "insufficient_shares", "{refused}");
    floor.shows("| 101 × 10").await;
    let post = json!({
        "symbol": "QUAY", "side": "buy", "type": "limit", "quantity": "5", "limit_price": "100",
        "post_only": true,
    });
    let post = gus.orders(post).await;
    gus.sees(&post, "open").await;
    gus.amends(&post, json!({ "limit_price": "101" })).await;
    let refused = gus.sees_refused_change(&post).await;
    assert_eq!(refused["code"], "would_trade", "{refused}");
    floor.shows("100 × 5 | 101 × 10").await;
    // Another one may still be made.
    gus.amends(&post, json!({ "limit_price": "100.50" })).await;
    gus.sees_amended(&post, "5 @ 100.5").await;
    gus.cancels(&post).await;
    fay.cancels(&ask).await;
    gus.sees(&post, "canceled 0").await;
    fay.sees(&ask, "canceled 0").await;
    floor.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_only_makes_may_be_repriced() {
    let floor = Floor::open("RUST").await;
    let Floor { fay, gus, .. } = &floor;
    let ask = gus.sells(10, "RUST", "100").await;
    gus.sees(&ask, "open").await;
    let bid = json!({
        "symbol": "RUST", "side": "buy", "type": "limit", "quantity": "5", "limit_price": "103",
        "post_only": true, "reprice": true,
    });
    let bid = fay.orders(bid).await;
    assert_eq!(fay.sees(&bid, "open").await["limit_price"], "99.99");
    floor.shows("99.99 × 5 | 100 × 10").await;
    fay.cancels(&bid).await;
    gus.cancels(&ask).await;
    fay.sees(&bid, "canceled 0").await;
    gus.sees(&ask, "canceled 0").await;
    floor.close().await;
}
