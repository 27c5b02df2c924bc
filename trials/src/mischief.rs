//! What trials do behind the exchange's back.

use crate::{Exchange, send_signal};
use anyhow::Context;
use contracts::topology;
use lapin::{
    BasicProperties, Connection, ConnectionProperties,
    options::{BasicPublishOptions, ConfirmSelectOptions, QueuePurgeOptions},
};
use sea_orm::FromQueryResult;

/// The most messages that are said once more.
const SAID_AGAIN_MAX: i64 = 500;

impl Exchange {
    /// Empties a partition's queue: what was in it was confirmed, and is gone.
    pub async fn purge(&self, queue: &str) -> anyhow::Result<()> {
        let connection = self.connect_as(topology::service_of(queue)).await?;
        let channel = connection.create_channel().await?;
        channel.queue_purge(queue.into(), QueuePurgeOptions::default()).await?;
        Ok(connection.close(200, "done".into()).await?)
    }

    /// Publishes what is in a service's outbox once more, as a confused relay would.
    pub async fn say_again(&self, service: &str) -> anyhow::Result<()> {
        #[derive(FromQueryResult)]
        struct Row {
            stream: String,
            body: Vec<u8>,
        }
        let db = chassis::Db::connect(&self.settings()?.database_url(service)?).await?;
        let sql = "select stream, body from outbox order by stream, seq desc limit $1";
        let rows = db.all::<Row>(sql, [SAID_AGAIN_MAX.into()]).await?;
        anyhow::ensure!(!rows.is_empty(), "{service} has nothing to say again");
        let connection = self.connect_as(service).await?;
        let channel = connection.create_channel().await?;
        channel.confirm_select(ConfirmSelectOptions::default()).await?;
        for Row { stream, body } in rows {
            let properties = BasicProperties::default().with_user_id(service.into()).with_delivery_mode(2);
            let options = BasicPublishOptions::default();
            channel.basic_publish(service.into(), stream.into(), options, &body, properties).await?.await?;
        }
        Ok(connection.close(200, "done".into()).await?)
    }

    /// RabbitMQ is killed and everything that it stored is gone before it comes back.
    pub fn lose_the_brokers_disk(&self) -> anyhow::Result<()> {
        let own = self.folder().join(".exchange");
        let supervisor = std::fs::read_to_string(own.join("lock"))?;
        let supervisor: u32 =
            supervisor.trim().parse().context("the lock names the process that holds it")?;
        // Else it would start the broker before the disk is empty.
        send_signal(supervisor, "STOP")?;
        self.signal("rabbitmq", "KILL")?;
        std::thread::sleep(std::time::Duration::from_millis(500));
        let erased = std::fs::remove_dir_all(own.join("rabbitmq/mnesia"));
        send_signal(supervisor, "CONT")?;
        erased.context("the broker's data is deleted")
    }

    /// A service's database, for somebody who may change anything in it.
    pub fn admin_url(&self, service: &str) -> anyhow::Result<String> {
        let settings = self.settings()?;
        let password =
            settings.secrets.database.get("admin").context("the admin's password")?.reveal().to_owned();
        let chassis::settings::Database { host, port, admin, prefix, .. } = &settings.database;
        Ok(format!("postgres://{admin}:{password}@{host}:{port}/{prefix}{}", service.replace('-', "_")))
    }

    async fn connect_as(&self, user: &str) -> anyhow::Result<Connection> {
        let url = self.settings()?.broker_url(user)?;
        Ok(Connection::connect(&url, ConnectionProperties::default()).await?)
    }
}
