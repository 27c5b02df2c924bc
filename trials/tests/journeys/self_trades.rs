//! Every way to prevent that somebody trades with himself.

use crate::Floor;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn whoever_meets_himself_has_his_choice_of_what_goes() {
    let floor = Floor::open("URSA").await;
    let Floor { fay, gus, .. } = &floor;
    let order = async |side: &str, quantity: u32, mode: &str| {
        let order = json!({
            "symbol": "URSA", "side": side, "type": "limit", "quantity": quantity.to_string(),
            "limit_price": "100", "self_trade_prevention": mode,
        });
        fay.orders(order).await
    };
    let is_prevented = async |order: &str| {
        assert_eq!(fay.sees(order, "canceled 0").await["reason"]["code"], "self_trade");
    };
    let first = fay.sells(10, "URSA", "100").await;
    fay.sees(&first, "open").await;

    let newest = order("buy", 10, "cancel_newest").await;
    is_prevented(&newest).await;
    fay.sees(&first, "open 0").await;

    let oldest = order("buy", 10, "cancel_oldest").await;
    is_prevented(&first).await;
    fay.sees(&oldest, "open 0").await;
    floor.shows("100 × 10 |").await;

    let larger = order("sell", 15, "decrement").await;
    is_prevented(&oldest).await;
    assert_eq!(fay.sees(&larger, "open 0").await["quantity"], "5");
    floor.shows("| 100 × 5").await;
    fay.comes_to_hold("URSA", "5").await;

    let smaller = order("buy", 2, "decrement").await;
    is_prevented(&smaller).await;
    floor.shows("| 100 × 3").await;

    let both = order("buy", 7, "cancel_both").await;
    is_prevented(&both).await;
    is_prevented(&larger).await;
    floor.shows("|").await;

    // Somebody else between them is not spared.
    let own = fay.sells(5, "URSA", "101").await;
    fay.sees(&own, "open").await;
    let between = gus.sells(5, "URSA", "100").await;
    gus.sees(&between, "open").await;
    let taker = json!({
        "symbol": "URSA", "side": "buy", "type": "limit", "quantity": "12", "limit_price": "101",
        "self_trade_prevention": "cancel_oldest",
    });
    let taker = fay.orders(taker).await;
    fay.sees(&taker, "open 5").await;
    gus.sees(&between, "closed").await;
    is_prevented(&own).await;
    floor.shows("101 × 7 |").await;
    fay.cancels(&taker).await;
    fay.sees(&taker, "canceled 5").await;
    floor.close().await;
}
