//! Faults of the libraries below us, and that our way around each of them holds.

use chassis::ask::{AskError, Asker};
use chassis::hear::{Heard, Hearing};
use chassis::incoming::envelope;
use chassis::settings::{Secret, Settings};
use chassis::{Db, testing};
use contracts::{Partitions, StreamName, topology::Topology};
use futures::FutureExt;
use lapin::{
    BasicProperties, Channel, Confirmation, Connection, ConnectionProperties, PublisherConfirm,
    options::{BasicPublishOptions, ConfirmSelectOptions, QueueDeclareOptions},
    types::{AMQPValue, FieldTable},
};
use sea_orm::FromQueryResult;
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;

#[derive(FromQueryResult)]
struct Flag {
    flag: bool,
}

/// sqlx 0.9: a `begin` that is dropped half way returns its connection to the pool with the
/// transaction still open; what the next user writes outside a transaction is never committed.
#[tokio::test]
async fn a_connection_left_inside_a_transaction_is_never_handed_out_again() {
    let url = testing::fresh_database().await;
    let (db, onlooker) = (Db::connect(&url).await.unwrap(), Db::connect(&url).await.unwrap());
    db.execute_alone("create table kept (n int)").await.unwrap();
    for polls in 1..8 {
        // Dropped after so many polls, wherever that is.
        let mut begin = Box::pin(db.transaction(async |_: &chassis::Tx| {
            std::future::pending::<()>().await;
            Ok(())
        }));
        for _ in 0..polls {
            assert!(begin.as_mut().now_or_never().is_none());
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        drop(begin);
        assert_committed(&db, &onlooker, polls).await;
    }
    // The same, for certain: the pool gets a connection back that is inside a transaction.
    db.execute_alone("begin").await.unwrap();
    assert_committed(&db, &onlooker, 100).await;
}

async fn assert_committed(db: &Db, onlooker: &Db, n: i32) {
    db.execute_alone(&format!("insert into kept values ({n})")).await.unwrap();
    let seen =
        onlooker.one::<Flag>("select exists (select from kept where n = $1) as flag", [n.into()]).await;
    assert!(seen.unwrap().unwrap().flag, "what was written after {n} polls was never committed");
}

/// The check that guards against it must not throw good connections away.
#[tokio::test]
async fn a_good_connection_is_handed_out_again() {
    let db = Db::connect(&testing::fresh_database().await).await.unwrap();
    let mut processes = BTreeSet::new();
    for _ in 0..60 {
        let row = db.one::<Process>("select pg_backend_pid() as pid", []).await.unwrap().unwrap();
        processes.insert(row.pid);
    }
    // A few, because a connection comes back to its pool a moment after it was let go.
    assert!(processes.len() <= 12, "{} connections for 60 queries", processes.len());
}

#[derive(FromQueryResult)]
struct Process {
    pid: i32,
}

/// Of every user.
const PASSWORD: &str = "a-password-for-tests";

async fn connection() -> Connection {
    let url = format!("amqp://tester:{PASSWORD}@127.0.0.1:{}/exchange", broker().await.ports().amqp);
    Connection::connect(&url, ConnectionProperties::default()).await.unwrap()
}

async fn broker() -> &'static servers::RabbitMq {
    let servers = servers::TestServers::shared(&definitions()).await.expect("a private RabbitMQ starts");
    servers.rabbitmq()
}

fn definitions() -> String {
    let hash = |_: &str| servers::definitions::password_hash([1, 2, 3, 4], PASSWORD);
    let mut definitions = Topology::new(Partitions { users: 1, symbols: 1 }).definitions("exchange", hash);
    let tester = json!({ "name": "tester", "password_hash": hash("tester"), "hashing_algorithm": "rabbit_password_hashing_sha256", "tags": "" });
    definitions["users"].as_array_mut().unwrap().push(tester);
    let anything =
        json!({ "user": "tester", "vhost": "exchange", "configure": ".*", "write": ".*", "read": ".*" });
    definitions["permissions"].as_array_mut().unwrap().push(anything);
    definitions.to_string()
}

fn settings(user: &str, port: u16) -> Settings {
    let mut settings = Settings::load(&std::env::temp_dir()).unwrap();
    settings.broker.host = "127.0.0.1".into();
    settings.broker.port = port;
    settings.secrets.broker.insert(user.into(), Secret::new(PASSWORD));
    settings
}

async fn publish(channel: &Channel, queue: &str, id: &str) -> PublisherConfirm {
    let options = BasicPublishOptions { mandatory: true, ..Default::default() };
    let properties = BasicProperties::default().with_message_id(id.into());
    channel.basic_publish("".into(), queue.into(), options, b"{}", properties).await.unwrap()
}

async fn declare(channel: &Channel, queue: &str, arguments: FieldTable) {
    let exclusive = QueueDeclareOptions { exclusive: true, ..Default::default() };
    channel.queue_declare(queue.into(), exclusive, arguments).await.unwrap();
}

/// Without `confirm_select` every confirmation is there at once and means nothing; so a publisher
/// counts nothing but `Ack(None)`.
#[tokio::test]
async fn unasked_confirmations_confirm_nothing() {
    let connection = connection().await;
    let channel = connection.create_channel().await.unwrap();
    assert_eq!(publish(&channel, "nobody", "0").await.await.unwrap(), Confirmation::NotRequested);
}

