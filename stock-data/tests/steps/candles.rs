//! Candles: the sums of trades, and a past that was made up.

use super::*;
use contracts::stock_data::{Interval, SimulateHistory};

/// What is answered to a question for candles, or its refusal.
async fn answer(bench: &Bench<StockData>, interval: Interval, from: &str, to: &str, limit: u16) -> Value {
    let symbol = "ACME".parse().unwrap();
    let time = |text: &str| (!text.is_empty()).then(|| text.parse::<Timestamp>().unwrap());
    let question = Question::Candles { symbol, interval, from: time(from), to: time(to), limit };
    Questions::new(bench.db().clone()).answer("web", question).await.unwrap().json()
}

/// A line for each candle: when, open, high, low, close, volume, trades.
async fn page(bench: &Bench<StockData>, interval: Interval, from: &str, to: &str, limit: u16) -> Vec<String> {
    let answer = answer(bench, interval, from, to, limit).await;
    let line = |candle: &Value| {
        let text = |field: &str| candle[field].as_str().unwrap().to_owned();
        let prices = ["open", "high", "low", "close", "volume"].map(text).join(" ");
        let made_up = if candle["simulated"] == true { " simulated" } else { "" };
        format!("{} {prices} {}{made_up}", text("at"), candle["trades"])
    };
    answer["ok"]["items"].as_array().unwrap_or_else(|| panic!("{answer}")).iter().map(line).collect()
}

async fn trade(bench: &mut Bench<StockData>, seq: u64, at: &str, trades: &[&str]) {
    bench.set_now(at.parse().unwrap());
    let first = 100 * seq;
    let events: Vec<_> =
        trades.iter().zip(first..).map(|(trade, number)| filled(number, "ACME", trade)).collect();
    bench.stream(MATCHING, seq, &events).await;
}

/// Three minutes of one hour, the next day, and the next week.
async fn traded() -> Bench<StockData> {
    traded_on(&fresh_database().await).await
}

async fn traded_on(url: &str) -> Bench<StockData> {
    let mut bench = bench_on(url).await;
    bench.set_now("2026-03-06T10:00:00Z".parse().unwrap());
    list(&mut bench, acme()).await;
    trade(&mut bench, 1, "2026-03-06T10:01:59.999999Z", &["10 @ 101.5", "5 @ 102"]).await;
    trade(&mut bench, 2, "2026-03-06T10:02:00Z", &["1 @ 99"]).await;
    bench.reopen().await;
    trade(&mut bench, 3, "2026-03-06T10:02:30Z", &["2 @ 98", "4 @ 100"]).await;
    trade(&mut bench, 4, "2026-03-06T10:15:00Z", &["1 @ 103"]).await;
    trade(&mut bench, 5, "2026-03-07T00:00:00Z", &["7 @ 104"]).await;
    trade(&mut bench, 6, "2026-03-09T23:59:59Z", &["9 @ 90"]).await;
    bench
}

#[tokio::test]
async fn every_interval_is_the_sum_of_its_trades() {
    let bench = traded().await;
    let minutes = page(&bench, Interval::Minute, "", "", 500).await;
    assert_eq!(
        minutes,
        [
            "2026-03-06T10:01:00Z 101.5 102 101.5 102 15 2",
            "2026-03-06T10:02:00Z 99 100 98 100 7 3",
            "2026-03-06T10:15:00Z 103 103 103 103 1 1",
            "2026-03-07T00:00:00Z 104 104 104 104 7 1",
            "2026-03-09T23:59:00Z 90 90 90 90 9 1",
        ]
    );
    for (interval, first) in [
        (Interval::FiveMinutes, "2026-03-06T10:00:00Z 101.5 102 98 100 22 5"),
        (Interval::QuarterHour, "2026-03-06T10:00:00Z 101.5 102 98 100 22 5"),
        (Interval::Hour, "2026-03-06T10:00:00Z 101.5 103 98 103 23 6"),
        (Interval::FourHours, "2026-03-06T08:00:00Z 101.5 103 98 103 23 6"),
        (Interval::Day, "2026-03-06T00:00:00Z 101.5 103 98 103 23 6"),
        (Interval::Week, "2026-03-02T00:00:00Z 101.5 104 98 104 30 7"),
    ] {
        assert_eq!(page(&bench, interval, "", "", 500).await[0], first, "{interval}");
    }
    assert_eq!(page(&bench, Interval::Week, "", "", 500).await.len(), 2);
    assert_eq!(audit::check(bench.db()).await.unwrap(), []);
}

