//! Trading on paper: the whole exchange beside a market that speaks what Binance speaks, and is ours to
//! move and to silence.

use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_tungstenite::tungstenite::Message;
use trials::{Exchange, Options, Person};

/// On a busy machine, with a debug build.
const LIMIT: Duration = Duration::from_secs(120);
const LOOK_AGAIN: Duration = Duration::from_millis(200);
/// Longer than a busy machine stands still.
const STALE_AFTER_MS: u64 = 15_000;
const COINS: [&str; 3] = ["BTC-USDC", "ETH-USDC", "SOL-USDC"];

/// What a bitcoin costs, in whole dollars. None: it says nothing, but is there.
type Price = Option<u64>;

struct Market {
    url: String,
    price: watch::Sender<Price>,
    connections: Arc<AtomicUsize>,
}

impl Market {
    async fn open(price: Price) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("ws://{}", listener.local_addr().unwrap());
        let (price, prices) = watch::channel(price);
        let connections = Arc::new(AtomicUsize::new(0));
        let count = connections.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(speak(stream, prices.clone()));
            }
        });
        Market { url, price, connections }
    }

    fn moves_to(&self, price: u64) {
        self.price.send_replace(Some(price));
    }

    fn falls_silent(&self) {
        self.price.send_replace(None);
    }
}

async fn speak(stream: TcpStream, prices: watch::Receiver<Price>) {
    let Ok(mut line) = tokio_tungstenite::accept_async(stream).await else { return };
    let mut ticks = tokio::time::interval(Duration::from_millis(100));
    for update in 1_u64.. {
        tokio::select! {
            _ = ticks.tick() => {}
            // Pings are answered by reading.
            heard = line.next() => match heard {
                Some(Ok(_)) => continue,
                Some(Err(_)) | None => return,
            },
        }
        let Some(bitcoin) = *prices.borrow() else { continue };
        for (name, price) in [("BTCUSDC", bitcoin), ("ETHUSDC", bitcoin / 30), ("SOLUSDC", bitcoin / 600)] {
            let frame = json!({ "stream": format!("{}@bookTicker", name.to_lowercase()), "data": {
                "u": update, "s": name, "b": format!("{price}.00000000"), "B": "1.50000000",
                "a": format!("{price}.02000000"), "A": "0.70000000" } });
            if line.send(Message::text(frame.to_string())).await.is_err() {
                return;
            }
        }
    }
}