/// `wait_for_confirms` says nothing of refusals; so each confirmation is awaited by itself.
#[tokio::test]
async fn a_refusal_is_in_the_confirmation_and_lost_to_wait_for_confirms() {
    let connection = connection().await;
    let channel = connection.create_channel().await.unwrap();
    channel.confirm_select(ConfirmSelectOptions::default()).await.unwrap();
    let mut full = FieldTable::default();
    full.insert("x-max-length".into(), AMQPValue::LongInt(1));
    full.insert("x-overflow".into(), AMQPValue::LongString("reject-publish".into()));
    declare(&channel, "full", full).await;
    assert_eq!(publish(&channel, "full", "1").await.await.unwrap(), Confirmation::Ack(None));
    assert!(matches!(publish(&channel, "full", "2").await.await.unwrap(), Confirmation::Nack(_)));
    drop(publish(&channel, "full", "3").await);
    assert_eq!(channel.wait_for_confirms().await.unwrap().len(), 0, "it was refused, and nobody says so");
}

/// With several in flight, a returned message may hang on another's confirmation; so returns are
/// told by their message id.
#[tokio::test]
async fn returned_messages_are_known_by_their_ids() {
    let connection = connection().await;
    let channel = connection.create_channel().await.unwrap();
    channel.confirm_select(ConfirmSelectOptions::default()).await.unwrap();
    declare(&channel, "there", FieldTable::default()).await;
    let mut confirms = Vec::new();
    for n in 0..100 {
        let queue = if n % 3 == 0 { "nowhere" } else { "there" };
        confirms.push(publish(&channel, queue, &n.to_string()).await);
    }
    let mut returned = BTreeSet::new();
    for confirm in confirms {
        if let Confirmation::Ack(Some(message)) = confirm.await.unwrap() {
            returned.insert(
                message.delivery.properties.message_id().as_ref().unwrap().as_str().parse::<u32>().unwrap(),
            );
        }
    }
    assert_eq!(returned, (0..100).filter(|n| n % 3 == 0).collect());
}

/// lapin keeps whatever the broker sends until it is read. A listener that falls behind must leave it
/// in its queue, which is bounded: it loses the oldest, and learns it by the gap.
#[tokio::test]
async fn a_listener_that_does_not_read_learns_what_it_lost_by_a_gap() {
    const SAID: u64 = 12_000;
    let settings = settings("web", broker().await.ports().amqp);
    let stream = StreamName::to_all("matching.0");
    let mut heard = Hearing::start(&settings, "web", vec![stream.clone()]).unwrap();
    assert_eq!(heard.recv().await, Some(Heard::Connected));
    let url = format!("amqp://matching:{PASSWORD}@127.0.0.1:{}/exchange", settings.broker.port);
    let writer = Connection::connect(&url, ConnectionProperties::default()).await.unwrap();
    let channel = writer.create_channel().await.unwrap();
    channel.confirm_select(ConfirmSelectOptions::default()).await.unwrap();
    let mut confirms = Vec::new();
    for seq in 1..=SAID {
        let body = envelope(&stream, seq, chrono::DateTime::UNIX_EPOCH, b"[1]");
        let properties = BasicProperties::default().with_user_id("matching".into());
        let options = BasicPublishOptions::default();
        let key = stream.as_str();
        confirms.push(
            channel.basic_publish("matching".into(), key.into(), options, &body, properties).await.unwrap(),
        );
    }
    for confirm in confirms {
        confirm.await.unwrap();
    }
    let (mut batches, mut gaps, mut last) = (0, 0, 0);
    while last < SAID {
        match heard.recv().await.expect("it goes on hearing") {
            Heard::Batch { seq, .. } => (batches, last) = (batches + 1, seq),
            Heard::Gap { .. } => gaps += 1,
            Heard::Connected | Heard::Lost | Heard::Alive { .. } => panic!("connected anew, or a heartbeat"),
        }
    }
    assert!(gaps >= 1 && batches < SAID, "{batches} batches, {gaps} gaps");
}

/// A consumer that is given nothing any more cannot be told from one of a quiet market, but that writers
/// repeat themselves.
#[tokio::test]
async fn who_hears_nobody_at_all_connects_anew() {
    let mut settings = settings("web", broker().await.ports().amqp);
    settings.broker.heartbeat_s = 1;
    let mut heard = Hearing::start(&settings, "web", vec![StreamName::to_all("matching.0")]).unwrap();
    for expected in [Heard::Connected, Heard::Lost, Heard::Connected] {
        // Each try in vain is a loss, too.
        loop {
            let next = tokio::time::timeout(Duration::from_secs(60), heard.recv()).await;
            let next = next.expect("it is not deaf for ever").unwrap();
            if next == expected {
                break;
            }
            assert_eq!(next, Heard::Lost);
        }
    }
}

/// Long before heartbeats would end it: the connection is there, and nothing comes through.
#[tokio::test]
async fn an_asker_whose_messages_are_not_confirmed_connects_anew() {
    let mut servers = servers::TestServers::start(&definitions()).await.unwrap();
    let mut settings = settings("web", servers.rabbitmq().ports().amqp);
    settings.broker.heartbeat_s = 600;
    let asker = Asker::connect(&settings, "web").await.unwrap();
    asker.connected().await;
    servers.rabbitmq.as_mut().unwrap().pause().await.unwrap();
    let mut asked = 0;
    while asker.is_connected() {
        assert!(asked < 600, "it trusts a connection on which nothing is confirmed");
        let answer = asker.question::<()>("accounts", &json!({}), Duration::from_millis(100)).await;
        assert!(matches!(answer, Err(AskError::Unavailable(_))), "{answer:?}");
        asked += 1;
    }
    servers.rabbitmq.as_mut().unwrap().resume().await.unwrap();
    tokio::time::timeout(Duration::from_secs(60), asker.connected()).await.expect("and again there is one");
    servers.stop().await.unwrap();
}
