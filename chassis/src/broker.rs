//! Connections to RabbitMQ. Publishing and consuming use separate connections, because a broker in
//! need stops reading from those that publish, acknowledgements included.

use crate::{incoming::Incoming, rules::ReplyTo};
use contracts::Timestamp;
use lapin::{
    BasicProperties, Channel, Connection, ConnectionProperties,
    message::Delivery,
    options::{BasicConsumeOptions, BasicQosOptions, ConfirmSelectOptions},
    types::{AMQPValue, FieldTable, LongString, ShortString},
};
use rand::RngExt;
use std::time::Duration;

/// When the asker stops waiting, in milliseconds since 1970 (a header).
pub const DEADLINE_HEADER: &str = "deadline_ms";
/// AMQP's delivery mode for messages that survive a restart of the broker.
const PERSISTENT: u8 = 2;

pub async fn connect(url: &str, name: &str) -> lapin::Result<Connection> {
    let properties = ConnectionProperties::default().with_connection_name(LongString::from(name));
    Connection::connect(url, properties).await
}

/// A channel whose publications are confirmed.
pub async fn confirming_channel(connection: &Connection) -> lapin::Result<Channel> {
    let channel = connection.create_channel().await?;
    // Without this every confirmation resolves at once, and means nothing.
    channel.confirm_select(ConfirmSelectOptions::default()).await?;
    Ok(channel)
}

pub async fn consume(connection: &Connection, queue: &str, prefetch: u16) -> lapin::Result<lapin::Consumer> {
    let channel = connection.create_channel().await?;
    channel.basic_qos(prefetch, BasicQosOptions::default()).await?;
    let tag = ShortString::from(format!("{queue}/{}", std::process::id()));
    channel.basic_consume(queue.into(), tag, BasicConsumeOptions::default(), FieldTable::default()).await
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
            (contracts::topology::ORDERS_EXCHANGE, contracts::topology::WEB | contracts::topology::ADMIN) => {
                contracts::topology::REPLIES_EXCHANGE
            }
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
}

const BACKOFF_MIN: Duration = Duration::from_millis(100);
/// Nobody should wait longer than this for a server that is back.
const BACKOFF_MAX: Duration = Duration::from_secs(5);

impl Default for Backoff {
    fn default() -> Self {
        Backoff { next: BACKOFF_MIN }
    }
}

impl Backoff {
    pub async fn wait(&mut self) {
        let jitter = rand::rng().random_range(0.5..1.0);
        tokio::time::sleep(self.next.mul_f64(jitter)).await;
        self.next = (self.next * 2).min(BACKOFF_MAX);
    }

    pub fn reset(&mut self) {
        self.next = BACKOFF_MIN;
    }
}
