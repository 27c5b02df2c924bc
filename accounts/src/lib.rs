//! Who people are: their names, their roles, their sessions.
//!
//! Obeys      RegisterUser (from admin)
//! Hears      nobody
//! Announces  UserChanged
//! Answers    DemoUsers, Users, EnterDemo, Renew
//! Promises   a user's id never changes hands; a name is visible text; the house is no user;
//!            a session's token is short-lived, and its session ends with its day.

pub mod audit;

mod handlers;
mod queries;
mod rules;

mod domain;
mod store;

pub use queries::Questions;
pub use rules::Accounts;

use chassis::{Db, service::Service, settings::Settings};
use contracts::topology;

/// Runs the service until it is told to stop. Without a good key for sessions it does not start.
pub async fn run(settings: Settings) -> anyhow::Result<()> {
    let key = settings.jwt_key()?.clone();
    let db = Db::connect(&settings.database_url(topology::ACCOUNTS)?).await?;
    let answers = Questions::new(db.clone(), settings.demo, key);
    let service = Service { name: topology::ACCOUNTS, settings: &settings, db, shared: (), answers };
    chassis::service::run::<Accounts, Questions>(service).await
}
