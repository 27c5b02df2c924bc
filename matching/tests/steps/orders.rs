//! Orders and depths.

use super::*;
use contracts::matching::{Depths, MatchingCommand, MatchingEvent};
use contracts::refusal::Answer;
use serde_json::json;

fn kinds(said: &[serde_json::Value]) -> Vec<(String, String, u64)> {
    let kind = |event: &serde_json::Value| {
        let (kind, body) = event.as_object().unwrap().iter().next().unwrap();
        let symbol = body["symbol"].as_str().unwrap().to_owned();
        (kind.clone(), symbol, body["sequence"].as_u64().unwrap())
    };
    said.iter().map(kind).collect()
}

#[tokio::test]
async fn symbols_are_spoken_of_as_they_first_came_and_each_in_its_order() {
    let mut desk = Desk::open(1_000_000).await;
    let said = desk
        .step(&[
            limit("MSFT", 1, 1, Side::Sell, "10.00", "5"),
            limit("AAPL", 2, 2, Side::Buy, "20.00", "5"),
            limit("MSFT", 3, 3, Side::Buy, "10.00", "7"),
            cancel("AAPL", 2, 2),
            cancel("TSLA", 99, 1),
        ])
        .await;
    let expected = [
        ("order_opened", "MSFT", 1),
        ("order_filled", "MSFT", 2),
        ("order_opened", "MSFT", 3),
        ("order_opened", "AAPL", 1),
        ("order_left_book", "AAPL", 2),
    ];
    let expected = expected.map(|(kind, symbol, sequence)| (kind.to_owned(), symbol.to_owned(), sequence));
    assert_eq!(kinds(&said), expected);
    let parsed: Vec<MatchingEvent> = serde_json::from_value(said.into()).unwrap();
    assert_eq!(parsed[1].sequence(), 2);
}

#[tokio::test]
async fn a_large_message_takes_less_room_in_the_outbox_and_reads_the_same() {
    let mut desk = Desk::open(1_000_000).await;
    let orders: Vec<_> = (1..=100).map(|n| limit("AAPL", n, n, Side::Buy, "10.00", "5")).collect();
    assert_eq!(desk.step(&orders).await.len(), 100);
    let smaller = "update outbox set seq = seq where pg_column_size(body) * 2 < octet_length(body)";
    assert_eq!(desk.bench.sql(smaller).await, 1);
    let same = r#"update outbox set seq = seq where convert_from(body, 'UTF8')::json->'events'->99->'order_opened'->>'sequence' = '100'"#;
    assert_eq!(desk.bench.sql(same).await, 1);
}

#[tokio::test]
async fn what_comes_twice_happens_once_and_a_restart_forgets_nothing() {
    let mut desk = Desk::open(1_000_000).await;
    let sell = [limit("AAPL", 1, 1, Side::Sell, "10.00", "5")];
    assert_eq!(desk.step(&sell).await.len(), 1);
    let again = desk.bench.stream(HEARD, 1, &sell).await;
    assert!(again.events.is_empty(), "the stream's position stops it");
    assert!(desk.step(&sell).await.is_empty(), "the book stops what comes in a new message");
    desk.bench.reopen().await;
    assert!(desk.step(&sell).await.is_empty(), "and so does the book that was rebuilt");
    let said = desk.step(&[limit("AAPL", 2, 2, Side::Buy, "10.00", "5")]).await;
    assert_eq!(kinds(&said), [("order_filled".to_owned(), "AAPL".to_owned(), 2)]);
    desk.bench.reopen().await;
    let said = desk.step(&[limit("AAPL", 3, 2, Side::Buy, "10.00", "5")]).await;
    assert_eq!(kinds(&said)[0].2, 3, "the sequence goes on in an empty book");
    assert_eq!(desk.findings().await, Vec::<String>::new());
}

