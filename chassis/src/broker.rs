//! Connections to RabbitMQ. Publishing and consuming use separate connections, because a broker in
//! need stops reading from those that publish, acknowledgements included.

use crate::{incoming::Incoming, rules::ReplyTo};
use contracts::Timestamp;
use futures::StreamExt;
use lapin::{
    BasicProperties, Channel, Connection, ConnectionProperties,
    message::Delivery,
    options::{
        BasicConsumeOptions, BasicQosOptions, ConfirmSelectOptions, QueueBindOptions, QueueDeclareOptions,
    },
    types::{AMQPValue, FieldTable, LongString, ShortString},
};
use rand::RngExt;
use std::time::Duration;

/// When the asker stops waiting, in milliseconds since 1970 (a header).
pub const DEADLINE_HEADER: &str = "deadline_ms";
/// AMQP's delivery mode for messages that survive a restart of the broker.
const PERSISTENT: u8 = 2;

/// What the broker has not done by then it will not do on this connection. Also the longest that a
/// future of lapin's is trusted: one whose connection died at the wrong moment may never resolve.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Waits for something of the broker's, but not for ever. (Never for something of the database's.)
pub async fn within<T>(doing: impl Future<Output = lapin::Result<T>>) -> lapin::Result<T> {
    let done = tokio::time::timeout(PATIENCE, doing).await;
    done.unwrap_or_else(|_| Err(timed_out("the broker does not answer")))
}

/// The next delivery, of a consumer that is never so long without one unless something is wrong.
pub async fn next_within(
    silence_max: Duration,
    consumer: &mut lapin::Consumer,
) -> lapin::Result<Option<Delivery>> {
    let Ok(next) = tokio::time::timeout(silence_max, consumer.next()).await else {
        return Err(timed_out("nothing was delivered for too long"));
    };
    next.transpose()
}

pub fn timed_out(what: &'static str) -> lapin::Error {
    let late = std::io::Error::new(std::io::ErrorKind::TimedOut, what);
    lapin::ErrorKind::IOError(std::sync::Arc::new(late)).into()
}

pub async fn connect(url: &str, name: &str) -> lapin::Result<Connection> {
    let properties = ConnectionProperties::default().with_connection_name(LongString::from(name));
    within(Connection::connect(url, properties)).await
}

/// A channel whose publications are confirmed.
pub async fn confirming_channel(connection: &Connection) -> lapin::Result<Channel> {
    within(async {
        let channel = connection.create_channel().await?;
        // Without this every confirmation resolves at once, and means nothing.
        channel.confirm_select(ConfirmSelectOptions::default()).await?;
        Ok(channel)
    })
    .await
}

pub async fn consume(connection: &Connection, queue: &str, prefetch: u16) -> lapin::Result<lapin::Consumer> {
    within(async {
        let channel = connection.create_channel().await?;
        channel.basic_qos(prefetch, BasicQosOptions::default()).await?;
        let tag = ShortString::from(format!("{queue}/{}", std::process::id()));
        channel.basic_consume(queue.into(), tag, BasicConsumeOptions::default(), FieldTable::default()).await
    })
    .await
}

/// How a queue of one's own is read. (What the library has been given it keeps without a limit.)
pub enum Taking {
    /// By somebody who never waits between two messages.
    AtOnce,
    /// So many ahead of what was acknowledged; the others wait in the queue.
    Ahead(u16),
}

/// Consumes a queue of one's own, gone with the connection: what the bindings, each an exchange and
/// a key, bring. Past `length_max` the oldest that wait in it are dropped.
pub async fn consume_own(
    connection: &Connection,
    queue: &str,
    length_max: i64,
    taking: Taking,
    bindings: &[(&str, &str)],
) -> lapin::Result<lapin::Consumer> {
    within(async {
        let channel = connection.create_channel().await?;
        let exclusive = QueueDeclareOptions { exclusive: true, auto_delete: true, ..Default::default() };
        let mut arguments = FieldTable::default();
        arguments.insert("x-max-length".into(), AMQPValue::LongLongInt(length_max));
        channel.queue_declare(queue.into(), exclusive, arguments).await?;
        for (exchange, key) in bindings {
            let (exchange, key) = ((*exchange).into(), (*key).into());
            let options = QueueBindOptions::default();
            channel.queue_bind(queue.into(), exchange, key, options, FieldTable::default()).await?;
        }
        let no_ack = match taking {
            Taking::AtOnce => true,
            Taking::Ahead(prefetch) => {
                channel.basic_qos(prefetch, BasicQosOptions::default()).await?;
                false
            }
        };
        let consume = BasicConsumeOptions { no_ack, exclusive: true, ..Default::default() };
        channel.basic_consume(queue.into(), "".into(), consume, FieldTable::default()).await
    })
    .await
}