async fn get(exchange: &Exchange, path: &str) -> Value {
    let begun = Instant::now();
    loop {
        let answer = reqwest::get(format!("{}/api/v1/{path}", exchange.url())).await.unwrap();
        if answer.status() != 503 || begun.elapsed() > LIMIT {
            return answer.json().await.unwrap();
        }
        // On a busy machine it may be late.
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

/// Until it is so, or what is instead after a long time.
async fn until(what: &str, mut not_yet: impl AsyncFnMut() -> Option<String>) {
    let begun = Instant::now();
    while let Some(instead) = not_yet().await {
        assert!(begun.elapsed() < LIMIT, "{what}: {instead}");
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

async fn until_stale(exchange: &Exchange, stale: bool) {
    until("feeds", async || {
        let mut other = Vec::new();
        for coin in COINS {
            let feed = get(exchange, &format!("stocks/{coin}")).await["feed"].clone();
            other.extend((feed["stale"] != stale).then(|| format!("{coin}: {feed}")));
        }
        (!other.is_empty()).then(|| other.join(", "))
    })
    .await;
}

/// The best of both sides lie around the price, no further away than a quarter of a percent.
async fn until_around(exchange: &Exchange, coin: &str, price: f64) {
    until("quotes around the price", async || {
        let depth = get(exchange, &format!("stocks/{coin}/depth")).await;
        let best = |side: &str| depth[side][0][0].as_str().and_then(|text| text.parse::<f64>().ok());
        let near = |best: f64| (best - price).abs() < price / 400.0;
        match (best("bids"), best("asks")) {
            (Some(bid), Some(ask)) if near(bid) && near(ask) && bid < ask => None,
            (bid, ask) => Some(format!("{coin}: {bid:?} to {ask:?}, not around {price}")),
        }
    })
    .await;
}

async fn orders(person: &Person, order: Value) -> (u16, Value) {
    person.call("POST", "orders", Some(order)).await.unwrap()
}

fn at_market(coin: &str) -> Value {
    json!({ "symbol": coin, "side": "buy", "type": "market", "quantity": "0.001" })
}

/// Buys a little. Quotes may be away for a moment, or the feed silent: then it is bought anew.
async fn until_filled(person: &Person, coin: &str) {
    until("a filled order", async || {
        let (status, order) = orders(person, at_market(coin)).await;
        if status == 422 {
            return Some(order.to_string());
        }
        assert_eq!(status, 201, "{order}");
        let (begun, path) = (Instant::now(), format!("orders/{}", order["order_id"].as_str().unwrap()));
        loop {
            let order = person.get(&path).await;
            match order["status"].as_str() {
                Some("closed") => return None,
                Some("pending" | "open") if begun.elapsed() < LIMIT => tokio::time::sleep(LOOK_AGAIN).await,
                _ => return Some(order.to_string()),
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn coins_follow_their_market_and_wait_while_it_is_silent() {
    let market = Market::open(Some(90_000)).await;
    let settings = vec![
        ("EXCHANGE__FEEDS__SOURCES", "binance".to_owned()),
        ("EXCHANGE__FEEDS__BINANCE__URL", market.url.clone()),
        ("EXCHANGE__FEEDS__STALE_AFTER_MS", STALE_AFTER_MS.to_string()),
        ("EXCHANGE__BOTS__ORDERS_PER_SECOND", "100".to_owned()),
    ];
    let options = Options { market: true, partitions: Some((2, 2)), settings, ..Default::default() };
    let mut exchange = Exchange::start(&options).unwrap();
    let ann = Person::enter(&exchange.url(), "Maya Okafor").await.unwrap();

    // The market makers are where the market is, wherever it goes.
    until_stale(&exchange, false).await;
    until_around(&exchange, "BTC-USDC", 90_000.0).await;
    until_around(&exchange, "SOL-USDC", 150.0).await;
    market.moves_to(99_000);
    until_around(&exchange, "BTC-USDC", 99_000.0).await;
    until_around(&exchange, "ETH-USDC", 3_300.0).await;
    until("a trade up there", async || {
        let stock = get(&exchange, "stocks/BTC-USDC").await;
        let price: f64 = stock["last_price"].as_str().unwrap().parse().unwrap();
        ((price - 99_000.0).abs() > 990.0).then(|| stock.to_string())
    })
    .await;
    until_filled(&ann, "BTC-USDC").await;

    // Silent, it takes no market orders and everything else.
    market.falls_silent();
    until_stale(&exchange, true).await;
    let (status, refused) = orders(&ann, at_market("BTC-USDC")).await;
    assert_eq!((status, &refused["code"]), (422, &json!("feed_stale")), "{refused}");
    let limit = json!({ "symbol": "BTC-USDC", "side": "buy", "type": "limit", "quantity": "0.001", "limit_price": "5000" });
    let (status, resting) = orders(&ann, limit).await;
    assert_eq!(status, 201, "{resting}");
    until("only hers in the book", async || {
        let depth = get(&exchange, "stocks/BTC-USDC/depth").await;
        (depth["bids"] != json!([["5000", "0.001"]]) || depth["asks"] != json!([])).then(|| depth.to_string())
    })
    .await;
    let (status, other) =
        orders(&ann, json!({ "symbol": "AAPL", "side": "buy", "type": "market", "quantity": "1" })).await;
    assert_eq!(status, 201, "AAPL follows nothing: {other}");
    ann.cancels(resting["order_id"].as_str().unwrap()).await;

    // Heard again, it is as it was.
    market.moves_to(91_500);
    until_stale(&exchange, false).await;
    until_around(&exchange, "BTC-USDC", 91_500.0).await;
    until_around(&exchange, "ETH-USDC", 3_050.0).await;
    until_filled(&ann, "ETH-USDC").await;

    // Who listens for us may die: that is a silence too, if it lasts.
    let before = market.connections.load(Ordering::Relaxed);
    exchange.kill_and_wait("feeds").await.unwrap();
    until("another connection", async || {
        let now = market.connections.load(Ordering::Relaxed);
        (now == before).then(|| format!("{now} as before"))
    })
    .await;
    market.moves_to(90_000);
    until_around(&exchange, "BTC-USDC", 90_000.0).await;
    let still = exchange.pause("feeds").unwrap();
    until_stale(&exchange, true).await;
    drop(still);
    until_stale(&exchange, false).await;

    let still = [exchange.pause("feeds").unwrap(), exchange.pause("bots").unwrap()];
    exchange.audit().unwrap();
    drop(still);
    exchange.stop().unwrap();
}
