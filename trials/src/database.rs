//! What an administrator of the databases, or a bad disk, can do to them.

use crate::Exchange;
use anyhow::Context;
use chassis::{Db, Tx};

impl Exchange {
    /// A service's database, for somebody who may change anything in it.
    pub fn admin_url(&self, service: &str) -> anyhow::Result<String> {
        let settings = self.settings()?;
        let password =
            settings.secrets.database.get("admin").context("the admin's password")?.reveal().to_owned();
        let chassis::settings::Database { host, port, admin, prefix, .. } = &settings.database;
        Ok(format!("postgres://{admin}:{password}@{host}:{port}/{prefix}{}", service.replace('-', "_")))
    }

    pub async fn db(&self, service: &str) -> anyhow::Result<Db> {
        Ok(Db::connect_for_reports(&self.admin_url(service)?).await?)
    }

    /// Changes something by hand: one statement or several, all or none. Answers how many rows the
    /// last one changed.
    pub async fn change(&self, service: &str, sql: &str) -> anyhow::Result<u64> {
        let sql = sql.to_owned();
        let work = async move |tx: &Tx| {
            let mut changed = 0;
            for statement in sql.split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
                changed = tx.execute(statement, []).await?;
            }
            Ok(changed)
        };
        let changed = self.db(service).await?.transaction(work).await;
        changed.map_err(|fault| anyhow::Error::from(fault).context(format!("{service}: a change by hand")))
    }

    /// The one number that a query answers.
    pub async fn number(&self, service: &str, sql: &str) -> anyhow::Result<i64> {
        #[derive(sea_orm::FromQueryResult)]
        struct Row {
            number: i64,
        }
        let sql = format!("select ({sql})::bigint as number");
        let row = self.db(service).await?.one::<Row>(&sql, []).await?;
        Ok(row.context("one row")?.number)
    }

    /// The one text that a query answers.
    pub async fn text(&self, service: &str, sql: &str) -> anyhow::Result<String> {
        #[derive(sea_orm::FromQueryResult)]
        struct Row {
            text: Option<String>,
        }
        let sql = format!("select ({sql})::text as text");
        let row = self.db(service).await?.one::<Row>(&sql, []).await?;
        Ok(row.and_then(|row| row.text).unwrap_or_default())
    }
}
