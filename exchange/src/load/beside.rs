//! What the load kit cannot see from outside: process ids, streams, the audit, versions.

use crate::audit;
use crate::children::NAMES;
use crate::databases::Databases;
use crate::home::Home;
use crate::private::{POSTGRES, RABBITMQ};
use crate::processes::Processes;
use crate::provision::Management;
use crate::streams;
use anyhow::{Result, bail};
use chassis::settings::Settings;
use contracts::topology;
use load::{Exchange, Lag};
use sea_orm::FromQueryResult;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

/// After a run everything comes to rest, or something is wrong.
const AUDIT_WAIT: Duration = Duration::from_secs(60);

/// The exchange of this folder, while it runs.
pub struct Beside {
    settings: Settings,
    databases: Databases,
    home: Home,
}

impl Beside {
    pub async fn open(folder: &Path) -> Result<Self> {
        let settings = Settings::load(folder)?;
        if settings.database.host.is_empty() && settings.database.urls.is_empty() {
            bail!("No exchange was ever started in this folder. Start one with `exchange up`");
        }
        let databases = Databases::open(&settings).await?;
        let home = Home::at(&settings.directory);
        Ok(Beside { settings, databases, home })
    }

    /// The id of one of the processes.
    pub fn pid(&self, name: &str) -> Option<u32> {
        Processes::read(&self.home).alive(name)
    }
}

#[async_trait::async_trait]
impl Exchange for Beside {
    fn settings(&self) -> &Settings {
        &self.settings
    }

    fn pids(&self) -> Vec<(String, u32)> {
        let noted = Processes::read(&self.home);
        let names = NAMES.into_iter().chain([POSTGRES, RABBITMQ]);
        names.filter_map(|name| Some((name.to_owned(), noted.alive(name)?))).collect()
    }

    async fn lags(&self) -> Result<Vec<Lag>> {
        let arrivals = streams::arrivals(&self.databases, self.settings.partitions).await?;
        let lag = |arrival: streams::Arrival| {
            let writer = arrival.stream.split('>').next().unwrap_or_default().to_owned();
            Lag { writer, listener: arrival.listener, messages: arrival.lag }
        };
        Ok(arrivals.into_iter().map(lag).collect())
    }

    async fn audit(&self) -> Result<Vec<String>> {
        audit::findings(&self.settings, &self.databases, AUDIT_WAIT).await
    }

    async fn versions(&self) -> BTreeMap<String, String> {
        let mut versions = BTreeMap::from([("exchange".to_owned(), env!("CARGO_PKG_VERSION").to_owned())]);
        #[derive(FromQueryResult)]
        struct Row {
            version: String,
        }
        let asked = self.databases.of(topology::ACCOUNTS);
        let row = asked.one::<Row>("select current_setting('server_version') as version", []).await;
        if let Ok(Some(Row { version })) = row {
            versions.insert(POSTGRES.to_owned(), version);
        }
        let management = Management::observer(&self.settings);
        if let Ok(management) = management
            && let Ok(version) = management.version().await
        {
            versions.insert(RABBITMQ.to_owned(), version);
        }
        versions
    }
}
