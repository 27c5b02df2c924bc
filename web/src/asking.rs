//! What web asks the services. A trait, so that tests can answer in their place.

use crate::market::reports::{CHART_CANDLES, RECENT_CANDLES};
use crate::market::{Need, Snapshot};
use async_trait::async_trait;
use chassis::ask::{AskError, Asker};
use contracts::intake::{Body, IntakeReply};
use contracts::{Code, Partitions, Refusal, UserId, matching, stock_data, topology};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::value::{RawValue, to_raw_value};
use std::time::Duration;

/// Every answer, also that there is none, is given within two seconds.
pub const ANSWER_DEADLINE: Duration = Duration::from_millis(1_800);
/// A snapshot of a partition with many books takes a while, and nobody waits for it.
const SNAPSHOT_DEADLINE: Duration = Duration::from_secs(5);

/// Of the days told apart, when nobody asks for more: a week.
pub const STATISTICS_DAYS: u16 = 7;

#[async_trait]
pub trait Services: Send + Sync + 'static {
    async fn question(
        &self,
        service: &str,
        question: &RawValue,
        deadline: Duration,
    ) -> Result<Box<RawValue>, AskError>;

    /// Commands a partition, by name.
    async fn command(
        &self,
        partition: &str,
        command: &RawValue,
        deadline: Duration,
    ) -> Result<Box<RawValue>, AskError>;

    async fn order(
        &self,
        user_id: UserId,
        body: &Body<'_>,
        deadline: Duration,
    ) -> Result<IntakeReply, AskError>;

    fn is_connected(&self) -> bool;
}

#[async_trait]
impl Services for Asker {
    async fn question(
        &self,
        service: &str,
        question: &RawValue,
        deadline: Duration,
    ) -> Result<Box<RawValue>, AskError> {
        Asker::question(self, service, &question, deadline).await
    }

    async fn command(
        &self,
        partition: &str,
        command: &RawValue,
        deadline: Duration,
    ) -> Result<Box<RawValue>, AskError> {
        Asker::command(self, partition, &command, deadline).await
    }

    async fn order(
        &self,
        user_id: UserId,
        body: &Body<'_>,
        deadline: Duration,
    ) -> Result<IntakeReply, AskError> {
        Asker::order(self, user_id, body, deadline).await
    }

    fn is_connected(&self) -> bool {
        Asker::is_connected(self)
    }
}

pub(crate) fn raw(message: &impl Serialize) -> Box<RawValue> {
    to_raw_value(message).expect("our own messages are JSON")
}

fn read<T: DeserializeOwned>(answer: &RawValue) -> Result<T, AskError> {
    serde_json::from_str(answer.get())
        .map_err(|e| AskError::Unavailable(format!("the answer cannot be read: {e}")))
}

/// Asks any instance of a service.
pub async fn ask<T: DeserializeOwned>(
    services: &dyn Services,
    service: &str,
    question: &impl Serialize,
    deadline: Duration,
) -> Result<T, AskError> {
    read(&services.question(service, &raw(question), deadline).await?)
}

/// Commands a partition, by name.
pub async fn command<T: DeserializeOwned>(
    services: &dyn Services,
    partition: &str,
    command: &impl Serialize,
    deadline: Duration,
) -> Result<T, AskError> {
    read(&services.command(partition, &raw(command), deadline).await?)
}

pub async fn command_raw(
    services: &dyn Services,
    partition: &str,
    command: &impl Serialize,
) -> Result<Box<RawValue>, AskError> {
    services.command(partition, &raw(command), ANSWER_DEADLINE).await
}

/// An error in a later part of something. That this part was not sent does not mean that nothing happened.
pub fn midway(error: AskError) -> AskError {
    match error {
        AskError::Refused(Refusal { code: Code::NotSent, message, .. }) => {
            AskError::Unavailable(format!("only a part of it is done: {message}"))
        }
        AskError::Refused(_) | AskError::Unavailable(_) => error,
    }
}

/// Fetches a snapshot of the market's state.
pub async fn fetch(services: &dyn Services, need: Need) -> Result<Snapshot, AskError> {
    match need {
        Need::Stocks => {
            let question = stock_data::Question::Stocks {};
            ask(services, topology::STOCK_DATA, &question, SNAPSHOT_DEADLINE).await.map(Snapshot::Stocks)
        }
        Need::Depths { partition } => {
            let name = topology::partition_name(topology::MATCHING, partition);
            let command = raw(&matching::MatchingCommand::Depths {});
            let depths = read(&services.command(&name, &command, SNAPSHOT_DEADLINE).await?)?;
            Ok(Snapshot::Depths { partition, depths })
        }
        Need::Trades { symbol } => {
            let limit = contracts::ordering::PAGE_LENGTH_MAX;
            let question = stock_data::Question::Trades { symbol, limit };
            let newest_first = ask(services, topology::STOCK_DATA, &question, SNAPSHOT_DEADLINE).await?;
            Ok(Snapshot::Trades { symbol, newest_first })
        }
        Need::Candles { symbol, interval, whole } => {
            let limit = if whole { CHART_CANDLES } else { RECENT_CANDLES };
            let question = stock_data::Question::Candles { symbol, interval, from: None, to: None, limit };
            let candles = ask(services, topology::STOCK_DATA, &question, SNAPSHOT_DEADLINE).await?;
            Ok(Snapshot::Candles { whole, candles })
        }
        Need::Statistics => {
            let question = stock_data::Question::Statistics { days: STATISTICS_DAYS };
            let statistics = ask(services, topology::STOCK_DATA, &question, SNAPSHOT_DEADLINE).await?;
            Ok(Snapshot::Statistics(statistics))
        }
    }
}

/// The partition of portfolio that keeps a user's books.
pub fn portfolio_of(user_id: UserId, partitions: Partitions) -> String {
    topology::partition_name(topology::PORTFOLIO, partitions.of_user(user_id))
}
