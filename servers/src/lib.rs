//! Private, real PostgreSQL and RabbitMQ: found, started, supervised and stopped.
//!
//! Owns        one folder, one log and the ports per server
//! Promises    a server never outlives its owner, however that ends; durability is never off;
//!             nothing of the system's own servers is read, used or ended.
//!
//! [`Programs::ready`] finds or installs the programs, [`Postgres::start`] and
//! [`RabbitMq::start`] run them on a folder, and [`TestServers`] does all of it in a temporary
//! folder. Every server can be killed, paused, restarted and, for the broker, robbed of its
//! disk, so that trials can do what a bad day does.

pub mod docker;
pub mod find;
pub mod install;
mod programs;

pub mod definitions;
mod postgres;
mod rabbitmq;

mod testing;

mod claim;
mod guard;
pub mod ports;
pub mod processes;
mod run_as;
mod running;

pub use postgres::{ADMIN, Postgres, PostgresSettings, PostgresSource};
pub use programs::Programs;
pub use rabbitmq::{RabbitMq, RabbitPorts, RabbitSettings, RabbitSource};
pub use testing::TestServers;
