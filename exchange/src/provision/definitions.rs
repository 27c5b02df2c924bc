//! RabbitMQ's definitions: the topology with the passwords' hashes.

use crate::secrets::ADMINISTRATOR;
use anyhow::{Context, Result};
use chassis::settings::Settings;
use contracts::topology::Topology;
use serde_json::{Value, json};
use servers::definitions::{HASHING_ALGORITHM, password_hash};
use sha2::{Digest, Sha256};

/// Who changes the topology on the broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Administrator {
    /// Of a private broker: comes with the definitions.
    Ours,
    /// Is there already, and is let into our virtual host.
    Theirs,
    /// The definitions are for somebody else to load.
    Absent,
}

/// What the broker is to have.
pub fn of(settings: &Settings, administrator: Administrator) -> Result<Value> {
    let topology = Topology::new(settings.partitions);
    for user in &topology.users {
        // Tells about a missing or a bad password before anything is done.
        settings.broker_url(&user.name)?;
    }
    let vhost = &settings.broker.vhost;
    let mut definitions = topology.definitions(vhost, |user| hash(user, &password(settings, user)));
    let name = &settings.broker.administrator;
    let mut add = |section: &str, value| {
        definitions[section]
            .as_array_mut()
            .map(|values| values.push(value))
            .context("the definitions are no lists")
    };
    if administrator == Administrator::Ours {
        let hash = hash(name, &administrator_password(settings)?);
        add(
            "users",
            json!({ "name": name, "password_hash": hash, "hashing_algorithm": HASHING_ALGORITHM, "tags": "administrator", "limits": {} }),
        )?;
    }
    if administrator != Administrator::Absent {
        add(
            "permissions",
            json!({ "user": name, "vhost": vhost, "configure": ".*", "write": ".*", "read": ".*" }),
        )?;
    }
    Ok(definitions)
}

pub fn administrator_password(settings: &Settings) -> Result<String> {
    let password = settings.secrets.broker.get(ADMINISTRATOR).map(|secret| secret.reveal().to_owned());
    password.with_context(|| {
        format!(
            "The password of RabbitMQ's administrator {:?} is missing: set EXCHANGE__SECRETS__BROKER__ADMINISTRATOR",
            settings.broker.administrator
        )
    })
}

pub fn has_administrator(settings: &Settings) -> bool {
    settings.secrets.broker.contains_key(ADMINISTRATOR)
}

fn password(settings: &Settings, user: &str) -> String {
    let secret = settings.secrets.broker.get(&user.replace('-', "_"));
    secret.map(|secret| secret.reveal().to_owned()).unwrap_or_default()
}

/// The salt follows from user and password, so that the same secrets make the same file.
fn hash(user: &str, password: &str) -> String {
    let digest = Sha256::new().chain_update(user).chain_update([0]).chain_update(password).finalize();
    password_hash([digest[0], digest[1], digest[2], digest[3]], password)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::home::Home;

    #[test]
    fn the_same_secrets_make_the_same_definitions_without_a_password_in_them() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(&folder.path().join(".exchange"));
        home.prepare().unwrap();
        let private = crate::runtime::Private { postgres: true, rabbitmq: true };
        crate::secrets::ensure(&home, private).unwrap();
        let settings = Settings::load(folder.path()).unwrap();
        let definitions = of(&settings, Administrator::Ours).unwrap();
        assert_eq!(definitions, of(&settings, Administrator::Ours).unwrap());
        let text = definitions.to_string();
        for secret in settings.secrets.broker.values() {
            assert!(!text.contains(secret.reveal()));
        }
        let names: Vec<_> = definitions["users"].as_array().unwrap().iter().map(|u| &u["name"]).collect();
        assert!(names.contains(&&json!("stock-data")) && names.contains(&&json!("administrator")));
        assert!(!of(&settings, Administrator::Absent).unwrap().to_string().contains("administrator"));
    }
}
