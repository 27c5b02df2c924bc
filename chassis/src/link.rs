//! A publisher's connection, and how it publishes on it.

use crate::broker::{self, within};
use crate::trace::{self, Context};
use contracts::StreamName;
use lapin::{
    BasicProperties, Channel, Confirmation, Connection, PublisherConfirm, options::BasicPublishOptions,
};

pub(crate) struct Link {
    pub connection: Connection,
    /// Confirmed.
    pub firm: Channel,
    /// Replies, reports and heartbeats: nobody waits for a confirmation of these.
    pub loose: Channel,
}

impl Link {
    pub async fn open(url: &str, name: &str) -> lapin::Result<Self> {
        let connection = broker::connect(url, name).await?;
        let firm = broker::confirming_channel(&connection).await?;
        let loose = within(connection.create_channel()).await?;
        Ok(Link { connection, firm, loose })
    }

    pub fn is_alive(&self) -> bool {
        self.connection.status().connected()
            && self.firm.status().connected()
            && self.loose.status().connected()
    }
}

pub(crate) async fn publish_firmly(
    channel: &Channel,
    service: &str,
    stream: &StreamName,
    seq: u64,
    body: &[u8],
    context: Option<Context>,
) -> lapin::Result<PublisherConfirm> {
    let options = BasicPublishOptions { mandatory: true, ..Default::default() };
    let properties = broker::persistent(service, "batch", format!("{stream}#{seq}"));
    let properties = trace::carrying(properties, context);
    within(channel.basic_publish(service.into(), stream.as_str().into(), options, body, properties)).await
}

/// Answers whether it was sent.
pub(crate) async fn publish_loosely(
    channel: &Channel,
    exchange: &str,
    key: &str,
    body: &[u8],
    properties: BasicProperties,
) -> bool {
    let options = BasicPublishOptions::default();
    let publishing = channel.basic_publish(exchange.into(), key.into(), options, body, properties);
    let published = within(publishing).await;
    if let Err(error) = &published {
        tracing::debug!(exchange, key, %error, "could not send a message that may be lost");
    }
    published.is_ok()
}

pub(crate) fn describe(confirmation: &Confirmation) -> &'static str {
    match confirmation {
        Confirmation::Ack(None) => "confirmed",
        Confirmation::Ack(Some(_)) => "no queue takes it",
        Confirmation::Nack(_) => "the broker refuses it",
        Confirmation::NotRequested => "confirmations are not switched on",
    }
}
