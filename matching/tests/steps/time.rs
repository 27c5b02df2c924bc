//! What books do of their own accord when time has passed, and on stock-data's word.

use super::*;
use contracts::Timestamp;
use contracts::ordering::Special;
use contracts::stock_data::{Instrument, InstrumentState, StockDataEvent, TradingRules};
use std::time::Duration;

const RULES: &str = "stock-data.0>matching.0";

fn start() -> Timestamp {
    "2026-11-23T10:00:00Z".parse().unwrap()
}

fn after(seconds: u64) -> Timestamp {
    start() + Duration::from_secs(seconds)
}

fn until(seconds: u64, order: OrderCommand) -> OrderCommand {
    let OrderCommand::PlaceOrder(order) = order else { panic!("an order") };
    let special = Special { expires_at: Some(after(seconds)), ..Special::default() };
    OrderCommand::PlaceOrder(PlaceOrder {
        time_in_force: TimeInForce::Gtd,
        special: Some(Box::new(special)),
        ..order
    })
}

fn instrument(state: InstrumentState, auction_seconds: u32) -> StockDataEvent {
    StockDataEvent::InstrumentChanged(Instrument {
        symbol: "AAPL".parse().unwrap(),
        name: "Apple".to_owned(),
        currency: "USD".to_owned(),
        tick_size: "0.01".parse().unwrap(),
        lot_size: "1".parse().unwrap(),
        previous_close: "10".parse().unwrap(),
        state,
        rules: TradingRules { auction_seconds: Some(auction_seconds), ..TradingRules::default() },
    })
}

fn names(said: &[serde_json::Value]) -> Vec<&str> {
    said.iter().map(|event| event.as_object().unwrap().keys().next().unwrap().as_str()).collect()
}

#[tokio::test]
async fn an_order_expires_without_a_message_and_after_a_restart() {
    let mut desk = Desk::open(1_000_000).await;
    desk.bench.set_now(start());
    desk.step(&[until(60, limit("AAPL", 1, 1, Side::Sell, "10.00", "5"))]).await;
    desk.step(&[until(30, limit("MSFT", 2, 1, Side::Sell, "10.00", "5"))]).await;
    assert_eq!(desk.bench.due(), Some(after(30)));
    desk.bench.set_now(after(30));
    let said = desk.bench.deliver(vec![]).await.on(SAID);
    assert_eq!(said.len(), 1);
    assert_eq!(said[0]["order_left_book"]["reason"], "expired");
    assert_eq!(said[0]["order_left_book"]["symbol"], "MSFT");
    desk.bench.reopen().await;
    assert_eq!(desk.bench.due(), Some(after(60)));
    desk.bench.set_now(after(61));
    assert_eq!(names(&desk.bench.deliver(vec![]).await.on(SAID)), ["order_left_book"]);
    assert_eq!(desk.bench.due(), None);
    desk.bench.reopen().await;
    assert_eq!(desk.findings().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_step_in_which_nothing_is_due_is_not_made() {
    let mut desk = Desk::open(1_000_000).await;
    desk.bench.set_now(start());
    desk.step(&[until(60, limit("AAPL", 1, 1, Side::Sell, "10.00", "5"))]).await;
    let steps = desk.bench.sql("select 1 from journal").await;
    desk.bench.set_now(after(59));
    assert!(desk.bench.deliver(vec![]).await.events.is_empty());
    assert_eq!(desk.bench.sql("select 1 from journal").await, steps);
}

#[tokio::test]
async fn a_halted_book_gathers_and_reopens_with_an_auction() {
    let mut desk = Desk::open(1_000_000).await;
    desk.bench.set_now(start());
    let halted = [instrument(InstrumentState::Halted, 20)];
    let said = desk.bench.stream(RULES, 1, &halted).await.on(SAID);
    assert_eq!(said[0]["phase_changed"]["phase"], "halted");
    let orders =
        [limit("AAPL", 1, 1, Side::Sell, "10.00", "5"), limit("AAPL", 2, 2, Side::Buy, "10.50", "3")];
    assert_eq!(names(&desk.step(&orders).await), ["order_opened", "order_opened"]);
    let open = [instrument(InstrumentState::Open, 20)];
    let said = desk.bench.stream(RULES, 2, &open).await.on(SAID);
    assert_eq!(names(&said), ["phase_changed", "auction_indicated"]);
    assert_eq!(said[1]["auction_indicated"]["quantity"], "3");
    desk.bench.reopen().await;
    assert_eq!(desk.bench.due(), Some(after(20)));
    desk.bench.set_now(after(20));
    let said = desk.bench.deliver(vec![]).await.on(SAID);
    assert_eq!(names(&said), ["order_filled", "phase_changed"]);
    assert_eq!(said[0]["order_filled"]["price"], "10");
    assert_eq!(desk.findings().await, Vec::<String>::new());
}
