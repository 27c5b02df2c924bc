#[path = "../tests/support/mod.rs"]
mod support;
use serde_json::json;
use std::time::Duration;

#[tokio::main]
async fn main() {
    chassis::telemetry::start(&support::settings().log).unwrap();
    let port: u16 = std::env::args().nth(1).unwrap().parse().unwrap();
    let rate_ms: u64 = std::env::args().nth(2).unwrap().parse().unwrap();
    let mut settings = support::settings();
    settings.web.ui = "/work/main/web/ui/dist".into();
    let stage = support::Stage::open_with(settings, port, |to, m| support::market(to, m)).await.ready().await;
    println!("TOKEN {}", support::token(1, 900));
    println!("BOB {}", support::token(2, 900));
    let mut ticker = tokio::time::interval(Duration::from_millis(rate_ms));
    let (mut seq, mut sequence) = (1u64, 1u64);
    let user = uuid::Uuid::from_u128(1);
    let stop = async { chassis::shutdown::requested().await };
    tokio::pin!(stop);
    loop {
        tokio::select! { _ = &mut stop => break, _ = ticker.tick() => {} }
        seq += 1;
        let mut events = vec![];
        for n in 0..4 {
            sequence += 1;
            let price = format!("{}", 11 + (sequence * 7 + n) % 50);
            events.push(json!({ "order_opened": { "symbol": "ACME", "sequence": sequence, "side": "sell", "price": price, "quantity": "2" } }));
            sequence += 1;
            events.push(json!({ "order_filled": { "trade_id": uuid::Uuid::now_v7(), "symbol": "ACME", "sequence": sequence, "price": price, "quantity": "1", "taker_side": "buy" } }));
        }
        stage.hear("matching.0>*", seq, json!(events)).await;
        let mut q = json!({ "symbol": "ACME", "volume": "5", "previous_close": "100", "change": "-1", "change_percent": "-1.00", "at": chrono::Utc::now() });
        for f in ["last_price", "open", "high", "low"] { q[f] = format!("{}", 11 + seq % 50).into(); }
        stage.hear("stock-data.0>*", seq, json!([{ "price_changed": q }])).await;
        let order = json!({ "order_id": uuid::Uuid::now_v7(), "user_id": user, "n": seq, "sent_us": chrono::Utc::now().timestamp_micros() });
        stage.hear("ordering.0>web", seq, json!([{ "order_changed": order }, { "order_filled": order }])).await;
        let change = json!({ "user_id": user, "cash": { "total": "1", "held": "0", "available": "1" }, "holdings": [] });
        stage.hear("portfolio.0>web", seq, json!([{ "portfolio_changed": change }])).await;
    }
    let began = std::time::Instant::now();
    stage.web.stop().await.unwrap();
    println!("stopped in {:?}", began.elapsed());
}