/// Properties of a message that must outlive the broker's process. The broker checks `sender`.
pub fn persistent(sender: &str, kind: &str, message_id: String) -> BasicProperties {
    transient(sender, kind).with_delivery_mode(PERSISTENT).with_message_id(message_id.into())
}

pub fn transient(sender: &str, kind: &str) -> BasicProperties {
    BasicProperties::default()
        .with_content_type("application/json".into())
        .with_user_id(sender.into())
        .with_type(kind.into())
}

pub fn deadline_header(deadline: Timestamp) -> FieldTable {
    let mut headers = FieldTable::default();
    headers.insert(DEADLINE_HEADER.into(), AMQPValue::LongLongInt(deadline.timestamp_millis()));
    headers
}

impl Incoming {
    pub fn from_delivery(delivery: &mut Delivery) -> Self {
        let properties = &delivery.properties;
        let text = |value: &Option<ShortString>| value.as_ref().map(|text| text.as_str().to_owned());
        let sender = text(properties.user_id()).unwrap_or_default();
        let exchange = delivery.exchange.as_str().to_owned();
        let replies = match (exchange.as_str(), sender.as_str()) {
            (
                contracts::topology::ORDERS_EXCHANGE,
                contracts::topology::WEB | contracts::topology::ADMIN | contracts::topology::BOTS,
            ) => contracts::topology::REPLIES_EXCHANGE,
            (contracts::topology::PAYMENTS_EXCHANGE, _) => contracts::topology::PAYMENT_REPLIES_EXCHANGE,
            (contracts::topology::ORDERS_EXCHANGE, _) => contracts::topology::ORDER_REPLIES_EXCHANGE,
            _ => contracts::topology::REPLIES_EXCHANGE,
        };
        let reply_to = text(properties.reply_to()).map(|routing_key| ReplyTo {
            exchange: replies.to_owned(),
            routing_key,
            correlation_id: text(properties.correlation_id()),
        });
        let deadline =
            properties.headers().as_ref().and_then(|headers| match headers.inner().get(DEADLINE_HEADER)? {
                AMQPValue::LongLongInt(ms) => chrono::DateTime::from_timestamp_millis(*ms),
                AMQPValue::LongInt(ms) => chrono::DateTime::from_timestamp_millis(i64::from(*ms)),
                _ => None,
            });
        Incoming {
            exchange,
            sender,
            body: std::mem::take(&mut delivery.data),
            reply_to,
            deadline,
            redelivered: delivery.redelivered,
        }
    }
}

/// Waits longer after each failure, never the same as the neighbours.
pub struct Backoff {
    next: Duration,
    least: Duration,
    most: Duration,
}

const BACKOFF_MIN: Duration = Duration::from_millis(100);
/// Nobody should wait longer than this for a server that is back.
const BACKOFF_MAX: Duration = Duration::from_secs(5);

impl Default for Backoff {
    fn default() -> Self {
        Backoff::between(BACKOFF_MIN, BACKOFF_MAX)
    }
}

impl Backoff {
    pub fn between(least: Duration, most: Duration) -> Self {
        Backoff { next: least, least, most }
    }

    pub async fn wait(&mut self) {
        let jitter = rand::rng().random_range(0.5..1.0);
        tokio::time::sleep(self.next.mul_f64(jitter)).await;
        self.next = (self.next * 2).min(self.most);
    }

    pub fn reset(&mut self) {
        self.next = self.least;
    }
}
