//! Who people are: their names, their roles, their passwords, their sessions, their programs' keys.
//!
//! Obeys      RegisterUser (from admin); AddUser, RemoveUser, EndSession, Rename, DropKey,
//!            CloseAccount (from web);
//!            OpenAccount, ChangePassword, Rehash, KeepKey (from its own answers)
//! Hears      nobody
//! Announces  UserChanged; SessionEnded, SessionsEnded (to web)
//! Answers    DemoUsers, Users, People, EnterDemo, Renew, SignUp, LogIn, ChangePassword, ResetPassword,
//!            Profile, Removal, MakeKey, Keys, UseKey, Ended
//! Promises   a user's id never changes hands; what is closed stays closed; a name is visible text; the house is no user; a login
//!            has one user; no password and no key is kept, only what proves it; a session's token is
//!            short-lived, and its session ends with its day, or when its user or another password
//!            says so; who guesses is stopped; hashing keeps nobody else waiting.

pub mod audit;

mod handlers;
mod hashing;
mod queries;
mod rules;

mod domain;
mod store;

pub use queries::{Partition, Questions};
pub use rules::Accounts;

use chassis::{Db, ask::Asker, service::Service, settings::Settings};
use contracts::topology;
use std::sync::Arc;

/// Runs the service until it is told to stop. Without a good key for sessions it does not start.
pub async fn run(settings: Settings) -> anyhow::Result<()> {
    let key = settings.jwt_key()?.clone();
    let db = Db::connect(&settings.database_url(topology::ACCOUNTS)?).await?;
    let asker = Asker::connect(&settings, topology::ACCOUNTS).await?;
    let answers = Questions::new(db.clone(), settings.demo, key, Arc::new(asker));
    let service = Service { name: topology::ACCOUNTS, settings: &settings, db, shared: (), answers };
    chassis::service::run::<Accounts, Questions>(service).await
}
