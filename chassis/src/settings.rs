//! Settings: built-in defaults, then files under `.exchange/` that the program writes for itself,
//! then `exchange.toml`, then `EXCHANGE__SECTION__KEY` variables: what people say wins. An unknown
//! key or a bad value is an error that names it.

mod telemetry;

pub use telemetry::Telemetry;

use crate::feeds::Feeds;
use crate::network::Network;
use config::{Config, Environment, File, FileFormat};
use contracts::{Partitions, UserId, stock_data::FeedSource, topology};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
};

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where the program keeps what is its own: data of private servers, secrets, logs.
    pub directory: PathBuf,
    /// Demo accounts may be entered without a password.
    pub demo: bool,
    pub broker: Broker,
    pub database: Database,
    pub partitions: Partitions,
    pub web: Web,
    pub fees: Fees,
    pub limits: Limits,
    pub bots: Bots,
    pub feeds: Feeds,
    pub health: Health,
    pub log: Log,
    pub telemetry: Telemetry,
    pub secrets: Secrets,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Broker {
    /// Empty: `exchange up` starts a private RabbitMQ.
    pub host: String,
    pub port: u16,
    pub management_port: u16,
    pub vhost: String,
    /// Twice this without a sign of life, and the other end counts as gone.
    pub heartbeat_s: u16,
    /// The user that `provision` writes the topology as, where the broker is not our own.
    pub administrator: String,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// Empty: `exchange up` starts a private PostgreSQL.
    pub host: String,
    pub port: u16,
    /// The role that creates databases and roles, for `provision` and `migrate`.
    pub admin: String,
    /// Put before each service's name to name its database and its role.
    pub prefix: String,
    /// Full URLs per service, instead of all of the above.
    #[serde(default)]
    pub urls: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Web {
    pub address: String,
    pub port: u16,
    /// Origins other than our own that browsers may call from.
    pub allowed_origins: Vec<String>,
    /// Whose word about a client's address is taken (`X-Forwarded-For`). Nobody's, if empty.
    #[serde(default)]
    pub trusted_proxies: Vec<Network>,
    /// The session's cookie is sent over HTTPS only.
    pub secure_cookie: bool,
    /// The built UI. Empty: no pages.
    pub ui: PathBuf,
}

/// In hundredths of a percent of a fill's value.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Fees {
    pub maker_basis_points: u32,
    pub taker_basis_points: u32,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    pub open_orders_per_user: u32,
    /// Requests a second over REST and to open sockets, by who has signed in, and by the address of who
    /// has not; twice as many at once.
    pub requests_per_user: u32,
    pub requests_per_address: u32,
    /// How far a market order may trade from the last price, in hundredths of a percent.
    pub market_collar_basis_points: u32,
    /// From a step's beginning to the next one's, at least: under load more comes together in
    /// each, and what comes after a pause is taken at once.
    pub step_interval_ms: u64,
    /// The same for what is said of prices.
    pub price_interval_ms: u64,
    /// The most inputs of one step.
    pub step_inputs: usize,
    /// How many unacknowledged deliveries a partition holds.
    pub prefetch: u16,
    /// How many commands of a partition lie between two snapshots of its books, at most.
    pub snapshot_every: u64,
    /// How long a stream's messages are kept after every listener has them, in seconds.
    pub outbox_kept_s: u64,
    /// How much a partition, and web, remember of what they took and said lately. 0: nothing.
    pub logbook_bytes: usize,
}

/// The market makers of `exchange service bots`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Bots {
    /// All messages of all market makers together, cancels included. 0: `exchange up` starts none.
    pub orders_per_second: u32,
    /// The same seed and the same news make the same market.
    pub seed: u64,
    /// Between the best bid and the best ask, in hundredths of a percent of the price.
    pub spread_basis_points: u32,
    /// How far at most their thought of a price wanders at a time.
    pub volatility_basis_points: u32,
    /// How many prices of each side have a quote.
    pub levels: u16,
    /// What a quote is worth on average, in whole units of the stock's currency.
    pub order_value: u32,
    /// Whom they trade for: accounts of role bot.
    pub accounts: Vec<UserId>,
}

/// The address on which a service tells how it is: `/health/live`, `/health/ready`, `/metrics`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Health {
    pub address: String,
    /// 0: none.
    pub ports: BTreeMap<String, u16>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// As tracing's EnvFilter reads it.
    pub filter: String,
    /// One JSON object a line.
    pub json: bool,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secrets {
    #[serde(default)]
    pub jwt_key: Secret,
    /// What Polygon.io knows us by.
    #[serde(default)]
    pub polygon_key: Secret,
    /// Passwords of AMQP users, by name with `_` for `-`.
    #[serde(default)]
    pub broker: BTreeMap<String, Secret>,
    /// Passwords of database roles, by service with `_` for `-`; and `admin`'s.
    #[serde(default)]
    pub database: BTreeMap<String, Secret>,
}

