//! A partition's steps without a broker, on a real database of its own; or at work on a broker.

use crate::incoming::{Incoming, envelope};
use crate::parked;
use crate::rules::{Place, ReplyTo, Rules};
use crate::service;
use crate::settings::Settings;
use crate::stepper::{Committed, StepError, Stepper};
use crate::store::{Db, Tx};
use contracts::{Partitions, StreamName, Timestamp, topology};
use serde::Serialize;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// A new, empty database on a PostgreSQL that this test binary's tests share.
pub async fn fresh_database() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let servers = servers::TestServers::shared_postgres().await.expect("a private PostgreSQL starts");
    let admin = Db::connect(&servers.postgres.url("postgres")).await.expect("the admin connects");
    admin.execute_alone(&format!("create database {name}")).await.expect("a database can be created");
    servers.postgres.url(&name)
}

/// What a step said.
#[derive(Debug, Default)]
pub struct Said {
    pub events: Vec<(StreamName, Vec<serde_json::Value>)>,
    pub replies: Vec<serde_json::Value>,
    pub committed: Committed,
}

impl Said {
    /// The events said on one stream.
    pub fn on(&self, stream: &str) -> Vec<serde_json::Value> {
        self.events
            .iter()
            .filter(|(name, _)| name.as_str() == stream)
            .flat_map(|(_, events)| events.clone())
            .collect()
    }
}

pub struct Bench<R: Rules> {
    stepper: Stepper<R>,
    now: Timestamp,
}

pub fn place(service: &'static str) -> Place {
    Place { service, partition: 0, partitions: Partitions { users: 1, symbols: 1 } }
}

impl<R: Rules> Bench<R> {
    pub async fn open(url: &str, place: Place, shared: R::Shared) -> Self {
        let db = Db::connect(url).await.expect("the database answers");
        let stepper = Stepper::open(db, place, shared).await.expect("the partition opens");
        let now = chrono::DateTime::from_timestamp(1_767_225_600, 0).expect("2026 began");
        Bench { stepper, now }
    }

    pub fn db(&self) -> &Db {
        self.stepper.db()
    }

    pub fn set_now(&mut self, now: Timestamp) {
        self.now = now;
    }

    /// Forgets all memory, as a restart does.
    pub async fn reopen(&mut self) {
        self.try_reopen().await.expect("the partition opens again");
    }

    pub async fn try_reopen(&mut self) -> Result<(), crate::Fault> {
        self.stepper.reopen().await
    }

    /// Delivers one message of a stream.
    pub async fn stream<E: Serialize>(&mut self, stream: &str, seq: u64, events: &[E]) -> Said {
        let incoming = self.batch(stream, seq, events);
        self.deliver(vec![incoming]).await
    }

    pub async fn request(&mut self, sender: &str, command: &impl Serialize) -> Said {
        let body = serde_json::to_vec(command).expect("commands are JSON");
        self.deliver(vec![asking(topology::REQUESTS_EXCHANGE, sender, body)]).await
    }

    pub async fn order(&mut self, sender: &str, json: &str) -> Said {
        self.deliver(vec![asking(topology::ORDERS_EXCHANGE, sender, json.as_bytes().to_vec())]).await
    }

    /// For `deliver`: one message of a stream.
    pub fn batch<E: Serialize>(&self, stream: &str, seq: u64, events: &[E]) -> Incoming {
        let name = StreamName::from(stream);
        let service = topology::service_of(name.writer()).to_owned();
        let events = serde_json::to_vec(events).expect("events are JSON");
        let body = envelope(&name, seq, self.now, &events);
        Incoming {
            exchange: service.clone(),
            sender: service,
            body,
            reply_to: None,
            deadline: None,
            redelivered: false,
        }
    }

    /// For `deliver`: a client's message or a request.
    pub fn asking(&self, exchange: &str, sender: &str, json: &str) -> Incoming {
        asking(exchange, sender, json.as_bytes().to_vec())
    }

    /// One step over all of these.
    pub async fn deliver(&mut self, batch: Vec<Incoming>) -> Said {
        let committed = self.stepper.run(&batch, self.now).await.expect("the step commits");
        let events = committed.messages.iter().map(|message| {
            let body: serde_json::Value = serde_json::from_slice(&message.body).expect("a message is JSON");
            (message.stream.clone(), body["events"].as_array().expect("events are a list").clone())
        });
        let replies =
            committed.replies.iter().map(|(_, body)| serde_json::from_slice(body).expect("a reply is JSON"));
        Said { events: events.collect(), replies: replies.collect(), committed }
    }

    /// When the rules want a step of their own accord. (`deliver` nothing, for that step.)
    pub fn due(&self) -> Option<Timestamp> {
        self.stepper.due()
    }

    /// A step that may fail; memory is then read anew, as the partition does.
    pub async fn try_deliver(&mut self, batch: &[Incoming]) -> Result<Committed, StepError> {
        let result = self.stepper.run(batch, self.now).await;
        if result.is_err() {
            self.reopen().await;
        }
        result
    }

    /// What the service answers to who asks what is parked.
    pub async fn inspect(&self, sender: &str, question: &impl Serialize) -> serde_json::Value {
        let body = serde_json::to_vec(question).expect("questions are JSON");
        let asked = asking(topology::REQUESTS_EXCHANGE, sender, body);
        assert!(parked::is_asked(&asked), "another question");
        let place = self.stepper.place();
        parked::answer(self.db(), place.service, &asked).await.expect("the database answers").json()
    }

    /// Runs SQL outside any step: to look, or to break something on purpose.
    pub async fn sql(&self, sql: &str) -> u64 {
        let sql = sql.to_owned();
        self.db()
            .transaction(async move |tx: &Tx| tx.execute(&sql, []).await)
            .await
            .expect("the statement runs")
    }
}

/// One partition at work as in a service's process, on the broker that the settings name.
pub struct Instance {
    stop: watch::Sender<bool>,
    tasks: [JoinHandle<()>; 3],
}

impl Instance {
    pub async fn start<R: Rules>(
        settings: &Settings,
        database: &str,
        place: Place,
        shared: R::Shared,
    ) -> Self {
        let db = Db::connect(database).await.expect("the database answers");
        let stepper = Stepper::<R>::open(db, place, shared).await.expect("the partition opens");
        let url = settings.broker_url(place.service).expect("the service's user has a password");
        let (stop, stopped) = watch::channel(false);
        let tasks = service::start(stepper, settings, &url, Duration::ZERO, stopped);
        Instance { stop, tasks }
    }

    /// Returns once everything that was under way is done.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        for task in self.tasks {
            task.await.expect("no task panics");
        }
    }
}

fn asking(exchange: &str, sender: &str, body: Vec<u8>) -> Incoming {
    let reply_to = ReplyTo { exchange: "replies".into(), routing_key: "test".into(), correlation_id: None };
    Incoming {
        exchange: exchange.into(),
        sender: sender.into(),
        body,
        reply_to: Some(reply_to),
        deadline: None,
        redelivered: false,
    }
}
