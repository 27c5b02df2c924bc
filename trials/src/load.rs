//! A load: bots that publish orders by AMQP at a steady rate, whatever happens; people who trade over
//! REST; listeners at the sockets. All remember what they were told. Bounded in number and time.

use crate::record::{Call, Door, Outcome, Record};
use crate::{Exchange, Resources, Watcher, callers, orders};
use contracts::topology::{LOADTEST, ORDER_REPLIES_EXCHANGE, ORDERS_EXCHANGE};
use futures::StreamExt;
use lapin::{
    BasicProperties, Channel, Connection, ConnectionProperties,
    options::{
        BasicConsumeOptions, BasicPublishOptions, ConfirmSelectOptions, QueueBindOptions, QueueDeclareOptions,
    },
    types::FieldTable,
};
use rand::{SeedableRng, rngs::StdRng};
use serde_json::Value;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub(crate) type Shared = Arc<Mutex<Record>>;

/// A load under way.
pub struct Load {
    tasks: Vec<JoinHandle<()>>,
    watchers: Vec<Watcher>,
    record: Shared,
    amqp: String,
    url: String,
    stop: watch::Sender<bool>,
}

/// No load outlives this many orders.
const ORDERS_MAX: usize = 200_000;
/// What was asked again is answered by then, or asked once more.
const ANSWER_LIMIT: Duration = Duration::from_secs(20);
const ASKED_AGAIN_MAX: usize = 10;
/// Until connections are open and pools filled. The most that is used meanwhile is the baseline.
const WARM_UP_S: u32 = 10;
/// Who trades over REST.
const CALLERS: [&str; 4] = ["ann", "bob", "cat", "dan"];
/// Whose sockets are listened at: one who trades, one who does not.
const WATCHED: [&str; 2] = ["ann", "eve"];

impl Load {
    /// Starts `rate` messages a second of bots that trade the last four stocks around 100, and the
    /// callers and listeners beside them; returns when all are at work.
    pub async fn start(exchange: &Exchange, rate: u32, seed: u64) -> anyhow::Result<Self> {
        let (amqp, url) = (exchange.settings()?.broker_url(LOADTEST)?, exchange.url());
        let record = Shared::default();
        let (stop, stopped) = watch::channel(false);
        let mut tasks =
            vec![tokio::spawn(publish_steadily(amqp.clone(), rate, seed, record.clone(), stopped.clone()))];
        for (n, name) in CALLERS.into_iter().enumerate() {
            let seed = seed.wrapping_mul(31).wrapping_add(n as u64);
            tasks.push(tokio::spawn(callers::trade(
                url.clone(),
                name,
                seed,
                record.clone(),
                stopped.clone(),
            )));
        }
        let watchers = WATCHED.map(|name| Watcher::start(&url, name)).into();
        let mut baseline = Resources::default();
        for _ in 0..WARM_UP_S {
            tokio::time::sleep(Duration::from_secs(1)).await;
            baseline = baseline.most(Resources::of(exchange)?);
        }
        record.lock().expect("no panic while held").baseline = baseline;
        Ok(Load { tasks, watchers, record, amqp, url, stop })
    }

    /// Stops, waits for late answers, then asks again, with the same ids, for all that is unknown.
    pub async fn finish(self) -> Record {
        self.stop.send_replace(true);
        for task in self.tasks {
            task.await.expect("the load ends well");
        }
        let unknown = || self.record.lock().expect("no panic while held").count(Outcome::Unknown);
        let unanswered = unknown();
        for _ in 0..ASKED_AGAIN_MAX {
            if unknown() == 0 {
                break;
            }
            callers::ask_again(&self.url, &self.record).await;
            if publish_again(&self.amqp, &self.record).await.is_err() {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
        let record = std::mem::take(&mut *self.record.lock().expect("no panic while held"));
        Record { unanswered, watchers: self.watchers, ..record }
    }
}

/// With the same ids; returns when all are answered, or nobody will be.
async fn publish_again(url: &str, record: &Shared) -> lapin::Result<()> {
    let open = record.lock().expect("no panic while held").open(Door::Amqp);
    if open.is_empty() {
        return Ok(());
    }
    let link = Link::open(url, record).await?;
    for call in open {
        link.publish(&call.body).await?;
    }
    let begun = tokio::time::Instant::now();
    while begun.elapsed() < ANSWER_LIMIT
        && !record.lock().expect("no panic while held").open(Door::Amqp).is_empty()
    {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    link.connection.close(200, "done".into()).await
}

/// Orders as they were placed: id and bot.
pub(crate) type Placed = Vec<(String, &'static str)>;

async fn publish_steadily(url: String, rate: u32, seed: u64, record: Shared, stopped: watch::Receiver<bool>) {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut link = None;
    let mut ticks = tokio::time::interval(Duration::from_millis(20));
    let per_tick = (rate / 50).max(1);
    let mut placed = Placed::new();
    while !*stopped.borrow() && placed.len() < ORDERS_MAX {
        ticks.tick().await;
        if link.as_ref().is_none_or(|link: &Link| !link.channel.status().connected()) {
            link = within(Link::open(&url, &record)).await;
        }
        let Some(open) = &link else { continue };
        for _ in 0..per_tick {
            let body = orders::draw(&mut rng, &mut placed);
            if body["type"] == "place_order" {
                let (id, user) = placed.last().expect("just placed");
                let call = Call { user, door: Door::Amqp, outcome: Outcome::Unknown, body: body.clone() };
                record.lock().expect("no panic while held").orders.insert(id.clone(), call);
            }
            if within(open.publish(&body)).await.is_none() {
                link = None;
                break;
            }
        }
    }
    // Late answers.
    tokio::time::sleep(Duration::from_secs(2)).await;
}

/// A broker that does not read would hold us, and the load with us.
async fn within<T>(doing: impl Future<Output = lapin::Result<T>>) -> Option<T> {
    tokio::time::timeout(Duration::from_secs(3), doing).await.ok()?.ok()
}

struct Link {
    connection: Connection,
    channel: Channel,
    queue: String,
}

/// Marks the replies that tell whether an order was recorded.
const PLACE: &str = "place_order";

impl Link {
    async fn open(url: &str, record: &Shared) -> lapin::Result<Self> {
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
        let record = record.clone();
        tokio::spawn(async move {
            while let Some(Ok(reply)) = replies.next().await {
                if reply.properties.correlation_id().as_ref().is_some_and(|id| id.as_str() == PLACE) {
                    note(&record, &reply.data);
                }
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

fn note(record: &Mutex<Record>, reply: &[u8]) {
    let reply: Value = serde_json::from_slice(reply).unwrap_or_default();
    let refused = reply["status"] == "rejected" && reply["code"] != Value::Null;
    let outcome = if refused { Outcome::Refused } else { Outcome::Ok };
    if let Some(order_id) = reply["order_id"].as_str() {
        record.lock().expect("no panic while held").note(order_id, outcome);
    }
}
