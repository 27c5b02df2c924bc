//! What the market did, and what an admin does to it.

use crate::exchange;
use serde_json::{Value, json};
use trials::Person;

/// Asks until it is so: a trade is in ordering's database before it is in stock-data's.
async fn comes_to(person: &Person, path: &str, is_so: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..1_200 {
        let answer = person.get(path).await;
        if is_so(&answer) {
            return answer;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("GET {path} stays {}", person.get(path).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trade_is_in_its_candles_and_in_the_statistics() {
    let exchange = exchange().await;
    let (fay, gus) = (exchange.enter("fay").await, exchange.enter("gus").await);
    let before = fay.get("market/statistics").await["total"].clone();
    fay.sells(10, "XENO", "101").await;
    let bought = gus.buys(10, "XENO", "101").await;
    gus.sees(&bought, "closed").await;
    for interval in ["1m", "5m", "15m", "1h", "4h", "1d", "1w"] {
        let path = format!("stocks/XENO/candles?interval={interval}");
        let candles = comes_to(&fay, &path, |page| page["items"][0]["volume"] == "10").await;
        let candle = &candles["items"][0];
        let shown = ["open", "high", "low", "close"].map(|field| candle[field].as_str().unwrap());
        assert_eq!((shown, &candle["trades"], &candle["simulated"]), (["101"; 4], &json!(1), &json!(false)));
    }
    let more = |total: &Value, field: &str| total[field].as_u64().unwrap() - before[field].as_u64().unwrap();
    let told = comes_to(&fay, "market/statistics", |told| more(&told["total"], "trades") == 1).await;
    assert_eq!(more(&told["total"], "orders"), 2);
    let xeno = told["gainers"].as_array().unwrap().iter().find(|stock| stock["symbol"] == "XENO").unwrap();
    assert_eq!((&xeno["change_percent"], &xeno["turnover"]), (&json!("1.00"), &json!("1010")));
    exchange.audit().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_halts_uploads_and_takes_back_and_traders_may_not() {
    let exchange = exchange().await;
    let (ada, hal) = (exchange.enter("ada").await, exchange.enter("hal").await);
    let (status, problem) = hal.call("POST", "admin/stocks/XENO/halt", None).await.unwrap();
    assert_eq!((status, &problem["code"]), (403, &json!("not_allowed")));

    let resting = hal.buys(5, "XENO", "90").await;
    hal.sees(&resting, "open").await;
    assert_eq!(ada.call("POST", "admin/stocks/XENO/halt", None).await.unwrap().0, 200);
    comes_to(&hal, "stocks/XENO", |stock| stock["state"] == "halted").await;
    let order =
        json!({ "symbol": "XENO", "side": "buy", "type": "limit", "quantity": "1", "limit_price": "90" });
    let mut refused = hal.call("POST", "orders", Some(order.clone())).await.unwrap();
    while refused.0 == 201 {
        // Ordering hears of it a moment after web does.
        hal.cancels(refused.1["order_id"].as_str().unwrap()).await;
        refused = hal.call("POST", "orders", Some(order.clone())).await.unwrap();
    }
    assert_eq!((refused.0, &refused.1["code"]), (422, &json!("instrument_halted")));
    hal.cancels(&resting).await;
    hal.sees(&resting, "canceled 0").await;
    assert_eq!(ada.call("POST", "admin/stocks/XENO/resume", None).await.unwrap().0, 200);
    comes_to(&hal, "stocks/XENO", |stock| stock["state"] == "open").await;

    let header = "symbol,name,currency,tick_size,lot_size,previous_close,state";
    let close = ada.get("stocks/XENO").await["previous_close"].as_str().unwrap().to_owned();
    let sheet = format!("{header}\nXENO,Xeno Ltd,USD,0.01,1,{close},open\nXTRA,Extra,USD,0.01,1,7,open\n");
    let bad = format!("{sheet}YEAR,Year,USD,0.01,1,7.001,open\n");
    let (status, problem) = ada.uploads("admin/stocks/upload", &bad).await.unwrap();
    assert_eq!((status, &problem["field"]), (422, &json!("previous_close")));
    assert!(problem["detail"].as_str().unwrap().starts_with("line 4: "), "{problem}");
    let (status, dry) = ada.uploads("admin/stocks/upload?dry_run=true", &sheet).await.unwrap();
    assert_eq!(
        (status, &dry["added"], &dry["changed"][0]["to"]),
        (200, &json!(["XTRA"]), &json!("Xeno Ltd"))
    );
    assert_eq!(ada.get("stocks/XENO").await["name"], "XENO Inc");
    let (status, done) = ada.uploads("admin/stocks/upload", &sheet).await.unwrap();
    assert_eq!((status, &done["dry_run"]), (200, &json!(false)));
    comes_to(&hal, "stocks/XENO", |stock| stock["name"] == "Xeno Ltd").await;
    comes_to(&hal, "stocks", |all| all["items"].as_array().unwrap().iter().any(|s| s["symbol"] == "XTRA"))
        .await;
    let (status, undone) = ada.does("POST", "admin/stocks/upload/undo", None).await.unwrap();
    assert_eq!(status, 200, "{undone}");
    comes_to(&hal, "stocks/XENO", |stock| stock["name"] == "XENO Inc").await;
    comes_to(&hal, "stocks/XTRA", |stock| stock["state"] == "halted").await;
    assert_eq!(ada.call("POST", "admin/stocks/upload/undo", None).await.unwrap().0, 404);
    exchange.audit().unwrap();
}
