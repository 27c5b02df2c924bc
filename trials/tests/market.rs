//! The market that a newcomer finds: alive within seconds, whatever happens to those who make it.

use serde_json::Value;
use std::time::{Duration, Instant};
use trials::{Exchange, Options, documented};

/// On a busy machine, with a debug build. A newcomer's takes a second or two.
const ALIVE_LIMIT: Duration = Duration::from_secs(120);
const LOOK_AGAIN: Duration = Duration::from_millis(500);

async fn get(exchange: &Exchange, path: &str) -> Value {
    let begun = Instant::now();
    loop {
        let answer = reqwest::get(format!("{}/api/v1/{path}", exchange.url())).await.unwrap();
        if answer.status() != 503 || begun.elapsed() > ALIVE_LIMIT {
            return answer.json().await.unwrap();
        }
        // On a busy machine it may be late.
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

fn listed(stocks: &Value) -> &Vec<Value> {
    stocks.as_array().or_else(|| stocks["items"].as_array()).expect("a list of stocks")
}

/// The levels of both sides.
async fn depth(exchange: &Exchange, symbol: &str) -> [Vec<Value>; 2] {
    let depth = get(exchange, &format!("stocks/{symbol}/depth")).await;
    ["bids", "asks"].map(|side| depth[side].as_array().cloned().unwrap_or_default())
}

/// Until all of it is so, or what is not after a long time.
async fn until(exchange: &Exchange, what: &str, mut not_yet: impl AsyncFnMut() -> Vec<String>) {
    let begun = Instant::now();
    loop {
        let left = not_yet().await;
        if left.is_empty() {
            return;
        }
        assert!(begun.elapsed() < ALIVE_LIMIT, "{}\n{what}: not {left:?}", seen(exchange).await);
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// What the exchange and its market makers say of themselves, in few lines: of a long log people see the end.
async fn seen(exchange: &Exchange) -> String {
    let status = exchange.run(&["status"]).map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let depth = reqwest::get(format!("{}/api/v1/stocks/AAPL/depth", exchange.url())).await;
    let depth = depth.map(|answer| (answer.status(), answer.headers().get("age").cloned()));
    let scrape = exchange.scrape("bots").await;
    let bots = scrape.map(|it| ["bots_messages_total", "bots_open_orders"].map(|metric| it.samples(metric)));
    let log = exchange.log_of("bots");
    format!("{}\nbots {bots:?}, depth {depth:?}\n{log}", status.unwrap_or_default())
}

/// The stocks that are not quoted on both sides.
async fn one_sided(exchange: &Exchange) -> Vec<String> {
    let mut left = Vec::new();
    for stock in listed(&get(exchange, "stocks").await) {
        let symbol = stock["symbol"].as_str().unwrap();
        if depth(exchange, symbol).await.iter().any(Vec::is_empty) {
            left.push(symbol.to_owned());
        }
    }
    left
}

/// What was traded today of each stock.
async fn volumes(exchange: &Exchange) -> Vec<(String, String)> {
    let stocks = get(exchange, "stocks").await;
    let text = |stock: &Value, field: &str| stock[field].as_str().unwrap_or_default().to_owned();
    listed(&stocks).iter().map(|stock| (text(stock, "symbol"), text(stock, "volume"))).collect()
}

async fn until_ready(exchange: &Exchange) {
    let not_ready = async || if exchange.is_ready("bots") { vec![] } else { vec!["ready".into()] };
    until(exchange, "market makers", not_ready).await;
}

async fn until_quoted(exchange: &Exchange) {
    until(exchange, "both sides of every stock", async || one_sided(exchange).await).await;
}

async fn until_most_trade(exchange: &Exchange, before: &[(String, String)]) {
    until(exchange, "trades", async || {
        let now = volumes(exchange).await;
        let still: Vec<_> = now.iter().filter(|one| before.contains(one)).map(|(s, _)| s.clone()).collect();
        if still.len() * 2 < now.len() { Vec::new() } else { still }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_finds_a_living_market_whatever_happens_to_its_makers() {
    let settings = vec![("EXCHANGE__BOTS__ORDERS_PER_SECOND", "100".to_owned())];
    let options = Options { market: true, partitions: Some((2, 2)), settings, ..Default::default() };
    let mut exchange = Exchange::start(&options).unwrap();
    until_ready(&exchange).await;
    until_quoted(&exchange).await;
    until_most_trade(&exchange, &volumes(&exchange).await).await;

    assert_eq!(exchange.scrape("bots").await.unwrap().told(), documented(&["market makers"]));

    // Killed, they come back, and end what they had begun, whoever takes their messages now.
    exchange.turn_the_ring().await.unwrap();
    exchange.kill_and_wait("bots").await.unwrap();
    until_quoted(&exchange).await;
    until_most_trade(&exchange, &volumes(&exchange).await).await;

    // So when the broker goes away.
    exchange.kill_and_wait("rabbitmq").await.unwrap();
    exchange.heal().unwrap();
    until_ready(&exchange).await;
    until_quoted(&exchange).await;
    until_most_trade(&exchange, &volumes(&exchange).await).await;

    // They leave a stock that does not trade, and come back to it.
    assert!(exchange.run(&["halt", "AAPL"]).unwrap().status.success());
    until(&exchange, "an empty book", async || {
        depth(&exchange, "AAPL").await.concat().iter().map(Value::to_string).collect()
    })
    .await;
    assert!(exchange.run(&["resume", "AAPL"]).unwrap().status.success());
    until_quoted(&exchange).await;

    // Nobody has lost or gained anything by it.
    let still = exchange.pause("bots").unwrap();
    exchange.audit().unwrap();
    drop(still);

    // Stopped while they trade, it has come to rest: nothing that was said waits for the next start.
    until_most_trade(&exchange, &volumes(&exchange).await).await;
    exchange.stop().unwrap();
    exchange.audit().unwrap();
}