#[tokio::test]
async fn depths_are_of_the_end_of_the_step_and_name_its_place_in_the_stream() {
    let mut desk = Desk::open(1_000_000).await;
    desk.step(&[limit("MSFT", 1, 1, Side::Sell, "10.00", "5")]).await;
    let orders = [limit("AAPL", 2, 1, Side::Buy, "9.00", "4"), limit("AAPL", 3, 2, Side::Buy, "9.00", "2")];
    let batch =
        vec![desk.bench.asking("requests", "web", r#"{"depths":{}}"#), desk.bench.batch(HEARD, 2, &orders)];
    let said = desk.bench.deliver(batch).await;
    let depths: Answer<Depths> = serde_json::from_value(said.replies[0].clone()).unwrap();
    let depths = Result::from(depths).unwrap();
    assert_eq!(depths.seq, 2);
    let text: Vec<_> = depths.depths.iter().map(|d| json!([d.symbol, d.sequence, d.bids, d.asks])).collect();
    assert_eq!(text, [json!(["AAPL", 2, [["9", "6"]], []]), json!(["MSFT", 1, [], [["10", "5"]]])]);
    let alone = desk.bench.request("admin", &MatchingCommand::Depths {}).await;
    assert_eq!(alone.replies[0], said.replies[0], "asked alone it is the same");
    let refused = desk.bench.request("loadtest", &MatchingCommand::Depths {}).await;
    assert_eq!(refused.replies[0]["refused"]["code"], "not_allowed");
    let malformed = desk.bench.request("web", &json!({"depth": {}})).await;
    assert!(malformed.replies[0]["refused"].is_object(), "{:?}", malformed.replies);
}

#[tokio::test]
async fn an_order_that_breaks_a_promise_is_parked_with_what_follows_for_its_symbol() {
    let mut desk = Desk::open(1_000_000).await;
    let said = desk
        .step(&[
            limit("AAPL", 1, 1, Side::Sell, "10.005", "5"),
            limit("MSFT", 2, 1, Side::Sell, "10.00", "5"),
            limit("AAPL", 3, 1, Side::Sell, "10.00", "5"),
        ])
        .await;
    assert_eq!(kinds(&said), [("order_opened".to_owned(), "MSFT".to_owned(), 1)]);
}

#[tokio::test]
async fn only_portfolio_is_heard() {
    let mut desk = Desk::open(1_000_000).await;
    let order = [limit("AAPL", 1, 1, Side::Sell, "10.00", "5")];
    let said = desk.bench.stream("ordering.0>matching.0", 1, &order).await;
    assert!(said.events.is_empty());
    assert_eq!(said.committed.parked, 1);
}

#[tokio::test]
async fn a_step_that_failed_leaves_nothing_behind_in_the_books() {
    let mut desk = Desk::open(1_000_000).await;
    desk.step(&[limit("AAPL", 1, 1, Side::Sell, "10.00", "5")]).await;
    desk.bench.sql("alter table journal add constraint full_disk check (step_no < 2)").await;
    let buy = [limit("AAPL", 2, 2, Side::Buy, "10.00", "3")];
    let batch = [desk.bench.batch(HEARD, 2, &buy)];
    assert!(desk.bench.try_deliver(&batch).await.is_err());
    assert!(desk.bench.try_deliver(&batch).await.is_err());
    desk.bench.sql("alter table journal drop constraint full_disk").await;
    let said = desk.bench.stream(HEARD, 2, &buy).await.on(SAID);
    assert_eq!(kinds(&said), [("order_filled".to_owned(), "AAPL".to_owned(), 2)]);
    assert_eq!(desk.findings().await, Vec::<String>::new());
}

#[tokio::test]
async fn an_instance_that_was_overtaken_changes_nothing() {
    let mut desk = Desk::open(1_000_000).await;
    desk.step(&[limit("AAPL", 1, 1, Side::Sell, "10.00", "5")]).await;
    let url = desk.url.clone();
    let mut other: Bench<Matching> = Bench::open(&url, place("matching"), Shared::start(50).unwrap()).await;
    let buy = [limit("AAPL", 2, 2, Side::Buy, "10.00", "3")];
    assert_eq!(other.stream(HEARD, 2, &buy).await.on(SAID).len(), 1);
    // The first instance wakes up and works on what it was given before it slept.
    let stale = [desk.bench.batch(HEARD, 2, &[limit("AAPL", 3, 3, Side::Buy, "10.00", "5")])];
    assert!(desk.bench.try_deliver(&stale).await.is_err());
    desk.seq = 2;
    let said = desk.step(&[limit("AAPL", 4, 3, Side::Buy, "10.00", "5")]).await;
    assert_eq!(kinds(&said).iter().map(|(_, _, sequence)| *sequence).collect::<Vec<_>>(), [3, 4]);
    assert_eq!(desk.findings().await, Vec::<String>::new());
}
