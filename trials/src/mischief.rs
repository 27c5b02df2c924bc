//! Messages that nobody who is well would send, and messages that are lost.

use crate::Exchange;
use contracts::topology;
use lapin::{
    BasicProperties, Channel, Connection, ConnectionProperties,
    options::{BasicPublishOptions, ConfirmSelectOptions, QueuePurgeOptions},
};
use sea_orm::FromQueryResult;
use std::time::Duration;

/// The most messages that are said once more: all that a trial's load makes.
const SAID_AGAIN_MAX: i64 = 100_000;
/// What the broker has not confirmed by then it has refused.
const CONFIRM_LIMIT: Duration = Duration::from_secs(10);

impl Exchange {
    /// Empties a partition's queue: what was in it was confirmed, and is gone.
    pub async fn purge(&self, queue: &str) -> anyhow::Result<()> {
        let connection = self.connect_as(topology::service_of(queue)).await?;
        let channel = connection.create_channel().await?;
        channel.queue_purge(queue.into(), QueuePurgeOptions::default()).await?;
        Ok(connection.close(200, "done".into()).await?)
    }

    /// Publishes everything in a service's outbox once more, the newest first, as a confused relay
    /// would. Answers how many messages that was.
    pub async fn say_again(&self, service: &str) -> anyhow::Result<usize> {
        #[derive(FromQueryResult)]
        struct Row {
            stream: String,
            body: Vec<u8>,
        }
        let sql = "select stream, body from outbox order by stream, seq desc limit $1";
        let rows = self.db(service).await?.all::<Row>(sql, [SAID_AGAIN_MAX.into()]).await?;
        anyhow::ensure!(!rows.is_empty(), "{service} has nothing to say again");
        let connection = self.connect_as(service).await?;
        let channel = confirming(&connection).await?;
        let said = rows.len();
        let mut confirmations = Vec::with_capacity(said);
        for Row { stream, body } in rows {
            let properties = BasicProperties::default().with_user_id(service.into()).with_delivery_mode(2);
            let options = BasicPublishOptions::default();
            confirmations.push(
                channel.basic_publish(service.into(), stream.into(), options, &body, properties).await?,
            );
        }
        for confirmation in confirmations {
            confirmation.await?;
        }
        connection.close(200, "done".into()).await?;
        Ok(said)
    }

    /// Publishes one message as `user`. Whether the broker takes it is the answer.
    pub async fn publish_as(
        &self,
        user: &str,
        exchange: &str,
        key: &str,
        body: &[u8],
        properties: BasicProperties,
    ) -> anyhow::Result<()> {
        let connection = self.connect_as(user).await?;
        let channel = confirming(&connection).await?;
        let options = BasicPublishOptions::default();
        let publication =
            channel.basic_publish(exchange.into(), key.into(), options, body, properties).await?;
        let confirmed = tokio::time::timeout(CONFIRM_LIMIT, publication).await?;
        // Ends with the channel, if the broker has closed it.
        let _ = connection.close(200, "done".into()).await;
        anyhow::ensure!(confirmed?.is_ack(), "not confirmed");
        Ok(())
    }

    pub async fn connect_as(&self, user: &str) -> anyhow::Result<Connection> {
        let url = self.settings()?.broker_url(user)?;
        Ok(Connection::connect(&url, ConnectionProperties::default()).await?)
    }
}

async fn confirming(connection: &Connection) -> lapin::Result<Channel> {
    let channel = connection.create_channel().await?;
    channel.confirm_select(ConfirmSelectOptions::default()).await?;
    Ok(channel)
}
