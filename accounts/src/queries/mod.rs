//! One file per question that accounts answers.
//!
//! Some of them have consequences: a password is hashed here, where any instance can, and what
//! follows is a command to the partition, which alone writes. So no step waits for a hash.

mod change_password;
mod demo_users;
mod ended;
mod enter_demo;
mod keys;
mod log_in;
mod make_key;
mod people;
mod profile;
mod removal;
mod renew;
mod reset_password;
mod sign_up;
mod use_key;
mod users;

use crate::domain::{self, Attempts};
use crate::hashing::Hashing;
use crate::store;
use async_trait::async_trait;
use chassis::ask::{AskError, Asker};
use chassis::{Answers, Db, Fault, Reply, session, settings::Secret};
use contracts::{
    Code, Refusal, Timestamp, UserId,
    accounts::{AccountsCommand, Question, Role, Session, User},
    topology,
};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use uuid::Uuid;

/// What is left of web's patience after the hash.
const COMMAND_DEADLINE: Duration = Duration::from_millis(700);

/// The partition, as those who answer questions give it commands. A trait, so that tests can step in.
#[async_trait]
pub trait Partition: Send + Sync + 'static {
    async fn obey(&self, command: &AccountsCommand) -> Result<User, AskError>;
}

#[async_trait]
impl Partition for Asker {
    async fn obey(&self, command: &AccountsCommand) -> Result<User, AskError> {
        let partition = topology::partition_name(topology::ACCOUNTS, 0);
        self.command(&partition, command, COMMAND_DEADLINE).await
    }
}

/// What the answers need. Reading the clock is theirs; the rules are given the time.
pub struct Questions {
    db: Db,
    demo_mode: bool,
    key: Secret,
    hashing: Hashing,
    attempts: Mutex<Attempts>,
    partition: Arc<dyn Partition>,
}

impl Questions {
    pub fn new(db: Db, demo_mode: bool, key: Secret, partition: Arc<dyn Partition>) -> Self {
        let (hashing, attempts) = (Hashing::new(), Mutex::default());
        Questions { db, demo_mode, key, hashing, attempts, partition }
    }

    fn attempts(&self) -> MutexGuard<'_, Attempts> {
        self.attempts.lock().expect("no panic while held")
    }

    async fn obey(&self, command: AccountsCommand) -> Result<User, Refusal> {
        self.partition.obey(&command).await.map_err(|error| match error {
            AskError::Refused(refusal) => refusal,
            AskError::Unavailable(why) => Refusal::new(Code::Unavailable, why),
        })
    }

    /// Whether it is an admin who asks: whoever runs the exchange, or somebody of that role in whose name web does.
    async fn is_admin(&self, sender: &str, by: Option<UserId>) -> Result<bool, Fault> {
        let Some(by) = by else { return Ok(sender == topology::ADMIN) };
        Ok(store::user(&self.db, by).await?.is_some_and(|user| user.role == Role::Admin))
    }

    /// A new session of a user who has shown who he is.
    async fn begin(&self, user: User, now: Timestamp) -> Result<Session, Fault> {
        let cut = store::sessions::cut(&self.db, user.user_id).await?;
        let claims = domain::begin(&user, Uuid::now_v7(), cut, now);
        let token = session::sign(&claims, &self.key);
        Ok(domain::session_of(user, &claims, token))
    }
}

type Answered<T> = Result<Result<T, Refusal>, Fault>;

#[async_trait]
impl Answers for Questions {
    type Question = Question;

    fn is_slow(&self, question: &Question) -> bool {
        match question {
            Question::SignUp(_)
            | Question::LogIn { .. }
            | Question::ChangePassword { .. }
            | Question::ResetPassword { .. } => true,
            Question::DemoUsers {}
            | Question::Users { .. }
            | Question::People { .. }
            | Question::EnterDemo { .. }
            | Question::Renew { .. }
            | Question::Profile { .. }
            | Question::Removal { .. }
            | Question::MakeKey { .. }
            | Question::Keys { .. }
            | Question::UseKey { .. }
            | Question::Ended {} => false,
        }
    }

    async fn answer(&self, sender: &str, question: Question) -> Result<Reply, Fault> {
        if ![topology::WEB, topology::ADMIN].contains(&sender) {
            let rule = format!("only web and admin ask about people, not {sender:?}");
            return Ok(Reply::refused(Refusal::new(Code::NotAllowed, rule)));
        }
        let now = chrono::Utc::now();
        Ok(match question {
            Question::DemoUsers {} => Reply::of(demo_users::answer(self).await?),
            Question::Users { user_ids } => Reply::of(users::answer(self, user_ids).await?),
            Question::People { search, cursor, limit } => {
                Reply::of(people::answer(self, search.as_deref().unwrap_or_default(), cursor, limit).await?)
            }
            Question::EnterDemo { user_id } => Reply::of(enter_demo::answer(self, user_id, now).await?),
            Question::Renew { token } => Reply::of(renew::answer(self, &token, now).await?),
            Question::SignUp(asked) => {
                let is_admin = self.is_admin(sender, asked.by).await?;
                Reply::of(sign_up::answer(self, is_admin, asked, now).await?)
            }
            Question::LogIn { login, password, address } => {
                Reply::of(log_in::answer(self, &login, password, address, now).await?)
            }
            Question::ChangePassword { user_id, old, new, address } => {
                Reply::of(change_password::answer(self, user_id, [old, new], address, now).await?)
            }
            Question::ResetPassword { login, password, by } => {
                let is_admin = self.is_admin(sender, by).await?;
                Reply::of(reset_password::answer(self, is_admin, &login, password).await?)
            }
            Question::Profile { user_id } => Reply::of(profile::answer(self, user_id).await?),
            Question::Removal { id, user_id } => Reply::of(removal::answer(self, id, user_id).await?),
            Question::MakeKey { user_id, name, scopes } => {
                Reply::of(make_key::answer(self, user_id, &name, scopes, now).await?)
            }
            Question::Keys { user_id } => Reply::of(keys::answer(self, user_id).await?),
            Question::UseKey { key } => Reply::of(use_key::answer(self, &key).await?),
            Question::Ended {} => Reply::of(ended::answer(self, now).await?),
        })
    }
}
