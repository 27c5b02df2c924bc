//! Asking services: questions, commands, and orders, each with a deadline.
//!
//! No answer in time means *unknown*, never failed: ask again with the same ids.

use crate::broker::{self, Backoff, Taking};
use crate::settings::{Settings, SettingsError};
use crate::trace::{self, Context, Kind, Span};
use contracts::{Refusal, UserId, intake, refusal::Answer, topology};
use futures::StreamExt;
use lapin::{BasicProperties, Channel, Connection, options::BasicPublishOptions};
use rustc_hash::FxHashMap;
use serde::{Serialize, de::DeserializeOwned};
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU64, Ordering},
};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, oneshot, watch};
use uuid::Uuid;

#[derive(Debug, thiserror::Error)]
pub enum AskError {
    #[error("refused: {0}")]
    Refused(Refusal),
    /// No answer in time, or no connection. It may or may not have happened.
    #[error("{0}")]
    Unavailable(String),
}

/// Answers that nobody took are dropped by the broker past this many.
const REPLIES_MAX: i64 = 20_000;

/// Cheap to clone; one connection for all.
#[derive(Clone)]
pub struct Asker(Arc<Inner>);

struct Inner {
    user: String,
    /// The reply queue, and the key under which answers come.
    name: String,
    link: watch::Receiver<Option<Link>>,
    waiting: Mutex<FxHashMap<u64, oneshot::Sender<Vec<u8>>>>,
    next: AtomicU64,
    /// When the first message was sent of those since the broker last confirmed one.
    unconfirmed_since: Mutex<Option<Instant>>,
    /// Told when it has confirmed nothing for so long that another connection may do better.
    distrusted: Arc<Notify>,
    /// Dropped with the last asker, which ends the connection.
    _alive: watch::Sender<()>,
}

impl Inner {
    fn note_confirmation(&self) {
        *self.unconfirmed_since.lock().expect("no panic while held") = None;
    }

    fn unconfirmed_for(&self) -> Option<Duration> {
        self.unconfirmed_since.lock().expect("no panic while held").map(|since| since.elapsed())
    }
}

#[derive(Clone)]
struct Link {
    channel: Channel,
    /// Returned (unroutable) and refused publications end their asking at once.
    _connection: Arc<Connection>,
}

impl Asker {
    /// Connects as one of the broker's users, and again whenever it must.
    pub async fn connect(settings: &Settings, user: &str) -> Result<Self, SettingsError> {
        let url = settings.broker_url(user)?;
        let name = format!("{user}.replies.{}", Uuid::now_v7());
        let (connected, link) = watch::channel(None);
        let (alive, gone) = watch::channel(());
        let asker = Asker(Arc::new(Inner {
            user: user.to_owned(),
            name,
            link,
            waiting: Mutex::default(),
            next: AtomicU64::new(1),
            unconfirmed_since: Mutex::default(),
            distrusted: Arc::default(),
            _alive: alive,
        }));
        tokio::spawn(stay_connected(url, Arc::downgrade(&asker.0), connected, gone));
        Ok(asker)
    }

    pub fn is_connected(&self) -> bool {
        self.0.link.borrow().is_some()
    }

    /// Resolves once there is a connection.
    pub async fn connected(&self) {
        let _ = self.0.link.clone().wait_for(Option::is_some).await;
    }

    /// Asks any instance of a service.
    pub async fn question<T: DeserializeOwned>(
        &self,
        service: &str,
        question: &impl Serialize,
        deadline: Duration,
    ) -> Result<T, AskError> {
        self.request(&topology::questions_queue(service), question, deadline).await
    }

    /// Commands a partition, by its name; answered after its commit.
    pub async fn command<T: DeserializeOwned>(
        &self,
        partition: &str,
        command: &impl Serialize,
        deadline: Duration,
    ) -> Result<T, AskError> {
        self.request(partition, command, deadline).await
    }

