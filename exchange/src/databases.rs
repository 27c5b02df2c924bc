//! The five databases, opened by an operator's command with the services' own roles: to look, not
//! to write.

use anyhow::{Context, Result};
use chassis::{Db, settings::Settings};
use contracts::topology;
use std::collections::BTreeMap;

/// A service's own statements are cut off after seconds; counting everything again takes longer.
const PATIENT: &str = "-c statement_timeout=600s -c lock_timeout=10s -c idle_in_transaction_session_timeout=600s \
                       -c default_transaction_read_only=on";

pub struct Databases(BTreeMap<&'static str, Db>);

impl Databases {
    pub async fn open(settings: &Settings) -> Result<Self> {
        let mut databases = BTreeMap::new();
        for service in topology::SERVICES {
            let url = settings.database_url(service)?;
            let joiner = if url.contains('?') { '&' } else { '?' };
            let options = PATIENT.replace(' ', "%20").replace('=', "%3D");
            let db = Db::connect_for_reports(&format!("{url}{joiner}options={options}")).await;
            databases
                .insert(service, db.with_context(|| format!("The database of {service} cannot be opened"))?);
        }
        Ok(Databases(databases))
    }

    pub fn of(&self, service: &str) -> &Db {
        &self.0[service]
    }
}
