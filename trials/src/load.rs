//! A load tester: publishes orders by AMQP at a steady rate, whatever happens, and remembers of
//! each what it was told. Bounded in number and time.

use crate::{Exchange, world};
use contracts::topology::{LOADTEST, ORDER_REPLIES_EXCHANGE, ORDERS_EXCHANGE};
use futures::StreamExt;
use lapin::{
    BasicProperties, Channel, Connection, ConnectionProperties,
    options::{
        BasicConsumeOptions, BasicPublishOptions, ConfirmSelectOptions, QueueBindOptions, QueueDeclareOptions,
    },
    types::FieldTable,
};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::JoinHandle;

/// What became of a call, as far as its caller knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Recorded: it was answered so, after the commit.
    Ok,
    Refused,
    /// No answer. It may or may not have happened.
    Unknown,
}

#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// By order id: the bot, and what became of it.
    pub orders: BTreeMap<String, (usize, Outcome)>,
    /// What was sent, to send it again.
    bodies: BTreeMap<String, Value>,
}

impl Tally {
    pub fn count(&self, outcome: Outcome) -> usize {
        self.orders.values().filter(|(_, known)| *known == outcome).count()
    }

    /// A few orders that were acknowledged, spread over the whole load.
    pub fn acknowledged(&self, many: usize) -> Vec<(String, usize)> {
        let known: Vec<_> = self.orders.iter().filter(|(_, (_, outcome))| *outcome == Outcome::Ok).collect();
        let every = (known.len() / many.max(1)).max(1);
        known.iter().step_by(every).map(|(id, (bot, _))| ((*id).clone(), *bot)).collect()
    }
}

/// A load under way.
pub struct Load {
    task: JoinHandle<()>,
    tally: Arc<Mutex<Tally>>,
    url: String,
    stop: tokio::sync::watch::Sender<bool>,
}

/// No load outlives this many orders.
const ORDERS_MAX: usize = 200_000;
const ANSWER_LIMIT: Duration = Duration::from_secs(20);

impl Load {
    /// Starts `rate` messages a second of bots that trade the last four stocks around 100.
    pub fn start(exchange: &Exchange, rate: u32, seed: u64) -> anyhow::Result<Self> {
        let url = exchange.settings()?.broker_url(LOADTEST)?;
        let tally = Arc::new(Mutex::new(Tally::default()));
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let task = tokio::spawn(publish_steadily(url.clone(), rate, seed, tally.clone(), stopped));
        Ok(Load { task, tally, url, stop })
    }