#[tokio::test]
async fn a_page_goes_forward_from_its_beginning_or_back_from_its_end() {
    let bench = traded().await;
    let answer_of = |from, to, limit| answer(&bench, Interval::FiveMinutes, from, to, limit);
    let starts = |answer: &Value| -> Vec<String> {
        let items = answer["ok"]["items"].as_array().unwrap().iter();
        items.map(|candle| candle["at"].as_str().unwrap()[5..16].to_owned()).collect()
    };
    let last = answer_of("", "", 2).await;
    assert_eq!(
        (starts(&last), &last["ok"]["next_from"]),
        (vec!["03-07T00:00".into(), "03-09T23:55".into()], &json!(null))
    );
    let before = answer_of("", "2026-03-07T00:00:00Z", 2).await;
    assert_eq!(starts(&before), ["03-06T10:00", "03-06T10:15"]);
    let first = answer_of("2026-03-06T10:00:00Z", "", 2).await;
    assert_eq!(starts(&first), ["03-06T10:00", "03-06T10:15"]);
    let next = first["ok"]["next_from"].as_str().unwrap();
    assert_eq!(next, "2026-03-07T00:00:00Z");
    let next = answer_of(next, "2026-03-09T23:55:00Z", 2).await;
    assert_eq!((starts(&next), &next["ok"]["next_from"]), (vec!["03-07T00:00".into()], &json!(null)));
    // One that began before `from` is not whole from there.
    assert_eq!(starts(&answer_of("2026-03-06T10:00:01Z", "2026-03-06T10:15:01Z", 9).await), ["03-06T10:15"]);
    for (from, to, limit, field) in [
        ("", "", 0, "limit"),
        ("", "", 501, "limit"),
        ("2026-03-07T00:00:00Z", "2026-03-07T00:00:00Z", 5, "from"),
    ] {
        assert_eq!(answer_of(from, to, limit).await["refused"]["field"], field);
    }
    assert_eq!(starts(&answer_of("-0001-01-01T00:00:00Z", "+99999-01-01T00:00:00Z", 9).await).len(), 4);
    let unlisted = Question::Candles {
        symbol: "NONE".parse().unwrap(),
        interval: Interval::Day,
        from: None,
        to: None,
        limit: 5,
    };
    let answer = Questions::new(bench.db().clone()).answer("web", unlisted).await.unwrap().json();
    assert_eq!(answer["refused"]["code"], "not_found");
}

#[tokio::test]
async fn a_step_that_fails_adds_to_no_candle_and_one_that_comes_twice_adds_once() {
    let mut bench = traded().await;
    let before = page(&bench, Interval::Minute, "", "", 500).await;
    bench.set_now("2026-03-09T23:59:59.5Z".parse().unwrap());
    let batch = || bench.batch(MATCHING, 7, &[filled(701, "ACME", "1 @ 91"), filled(702, "ACME", "1 @ 89")]);
    let (first, again, once_more) = (batch(), batch(), batch());
    bench.sql("alter table trades add constraint broken check (trade_id is null) not valid").await;
    assert!(bench.try_deliver(&[first]).await.is_err());
    assert_eq!(page(&bench, Interval::Minute, "", "", 500).await, before);
    assert_eq!(audit::check(bench.db()).await.unwrap(), []);
    bench.sql("alter table trades drop constraint broken").await;
    bench.deliver(vec![again]).await;
    bench.reopen().await;
    bench.deliver(vec![once_more]).await;
    let after = page(&bench, Interval::Minute, "", "", 500).await;
    assert_eq!(after.last().unwrap(), "2026-03-09T23:59:00Z 90 91 89 89 11 3");
    // The same trades in another message of the stream.
    bench.stream(MATCHING, 8, &[filled(701, "ACME", "1 @ 91"), filled(703, "ACME", "1 @ 95")]).await;
    let after = page(&bench, Interval::Minute, "", "", 500).await;
    assert_eq!(after.last().unwrap(), "2026-03-09T23:59:00Z 90 95 89 95 12 4");
    assert_eq!(audit::check(bench.db()).await.unwrap(), []);
}

/// Candles go by the trades' own clock: one that jumped back adds to what was.
#[tokio::test]
async fn a_clock_that_jumps_back_adds_to_the_candles_of_then() {
    let mut bench = traded().await;
    trade(&mut bench, 7, "2026-03-06T10:01:00Z", &["5 @ 50"]).await;
    assert_eq!(
        page(&bench, Interval::Minute, "", "", 500).await[0],
        "2026-03-06T10:01:00Z 101.5 102 50 50 20 3"
    );
    assert_eq!(audit::check(bench.db()).await.unwrap(), []);
}

#[tokio::test]
async fn trades_of_before_there_were_candles_are_summed_up_by_the_migration() {
    let url = fresh_database().await;
    let bench = traded_on(&url).await;
    let before = page(&bench, Interval::Minute, "", "", 500).await;
    let old = "drop table histories, candles; delete from seaql_migrations where version = 'm0005_candles'";
    Db::connect(&url).await.unwrap().execute_alone(old).await.unwrap();
    assert_eq!(migrations::migrate("stock-data", &url).await.unwrap(), ["m0005_candles"]);
    assert_eq!(page(&bench, Interval::Minute, "", "", 500).await, before);
    assert_eq!(audit::check(bench.db()).await.unwrap(), []);
}

