//! What `up` decides for itself: the ports of its private servers and of health, demo mode, the
//! UI. Written down, so that the services and later commands find the same.

use crate::home::Home;
use anyhow::Result;
use chassis::settings::Settings;
use contracts::{Partitions, stock_data::FeedSource, topology};
use serde::{Deserialize, Serialize};
use servers::ports::{self, Lease};
use std::collections::BTreeMap;
use std::path::Path;
use toml::{Table, toml};

/// By what they are for. Kept from start to start while they are free.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ports(BTreeMap<String, u16>);

pub const POSTGRES: &str = "postgres";
pub const AMQP: &str = "amqp";
pub const MANAGEMENT: &str = "management";
pub const DISTRIBUTION: &str = "distribution";
pub const EPMD: &str = "epmd";

fn purposes() -> Vec<String> {
    let own = [POSTGRES, AMQP, MANAGEMENT, DISTRIBUTION, EPMD].map(str::to_owned);
    own.into_iter()
        .chain(topology::SERVICES.map(health))
        .chain([topology::WEB, topology::BOTS, topology::FEEDS].map(health))
        .collect()
}

fn health(service: &str) -> String {
    format!("health_{}", service.replace('-', "_"))
}

impl Ports {
    pub fn of(&self, purpose: &str) -> u16 {
        self.0.get(purpose).copied().unwrap_or_default()
    }

    /// The remembered ports that are still free, and new ones for the rest. The lease keeps the
    /// new ones from others who look for ports at the same time.
    pub fn settle(home: &Home) -> Result<(Self, Lease)> {
        let known = std::fs::read_to_string(home.ports()).ok();
        let known: Ports = known.and_then(|text| toml::from_str(&text).ok()).unwrap_or_default();
        let lease = ports::free(purposes().len())?;
        let ports = known.renewed(ports::is_free, lease.ports());
        home.write(&home.ports(), &toml::to_string(&ports)?)?;
        Ok((ports, lease))
    }

    fn renewed(self, is_free: impl Fn(u16) -> bool, spare: &[u16]) -> Self {
        let mut spare = spare.iter().copied().filter(|port| !self.0.values().any(|known| known == port));
        let mut choose = |purpose: String| {
            let known = self.0.get(&purpose).copied().filter(|port| is_free(*port));
            known.or_else(|| spare.next()).map(|port| (purpose, port))
        };
        Ports(purposes().into_iter().filter_map(&mut choose).collect())
    }
}

/// Which of the two servers are our own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Private {
    pub postgres: bool,
    pub rabbitmq: bool,
}

impl Private {
    /// `chosen` are the settings without what earlier starts wrote.
    pub fn of(chosen: &Settings) -> Self {
        let all_urls = topology::SERVICES.iter().all(|service| {
            let urls = &chosen.database.urls;
            urls.contains_key(*service) || urls.contains_key(&service.replace('-', "_"))
        });
        Private {
            postgres: chosen.database.host.is_empty() && !all_urls,
            rabbitmq: chosen.broker.host.is_empty(),
        }
    }
}

/// Checked before any server is started: a broker that was told of more partitions goes on sending
/// orders there, also when it is told of fewer again.
pub fn must_have_partitions(home: &Home, wanted: Partitions) -> Result<()> {
    let noted = std::fs::read_to_string(home.partitions()).ok().and_then(|text| toml::from_str(&text).ok());
    let noted: Partitions = noted.unwrap_or(wanted);
    anyhow::ensure!(
        noted == wanted,
        "The data in {} is spread over {} partitions of users and {} of symbols, but the settings say {} and {}. \
         Set the old numbers under [partitions] again, or begin with empty data: `exchange reset`",
        home.path().display(),
        noted.users,
        noted.symbols,
        wanted.users,
        wanted.symbols
    );
    Ok(())
}

/// Once there is data.
pub fn note_partitions(home: &Home, partitions: Partitions) -> Result<()> {
    home.write(&home.partitions(), &toml::to_string(&partitions)?)
}

/// Writes the file of settings that `up` has chosen. What people chose themselves still wins.
pub fn write(
    home: &Home,
    private: Private,
    ports: &Ports,
    ui: Option<&Path>,
    paper: &[FeedSource],
) -> Result<()> {
    home.write(&home.runtime(), &toml::to_string(&table(private, ports, ui, paper))?)
}

fn table(private: Private, ports: &Ports, ui: Option<&Path>, paper: &[FeedSource]) -> Table {
    let mut table = toml! { demo = true };
    let port = |purpose: &str| i64::from(ports.of(purpose));
    if private.rabbitmq {
        let (amqp, management) = (port(AMQP), port(MANAGEMENT));
        table.insert(
            "broker".into(),
            Table::from_iter([
                ("host".to_owned(), "127.0.0.1".into()),
                ("port".to_owned(), amqp.into()),
                ("management_port".to_owned(), management.into()),
            ])
            .into(),
        );
    }
    if private.postgres {
        let host = [("host".to_owned(), "127.0.0.1".into()), ("port".to_owned(), port(POSTGRES).into())];
        table.insert("database".into(), Table::from_iter(host).into());
    }
    if let Some(ui) = ui {
        let ui = [("ui".to_owned(), ui.display().to_string().into())];
        table.insert("web".into(), Table::from_iter(ui).into());
    }
    if !paper.is_empty() {
        let sources: Vec<toml::Value> = paper.iter().map(|source| source.as_str().into()).collect();
        let sources = [("sources".to_owned(), sources.into())];
        table.insert("feeds".into(), Table::from_iter(sources).into());
    }
    let health =
        topology::SERVICES.iter().chain([&topology::WEB, &topology::BOTS, &topology::FEEDS]).map(|service| {
            let value: toml::Value = port(&health(service)).into();
            (service.replace('-', "_"), value)
        });
    let health: Table = health.collect();
    table.insert("health".into(), Table::from_iter([("ports".to_owned(), health.into())]).into());
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_stay_while_they_are_free() {
        let spare: Vec<u16> = (30_000..30_013).collect();
        let first = Ports::default().renewed(|_| true, &spare);
        assert_eq!(first.0.len(), 13);
        let later: Vec<u16> = (30_005..30_018).collect();
        let taken = first.of(AMQP);
        let second = first.clone().renewed(|port| port != taken, &later);
        assert_eq!(second.of(POSTGRES), first.of(POSTGRES));
        assert_eq!(second.of(AMQP), 30_013);
    }

    #[test]
    fn what_people_choose_wins_over_what_up_chose() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(&folder.path().join(".exchange"));
        home.prepare().unwrap();
        let ports = Ports::default().renewed(|_| true, &(30_000..30_013).collect::<Vec<_>>());
        write(
            &home,
            Private { postgres: true, rabbitmq: true },
            &ports,
            Some(Path::new("/ui")),
            &[FeedSource::Binance],
        )
        .unwrap();
        std::fs::write(folder.path().join("exchange.toml"), "demo = false\n[broker]\nport = 5673\n").unwrap();

        let settings = Settings::load(folder.path()).unwrap();
        assert!(!settings.demo);
        assert_eq!((settings.broker.host.as_str(), settings.broker.port), ("127.0.0.1", 5673));
        assert_eq!(settings.database.port, ports.of(POSTGRES));
        assert_eq!(settings.web.ui, Path::new("/ui"));
        assert_ne!(settings.health_port("stock-data"), 0);
        assert_eq!(settings.feeds.sources, [FeedSource::Binance]);
        let chosen = Settings::chosen_by_people(folder.path()).unwrap();
        assert_eq!(Private::of(&chosen), Private { postgres: true, rabbitmq: true });
    }
}
