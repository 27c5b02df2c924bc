//! Measures the exchange on this machine, everything on it, this generator included:
//! `cargo run --release -p trials --example measure [orders|latency|recovery|memory|ceiling]…`
//!
//! Orders come by AMQP, open loop: their schedule does not wait for the exchange, and latency
//! counts from the scheduled time. Every order meets another at the same price, so each one is
//! matched and settled; it counts as done when its user's Socket.IO connection hears it `closed`.

use futures::{SinkExt, StreamExt};
use lapin::{
    BasicProperties, Channel, Connection, ConnectionProperties,
    options::{
        BasicAckOptions, BasicConsumeOptions, BasicPublishOptions, BasicQosOptions, ConfirmSelectOptions,
    },
    types::FieldTable,
};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio_tungstenite::tungstenite::Message;
use trials::{BOTS, Exchange, Options, Person, STOCKS, user_id};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let chosen: Vec<String> = std::env::args().skip(1).collect();
    let wants = |part: &str| chosen.is_empty() || chosen.iter().any(|name| name == part);
    let settings = vec![("EXCHANGE__LIMITS__OPEN_ORDERS_PER_USER", "200000".to_owned())];
    let exchange = Exchange::start(&Options { settings, ..Options::default() })?;
    if wants("memory") {
        memory(&exchange, "idle")?;
    }
    if wants("ceiling") {
        ceiling(&exchange).await?;
    }
    if wants("latency") {
        run(&exchange, 500, 20).await?;
    }
    if wants("orders") {
        for rate in [2_000, 4_000, 6_000, 8_000, 10_000, 12_000] {
            if !run(&exchange, rate, 10).await? {
                break;
            }
        }
        ceiling(&exchange).await?;
        memory(&exchange, "after the load")?;
    }
    if wants("recovery") {
        recovery(&exchange).await?;
    }
    exchange.audit()?;
    println!("audit: nothing found");
    Ok(())
}

/// Resident memory of the six processes.
fn memory(exchange: &Exchange, when: &str) -> anyhow::Result<()> {
    let mut total = 0;
    let mut each = Vec::new();
    for name in ["accounts", "portfolio", "stock-data", "ordering", "matching", "web"] {
        let status = std::fs::read_to_string(format!("/proc/{}/status", exchange.pid(name)?))?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
        let kilobytes: u64 = line.split_whitespace().nth(1).unwrap_or("0").parse()?;
        total += kilobytes;
        each.push(format!("{name} {}", kilobytes / 1024));
    }
    println!("memory, {when}: {} MB ({})", total / 1024, each.join(", "));
    Ok(())
}

/// What the broker alone does: single persistent messages, confirmed, consumed and acknowledged on
/// one quorum queue.
async fn ceiling(exchange: &Exchange) -> anyhow::Result<()> {
    const MESSAGES: usize = 100_000;
    const WINDOW: usize = 1_000;
    // The partition queue of a service that hears nothing now stands in for any quorum queue.
    let queue = "accounts.0";
    let pid = exchange.signal("accounts", "STOP")?;
    let url = exchange.settings()?.broker_url("accounts")?;
    let admin = exchange.settings()?.broker_url("admin")?;
    let publishing = Connection::connect(&admin, ConnectionProperties::default()).await?;
    let consuming = Connection::connect(&url, ConnectionProperties::default()).await?;
    // The stopped process is the single active consumer until the broker gives it up.
    tokio::time::sleep(Duration::from_secs(12)).await;
    let channel = consuming.create_channel().await?;
    channel.basic_qos(2_000, BasicQosOptions::default()).await?;
    let options = BasicConsumeOptions::default();
    let mut deliveries =
        channel.basic_consume(queue.into(), "ceiling".into(), options, FieldTable::default()).await?;
    let publisher = publishing.create_channel().await?;
    publisher.confirm_select(ConfirmSelectOptions::default()).await?;
    let body = order_body(0, &trials::order_id(), "buy").to_string();
    let begun = Instant::now();
    let sending = tokio::spawn(async move {
        let mut confirms = futures::stream::FuturesOrdered::new();
        for _ in 0..MESSAGES {
            let properties = BasicProperties::default().with_delivery_mode(2);
            let options = BasicPublishOptions { mandatory: true, ..Default::default() };
            let sent = publisher.basic_publish(
                "requests".into(),
                queue.into(),
                options,
                body.as_bytes(),
                properties,
            );
            confirms.push_back(sent.await?);
            if confirms.len() >= WINDOW {
                confirms.next().await;
            }
        }
        while confirms.next().await.is_some() {}
        anyhow::Ok(())
    });
    for n in 1..=MESSAGES {
        let delivery = deliveries.next().await.ok_or_else(|| anyhow::anyhow!("no more deliveries"))??;
        if n % 100 == 0 || n == MESSAGES {
            delivery.acker.ack(BasicAckOptions { multiple: true }).await?;
        }
    }
    sending.await??;
    let rate = MESSAGES as f64 / begun.elapsed().as_secs_f64();
    println!("ceiling: {rate:.0} single messages a second through one quorum queue");
    let _ = consuming.close(200, "done".into()).await;
    let _ = publishing.close(200, "done".into()).await;
    trials::send_signal(pid, "KILL")?;
    exchange.heal()
}

