//! Questions to a service: read-only, answered by any of its instances.

use crate::broker::{self, Backoff};
use crate::incoming::Incoming;
use crate::parked;
use crate::store::{Db, Fault};
use crate::trace::{self, Kind, Span};
use async_trait::async_trait;
use contracts::{Refusal, json, refusal::Answer, topology};
use futures::StreamExt;
use lapin::options::{BasicAckOptions, BasicPublishOptions};
use serde::{Serialize, de::DeserializeOwned};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// An answer as it goes out: `{"ok": …}` or `{"refused": {…}}`.
#[derive(Debug)]
pub struct Reply(Vec<u8>);

impl Reply {
    pub fn of<T: Serialize>(result: Result<T, Refusal>) -> Self {
        Reply(serde_json::to_vec(&Answer::from(result)).expect("our own answers are JSON"))
    }

    pub fn ok<T: Serialize>(value: T) -> Self {
        Self::of(Ok(value))
    }

    pub fn refused(refusal: Refusal) -> Self {
        Self::of::<()>(Err(refusal))
    }

    /// For tests.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.0).expect("an answer is JSON")
    }
}

#[async_trait]
pub trait Answers: Send + Sync + 'static {
    type Question: DeserializeOwned + Send;

    /// Whether this takes long. Such a question keeps none of the places from the others: the service
    /// must have a bound of its own for it.
    fn is_slow(&self, _question: &Self::Question) -> bool {
        false
    }

    /// `sender` is the AMQP user that asks, as the broker vouches for it.
    async fn answer(&self, sender: &str, question: Self::Question) -> Result<Reply, Fault>;
}

/// Half of the database's connections: questions never starve the steps.
const AT_ONCE_MAX: usize = 6;

/// Answers for ever; connects again when it must.
pub(crate) async fn serve<A: Answers>(url: String, service: &'static str, db: Db, answers: Arc<A>) {
    let mut backoff = Backoff::default();
    loop {
        let ended = serve_connected(&url, service, &db, &answers, &mut backoff).await;
        tracing::warn!(service, error = ?ended.err(), "no questions; connecting again");
        backoff.wait().await;
    }
}

async fn serve_connected<A: Answers>(
    url: &str,
    service: &'static str,
    db: &Db,
    answers: &Arc<A>,
    backoff: &mut Backoff,
) -> lapin::Result<()> {
    let connection = broker::connect(url, &format!("{service} answers")).await?;
    let mut questions =
        broker::consume(&connection, &topology::questions_queue(service), 2 * AT_ONCE_MAX as u16).await?;
    let channel = broker::within(connection.create_channel()).await?;
    let places = Arc::new(Semaphore::new(AT_ONCE_MAX));
    backoff.reset();
    while let Some(delivery) = questions.next().await {
        if !channel.status().connected() {
            // The broker has closed it, for a permission that was revoked, say. Nothing that we say
            // would arrive, though questions still come: another connection may do better.
            let _ = broker::within(connection.close(200, "cannot answer".into())).await;
            return Ok(());
        }
        let mut delivery = delivery?;
        let context = trace::carried(&delivery);
        let incoming = Incoming::from_delivery(&mut delivery);
        // Nothing is lost with a question: its asker asks again.
        broker::within(delivery.acker.ack(BasicAckOptions::default())).await?;
        let place = places.clone().acquire_owned().await.expect("never closed");
        let (db, answers, channel) = (db.clone(), answers.clone(), channel.clone());
        tokio::spawn(async move {
            if incoming.deadline.is_some_and(|deadline| chrono::Utc::now() > deadline) {
                return;
            }
            let name = || format!("{service} {}", trace::request_name(&incoming.body).unwrap_or("question"));
            let mut span = Span::begin(context, Kind::Server, name);
            let answering = answer_one(&db, service, &*answers, &incoming, place);
            let Some(Reply(body)) = trace::within(span.context(), answering).await else {
                span.fail(|| "could not answer".to_owned());
                return;
            };
            let Some(to) = incoming.reply_to else { return };
            let mut properties = broker::transient(service, "reply");
            if let Some(id) = to.correlation_id {
                properties = properties.with_correlation_id(id.into());
            }
            properties = trace::carrying(properties, Some(span.context()));
            drop(span);
            let options = BasicPublishOptions::default();
            let sending =
                channel.basic_publish(to.exchange.into(), to.routing_key.into(), options, &body, properties);
            let sent = broker::within(sending).await;
            if let Err(error) = sent {
                tracing::debug!(%error, "an answer was lost");
            }
        });
    }
    Ok(())
}

/// Nothing when the database failed: the asker's deadline will tell him.
async fn answer_one<A: Answers>(
    db: &Db,
    service: &str,
    answers: &A,
    incoming: &Incoming,
    place: OwnedSemaphorePermit,
) -> Option<Reply> {
    let answer = if parked::is_asked(incoming) {
        parked::answer(db, service, incoming).await
    } else {
        let question = match json::read(&incoming.body) {
            Ok(question) => question,
            Err(refusal) => return Some(Reply::refused(refusal)),
        };
        let _place = (!answers.is_slow(&question)).then_some(place);
        answers.answer(&incoming.sender, question).await
    };
    match answer {
        Ok(reply) => Some(reply),
        Err(fault) => {
            tracing::warn!(error = %format!("{:#}", anyhow::Error::from(fault)), "could not answer a question");
            None
        }
    }
}
