//! Proves from the five databases that the exchange keeps its promises, on a running or a stopped
//! one: what each service promises alone, and what must agree between them.

mod between;
mod findings;
mod look;
mod undelivered;

use crate::console::{Console, answer};
use crate::databases::Databases;
use crate::home::{Claim, Home};
use crate::private;
use crate::runtime::Private;
use crate::streams::{self, Arrival};
use anyhow::{Context, Result};
use chassis::settings::Settings;
use findings::Report;
use look::look;
use servers::{Postgres, Programs};
use std::path::Path;
use std::time::Duration;
use tokio::time::Instant;

const LOOK_AGAIN: Duration = Duration::from_millis(100);
/// Enough for whoever lags to be seen at another place.
const BETWEEN_LOOKS: Duration = Duration::from_secs(1);

/// What ordering says portfolio hears, and says to matching, which says it to all.
const HOPS: usize = 3;
/// A backlog that takes longer is told as such.
const ARRIVAL_PATIENCE: Duration = Duration::from_secs(10);

pub struct Options {
    pub json: bool,
    /// How long to wait until nothing is on its way.
    pub wait: Duration,
}

/// Answers whether nothing was found.
pub async fn run(folder: &Path, options: Options) -> Result<bool> {
    let settings = Settings::load(folder)?;
    let private = own_postgres(folder, &settings).await?;
    let databases = Databases::open(&settings).await?;
    let report = audit(&settings, &databases, options.wait).await;
    drop(databases);
    if let Some((mut postgres, _claim)) = private {
        postgres.stop().await?;
    }
    let report = report?;
    if options.json {
        answer(serde_json::to_string_pretty(&report)?);
    } else {
        answer(&report);
    }
    Ok(report.findings.is_empty())
}

/// What is found in a running exchange, a line each.
pub async fn findings(settings: &Settings, databases: &Databases, wait: Duration) -> Result<Vec<String>> {
    let report = audit(settings, databases, wait).await?;
    let line = |finding: &chassis::audit::Finding| {
        format!("{}: {} – {}", finding.service, finding.rule, finding.detail)
    };
    let mut lines: Vec<String> = report.findings.iter().map(line).collect();
    if !report.quiet {
        lines.push(format!(
            "it did not come to rest within {wait:?}, so that not everything could be compared: perhaps somebody \
             trades on, as market makers do unless the exchange was started with `--quiet-market`"
        ));
    }
    Ok(lines)
}

/// Of a stopped exchange, the private PostgreSQL alone is started for the audit.
async fn own_postgres(folder: &Path, settings: &Settings) -> Result<Option<(Postgres, Claim)>> {
    if !Private::of(&Settings::chosen_by_people(folder)?).postgres {
        return Ok(None);
    }
    let home = Home::at(&settings.directory);
    if !home.postgres().join("data").exists() {
        anyhow::bail!("There is nothing to audit: no exchange was ever started in this folder");
    }
    // It is running, and its PostgreSQL with it.
    let Ok(claim) = home.claim() else { return Ok(None) };
    let console = Console::new();
    let programs = Programs::ready(|text| console.say(text)).await?;
    let postgres =
        private::postgres(&home, settings, &programs).await.context("PostgreSQL could not be started")?;
    Ok(Some((postgres, claim)))
}

/// Looks until what it saw was one quiet moment, or until the waiting is over.
async fn audit(settings: &Settings, databases: &Databases, wait: Duration) -> Result<Report> {
    let deadline = Instant::now() + wait;
    loop {
        let late = quiet_by(settings, databases, deadline).await?;
        let is_quiet = late.is_empty();
        let looked = look(settings, databases, late).await?;
        if is_quiet && looked.one_moment {
            return Ok(Report::of_a_moment(looked));
        }
        if Instant::now() > deadline {
            let all_arrived = all_arrive(settings, databases).await?;
            let late = quiet_by(settings, databases, Instant::now()).await?;
            let again = look(settings, databases, late).await?;
            return Ok(Report::while_moving(looked, again, all_arrived));
        }
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
}

/// Whether all that is on its way arrives, and what follows from it, and from that.
async fn all_arrive(settings: &Settings, databases: &Databases) -> Result<bool> {
    let deadline = Instant::now() + ARRIVAL_PATIENCE;
    tokio::time::sleep(BETWEEN_LOOKS).await;
    for _ in 0..HOPS {
        let said = streams::arrivals(databases, settings.partitions).await?;
        loop {
            let now = streams::arrivals(databases, settings.partitions).await?;
            if now.iter().zip(&said).all(|(now, then)| now.heard >= then.said) {
                break;
            }
            if Instant::now() > deadline {
                return Ok(false);
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }
    Ok(true)
}

/// Waits until every listener has heard everything. Answers what is still on its way.
async fn quiet_by(settings: &Settings, databases: &Databases, deadline: Instant) -> Result<Vec<Arrival>> {
    loop {
        let arrivals = streams::arrivals(databases, settings.partitions).await?;
        let late: Vec<Arrival> = arrivals.into_iter().filter(|arrival| arrival.lag > 0).collect();
        if late.is_empty() || Instant::now() > deadline {
            return Ok(late);
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}
