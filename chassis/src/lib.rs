//! What every service stands on: settings, telemetry, health, the broker, and the step that takes
//! messages in, commits, and sends messages out. A service's own code sees neither AMQP nor
//! transactions: it implements [`Rules`] and, for questions, [`Answers`].

pub mod ask;
pub mod audit;
pub mod desk;
pub mod feeds;
pub mod health;
pub mod hear;
pub mod incoming;
pub mod logbook;
pub mod network;
pub mod parked;
pub mod rules;
pub mod service;
pub mod session;
pub mod settings;
pub mod shutdown;
pub mod stepper;
pub mod store;
pub mod telemetry;
#[cfg(feature = "testing")]
pub mod testing;
pub mod trace;

mod answers;
mod broker;
mod connection;
mod head;
mod link;
mod measures;
mod outbox;
mod parking;
mod partition;
mod publisher;
mod reading;
mod settling;
mod waking;
mod writes;

pub use answers::{Answers, Reply};
pub use broker::Backoff;
#[cfg(feature = "simulation")]
pub use outbox::Outbox;
pub use rules::{Place, Poison, Rules, Source, Step};
pub use store::{Db, Fault, Tx};
pub use writes::Writes;
