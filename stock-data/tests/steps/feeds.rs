//! Instruments that follow other markets: told, kept, and given up by a step of their own.

use super::*;
use chassis::feeds::{Feeds, Simulated};
use chrono::TimeDelta;
use contracts::stock_data::{BidAsk, FeedQuotes, FeedSource};

fn feeds(symbols: &[&str]) -> Arc<Feeds> {
    let instruments = symbols.iter().map(|symbol| symbol.parse().unwrap()).collect();
    let sources = if symbols.is_empty() { vec![] } else { vec![FeedSource::Simulated] };
    Arc::new(Feeds {
        sources,
        stale_after_ms: 5_000,
        simulated: Simulated { instruments, seed: 0 },
        ..Feeds::default()
    })
}

async fn following(url: &str, symbols: &[&str], now: Timestamp) -> Bench<StockData> {
    migrations::migrate("stock-data", url).await.unwrap();
    let mut bench = Bench::open(url, place(topology::STOCK_DATA), feeds(symbols)).await;
    bench.set_now(now);
    bench
}

fn take(at: Timestamp, bid: &str, ask: &str) -> StockDataCommand {
    let quote = BidAsk { bid: bid.parse().unwrap(), ask: ask.parse().unwrap(), at };
    let quotes = FeedQuotes::from([("ACME".parse().unwrap(), quote)]);
    StockDataCommand::TakeFeed { source: FeedSource::Simulated, quotes }
}

fn told(said: &Said) -> Vec<String> {
    let events = said.on(TO_ALL);
    events
        .iter()
        .filter_map(|event| event.get("feed_changed"))
        .map(|told| {
            let feed = &told["feed"];
            format!("{} {} {}", told["symbol"], feed["stale"], feed["quote"]["bid"]).replace('"', "")
        })
        .collect()
}

#[tokio::test]
async fn what_a_source_says_is_told_and_kept_and_its_silence_needs_no_message() {
    let (url, now) = (fresh_database().await, tomorrow());
    let mut bench = following(&url, &["ACME"], now).await;
    let said = list(&mut bench, acme()).await;
    assert_eq!(said.on(TO_ALL).len(), 2, "listed, then stale, in one message: {said:?}");
    assert_eq!((told(&said), said.on(TO_BOOK).len()), (vec!["ACME true null".to_owned()], 1));
    assert_eq!(bench.due(), None);

    let said = bench.request("feeds", &take(now, "100.5", "100.7")).await;
    assert_eq!(
        (told(&said), &said.replies[0]),
        (vec!["ACME false 100.5".to_owned()], &json!({ "ok": { "ignored": [] } }))
    );
    assert_eq!(bench.request("feeds", &take(now, "100.5", "100.7")).await.events, [], "delivered twice");
    let shown = stock(&bench).await;
    assert_eq!(
        (&shown["feed"]["source"], &shown["feed"]["quote"]["ask"]),
        (&json!("simulated"), &json!("100.7"))
    );

    // A restart changes nothing, and forgets nothing.
    bench.reopen().await;
    let silent_at = bench.due().expect("a silence is awaited");
    assert!((silent_at - now - TimeDelta::seconds(5)).abs() < TimeDelta::milliseconds(1));
    bench.set_now(silent_at - TimeDelta::milliseconds(1));
    assert_eq!(bench.deliver(vec![]).await.events, []);
    bench.set_now(silent_at);
    assert_eq!(told(&bench.deliver(vec![]).await), ["ACME true 100.5"]);
    assert_eq!((bench.deliver(vec![]).await.events.len(), bench.due()), (0, None));
    assert_eq!(stock(&bench).await["feed"]["stale"], true);
    bench.reopen().await;
    assert_eq!(told(&bench.request("feeds", &take(silent_at, "99", "99")).await), ["ACME false 99"]);
    assert_eq!(audit::check(bench.db()).await.unwrap(), []);
}

#[tokio::test]
async fn other_settings_are_told_by_the_first_step_with_them() {
    let (url, now) = (fresh_database().await, tomorrow());
    let mut bench = following(&url, &["ACME"], now).await;
    list(&mut bench, acme()).await;
    bench.request("feeds", &take(now, "100", "101")).await;
    drop(bench);
    let mut bench = following(&url, &[], now).await;
    assert!(bench.due().is_some_and(|due| due < now));
    let said = bench.deliver(vec![]).await;
    assert_eq!(said.on(TO_ALL), [json!({ "feed_changed": { "symbol": "ACME", "feed": null } })]);
    assert_eq!(bench.due(), None);
    let ignored = bench.request("feeds", &take(now, "100", "101")).await;
    assert_eq!((ignored.events.len(), &ignored.replies[0]), (0, &json!({ "ok": { "ignored": ["ACME"] } })));
    bench.reopen().await;
    assert_eq!((stock(&bench).await.get("feed"), bench.due()), (None, None));
    drop(bench);
    let mut bench = following(&url, &["ACME"], now).await;
    assert_eq!(told(&bench.deliver(vec![]).await), ["ACME true null"]);
}

#[tokio::test]
async fn only_feeds_tells_prices_and_it_does_nothing_else() {
    let (url, now) = (fresh_database().await, tomorrow());
    let mut bench = following(&url, &["ACME"], now).await;
    list(&mut bench, acme()).await;
    for sender in ["admin", "web", "bots", "loadtest", "ordering"] {
        let said = bench.request(sender, &take(now, "100", "101")).await;
        assert_eq!(
            (said.events.len(), &said.replies[0]["refused"]["code"]),
            (0, &json!("not_allowed")),
            "{sender}"
        );
    }
    let said = bench.request("feeds", &StockDataCommand::ListInstrument(acme())).await;
    assert_eq!(said.replies[0]["refused"]["code"], "not_allowed");
    let said = bench.request("feeds", &take(now, "101", "100")).await;
    assert_eq!(said.replies[0]["refused"]["field"], "quotes.ACME");
    assert_eq!(stock(&bench).await["feed"], json!({ "source": "simulated", "stale": true }));
}