fn order_body(n: usize, order_id: &str, side: &str) -> Value {
    // Two in a row meet. Everybody buys as much as he sells, so that nobody runs out of anything.
    let bot = (n / 2 + if n.is_multiple_of(2) { 0 } else { BOTS.len() / 2 }) % BOTS.len();
    json!({
        "type": "place_order", "order_id": order_id, "user_id": user_id(BOTS[bot]),
        "symbol": STOCKS[n / 2 % STOCKS.len()], "side": side, "order_type": "limit",
        "quantity": "10", "limit_price": "100",
    })
}

#[derive(Default)]
struct Progress {
    scheduled: Mutex<HashMap<String, Instant>>,
    latencies_us: Mutex<Vec<u64>>,
    done: AtomicU64,
}

/// Publishes at a rate for some seconds; false when the exchange does not keep up.
async fn run(exchange: &Exchange, rate: u32, seconds: u32) -> anyhow::Result<bool> {
    let progress = Arc::new(Progress::default());
    let mut ears = Vec::new();
    for bot in BOTS {
        let person = exchange.enter(bot).await;
        ears.push(tokio::spawn(listen(exchange.url(), person, progress.clone())));
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let (_connection, channel) = publisher(exchange).await?;
    let total = u64::from(rate * seconds);
    let cpu = cpu_seconds(exchange);
    let begun = Instant::now();
    let mut confirms = futures::stream::FuturesUnordered::new();
    for n in 0..total as usize {
        let due = begun + Duration::from_secs_f64(n as f64 / f64::from(rate));
        if due > Instant::now() {
            tokio::time::sleep_until(due.into()).await;
        }
        let order_id = trials::order_id();
        progress.scheduled.lock().expect("no panic").insert(order_id.clone(), due);
        let side = if n % 2 == 0 { "sell" } else { "buy" };
        confirms.push(publish(&channel, &order_body(n, &order_id, side)).await?);
        while let Some(Some(_)) = futures::FutureExt::now_or_never(confirms.next()) {}
    }
    let published = begun.elapsed();
    let behind = total - progress.done.load(Ordering::Relaxed);
    let patience = Instant::now();
    while progress.done.load(Ordering::Relaxed) < total && patience.elapsed() < Duration::from_secs(60) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let drained = begun.elapsed();
    let done = progress.done.load(Ordering::Relaxed);
    let mut latencies = std::mem::take(&mut *progress.latencies_us.lock().expect("no panic"));
    latencies.sort_unstable();
    let at = |share: f64| {
        latencies.get((latencies.len() as f64 * share) as usize).map_or(0.0, |us| *us as f64 / 1000.0)
    };
    println!(
        "{rate}/s for {seconds} s: published in {:.1} s, {done} of {total} closed and pushed after {:.1} s ({:.0}/s), {behind} behind at the end; order to push p50 {:.1} ms, p90 {:.1} ms, p99 {:.1} ms",
        published.as_secs_f64(),
        drained.as_secs_f64(),
        done as f64 / drained.as_secs_f64(),
        at(0.5),
        at(0.9),
        at(0.99)
    );
    let after = cpu_seconds(exchange);
    let used: Vec<String> = after
        .iter()
        .map(|(name, seconds)| format!("{name} {:.1}", seconds - cpu.get(name).unwrap_or(&0.0)))
        .collect();
    println!("    cpu seconds: {}", used.join(", "));
    ears.iter().for_each(tokio::task::JoinHandle::abort);
    // A second's worth is on its way; more is a queue that grows.
    Ok(done == total && behind < u64::from(rate))
}

fn cpu_seconds(exchange: &Exchange) -> std::collections::BTreeMap<&'static str, f64> {
    let mut used = std::collections::BTreeMap::new();
    for name in ["accounts", "portfolio", "stock-data", "ordering", "matching", "web", "rabbitmq"] {
        if let Some(seconds) = exchange.pid(name).ok().and_then(cpu_of) {
            used.insert(name, seconds);
        }
    }
    // Each connection is a process of its own, with the database's name in its title.
    let postgres: f64 = std::fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .filter_map(|entry| {
            let pid: u32 = entry.file_name().to_str()?.parse().ok()?;
            let title = std::fs::read_to_string(format!("/proc/{pid}/cmdline")).ok()?;
            (title.starts_with("postgres:") && title.contains("exchange_")).then(|| cpu_of(pid)).flatten()
        })
        .sum();
    used.insert("postgres", postgres);
    used.insert("generator", cpu_of(std::process::id()).unwrap_or(0.0));
    used
}

