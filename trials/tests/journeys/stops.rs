//! Orders that wait for a price.

use crate::Floor;
use serde_json::{Value, json};
use std::time::Duration;
use trials::Socket;

const PATIENCE: Duration = Duration::from_secs(120);

/// What somebody's socket says of one of his orders, from now until it is over.
async fn hears(socket: &mut Socket, order_id: &str) -> Vec<Value> {
    let mut told = Vec::new();
    loop {
        let next = tokio::time::timeout(PATIENCE, socket.next()).await;
        let (event, order) = next.expect("the order ends in time").expect("the connection lasts");
        if event != "order" || order["order_id"] != order_id {
            continue;
        }
        let is_over = !matches!(order["status"].as_str(), Some("pending" | "open"));
        told.push(order);
        if is_over {
            return told;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_is_met_and_its_user_hears_of_it() {
    let floor = Floor::open("JADE").await;
    let Floor { exchange, fay, gus, hal, .. } = &floor;
    floor.trades_at("100").await;
    let bid = gus.buys(10, "JADE", "98").await;
    gus.sees(&bid, "open").await;
    let mut socket = Socket::open(&exchange.url(), Some(&fay.token), None).await.unwrap();
    let stop =
        json!({ "symbol": "JADE", "side": "sell", "type": "stop", "quantity": "10", "stop_price": "99" });
    let order = fay.orders(stop.clone()).await;
    // Read all the while: who does not answer pings is dropped.
    let id = order.clone();
    let hearing = tokio::spawn(async move { hears(&mut socket, &id).await });
    fay.sees(&order, "open 0").await;
    // It is nobody's business, but its shares are spoken for.
    floor.shows("98 × 10 |").await;
    fay.comes_to_hold("JADE", "10").await;
    floor.trades_at("99.01").await;
    assert!(fay.sees(&order, "open 0").await.get("triggered").is_none());
    floor.trades_at("99").await;
    let done = fay.sees(&order, "closed").await;
    assert_eq!((&done["average_price"], &done["triggered"]), (&json!("98"), &json!(true)), "{done}");
    let told = hearing.await.unwrap();
    let last = told.last().unwrap();
    assert_eq!((&last["status"], &last["triggered"]), (&json!("closed"), &json!(true)), "{told:?}");
    gus.sees(&bid, "closed").await;

    // The price is 98 now.
    let late = fay.orders(stop).await;
    assert_eq!(fay.sees(&late, "canceled 0").await["reason"]["code"], "would_trigger");

    let limited = json!({
        "symbol": "JADE", "side": "buy", "type": "stop_limit", "quantity": "10", "stop_price": "101",
        "limit_price": "101.50",
    });
    let limited = fay.orders(limited).await;
    fay.sees(&limited, "open 0").await;
    let ask = hal.sells(4, "JADE", "101.20").await;
    hal.sees(&ask, "open").await;
    floor.trades_at("101").await;
    // It took what there was within its limit, and its rest waits there.
    assert_eq!(fay.sees(&limited, "open 4").await["triggered"], true);
    floor.shows("101.5 × 6 |").await;
    fay.cancels(&limited).await;
    fay.sees(&limited, "canceled 4").await;
    floor.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trailing_stop_follows_the_market_and_never_goes_back() {
    let floor = Floor::open("KITE").await;
    let Floor { fay, gus, .. } = &floor;
    floor.trades_at("100").await;
    fay.sees_price("KITE", "100").await;
    let trailing = json!({
        "symbol": "KITE", "side": "sell", "type": "trailing_stop", "quantity": "10", "trail_amount": "2",
    });
    let order = fay.orders(trailing).await;
    fay.sees(&order, "open 0").await;
    for price in ["105", "104", "103.01"] {
        floor.trades_at(price).await;
        assert!(fay.sees(&order, "open 0").await.get("triggered").is_none(), "at {price}");
    }
    let bid = gus.buys(10, "KITE", "102").await;
    gus.sees(&bid, "open").await;
    floor.trades_at("103").await;
    let done = fay.sees(&order, "closed").await;
    assert_eq!((&done["average_price"], &done["triggered"]), (&json!("102"), &json!(true)), "{done}");

    let mirrored = json!({
        "symbol": "KITE", "side": "buy", "type": "trailing_stop", "quantity": "5", "trail_amount": "1",
    });
    fay.sees_price("KITE", "102").await;
    let order = fay.orders(mirrored).await;
    fay.sees(&order, "open 0").await;
    floor.trades_at("99").await;
    let ask = gus.sells(5, "KITE", "100.50").await;
    gus.sees(&ask, "open").await;
    floor.trades_at("100").await;
    assert_eq!(fay.sees(&order, "closed").await["average_price"], "100.5");
    floor.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_cancels_the_other() {
    let floor = Floor::open("LIME").await;
    let Floor { fay, gus, .. } = &floor;
    floor.trades_at("100").await;
    let oco = |stop: &str| {
        json!({
            "symbol": "LIME", "side": "sell", "type": "oco", "quantity": "10", "limit_price": "105",
            "stop_price": stop,
        })
    };
    let limit_met = fay.orders(oco("95")).await;
    fay.sees(&limit_met, "open").await;
    floor.shows("| 105 × 10").await;
    // One order, one hold.
    fay.comes_to_hold("LIME", "10").await;
    let purchase = gus.buys(10, "LIME", "105").await;
    gus.sees(&purchase, "closed").await;
    assert_eq!(fay.sees(&limit_met, "closed").await["average_price"], "105");
    let bid = gus.buys(10, "LIME", "94").await;
    gus.sees(&bid, "open").await;
    floor.trades_at("95").await;
    gus.sees(&bid, "open 0").await;
    gus.cancels(&bid).await;
    gus.sees(&bid, "canceled 0").await;

    let stop_met = fay.orders(oco("90")).await;
    fay.sees(&stop_met, "open").await;
    floor.shows("| 105 × 10").await;
    let bid = gus.buys(10, "LIME", "89").await;
    gus.sees(&bid, "open").await;
    floor.trades_at("90").await;
    let done = fay.sees(&stop_met, "closed").await;
    assert_eq!((&done["average_price"], &done["triggered"]), (&json!("89"), &json!(true)), "{done}");
    gus.sees(&bid, "closed").await;

    let wrong = oco("105");
    let (status, problem) = fay.call("POST", "orders", Some(wrong)).await.unwrap();
    assert_eq!((status, problem["field"].as_str()), (400, Some("stop_price")), "{problem}");
    floor.close().await;
}
