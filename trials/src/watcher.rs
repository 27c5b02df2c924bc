//! Somebody at the sockets, as docs/socketio.md says a client should be: subscribes again after each
//! connection, keeps depth, prices and his own orders, and minds every sequence.

use crate::{Person, Socket, world};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::JoinHandle;

#[derive(Debug)]
pub struct Watcher {
    pub name: &'static str,
    seen: Arc<Mutex<Seen>>,
    task: JoinHandle<()>,
}

/// One side of a book: price and quantity, as they were sent.
pub type Levels = BTreeMap<String, String>;

#[derive(Clone, Debug, Default)]
pub struct Depth {
    pub last: u64,
    pub bids: Levels,
    pub asks: Levels,
}

/// What a client shows.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    pub connections: usize,
    pub messages: usize,
    pub depth: BTreeMap<String, Depth>,
    /// Last prices by symbol.
    pub prices: BTreeMap<String, String>,
    /// The caller's own orders by id.
    pub orders: BTreeMap<String, Value>,
    /// Promises about sequences that were broken.
    pub broken: Vec<String>,
    /// The last sequence of prices and of each stock's trades, on this connection.
    prices_sequence: Option<u64>,
    trades_sequence: BTreeMap<String, u64>,
}

/// At most so many trades are in one message; more at once leave a gap, as documented.
const TRADES_MAX: u64 = 200;
const RECONNECT: Duration = Duration::from_millis(300);
/// Pings come every 15 seconds: a connection without a word for longer is dead.
const SILENCE_LIMIT: Duration = Duration::from_secs(30);

impl Watcher {
    pub fn start(url: &str, name: &'static str) -> Self {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let task = tokio::spawn(watch(url.to_owned(), name, seen.clone()));
        Watcher { name, seen, task }
    }

    pub fn seen(&self) -> Seen {
        self.seen.lock().expect("no panic while held").clone()
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn watch(url: String, name: &'static str, seen: Arc<Mutex<Seen>>) {
    loop {
        // However it ends, there is another connection.
        let _ = listen(&url, name, &seen).await;
        tokio::time::sleep(RECONNECT).await;
    }
}

async fn listen(url: &str, name: &str, seen: &Mutex<Seen>) -> anyhow::Result<()> {
    let person = Person::try_to_enter(url, name).await?;
    let mut socket = Socket::open(url, Some(&person.token), None).await?;
    seen.lock().expect("no panic while held").connected();
    socket.subscribe("prices", None).await?;
    for symbol in &world::STOCKS[world::STOCKS.len() - 4..] {
        socket.subscribe("depth", Some(symbol)).await?;
        socket.subscribe("trades", Some(symbol)).await?;
    }
    ask_for_orders(&person, seen).await?;
    loop {
        let (event, payload) = tokio::time::timeout(SILENCE_LIMIT, socket.next()).await??;
        if event == "resync" {
            ask_for_orders(&person, seen).await?;
        } else {
            seen.lock().expect("no panic while held").hear(&event, &payload);
        }
    }
}

async fn ask_for_orders(person: &Person, seen: &Mutex<Seen>) -> anyhow::Result<()> {
    let (status, answer) = person.call_once("GET", "orders?limit=200", None).await?;
    anyhow::ensure!(status == 200, "{status}: {answer}");
    let mut seen = seen.lock().expect("no panic while held");
    let shown: Vec<Value> = answer["items"].as_array().cloned().unwrap_or_default();
    // Older ones are on pages that this client does not show.
    let newest: Vec<&str> = shown.iter().filter_map(|order| order["order_id"].as_str()).collect();
    seen.orders.retain(|id, _| newest.contains(&id.as_str()));
    shown.iter().for_each(|order| seen.order(order));
    Ok(())
}

impl Seen {
    /// What came by an earlier connection does not continue.
    fn connected(&mut self) {
        self.connections += 1;
        self.depth.clear();
        self.prices_sequence = None;
        self.trades_sequence.clear();
    }

    fn hear(&mut self, event: &str, payload: &Value) {
        self.messages += 1;
        match event {
            "depth" => self.depth(payload),
            "prices" => self.prices(payload),
            "trade" => self.trades(payload),
            "order" => self.order(payload),
            // Portfolios and fills are told as they are now; nothing is built up from them.
            _ => {}
        }
    }

    fn depth(&mut self, payload: &Value) {
        let symbol = text(&payload["symbol"]);
        let (first, last) = (number(&payload["first"]), number(&payload["last"]));
        if payload["snapshot"] == true {
            let mut depth = Depth { last, ..Depth::default() };
            change(&mut depth, payload);
            self.depth.insert(symbol, depth);
            return;
        }
        let Some(depth) = self.depth.get_mut(&symbol) else {
            return self.broken.push(format!("{symbol}: a change of depth before any snapshot"));
        };
        if last <= depth.last {
            return;
        }
        if first > depth.last + 1 {
            self.broken.push(format!("{symbol}: depth jumps from {} to {first}", depth.last));
        }
        depth.last = last;
        change(depth, payload);
    }

    fn prices(&mut self, payload: &Value) {
        let sequence = number(&payload["sequence"]);
        match self.prices_sequence {
            Some(before) if payload["snapshot"] != true && sequence != before + 1 => {
                self.broken.push(format!("prices jump from {before} to {sequence}"));
            }
            Some(_) | None => {}
        }
        self.prices_sequence = Some(sequence);
        for item in payload["items"].as_array().into_iter().flatten() {
            self.prices.insert(text(&item["symbol"]), text(&item["last_price"]));
        }
    }

    fn trades(&mut self, payload: &Value) {
        let (symbol, sequence) = (text(&payload["symbol"]), number(&payload["sequence"]));
        let items = payload["items"].as_array().map_or(0, Vec::len) as u64;
        if payload["snapshot"] != true {
            let before = self.trades_sequence.get(&symbol).copied().unwrap_or(0);
            let fits = sequence == before + items || (items >= TRADES_MAX && sequence > before + items);
            if !fits {
                self.broken.push(format!("{symbol}: {items} trades lead from {before} to {sequence}"));
            }
        }
        self.trades_sequence.insert(symbol, sequence);
    }

    fn order(&mut self, order: &Value) {
        let id = text(&order["order_id"]);
        let updated =
            |order: &Value| text(&order["updated_at"]).parse::<chrono::DateTime<chrono::Utc>>().ok();
        if self.orders.get(&id).is_none_or(|known| updated(known) <= updated(order)) {
            self.orders.insert(id, order.clone());
        }
    }
}

fn change(depth: &mut Depth, payload: &Value) {
    for (side, levels) in [("bids", &mut depth.bids), ("asks", &mut depth.asks)] {
        for level in payload[side].as_array().into_iter().flatten() {
            let (price, quantity) = (text(&level[0]), text(&level[1]));
            if quantity == "0" {
                levels.remove(&price);
            } else {
                levels.insert(price, quantity);
            }
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_default()
}
