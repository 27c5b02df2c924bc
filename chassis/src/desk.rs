//! A desk: a queue of requests of outsiders that are done one after the other, in their order,
//! answered, and only then acknowledged. Whoever opens a desk keeps nothing: what a request does is
//! somebody else's to commit, under the id that the outsider has given it.

use crate::broker::{self, Backoff};
use crate::incoming::Incoming;
use crate::settings::{Settings, SettingsError};
use crate::trace::{self, Kind, Span};
use async_trait::async_trait;
use contracts::Timestamp;
use futures::StreamExt;
use lapin::options::{BasicAckOptions, BasicPublishOptions};
use std::sync::Arc;
use tokio::task::JoinHandle;

#[async_trait]
pub trait Clerk: Send + Sync + 'static {
    /// The answer to a message of the AMQP user `sender`, as it goes out.
    async fn serve(&self, sender: &str, body: &[u8]) -> Vec<u8>;
}

/// One is being done; the others need only be there when it is.
const AHEAD: u16 = 16;

/// Serves the queue for ever, as `user`; connects again when it must.
pub fn open(
    settings: &Settings,
    user: &'static str,
    queue: &'static str,
    clerk: Arc<dyn Clerk>,
) -> Result<JoinHandle<()>, SettingsError> {
    let url = settings.broker_url(user)?;
    Ok(tokio::spawn(async move {
        let mut backoff = Backoff::default();
        loop {
            let ended = serve(&url, user, queue, &*clerk, &mut backoff).await;
            tracing::warn!(user, queue, error = ?ended.err(), "the desk is closed; connecting again");
            backoff.wait().await;
        }
    }))
}

async fn serve(
    url: &str,
    user: &str,
    queue: &str,
    clerk: &dyn Clerk,
    backoff: &mut Backoff,
) -> lapin::Result<()> {
    let connection = broker::connect(url, &format!("{user} serves {queue}")).await?;
    let mut requests = broker::consume(&connection, queue, AHEAD).await?;
    let channel = broker::within(connection.create_channel()).await?;
    backoff.reset();
    while let Some(delivery) = requests.next().await {
        let mut delivery = delivery?;
        let context = trace::carried(&delivery);
        let incoming = Incoming::from_delivery(&mut delivery);
        if !is_late(&incoming, chrono::Utc::now()) {
            let span = Span::begin(context, Kind::Server, || format!("serve {queue}"));
            let serving = clerk.serve(&incoming.sender, &incoming.body);
            let answer = trace::within(span.context(), serving).await;
            if let Some(to) = incoming.reply_to {
                let mut properties = broker::transient(user, "reply");
                if let Some(id) = to.correlation_id {
                    properties = properties.with_correlation_id(id.into());
                }
                properties = trace::carrying(properties, Some(span.context()));
                let options = BasicPublishOptions::default();
                let (exchange, key) = (to.exchange.into(), to.routing_key.into());
                broker::within(channel.basic_publish(exchange, key, options, &answer, properties)).await?;
            }
        }
        broker::within(delivery.acker.ack(BasicAckOptions::default())).await?;
    }
    Ok(())
}

/// Nobody waits for it any more, and it must not happen.
fn is_late(incoming: &Incoming, now: Timestamp) -> bool {
    incoming.deadline.is_some_and(|deadline| now > deadline)
}
