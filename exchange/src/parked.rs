//! Messages that were set aside: to read, and to have taken up again by their partition.

use crate::console::answer;
use crate::databases::Databases;
use anyhow::{Context, Result, bail};
use chassis::{ask::Asker, settings::Settings};
use clap::Subcommand;
use contracts::control::{Operate, Parked};
use contracts::topology;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;
use uuid::Uuid;

/// Many messages behind one key are one step.
const REDRIVE_LIMIT: Duration = Duration::from_secs(30);
const CONNECT_LIMIT: Duration = Duration::from_secs(10);
/// More nobody reads; the oldest come first, and they are what the others wait behind.
const LISTED_MAX: usize = 500;
/// As large as the broker takes a message.
const BODY_BYTES_MAX: usize = 16 * 1024 * 1024;
const REASON_SHOWN: usize = 90;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// All parked messages, oldest first
    List {
        #[arg(long)]
        json: bool,
    },
    /// One message with its body
    Show { id: Uuid },
    /// Have messages applied again, and with them all that wait behind the same keys
    Redrive {
        #[arg(required = true)]
        ids: Vec<Uuid>,
    },
}

pub async fn run(folder: &Path, command: Command) -> Result<()> {
    let settings = Settings::load(folder)?;
    let databases = Databases::open(&settings).await?;
    match command {
        Command::List { json } => list(&databases, json).await,
        Command::Show { id } => show(&databases, id).await,
        Command::Redrive { ids } => redrive(&settings, &databases, ids).await,
    }
}

async fn list(databases: &Databases, json: bool) -> Result<()> {
    let parked = read(databases, &[]).await?;
    if json {
        answer(serde_json::to_string_pretty(&parked)?);
        return Ok(());
    }
    if parked.is_empty() {
        answer("Nothing is parked.");
        return Ok(());
    }
    answer(format!("{:<38}{:<14}{:<22}{:<12}reason", "id", "partition", "parked", "key"));
    for message in parked {
        let Parked { parked_id, partition, parked_at, key, reason, .. } = message;
        let (at, key) = (parked_at.format("%Y-%m-%d %H:%M:%S").to_string(), key.unwrap_or_default());
        // Uuid does not heed a width.
        let id = parked_id.to_string();
        let reason: String = reason.chars().take(REASON_SHOWN).collect();
        answer(format!("{id:<38}{partition:<14}{at:<22}{key:<12}{reason}"));
    }
    Ok(())
}

async fn show(databases: &Databases, id: Uuid) -> Result<()> {
    let Some(message) = read(databases, &[id]).await?.pop() else { bail!(none_with(&[id])) };
    answer(serde_json::to_string_pretty(&message)?);
    Ok(())
}

async fn redrive(settings: &Settings, databases: &Databases, ids: Vec<Uuid>) -> Result<()> {
    let found = read(databases, &ids).await?;
    let missing: Vec<Uuid> =
        ids.iter().copied().filter(|id| found.iter().all(|message| message.parked_id != *id)).collect();
    if !missing.is_empty() {
        bail!(none_with(&missing));
    }
    let mut by_partition: BTreeMap<String, Vec<Uuid>> = BTreeMap::new();
    for message in found {
        by_partition.entry(message.partition).or_default().push(message.parked_id);
    }
    let asker = Asker::connect(settings, topology::ADMIN).await?;
    tokio::time::timeout(CONNECT_LIMIT, asker.connected())
        .await
        .context("The message broker does not answer: is the exchange running? See `exchange status`")?;
    for (partition, ids) in by_partition {
        let command = Operate::Redrive { ids };
        let applied: u32 = asker
            .command(&partition, &command, REDRIVE_LIMIT)
            .await
            .with_context(|| format!("{partition} did not take them up"))?;
        answer(format!("{partition}: {applied} taken up again"));
    }
    let left = read(databases, &ids).await?.len();
    if left > 0 {
        answer(format!("{left} of them are still parked: `exchange parked list` shows why"));
    }
    Ok(())
}

fn none_with(ids: &[Uuid]) -> String {
    let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
    format!("No parked message has the id {}: `exchange parked list` shows all", ids.join(", "))
}

/// The named messages of all services, or all; oldest first.
async fn read(databases: &Databases, ids: &[Uuid]) -> Result<Vec<Parked>> {
    let messages_max = if ids.is_empty() { LISTED_MAX } else { ids.len() };
    let mut all = Vec::new();
    for service in topology::SERVICES {
        let db = databases.of(service);
        all.extend(chassis::parked::read(db, service, ids, messages_max, BODY_BYTES_MAX).await?);
    }
    all.sort_by_key(|message| message.parked_id);
    Ok(all)
}
