//! Messages that nobody who is well would send, sent as any client or service could.

use crate::databases::Databases;
use anyhow::{Context, Result};
use chassis::settings::Settings;
use contracts::lab::Outcome;
use contracts::topology::{LOADTEST, ORDER_REPLIES_EXCHANGE, ORDERING, ORDERS_EXCHANGE};
use futures::StreamExt;
use lapin::options::{
    BasicConsumeOptions, BasicPublishOptions, ConfirmSelectOptions, QueueBindOptions, QueueDeclareOptions,
};
use lapin::types::FieldTable;
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties};
use sea_orm::FromQueryResult;
use serde_json::Value;
use std::time::Duration;
use uuid::Uuid;

/// A broker that is well takes a tenth of it.
const LIMIT: Duration = Duration::from_millis(1_500);
/// Of a body that is shown.
const SHOWN_BYTES_MAX: usize = 2_000;

/// Begins as an order does, and is none. Answers what ordering answered.
pub async fn malformed(settings: &Settings) -> Result<Outcome> {
    let user_id = Uuid::now_v7();
    let body = format!(r#"{{"type":"place_order","user_id":"{user_id}","quantity":NaN"#);
    let replies = format!("{LOADTEST}.lab.{}", Uuid::now_v7());
    let asked = async {
        let connection = connect(settings, LOADTEST).await?;
        let channel = connection.create_channel().await?;
        let exclusive = QueueDeclareOptions { exclusive: true, auto_delete: true, ..Default::default() };
        channel.queue_declare(replies.as_str().into(), exclusive, FieldTable::default()).await?;
        let (queue, key) = (replies.as_str().into(), replies.as_str().into());
        let bind = QueueBindOptions::default();
        channel.queue_bind(queue, ORDER_REPLIES_EXCHANGE.into(), key, bind, FieldTable::default()).await?;
        let at_once = BasicConsumeOptions { no_ack: true, ..Default::default() };
        let queue = replies.as_str().into();
        let mut answers = channel.basic_consume(queue, "".into(), at_once, FieldTable::default()).await?;
        let properties = properties(LOADTEST).with_reply_to(replies.as_str().into());
        publish(&channel, ORDERS_EXCHANGE, &user_id.to_string(), body.as_bytes(), properties).await?;
        let answer = answers.next().await.context("the connection ended before the answer")??;
        let answer = serde_json::from_slice::<Value>(&answer.data)?;
        connection.close(200, "done".into()).await?;
        anyhow::Ok(answer)
    };
    let answer = tokio::time::timeout(LIMIT, asked).await.context("nobody answers")??;
    Ok(Outcome::Answered { exchange: ORDERS_EXCHANGE.to_owned(), body, answer })
}

#[derive(FromQueryResult)]
struct Said {
    stream: String,
    seq: i64,
    body: Vec<u8>,
}

/// What ordering said last is said once more, as a confused relay would. Its listener has heard it.
pub async fn duplicate(settings: &Settings) -> Result<Outcome> {
    let again = async {
        let databases = Databases::open(settings).await?;
        let sql = "select stream, seq, body from outbox order by created_at desc, seq desc limit 1";
        let said = databases.of(ORDERING).one::<Said>(sql, []).await?;
        let said = said.context("ordering has said nothing in the last minute: place an order first")?;
        let connection = connect(settings, ORDERING).await?;
        let channel = connection.create_channel().await?;
        publish(&channel, ORDERING, &said.stream, &said.body, properties(ORDERING)).await?;
        connection.close(200, "done".into()).await?;
        anyhow::Ok(said)
    };
    let Said { stream, seq, mut body } = tokio::time::timeout(LIMIT, again).await.context("too slow")??;
    body.truncate(SHOWN_BYTES_MAX);
    let body = String::from_utf8_lossy(&body).into_owned();
    Ok(Outcome::Repeated { stream, seq: seq as u64, body })
}

async fn connect(settings: &Settings, user: &str) -> Result<Connection> {
    let url = settings.broker_url(user)?;
    Ok(Connection::connect(&url, ConnectionProperties::default()).await?)
}

fn properties(user: &str) -> BasicProperties {
    BasicProperties::default().with_user_id(user.into()).with_delivery_mode(2)
}

async fn publish(
    channel: &Channel,
    exchange: &str,
    key: &str,
    body: &[u8],
    properties: BasicProperties,
) -> Result<()> {
    channel.confirm_select(ConfirmSelectOptions::default()).await?;
    let options = BasicPublishOptions { mandatory: true, ..Default::default() };
    let confirmed =
        channel.basic_publish(exchange.into(), key.into(), options, body, properties).await?.await?;
    anyhow::ensure!(confirmed.is_ack(), "the broker did not take the message");
    Ok(())
}