/// Never printed.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Secret(text.into())
    }

    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error("settings: {0}")]
    Unreadable(#[from] config::ConfigError),
    #[error("settings: {key} {rule}")]
    Invalid { key: String, rule: String },
}

pub(crate) fn invalid(key: &str, rule: impl Into<String>) -> SettingsError {
    SettingsError::Invalid { key: key.to_owned(), rule: rule.into() }
}

const DEFAULTS: &str = include_str!("defaults.toml");
/// A shorter key could be found by trying.
const JWT_KEY_BYTES_MIN: usize = 32;
/// Each connection keeps two buffers of 32 frames for as long as it lasts.
const FRAME_BYTES_MAX: usize = 32 * 1024;
const PASSWORD_BYTES_MIN: usize = 16;
/// No instance answers so many.
const REQUESTS_MAX: u32 = 1_000_000;
/// A question about it reads all of it.
const LOGBOOK_BYTES_MAX: usize = 1024 * 1024 * 1024;
/// A market to look at takes a few dozen; past this they would be a load test.
const BOTS_ORDERS_PER_SECOND_MAX: u32 = 500;
/// Each is asked what it has, in turns of a second.
const BOTS_ACCOUNTS_MAX: usize = 100;
const WELL_KNOWN: [&str; 6] = ["guest", "password", "postgres", "secret", "changeme", "exchange"];

impl Settings {
    /// Reads the settings of an exchange whose `exchange.toml` lies in `folder`.
    pub fn load(folder: &Path) -> Result<Self, SettingsError> {
        Self::read(folder, true)
    }

    /// Without what `exchange up` has chosen on earlier starts: an empty host is one that nobody named.
    pub fn chosen_by_people(folder: &Path) -> Result<Self, SettingsError> {
        Self::read(folder, false)
    }

    fn read(folder: &Path, with_runtime: bool) -> Result<Self, SettingsError> {
        let own = std::env::var("EXCHANGE__DIRECTORY")
            .map(PathBuf::from)
            .unwrap_or_else(|_| folder.join(".exchange"));
        let optional = |path: PathBuf| File::from(path).format(FileFormat::Toml).required(false);
        let mut sources = Config::builder()
            .add_source(File::from_str(DEFAULTS, FileFormat::Toml))
            .set_override("directory", own.to_string_lossy().into_owned())?;
        if with_runtime {
            sources = sources.add_source(optional(own.join("runtime.toml")));
        }
        let settings: Settings = sources
            .add_source(optional(own.join("secrets.toml")))
            .add_source(optional(folder.join("exchange.toml")))
            .add_source(
                Environment::with_prefix("EXCHANGE")
                    .prefix_separator("__")
                    .separator("__")
                    .try_parsing(true)
                    .list_separator(",")
                    .with_list_parse_key("feeds.sources"),
            )
            .build()?
            .try_deserialize()?;
        settings.check()?;
        Ok(settings)
    }

    fn check(&self) -> Result<(), SettingsError> {
        for (key, parts) in
            [("partitions.users", self.partitions.users), ("partitions.symbols", self.partitions.symbols)]
        {
            if !(1..=Partitions::MAX).contains(&parts) {
                return Err(invalid(key, format!("must be 1 to {}, got {parts}", Partitions::MAX)));
            }
        }
        for (key, points) in [
            ("fees.maker_basis_points", self.fees.maker_basis_points),
            ("fees.taker_basis_points", self.fees.taker_basis_points),
            ("limits.market_collar_basis_points", self.limits.market_collar_basis_points),
        ] {
            if points >= 10_000 {
                return Err(invalid(key, format!("must be below 10000 (all of it), got {points}")));
            }
        }
        for (key, requests) in [
            ("limits.requests_per_user", self.limits.requests_per_user),
            ("limits.requests_per_address", self.limits.requests_per_address),
        ] {
            if !(1..=REQUESTS_MAX).contains(&requests) {
                return Err(invalid(key, format!("must be 1 to {REQUESTS_MAX} a second, got {requests}")));
            }
        }
        if self.limits.logbook_bytes > LOGBOOK_BYTES_MAX {
            let rule = format!("must be at most {LOGBOOK_BYTES_MAX}, got {}", self.limits.logbook_bytes);
            return Err(invalid("limits.logbook_bytes", rule));
        }
        let Bots { orders_per_second, spread_basis_points, volatility_basis_points, .. } = self.bots;
        for (key, value, range) in [
            ("bots.orders_per_second", orders_per_second, 0..=BOTS_ORDERS_PER_SECOND_MAX),
            ("bots.spread_basis_points", spread_basis_points, 1..=1_000),
            ("bots.volatility_basis_points", volatility_basis_points, 1..=100),
            ("bots.levels", self.bots.levels.into(), 1..=10),
            ("bots.order_value", self.bots.order_value, 1..=1_000_000),
            ("bots.accounts (how many)", self.bots.accounts.len() as u32, 1..=BOTS_ACCOUNTS_MAX as u32),
        ] {
            if !range.contains(&value) {
                return Err(invalid(
                    key,
                    format!("must be {} to {}, got {value}", range.start(), range.end()),
                ));
            }
        }
        self.feeds.check()?;
        let named = |key: &str| {
            topology::SERVICES.contains(&key) || topology::SERVICES.contains(&key.replace('_', "-").as_str())
        };
        if let Some(unknown) = self.database.urls.keys().find(|key| !named(key)) {
            return Err(invalid("database.urls", format!("names no service: {unknown:?}")));
        }
        self.telemetry.check()
    }

