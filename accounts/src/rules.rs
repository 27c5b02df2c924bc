//! The one partition of accounts: people as they are registered.

use crate::{
    domain::People,
    handlers::{add_user, register_user},
    store,
};
use async_trait::async_trait;
use chassis::{Db, Fault, Place, Poison, Rules, Source, Step, Writes};
use contracts::{
    Code, Refusal, StreamName,
    accounts::{AccountsCommand, User},
    json, topology,
};

pub struct Accounts {
    to_all: StreamName,
}

#[async_trait]
impl Rules for Accounts {
    type Shared = ();
    type Input = AccountsCommand;
    type Rows = People;

    async fn open(_shared: &(), place: Place, _db: &Db) -> Result<Self, Fault> {
        Ok(Accounts { to_all: place.stream_to_all() })
    }

    fn decode_events(&self, source: Source<'_>, _events: &[u8]) -> Result<Vec<AccountsCommand>, String> {
        Err(format!("accounts hears no streams, got {source:?}"))
    }

    fn decode_request(&self, source: Source<'_>, body: &[u8]) -> Result<AccountsCommand, Refusal> {
        match source {
            Source::Request { sender: sender @ (topology::ADMIN | topology::WEB) } => {
                match (json::read(body)?, sender) {
                    (AccountsCommand::RegisterUser(_), topology::WEB) => {
                        Err(Refusal::new(Code::NotAllowed, "only admin registers users"))
                    }
                    (command, _) => Ok(command),
                }
            }
            Source::Request { .. } | Source::Orders { .. } | Source::Stream { .. } => {
                Err(Refusal::new(Code::NotAllowed, "only admin registers users"))
            }
        }
    }

    fn key(&self, input: &AccountsCommand) -> String {
        match input {
            AccountsCommand::RegisterUser(User { user_id, .. })
            | AccountsCommand::AddUser { user_id, .. } => user_id.to_string(),
        }
    }

    async fn prefetch(&mut self, db: &Db, inputs: &[AccountsCommand]) -> Result<People, Fault> {
        let ids = inputs.iter().map(|input| match input {
            AccountsCommand::RegisterUser(User { user_id, .. })
            | AccountsCommand::AddUser { user_id, .. } => *user_id,
        });
        Ok(People::known(store::users(db, ids).await?))
    }

    fn apply(&mut self, people: &mut People, input: AccountsCommand, step: &mut Step) -> Result<(), Poison> {
        match input {
            AccountsCommand::RegisterUser(user) => register_user::apply(people, user, &self.to_all, step),
            AccountsCommand::AddUser { user_id, name } => {
                add_user::apply(people, user_id, name, &self.to_all, step);
            }
        }
        Ok(())
    }

    fn write(&mut self, people: People, writes: &mut Writes) {
        store::save(people.changed(), writes);
    }
}
