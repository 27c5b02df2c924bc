//! Secrets: made once, from the operating system's randomness, for whoever needs one.

use crate::home::Home;
use crate::runtime::Private;
use anyhow::{Context, Result};
use contracts::topology;
use rand::distr::{Alphanumeric, SampleString};
use rand::rngs::StdRng;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use toml::{Table, Value};

/// The name of the broker's administrator among the passwords.
pub const ADMINISTRATOR: &str = "administrator";

/// The broker's users beside the services.
const OTHERS: [&str; 6] =
    [topology::WEB, topology::ADMIN, topology::LOADTEST, topology::BOTS, topology::FEEDS, topology::GATEWAY];
const JWT_KEY_LENGTH: usize = 64;
/// Letters and digits: 32 of them are 190 bits.
const PASSWORD_LENGTH: usize = 32;

/// Makes the secrets that are missing. What is there stays. Administrators' passwords are made for
/// private servers only: elsewhere they are not ours to choose.
pub fn ensure(home: &Home, private: Private) -> Result<()> {
    let path = home.secrets();
    let known = match std::fs::read_to_string(&path) {
        Ok(text) => text.parse::<Table>().with_context(|| {
            format!("{} cannot be read as TOML: repair it, or restore it from a backup", path.display())
        })?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Table::new(),
        Err(error) => return Err(error).with_context(|| format!("{} cannot be read", path.display())),
    };
    let complete = completed(known.clone(), private, random);
    if complete != known {
        let note =
            "# Made by `exchange up`. Keep it: the private servers' data can be opened with these only.\n\n";
        home.write(&path, &format!("{note}{}", toml::to_string(&complete)?))?;
    }
    std::fs::set_permissions(&path, Permissions::from_mode(0o600))?;
    Ok(())
}

fn random(length: usize) -> String {
    let mut seeded_by_the_system: StdRng = rand::make_rng();
    Alphanumeric.sample_string(&mut seeded_by_the_system, length)
}

fn completed(mut table: Table, private: Private, random: impl Fn(usize) -> String) -> Table {
    let key = |name: &str| name.replace('-', "_");
    let secrets = section(&mut table, "secrets");
    secrets.entry("jwt_key").or_insert_with(|| random(JWT_KEY_LENGTH).into());
    let services = topology::SERVICES.map(key);
    let others = OTHERS.map(key);
    let administrator = private.rabbitmq.then(|| ADMINISTRATOR.to_owned());
    let broker = section(secrets, "broker");
    for user in services.iter().chain(&others).chain(&administrator) {
        broker.entry(user).or_insert_with(|| random(PASSWORD_LENGTH).into());
    }
    let database = section(secrets, "database");
    let administrator = private.postgres.then(|| "admin".to_owned());
    for role in services.iter().chain(&administrator) {
        database.entry(role).or_insert_with(|| random(PASSWORD_LENGTH).into());
    }
    table
}

fn section<'a>(table: &'a mut Table, name: &str) -> &'a mut Table {
    let value = table.entry(name).or_insert_with(|| Value::Table(Table::new()));
    if !value.is_table() {
        *value = Value::Table(Table::new());
    }
    value.as_table_mut().expect("was made one")
}

#[cfg(test)]
mod tests {
    use super::*;
    use chassis::settings::Settings;

    const BOTH: Private = Private { postgres: true, rabbitmq: true };

    #[test]
    fn everybody_gets_a_secret_that_the_settings_accept_and_keeps_it() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(&folder.path().join(".exchange"));
        home.prepare().unwrap();
        ensure(&home, BOTH).unwrap();
        let first = std::fs::read_to_string(home.secrets()).unwrap();
        ensure(&home, BOTH).unwrap();
        assert_eq!(std::fs::read_to_string(home.secrets()).unwrap(), first);

        let settings = Settings::load(folder.path()).unwrap();
        settings.jwt_key().unwrap();
        settings.database_admin_url("postgres").unwrap();
        for service in topology::SERVICES {
            settings.database_url(service).unwrap();
            settings.broker_url(service).unwrap();
        }
        for user in OTHERS {
            settings.broker_url(user).unwrap();
        }
    }

    #[test]
    fn only_what_is_missing_is_made() {
        let known: Table =
            "[secrets]\njwt_key = 'mine'\n[secrets.broker]\nweb = 'also mine'".parse().unwrap();
        let complete = completed(known, BOTH, |length| format!("{length} letters"));
        let secrets = complete["secrets"].as_table().unwrap();
        assert_eq!(secrets["jwt_key"].as_str(), Some("mine"));
        assert_eq!(secrets["broker"]["web"].as_str(), Some("also mine"));
        assert_eq!(secrets["broker"]["stock_data"].as_str(), Some("32 letters"));
        assert_eq!(secrets["database"]["admin"].as_str(), Some("32 letters"));
    }
}
