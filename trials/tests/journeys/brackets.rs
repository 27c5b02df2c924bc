//! Orders that bring their own exit.

use crate::Floor;
use serde_json::{Value, json};
use trials::order_id;

/// Buys, and would sell again at either price. Answers the order and its exit.
fn bracket(quantity: u32, price: &str, profit: &str, loss: &str) -> (Value, String) {
    let exit = order_id();
    let order = json!({
        "symbol": "MOSS", "side": "buy", "type": "limit", "quantity": quantity.to_string(),
        "limit_price": price, "exit_order_id": exit, "take_profit_price": profit, "stop_loss_price": loss,
    });
    (order, exit)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bracket_takes_its_profit_or_stops_its_loss() {
    let floor = Floor::open("MOSS").await;
    let Floor { fay, gus, .. } = &floor;
    let ask = gus.sells(10, "MOSS", "100").await;
    gus.sees(&ask, "open").await;
    let (order, exit) = bracket(10, "100", "105", "95");
    let entry = fay.orders(order).await;
    fay.sees(&entry, "closed").await;
    let waiting = fay.sees(&exit, "open 0").await;
    assert_eq!(waiting["entry_order_id"], json!(entry), "{waiting}");
    assert_eq!((&waiting["side"], &waiting["quantity"]), (&json!("sell"), &json!("10")), "{waiting}");
    floor.shows("| 105 × 10").await;
    let purchase = gus.buys(10, "MOSS", "105").await;
    gus.sees(&purchase, "closed").await;
    assert_eq!(fay.sees(&exit, "closed").await["average_price"], "105");

    let ask = gus.sells(10, "MOSS", "100").await;
    gus.sees(&ask, "open").await;
    let (order, exit) = bracket(10, "100", "110", "98");
    let entry = fay.orders(order).await;
    fay.sees(&entry, "closed").await;
    floor.shows("| 110 × 10").await;
    let bid = gus.buys(10, "MOSS", "97").await;
    gus.sees(&bid, "open").await;
    floor.trades_at("98").await;
    let done = fay.sees(&exit, "closed").await;
    assert_eq!((&done["average_price"], &done["triggered"]), (&json!("97"), &json!(true)), "{done}");
    gus.sees(&bid, "closed").await;

    // Twice ten bought, and sold again.
    fay.comes_to_have("MOSS", "100000").await;
    floor.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exit_is_for_as_much_as_its_entry_got() {
    let floor = Floor::open("NOVA").await;
    let Floor { fay, gus, .. } = &floor;
    let in_nova = |(mut order, exit): (Value, String)| {
        order["symbol"] = json!("NOVA");
        (order, exit)
    };
    let (order, exit) = in_nova(bracket(10, "90", "110", "80"));
    let entry = fay.orders(order).await;
    fay.sees(&entry, "open").await;
    floor.shows("90 × 10 |").await;
    fay.cancels(&entry).await;
    fay.sees(&entry, "canceled 0").await;
    assert_eq!(fay.sees(&exit, "canceled 0").await["reason"]["code"], "entry_ended");

    let (order, exit) = in_nova(bracket(10, "96", "110", "80"));
    let entry = fay.orders(order).await;
    fay.sees(&entry, "open").await;
    let sale = gus.sells(4, "NOVA", "96").await;
    gus.sees(&sale, "closed").await;
    fay.sees(&entry, "open 4").await;
    floor.shows("96 × 6 |").await;
    fay.cancels(&entry).await;
    fay.sees(&entry, "canceled 4").await;
    floor.shows("| 110 × 4").await;
    assert_eq!(fay.sees(&exit, "open 0").await["quantity"], "4");
    fay.cancels(&exit).await;
    fay.sees(&exit, "canceled 0").await;

    // Who gives his exit up keeps his entry.
    let (order, exit) = in_nova(bracket(3, "95", "110", "80"));
    let entry = fay.orders(order).await;
    fay.sees(&entry, "open").await;
    fay.cancels(&exit).await;
    assert_eq!(fay.sees(&exit, "canceled 0").await["reason"]["code"], "canceled_by_user");
    let sale = gus.sells(3, "NOVA", "95").await;
    gus.sees(&sale, "closed").await;
    fay.sees(&entry, "closed").await;

    let (order, _) = in_nova(bracket(3, "95", "94", "96"));
    let (status, problem) = fay.call("POST", "orders", Some(order)).await.unwrap();
    assert_eq!((status, problem["code"].as_str()), (400, Some("invalid_combination")), "{problem}");
    floor.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_pay_for_the_entry_has_no_exit_either() {
    let floor = Floor::open("NOVA").await;
    let Floor { fay, .. } = &floor;
    let (mut order, exit) = bracket(900_000, "95", "110", "80");
    order["symbol"] = json!("NOVA");
    let entry = fay.orders(order).await;
    assert_eq!(fay.sees(&entry, "rejected").await["reason"]["code"], "insufficient_cash");
    fay.sees(&exit, "rejected").await;
    floor.close().await;
}
