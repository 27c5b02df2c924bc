//! Makes the place in which the services live: roles, databases and their schema, and the broker's
//! topology. Done twice, the second time changes nothing.

mod management;

pub mod broker;
pub mod databases;
pub mod definitions;

pub use management::{Management, QueueState};

use crate::console::{Console, answer};
use crate::home::Home;
use crate::provision::definitions::Administrator;
use crate::runtime::Private;
use crate::secrets;
use anyhow::{Context, Result};
use chassis::settings::Settings;
use clap::ValueEnum;
use std::path::Path;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Print {
    /// RabbitMQ's definitions file, as JSON.
    Topology,
    /// The SQL for roles and databases; migrations are applied by `migrate`.
    Databases,
}

/// `exchange provision`, on the servers that the settings name.
pub async fn run(folder: &Path, print: Option<Print>) -> Result<()> {
    let home = Home::at(&Settings::chosen_by_people(folder)?.directory);
    home.prepare()?;
    secrets::ensure(&home, Private { postgres: false, rabbitmq: false })?;
    let settings = Settings::load(folder)?;
    match print {
        Some(Print::Topology) => {
            answer(serde_json::to_string_pretty(&definitions::of(&settings, Administrator::Absent)?)?);
            return Ok(());
        }
        Some(Print::Databases) => {
            answer(databases::sql(&settings)?);
            return Ok(());
        }
        None => {}
    }
    let console = Console::new();
    must_be_named(&settings.database.host, settings.database.urls.len(), "database")?;
    must_be_named(&settings.broker.host, 0, "broker")?;
    let step = console.step("provisioning the databases");
    let applied = databases::provision(&settings).await?;
    step.done(&format!("five databases are provisioned ({})", databases::summary(&applied)));
    let step = console.step("provisioning the broker");
    broker::provision(&settings).await?;
    step.done("the topology is on the broker, and every queue runs");
    Ok(())
}

/// `exchange migrate`.
pub async fn migrate(folder: &Path) -> Result<()> {
    let settings = Settings::load(folder).context("The settings are not complete")?;
    must_be_named(&settings.database.host, settings.database.urls.len(), "database")?;
    let applied = databases::migrate(&settings).await?;
    answer(databases::summary(&applied));
    Ok(())
}

fn must_be_named(host: &str, urls: usize, section: &str) -> Result<()> {
    anyhow::ensure!(
        !host.is_empty() || urls > 0,
        "No host is named for the {section}: set `host` under [{section}] in exchange.toml, or \
         EXCHANGE__{}__HOST. (`exchange up` alone starts private servers and provisions them itself.)",
        section.to_uppercase()
    );
    Ok(())
}