    /// Sends what a client would send to `orders`; answered after ordering's commit.
    pub async fn order(
        &self,
        user_id: UserId,
        body: &intake::Body<'_>,
        deadline: Duration,
    ) -> Result<intake::IntakeReply, AskError> {
        let body = serde_json::to_vec(body).expect("our own messages are JSON");
        let reply = self.ask(topology::ORDERS_EXCHANGE, &user_id.to_string(), &body, deadline).await?;
        serde_json::from_slice(&reply).map_err(unreadable)
    }

    async fn request<T: DeserializeOwned>(
        &self,
        key: &str,
        request: &impl Serialize,
        deadline: Duration,
    ) -> Result<T, AskError> {
        let body = serde_json::to_vec(request).expect("our own messages are JSON");
        let reply = self.ask(topology::REQUESTS_EXCHANGE, key, &body, deadline).await?;
        match serde_json::from_slice(&reply).map_err(unreadable)? {
            Answer::Ok(value) => Ok(value),
            Answer::Refused(refusal) => Err(AskError::Refused(refusal)),
        }
    }

    async fn ask(
        &self,
        exchange: &str,
        key: &str,
        body: &[u8],
        deadline: Duration,
    ) -> Result<Vec<u8>, AskError> {
        let id = self.0.next.fetch_add(1, Ordering::Relaxed);
        let (answered, answer) = oneshot::channel();
        self.0.waiting.lock().expect("no panic while held").insert(id, answered);
        // Forgets the question however this ends, also when the asker is dropped.
        let _forget = Forget { inner: &self.0, id };
        let mut span = self.span(exchange, key, body);
        let context = span.context();
        let asked = tokio::time::timeout(deadline, async {
            self.publish(exchange, key, body, id, deadline, context).await?;
            answer
                .await
                .map_err(|_| AskError::Unavailable("the connection was lost before the answer".into()))
        });
        let answer = asked.await.unwrap_or_else(|_| {
            if self.0.unconfirmed_for().is_some_and(|time| time > broker::PATIENCE) {
                self.0.distrusted.notify_waiters();
            }
            // An order's key is whose it is.
            let from = if exchange == topology::ORDERS_EXCHANGE { topology::ORDERING } else { key };
            Err(AskError::Unavailable(format!(
                "no answer from {from} within {} ms; whether it happened is unknown",
                deadline.as_millis()
            )))
        });
        if let Err(error) = &answer {
            span.fail(|| error.to_string());
        }
        answer
    }

    fn span(&self, exchange: &str, key: &str, body: &[u8]) -> Span {
        // An order's key is whose it is: nothing for others to read.
        let to = if exchange == topology::ORDERS_EXCHANGE { exchange } else { key };
        let name = || format!("ask {to} {}", trace::request_name(body).unwrap_or_default());
        let mut span = Span::begin(trace::current(), Kind::Client, name);
        span.set("messaging.system", || "rabbitmq".into());
        span.set("messaging.destination.name", || to.to_owned().into());
        span
    }

    async fn publish(
        &self,
        exchange: &str,
        key: &str,
        body: &[u8],
        id: u64,
        deadline: Duration,
        context: Context,
    ) -> Result<(), AskError> {
        let link = self.0.link.borrow().clone();
        let Some(link) = link else {
            return Err(AskError::Unavailable("no connection to the message broker".into()));
        };
        let expires = chrono::Utc::now() + deadline;
        // What changes nothing is asked again: it may carry a password, and stays off the broker's disk.
        let is_question = key == topology::questions_queue(topology::service_of(key));
        let properties = if is_question {
            broker::transient(&self.0.user, "request").with_message_id(Uuid::now_v7().to_string().into())
        } else {
            broker::persistent(&self.0.user, "request", Uuid::now_v7().to_string())
        };
        let properties = properties
            .with_reply_to(self.0.name.as_str().into())
            .with_correlation_id(id.to_string().into())
            .with_headers(broker::deadline_header(expires));
        let properties = trace::carrying(properties, Some(context));
        self.0.unconfirmed_since.lock().expect("no panic while held").get_or_insert_with(Instant::now);
        let confirm = self.send(&link, exchange, key, body, properties).await;
        let confirm = confirm.map_err(|e| AskError::Unavailable(format!("could not send: {e}")))?;
        let confirmed = confirm.await;
        self.0.note_confirmation();
        match confirmed {
            Ok(lapin::Confirmation::Ack(None)) => Ok(()),
            Ok(_) => Err(AskError::Unavailable(format!("{key} takes no messages at the moment"))),
            Err(error) => Err(AskError::Unavailable(format!("could not send: {error}"))),
        }
    }

