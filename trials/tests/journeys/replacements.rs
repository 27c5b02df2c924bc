//! One order for another.

use crate::Floor;
use serde_json::{Value, json};
use trials::Person;

fn limit(side: &str, quantity: u32, price: &str) -> Value {
    json!({
        "order_id": trials::order_id(), "symbol": "YARN", "side": side, "type": "limit",
        "quantity": quantity.to_string(), "limit_price": price,
    })
}

async fn replaces(person: &Person, was: &str, order: Value) -> (u16, Value) {
    person.call("POST", &format!("orders/{was}/replace"), Some(order)).await.expect("an answer")
}

#[tokio::test(flavor = "multi_thread")]
async fn one_order_comes_in_another_s_place_or_not_at_all() {
    let floor = Floor::open("YARN").await;
    let Floor { fay, gus, hal, .. } = &floor;
    let first = fay.sells(10, "YARN", "101").await;
    fay.sees(&first, "open").await;
    let purchase = gus.buys(4, "YARN", "101").await;
    gus.sees(&purchase, "closed").await;
    fay.sees(&first, "open 4").await;

    let order = limit("sell", 8, "100.5");
    let (status, second) = replaces(fay, &first, order.clone()).await;
    assert_eq!((status, &second["replaces"]), (201, &json!(first)), "{second}");
    let second = second["order_id"].as_str().unwrap().to_owned();
    let was = fay.sees(&first, "canceled 4").await;
    assert_eq!((&was["reason"]["code"], &was["replaced_by"]), (&json!("replaced"), &json!(second)), "{was}");
    fay.sees(&second, "open 0").await;
    floor.shows("| 100.5 × 8").await;
    fay.comes_to_hold("YARN", "8").await;
    // The same again is the same; another with its id is not.
    let (status, again) = replaces(fay, &first, order).await;
    assert_eq!((status, again["order_id"].as_str()), (201, Some(&*second)), "{again}");
    let mut other = limit("sell", 9, "100.5");
    other["order_id"] = json!(second);
    assert_eq!(replaces(fay, &first, other).await.1["code"], "id_reused");

    // All that hal has is in one order, and pays for another that costs as much.
    let portfolio = hal.get("portfolio").await;
    let cash: f64 = portfolio["cash"]["available"].as_str().unwrap().parse().unwrap();
    let price = 50.0;
    let quantity = (cash / (price * 1.01)) as u32;
    let bid = hal.buys(quantity, "YARN", "50").await;
    hal.sees(&bid, "open").await;
    let (status, twice) = replaces(hal, &bid, limit("buy", 2 * quantity, "50")).await;
    assert_eq!(status, 201, "{twice}");
    let refused = hal.sees(twice["order_id"].as_str().unwrap(), "rejected").await;
    assert_eq!(refused["reason"]["code"], "insufficient_cash", "{refused}");
    hal.sees(&bid, "open 0").await;
    let (_, dearer) = replaces(hal, &bid, limit("buy", quantity / 2, "100")).await;
    let dearer = dearer["order_id"].as_str().unwrap().to_owned();
    hal.sees(&dearer, "open 0").await;
    hal.sees(&bid, "canceled 0").await;
    hal.cancels(&dearer).await;
    hal.sees(&dearer, "canceled 0").await;

    for (was, order, status, code) in [
        (&bid, limit("buy", 1, "50"), 409, "replaced_order_gone"),
        (&second, limit("buy", 1, "50"), 404, "not_found"),
    ] {
        let (got, problem) = replaces(hal, was, order).await;
        assert_eq!((got, problem["code"].as_str()), (status, Some(code)), "{problem}");
    }
    let (status, problem) = replaces(fay, &second, limit("buy", 1, "50")).await;
    assert_eq!((status, problem["field"].as_str()), (400, Some("side")), "{problem}");
    fay.cancels(&second).await;
    fay.sees(&second, "canceled 0").await;
    floor.close().await;
}
