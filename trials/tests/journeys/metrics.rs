//! What the services tell of themselves, and that it is what docs/metrics.md says.

use crate::exchange;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};
use trials::{Exchange, Scrape, Socket, Told, documented};

const PATIENCE: Duration = Duration::from_secs(120);
const LOOK_AGAIN: Duration = Duration::from_millis(200);
const PARTITIONS: &str = "accounts, stock-data";

async fn scrape(exchange: &Exchange, service: &str) -> Scrape {
    exchange.scrape(service).await.unwrap()
}

async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !holds().await {
        assert!(begun.elapsed() < PATIENCE, "not within {PATIENCE:?}: {what}");
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// Both, so that neither what is missing nor what is too much hides behind the other.
async fn tells(exchange: &Exchange, service: &str, expected: &Told) {
    let what = format!("{service} tells what docs/metrics.md lists");
    let begun = Instant::now();
    while scrape(exchange, service).await.told() != *expected {
        if begun.elapsed() > PATIENCE {
            assert_eq!(scrape(exchange, service).await.told(), *expected, "{what}");
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_service_tells_the_metrics_that_are_documented_and_no_others() {
    let exchange = exchange().await;
    let mut socket = Socket::open(&exchange.url(), None, None).await.unwrap();
    socket.subscribe("prices", None).await.unwrap();
    socket.next().await.unwrap();
    for service in ["accounts", "stock-data", "ordering", "portfolio"] {
        tells(&exchange, service, &documented(&[PARTITIONS])).await;
    }
    tells(&exchange, "matching", &documented(&[PARTITIONS, "Of matching"])).await;
    tells(&exchange, "web", &documented(&["Of web"])).await;
}

#[test]
fn the_dashboard_shows_documented_metrics_only() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/grafana/dashboards/exchange.json");
    let text = std::fs::read_to_string(path).unwrap();
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let ours = ["exchange_", "matching_", "web_", "bots_"];
    let named: BTreeSet<_> =
        words.filter(|word| ours.iter().any(|prefix| word.starts_with(prefix))).collect();
    let known = documented(&["Of "]);
    for name in &named {
        let base = ["_bucket", "_sum", "_count"].iter().find_map(|suffix| name.strip_suffix(suffix));
        assert!(known.contains_key(base.unwrap_or(name)), "docs/metrics.md does not list {name}");
    }
    assert!(named.len() > 10, "{named:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_that_stands_still_shows_as_lag_and_as_the_outboxs_age() {
    let exchange = exchange().await;
    let ann = exchange.enter("ann").await;
    let lag = async |exchange: &Exchange| {
        let samples = scrape(exchange, "matching").await.samples("exchange_stream_lag");
        let of = |listener: &str| {
            let labels = [r#"stream="matching.0>*""#, listener];
            let is_it = |text: &str| labels.iter().all(|label| text.contains(label));
            samples.iter().find(|(text, _)| is_it(text)).map_or(f64::NAN, |(_, lag)| *lag)
        };
        (of(r#"listener="stock-data.0""#), of(r#"listener="ordering.0""#))
    };
    let age = async |exchange: &Exchange| {
        scrape(exchange, "matching").await.samples("exchange_outbox_age_seconds")[0].1
    };
    until("nobody is behind", async || lag(&exchange).await == (0.0, 0.0) && age(&exchange).await == 0.0)
        .await;

    let still = exchange.pause("stock-data").unwrap();
    let sale = ann.sells(1, "YARN", "150").await;
    ann.sees(&sale, "open").await;
    until("stock-data alone is behind", async || {
        let (behind, at_work) = lag(&exchange).await;
        behind >= 1.0 && at_work == 0.0
    })
    .await;
    until("what it has not heard grows old", async || age(&exchange).await >= 1.0).await;
    drop(still);

    until("nobody is behind", async || lag(&exchange).await == (0.0, 0.0) && age(&exchange).await == 0.0)
        .await;
    ann.cancels(&sale).await;
    ann.sees(&sale, "canceled").await;
    exchange.audit().unwrap();
}