#[tokio::test]
async fn the_audit_names_each_candle_that_is_not_its_trades() {
    let bench = traded().await;
    bench.sql("update candles set volume = volume + 1 where span = '1h' and trades = 6").await;
    bench.sql("delete from candles where span = '1d' and trades = 6").await;
    bench.sql("insert into candles select 'BETA', '1m', start, 1, 1, 1, 1, 1, 1 from candles where span = '1m' and trades = 2").await;
    let findings: Vec<_> = audit::check(bench.db()).await.unwrap().into_iter().map(|f| f.detail).collect();
    let sums = "101500000 103000000 98000000 103000000";
    assert_eq!(
        findings,
        [
            format!("ACME 1d 2026-03-06 00:00: kept none, by the trades {sums} × 23000000 in 6 (millionths)"),
            format!(
                "ACME 1h 2026-03-06 10:00: kept {sums} × 23000001 in 6, by the trades {sums} × 23000000 in 6 (millionths)"
            ),
            "BETA 1m 2026-03-06 10:01: kept 1 1 1 1 × 1 in 1, by the trades none (millionths)".to_owned(),
        ]
    );
}

async fn past(bench: &mut Bench<StockData>, sender: &str, seed: u32, days: u16) -> Value {
    let history = SimulateHistory { symbol: "ACME".parse().unwrap(), seed, days };
    let said = bench.request(sender, &StockDataCommand::SimulateHistory(history)).await;
    assert_eq!(said.events, [], "nobody needs to hear of it");
    said.replies[0].clone()
}

#[tokio::test]
async fn a_made_up_past_leads_to_the_close_and_real_trades_go_on_from_there() {
    let mut bench = bench().await;
    bench.set_now("2026-03-06T10:00:00Z".parse().unwrap());
    assert_eq!(past(&mut bench, "admin", 7, 730).await["refused"]["code"], "not_found");
    list(&mut bench, acme()).await;
    assert_eq!(page(&bench, Interval::Day, "", "", 500).await, Vec::<String>::new());
    for days in [0, 1_097] {
        assert_eq!(past(&mut bench, "admin", 7, days).await["refused"]["field"], "days");
    }
    assert_eq!(past(&mut bench, "web", 7, 730).await["refused"]["code"], "not_allowed");
    for _ in 0..2 {
        assert_eq!(past(&mut bench, "admin", 7, 730).await["ok"]["seed"], 7);
        bench.reopen().await;
    }
    assert_eq!(past(&mut bench, "admin", 8, 730).await["refused"]["field"], "seed");
    let last = page(&bench, Interval::Minute, "", "", 3).await;
    assert!(last[2].starts_with("2026-03-05T23:59:00Z ") && last[2].contains(" 100 "), "{last:?}");
    for (interval, all) in [(Interval::Day, 500), (Interval::Week, 105), (Interval::FourHours, 500)] {
        let candles = page(&bench, interval, "", "", 500).await;
        assert_eq!(candles.len(), all, "{interval}");
        assert!(candles.iter().all(|candle| candle.ends_with(" simulated")));
    }
    // A day later, and its minutes in pages: the same however they are asked for.
    trade(&mut bench, 1, "2026-03-06T10:01:00Z", &["10 @ 101"]).await;
    let days = page(&bench, Interval::Day, "2026-03-05T00:00:00Z", "", 500).await;
    assert!(
        days[0].ends_with(" simulated") && days[1] == "2026-03-06T00:00:00Z 101 101 101 101 10 1",
        "{days:?}"
    );
    assert!(page(&bench, Interval::Week, "", "", 1).await[0].ends_with(" simulated"), "a part of it is");
    let whole = page(&bench, Interval::Hour, "", "", 400).await;
    let from = answer(&bench, Interval::Hour, &whole[0][..20], "", 150).await;
    let next = from["ok"]["next_from"].as_str().unwrap().to_owned();
    assert_eq!(whole[150][..20], next);
    assert_eq!(page(&bench, Interval::Hour, &next, "", 500).await, whole[150..]);
    assert_eq!(audit::check(bench.db()).await.unwrap(), []);
}

#[tokio::test]
async fn a_past_that_is_made_up_late_leads_to_the_first_trade() {
    let mut bench = traded().await;
    past(&mut bench, "admin", 7, 30).await;
    let days = page(&bench, Interval::Day, "", "2026-03-07T00:00:00Z", 2).await;
    assert!(days[0].starts_with("2026-03-05T00:00:00Z ") && days[0].ends_with(" simulated"), "{days:?}");
    assert_eq!(days[0].split(' ').nth(4), Some("101.5"));
    assert_eq!(days[1], "2026-03-06T00:00:00Z 101.5 103 98 103 23 6");
}