    async fn send(
        &self,
        link: &Link,
        exchange: &str,
        key: &str,
        body: &[u8],
        properties: BasicProperties,
    ) -> lapin::Result<lapin::PublisherConfirm> {
        let options = BasicPublishOptions { mandatory: true, ..Default::default() };
        link.channel.basic_publish(exchange.into(), key.into(), options, body, properties).await
    }
}

fn unreadable(error: serde_json::Error) -> AskError {
    AskError::Unavailable(format!("the answer cannot be read: {error}"))
}

struct Forget<'a> {
    inner: &'a Inner,
    id: u64,
}

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        self.inner.waiting.lock().expect("no panic while held").remove(&self.id);
    }
}

async fn stay_connected(
    url: String,
    inner: std::sync::Weak<Inner>,
    connected: watch::Sender<Option<Link>>,
    mut gone: watch::Receiver<()>,
) {
    let mut backoff = Backoff::default();
    loop {
        let Some(strong) = inner.upgrade() else { return };
        let (user, name) = (strong.user.clone(), strong.name.clone());
        let distrusted = strong.distrusted.clone();
        drop(strong);
        let ended = tokio::select! {
            ended = listen(&url, &user, &name, &inner, &connected, &distrusted, &mut backoff) => ended,
            _ = gone.changed() => return,
        };
        if let Err(error) = ended {
            tracing::warn!(user, %error, "cannot ask anybody; connecting again");
        }
        connected.send_replace(None);
        if let Some(inner) = inner.upgrade() {
            // Their answers went to a queue that is gone.
            inner.waiting.lock().expect("no panic while held").clear();
        }
        backoff.wait().await;
    }
}

async fn listen(
    url: &str,
    user: &str,
    name: &str,
    inner: &std::sync::Weak<Inner>,
    connected: &watch::Sender<Option<Link>>,
    distrusted: &Notify,
    backoff: &mut Backoff,
) -> lapin::Result<()> {
    let connection = broker::connect(url, &format!("{user} asks")).await?;
    let bindings = [(topology::REPLIES_EXCHANGE, name)];
    let mut replies = broker::consume_own(&connection, name, REPLIES_MAX, Taking::AtOnce, &bindings).await?;
    let publishing = broker::confirming_channel(&connection).await?;
    if let Some(inner) = inner.upgrade() {
        inner.note_confirmation();
    }
    connected.send_replace(Some(Link { channel: publishing, _connection: Arc::new(connection) }));
    backoff.reset();
    loop {
        let reply = tokio::select! {
            reply = replies.next() => reply,
            () = distrusted.notified() => return Err(broker::timed_out("the broker confirms nothing")),
            // The last asker is gone, and the connection with it.
            () = connected.closed() => return Ok(()),
        };
        let Some(reply) = reply else { return Ok(()) };
        let reply = reply?;
        let Some(inner) = inner.upgrade() else { return Ok(()) };
        let id = reply.properties.correlation_id().as_ref().and_then(|id| id.as_str().parse().ok());
        let waiting = id.and_then(|id: u64| inner.waiting.lock().expect("no panic while held").remove(&id));
        if let Some(asker) = waiting {
            let _ = asker.send(reply.data);
        }
    }
}