fn cpu_of(pid: u32) -> Option<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    let ticks: f64 = fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?;
    Some(ticks / 100.0)
}

async fn publisher(exchange: &Exchange) -> anyhow::Result<(Connection, Channel)> {
    let url = exchange.settings()?.broker_url("loadtest")?;
    let connection = Connection::connect(&url, ConnectionProperties::default()).await?;
    let channel = connection.create_channel().await?;
    channel.confirm_select(ConfirmSelectOptions::default()).await?;
    Ok((connection, channel))
}

async fn publish(channel: &Channel, body: &Value) -> lapin::Result<lapin::PublisherConfirm> {
    let key = body["user_id"].as_str().unwrap_or_default().into();
    let options = BasicPublishOptions { mandatory: true, ..Default::default() };
    let properties = BasicProperties::default().with_delivery_mode(2);
    channel.basic_publish("orders".into(), key, options, body.to_string().as_bytes(), properties).await
}

/// A user's Socket.IO connection (Engine.IO 4 over WebSocket).
async fn listen(url: String, person: Person, progress: Arc<Progress>) -> anyhow::Result<()> {
    let url = format!("{}/socket.io/?EIO=4&transport=websocket", url.replace("http", "ws"));
    let (mut socket, _) = tokio_tungstenite::connect_async(&url).await?;
    while let Some(message) = socket.next().await {
        let Message::Text(text) = message? else { continue };
        match text.as_bytes() {
            [b'0', ..] => {
                socket.send(Message::text(format!("40{}", json!({ "token": person.token })))).await?
            }
            [b'2', ..] => socket.send(Message::text("3")).await?,
            [b'4', b'2', event @ ..] => note(event, &progress),
            _ => {}
        }
    }
    Ok(())
}

fn note(event: &[u8], progress: &Progress) {
    if !event.starts_with(b"[\"order\"") {
        return;
    }
    let Ok(event) = serde_json::from_slice::<Value>(event) else { return };
    if event[1]["status"] != "closed" {
        return;
    }
    let due = progress
        .scheduled
        .lock()
        .expect("no panic")
        .remove(event[1]["order_id"].as_str().unwrap_or_default());
    if let Some(due) = due {
        progress.latencies_us.lock().expect("no panic").push(due.elapsed().as_micros() as u64);
        progress.done.fetch_add(1, Ordering::Relaxed);
    }
}

/// From kill -9 of matching with 100,000 resting orders to its next match.
async fn recovery(exchange: &Exchange) -> anyhow::Result<()> {
    const RESTING: usize = 100_000;
    let (_connection, channel) = publisher(exchange).await?;
    let (mut last, mut last_user) = (String::new(), Value::Null);
    for n in 0..RESTING {
        let order_id = trials::order_id();
        let mut body = order_body(n, &order_id, "sell");
        body["limit_price"] = json!(format!("{}.{:02}", 101 + n % 3, n % 100));
        body["quantity"] = json!("1");
        let confirm = publish(&channel, &body).await?;
        if n % 1_000 == 999 {
            confirm.await?;
        }
        last = order_id;
        last_user = body["user_id"].clone();
    }
    let name = BOTS.iter().find(|bot| json!(user_id(bot)) == last_user).expect("a bot");
    exchange.enter(name).await.sees(&last, "open").await;
    let (ann, bob) = (exchange.enter("ann").await, exchange.enter("bob").await);
    let begun = Instant::now();
    exchange.signal("matching", "KILL")?;
    let sale = ann.sells(1, "ACME", "99").await;
    let purchase = bob.buys(1, "ACME", "99").await;
    ann.sees(&sale, "closed").await;
    bob.sees(&purchase, "closed").await;
    println!(
        "recovery: {:.2} s from kill -9 of matching with {RESTING} resting orders to its next match",
        begun.elapsed().as_secs_f64()
    );
    Ok(())
}