    /// Stops, waits for late answers, then asks again, with the same ids, for all that is unknown.
    pub async fn finish(mut self) -> Tally {
        self.stop.send_replace(true);
        (&mut self.task).await.expect("the load ends well");
        let unknown: Vec<Value> = {
            let tally = self.tally.lock().expect("no panic while held");
            let open = tally.orders.iter().filter(|(_, (_, outcome))| *outcome == Outcome::Unknown);
            open.filter_map(|(id, _)| tally.bodies.get(id).cloned()).collect()
        };
        for _ in 0..10 {
            if self.resend(&unknown).await.is_ok()
                && self.tally.lock().expect("no panic").count(Outcome::Unknown) == 0
            {
                break;
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        self.tally.lock().expect("no panic while held").clone()
    }

    async fn resend(&self, bodies: &[Value]) -> lapin::Result<()> {
        let link = Link::open(&self.url, &self.tally).await?;
        for body in bodies {
            link.publish(body).await?;
        }
        let begun = tokio::time::Instant::now();
        while begun.elapsed() < ANSWER_LIMIT
            && self.tally.lock().expect("no panic").count(Outcome::Unknown) > 0
        {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        link.connection.close(200, "done".into()).await
    }
}

async fn publish_steadily(
    url: String,
    rate: u32,
    seed: u64,
    tally: Arc<Mutex<Tally>>,
    stopped: tokio::sync::watch::Receiver<bool>,
) {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut link = None;
    let mut ticks = tokio::time::interval(Duration::from_millis(20));
    let per_tick = (rate / 50).max(1);
    let mut placed: Vec<(String, usize)> = Vec::new();
    while !*stopped.borrow() && placed.len() < ORDERS_MAX {
        ticks.tick().await;
        if link.as_ref().is_none_or(|link: &Link| !link.channel.status().connected()) {
            link = Link::open(&url, &tally).await.ok();
        }
        let Some(open) = &link else { continue };
        for _ in 0..per_tick {
            let body = draw(&mut rng, &mut placed);
            if body["type"] == "place_order" {
                let id = body["order_id"].as_str().expect("an id").to_owned();
                let mut tally = tally.lock().expect("no panic while held");
                tally.orders.insert(id.clone(), (placed.last().expect("just placed").1, Outcome::Unknown));
                tally.bodies.insert(id, body.clone());
            }
            if open.publish(&body).await.is_err() {
                link = None;
                break;
            }
        }
    }
    // Late answers.
    tokio::time::sleep(Duration::from_secs(2)).await;
}

fn draw(rng: &mut StdRng, placed: &mut Vec<(String, usize)>) -> Value {
    if !placed.is_empty() && rng.random_ratio(1, 5) {
        let (order_id, bot) =
            placed[rng.random_range(placed.len().saturating_sub(200)..placed.len())].clone();
        return json!({ "type": "cancel_order", "order_id": order_id, "user_id": world::user_id(world::BOTS[bot]) });
    }
    let bot = rng.random_range(0..world::BOTS.len());
    let order_id = crate::order_id();
    placed.push((order_id.clone(), bot));
    let symbol = world::STOCKS[world::STOCKS.len() - 4 + rng.random_range(0..4)];
    let market = rng.random_ratio(1, 20);
    let mut body = json!({
        "type": "place_order", "order_id": order_id, "user_id": world::user_id(world::BOTS[bot]), "symbol": symbol,
        "side": if rng.random() { "buy" } else { "sell" }, "order_type": if market { "market" } else { "limit" },
        "quantity": rng.random_range(1..20).to_string(),
    });
    if !market {
        body["limit_price"] =
            json!(format!("{}.{:02}", 99 + rng.random_range(0..2), rng.random_range(0..100)));
    }
    body
}

struct Link {
    connection: Connection,
    channel: Channel,
    queue: String,
}

impl Link {
    async fn open(url: &str, tally: &Arc<Mutex<Tally>>) -> lapin::Result<Self> {
        let connection = Connection::connect(url, ConnectionProperties::default()).await?;
        let channel = connection.create_channel().await?;
        let queue = format!("loadtest.{}", uuid::Uuid::now_v7());
        let exclusive = QueueDeclareOptions { exclusive: true, auto_delete: true, ..Default::default() };
        channel.queue_declare(queue.as_str().into(), exclusive, FieldTable::default()).await?;
        let (name, bind) = (queue.as_str(), QueueBindOptions::default());
        channel
            .queue_bind(name.into(), ORDER_REPLIES_EXCHANGE.into(), name.into(), bind, FieldTable::default())
            .await?;
        let consume = BasicConsumeOptions { no_ack: true, ..Default::default() };
        let mut replies =
            channel.basic_consume(name.into(), "".into(), consume, FieldTable::default()).await?;
        let tally = tally.clone();
        tokio::spawn(async move {
            while let Some(Ok(reply)) = replies.next().await {
                note(&tally, &reply.data);
            }
        });
        let publishing = connection.create_channel().await?;
        publishing.confirm_select(ConfirmSelectOptions::default()).await?;
        Ok(Link { connection, channel: publishing, queue })
    }

    async fn publish(&self, body: &Value) -> lapin::Result<()> {
        let properties = BasicProperties::default()
            .with_delivery_mode(2)
            .with_reply_to(self.queue.as_str().into())
            .with_correlation_id(body["type"].as_str().unwrap_or_default().into());
        let key = body["user_id"].as_str().expect("a user").into();
        let body = serde_json::to_vec(body).expect("JSON");
        let options = BasicPublishOptions { mandatory: true, ..Default::default() };
        // The reply tells more than the confirmation would.
        self.channel.basic_publish(ORDERS_EXCHANGE.into(), key, options, &body, properties).await.map(drop)
    }
}

fn note(tally: &Mutex<Tally>, reply: &[u8]) {
    let reply: Value = serde_json::from_slice(reply).unwrap_or_default();
    let mut tally = tally.lock().expect("no panic while held");
    let Some((_, outcome)) = reply["order_id"].as_str().and_then(|id| tally.orders.get_mut(id)) else {
        return;
    };
    // The answer to a cancel says nothing new of an order that is known.
    if *outcome == Outcome::Unknown {
        *outcome = if reply["status"] == "rejected" && reply["code"] != Value::Null {
            Outcome::Refused
        } else {
            Outcome::Ok
        };
    }
}