    /// The URL of a service's own database, with its own role.
    pub fn database_url(&self, service: &str) -> Result<String, SettingsError> {
        let key = service.replace('-', "_");
        if let Some(url) = self.database.urls.get(&key).or_else(|| self.database.urls.get(service)) {
            return Ok(url.clone());
        }
        let password = password(&self.secrets.database, "secrets.database", &key)?;
        let role = format!("{}{key}", self.database.prefix);
        let Database { host, port, .. } = &self.database;
        Ok(format!("postgres://{role}:{password}@{host}:{port}/{role}"))
    }

    /// The URL of a database for the role that makes databases and roles.
    pub fn database_admin_url(&self, database: &str) -> Result<String, SettingsError> {
        let password = password(&self.secrets.database, "secrets.database", "admin")?;
        let Database { host, port, admin, .. } = &self.database;
        Ok(format!("postgres://{admin}:{password}@{host}:{port}/{database}"))
    }

    /// The URL of the broker for one of its users.
    pub fn broker_url(&self, user: &str) -> Result<String, SettingsError> {
        let password = password(&self.secrets.broker, "secrets.broker", &user.replace('-', "_"))?;
        let Broker { host, port, vhost, heartbeat_s, .. } = &self.broker;
        let vhost = vhost.replace('/', "%2f");
        let query = format!("heartbeat={heartbeat_s}&frame_max={FRAME_BYTES_MAX}");
        Ok(format!("amqp://{user}:{password}@{host}:{port}/{vhost}?{query}"))
    }

    pub fn jwt_key(&self) -> Result<&Secret, SettingsError> {
        let key = &self.secrets.jwt_key;
        if key.0.len() < JWT_KEY_BYTES_MIN {
            return Err(invalid("secrets.jwt_key", format!("must have at least {JWT_KEY_BYTES_MIN} bytes")));
        }
        Ok(key)
    }

    /// For who follows Polygon.io. None: nobody does.
    pub fn polygon_key(&self) -> Result<Option<&Secret>, SettingsError> {
        let key = &self.secrets.polygon_key;
        match self.feeds.is_on(FeedSource::Polygon) {
            false => Ok(None),
            true if key.0.is_empty() => Err(invalid(
                "secrets.polygon_key",
                "is missing, and Polygon.io tells nobody anything without one: set \
                 EXCHANGE__SECRETS__POLYGON_KEY, or take polygon out of feeds.sources",
            )),
            true => Ok(Some(key)),
        }
    }

    pub fn health_port(&self, service: &str) -> u16 {
        self.health.ports.get(&service.replace('-', "_")).copied().unwrap_or(0)
    }
}

fn password(
    passwords: &BTreeMap<String, Secret>,
    section: &str,
    user: &str,
) -> Result<String, SettingsError> {
    let key = format!("{section}.{user}");
    let Some(Secret(password)) = passwords.get(user) else {
        return Err(invalid(&key, "is missing; `exchange up` makes it, or set it in the environment"));
    };
    if password.len() < PASSWORD_BYTES_MIN || WELL_KNOWN.contains(&password.as_str()) {
        return Err(invalid(
            &key,
            format!("must have at least {PASSWORD_BYTES_MIN} bytes and be no well-known word"),
        ));
    }
    if !password.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
        return Err(invalid(&key, "may have letters, digits, '-' and '_' only, as it is part of a URL"));
    }
    Ok(password.clone())
}
