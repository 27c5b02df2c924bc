//! The one partition of accounts: people as they are registered, and what lets them in.

use crate::domain::{Credential, KeptKey};
use crate::{handlers, store::Rows};
use async_trait::async_trait;
use chassis::{Db, Fault, Place, Poison, Rules, Source, Step, Writes};
use contracts::{Code, Refusal, StreamName, accounts::AccountsCommand, json, topology};

pub struct Accounts {
    to_all: StreamName,
    to_web: StreamName,
}

/// Who may say it.
fn sender_of(command: &AccountsCommand) -> &'static str {
    match command {
        AccountsCommand::RegisterUser(_) => topology::ADMIN,
        AccountsCommand::OpenAccount { .. }
        | AccountsCommand::ChangePassword { .. }
        | AccountsCommand::Rehash { .. }
        | AccountsCommand::KeepKey { .. } => topology::ACCOUNTS,
        AccountsCommand::AddUser { .. }
        | AccountsCommand::RemoveUser { .. }
        | AccountsCommand::EndSession { .. }
        | AccountsCommand::Rename { .. }
        | AccountsCommand::DropKey { .. }
        | AccountsCommand::CloseAccount { .. } => topology::WEB,
    }
}

#[async_trait]
impl Rules for Accounts {
    type Shared = ();
    type Input = AccountsCommand;
    type Rows = Rows;

    async fn open(_shared: &(), place: Place, _db: &Db) -> Result<Self, Fault> {
        Ok(Accounts { to_all: place.stream_to_all(), to_web: place.stream_to(topology::WEB) })
    }

    fn decode_events(&self, source: Source<'_>, _events: &[u8]) -> Result<Vec<AccountsCommand>, String> {
        Err(format!("accounts hears no streams, got {source:?}"))
    }

    fn decode_request(&self, source: Source<'_>, body: &[u8]) -> Result<AccountsCommand, Refusal> {
        let refusal = || Refusal::new(Code::NotAllowed, "who says this may not say it to accounts");
        let Source::Request { sender } = source else { return Err(refusal()) };
        if ![topology::ADMIN, topology::ACCOUNTS, topology::WEB].contains(&sender) {
            return Err(refusal());
        }
        let command: AccountsCommand = json::read(body)?;
        if sender != sender_of(&command) { Err(refusal()) } else { Ok(command) }
    }

    fn key(&self, input: &AccountsCommand) -> String {
        input.user_id().to_string()
    }

    async fn prefetch(&mut self, db: &Db, inputs: &[AccountsCommand]) -> Result<Rows, Fault> {
        Rows::read(db, inputs).await
    }

    fn apply(&mut self, rows: &mut Rows, input: AccountsCommand, step: &mut Step) -> Result<(), Poison> {
        let Accounts { to_all, to_web } = self;
        match input {
            AccountsCommand::RegisterUser(user) => handlers::register_user::apply(rows, user, to_all, step),
            AccountsCommand::AddUser { user_id, name } => {
                handlers::add_user::apply(rows, user_id, name, to_all, step);
            }
            AccountsCommand::RemoveUser { id, user_id } => {
                handlers::remove_user::apply(rows, (id, user_id), to_all, to_web, step);
            }
            AccountsCommand::OpenAccount { user, login, password_hash } => {
                let password_hash = password_hash.reveal().to_owned();
                let credential = Credential { user_id: user.user_id, login, password_hash };
                handlers::open_account::apply(rows, user, credential, to_all, step);
            }
            AccountsCommand::ChangePassword { user_id, password_hash } => {
                let hash = password_hash.reveal().to_owned();
                handlers::change_password::apply(rows, user_id, hash, to_web, step);
            }
            AccountsCommand::Rehash { user_id, was, password_hash } => {
                let hash = password_hash.reveal().to_owned();
                handlers::rehash::apply(rows, user_id, was.reveal(), hash, step);
            }
            AccountsCommand::KeepKey { user_id, key, digest } => {
                let kept = KeptKey { user_id, key, digest: digest.reveal().to_owned() };
                handlers::keep_key::apply(rows, kept, step);
            }
            AccountsCommand::EndSession { user_id, session_id } => {
                handlers::end_session::apply(rows, user_id, session_id, to_web, step);
            }
            AccountsCommand::Rename { user_id, name } => {
                handlers::rename::apply(rows, user_id, name, to_all, step)
            }
            AccountsCommand::DropKey { user_id, key_id } => {
                handlers::drop_key::apply(rows, user_id, key_id, to_web, step);
            }
            AccountsCommand::CloseAccount { user_id } => {
                handlers::close_account::apply(rows, user_id, to_all, to_web, step);
            }
        }
        Ok(())
    }

    fn write(&mut self, rows: Rows, writes: &mut Writes) {
        rows.write(writes);
    }
}
