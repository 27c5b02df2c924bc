//! The payment service's door: what it says on the exchange `payments`, in the words of accounts and
//! portfolio. What it asks for is done there, under its ids, and answered after their commit.

use crate::asking::{self, ANSWER_DEADLINE, Services, portfolio_of};
use crate::closing;
use async_trait::async_trait;
use chassis::ask::AskError;
use chassis::desk::Clerk;
use contracts::accounts::{self, AccountsCommand, Removal, User};
use contracts::payments::{self, Payment, Reply, Request, Status};
use contracts::portfolio::{self, Balance, Moved, PortfolioCommand};
use contracts::{Code, Money, Partitions, Refusal, UserId, topology};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// How often portfolio is asked whether it has heard of a new user, and how long between two times.
const KNOWN_ASKED_MAX: usize = 10;
const KNOWN_ASKED_EVERY: Duration = Duration::from_millis(100);

pub struct Payments {
    pub services: Arc<dyn Services>,
    pub partitions: Partitions,
}

/// What was done, for whom, and what he has now.
struct Done {
    user_id: UserId,
    amount: Option<Money>,
    message: String,
}

#[async_trait]
impl Clerk for Payments {
    async fn serve(&self, sender: &str, body: &[u8]) -> Vec<u8> {
        let reply = match payments::decode(body) {
            // Who gives no name is one of them too: the broker lets nobody else write there.
            Ok(Request { id, .. }) if !["", topology::GATEWAY, topology::ADMIN].contains(&sender) => {
                let rule = format!("{sender} may not do that");
                Reply::refused(Some(id), Refusal::new(Code::NotAllowed, rule))
            }
            Ok(Request { id, payment }) => reply(id, self.obey(id, payment).await),
            Err(reply) => reply,
        };
        serde_json::to_vec(&reply).expect("our own messages are JSON")
    }
}

fn reply(id: Uuid, outcome: Result<Done, AskError>) -> Reply {
    match outcome {
        Ok(Done { user_id, amount, message }) => {
            Reply { id: Some(id), status: Status::Ok, user_id: Some(user_id), amount, code: None, message }
        }
        Err(AskError::Refused(refusal)) => Reply::refused(Some(id), refusal),
        Err(AskError::Unavailable(why)) => {
            let rule = format!("send it again with the same id: {why}");
            Reply::refused(Some(id), Refusal::new(Code::Unavailable, rule))
        }
    }
}

impl Payments {
    async fn obey(&self, id: Uuid, payment: Payment) -> Result<Done, AskError> {
        match payment {
            Payment::AddUser { user_id, name } => self.add(user_id, name).await,
            Payment::RemoveUser { user_id } => closing::within_deadline(self.remove(id, user_id)).await,
            Payment::Deposit { user_id, amount } => {
                let command = PortfolioCommand::Deposit { id, user_id, amount };
                self.move_cash(user_id, &command, format!("{amount} deposited")).await
            }
            Payment::Withdraw { user_id, amount } => {
                let command = PortfolioCommand::Withdraw { id, user_id, amount };
                self.move_cash(user_id, &command, format!("{amount} withdrawn")).await
            }
            Payment::UserInfo { user_id } => {
                let user = self.user(user_id).await?;
                let amount = self.cash(user_id).await?;
                Ok(Done { user_id, amount, message: user.name })
            }
        }
    }

    /// Answered when he can be paid.
    async fn add(&self, user_id: UserId, name: String) -> Result<Done, AskError> {
        let command = AccountsCommand::AddUser { user_id, name };
        let accounts = topology::partition_name(topology::ACCOUNTS, 0);
        let user: User = asking::command(&*self.services, &accounts, &command, ANSWER_DEADLINE).await?;
        for _ in 0..KNOWN_ASKED_MAX {
            if let Some(cash) = self.cash(user_id).await.map_err(asking::midway)? {
                return Ok(Done { user_id, amount: Some(cash), message: format!("{} added", user.name) });
            }
            tokio::time::sleep(KNOWN_ASKED_EVERY).await;
        }
        Err(AskError::Unavailable("added, but not everybody has heard of it yet".to_owned()))
    }

    /// Answered when nothing of his is left. Before anything of his is touched, accounts says whether it may be.
    async fn remove(&self, id: Uuid, user_id: UserId) -> Result<Done, AskError> {
        let services = &*self.services;
        let question = accounts::Question::Removal { id, user_id };
        let Removal { is_done, .. } =
            asking::ask(services, topology::ACCOUNTS, &question, ANSWER_DEADLINE).await?;
        if !is_done {
            closing::leave_the_market(services, self.partitions, user_id).await?;
            let command = AccountsCommand::RemoveUser { id, user_id };
            let accounts = topology::partition_name(topology::ACCOUNTS, 0);
            let _: User = asking::command(services, &accounts, &command, ANSWER_DEADLINE)
                .await
                .map_err(asking::midway)?;
        }
        Ok(Done { user_id, amount: None, message: "removed".to_owned() })
    }

    async fn move_cash(
        &self,
        user_id: UserId,
        command: &PortfolioCommand,
        message: String,
    ) -> Result<Done, AskError> {
        let partition = portfolio_of(user_id, self.partitions);
        let moved: Moved = asking::command(&*self.services, &partition, command, ANSWER_DEADLINE).await?;
        Ok(Done { user_id, amount: Some(moved.cash.total), message })
    }

    async fn user(&self, user_id: UserId) -> Result<User, AskError> {
        let question = accounts::Question::Users { user_ids: vec![user_id] };
        let users: Vec<User> =
            asking::ask(&*self.services, topology::ACCOUNTS, &question, ANSWER_DEADLINE).await?;
        let unknown = || AskError::Refused(Refusal::of_field(Code::UnknownUser, "user_id", "no such user"));
        users.into_iter().next().ok_or_else(unknown)
    }

    async fn cash(&self, user_id: UserId) -> Result<Option<Money>, AskError> {
        let question = portfolio::Question::Balances { user_ids: vec![user_id] };
        let balances: Vec<Balance> =
            asking::ask(&*self.services, topology::PORTFOLIO, &question, ANSWER_DEADLINE).await?;
        Ok(balances.first().map(|balance| balance.cash.total))
    }
}
