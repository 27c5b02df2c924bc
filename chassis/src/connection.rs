//! A partition's own connection to its database. Nobody else borrows it, so nothing of anybody's is
//! ever left in it, and it needs no looking after between two steps.
//!
//! **Invariant** After an error, or a use that was broken off, it is thrown away and made anew.

use crate::store::Fault;
use crate::writes::Writes;
use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection, PgRow};
use sea_orm::sqlx::query::Query;
use sea_orm::sqlx::{self, ConnectOptions, Executor, Postgres};
use sea_orm::{FromQueryResult, QueryResult, Statement, Value};
use sea_query_sqlx::SqlxValues;
use std::sync::Arc;
use tokio::sync::Mutex;

pub(crate) struct Connection {
    options: Arc<PgConnectOptions>,
    open: Mutex<Option<PgConnection>>,
    /// The simulator's, which then answers instead of Postgres.
    #[cfg(feature = "simulation")]
    pub simulated: Option<sea_orm::DatabaseConnection>,
}

/// How a step's commit failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Another instance has made this step. Nothing is written.
    Fenced,
    /// Perhaps it was only the answer that got lost.
    Fault(Fault),
}

impl Connection {
    pub fn new(options: Arc<PgConnectOptions>) -> Self {
        Connection {
            options,
            open: Mutex::default(),
            #[cfg(feature = "simulation")]
            simulated: None,
        }
    }

    pub async fn all<T: FromQueryResult>(&self, statement: Statement) -> Result<Vec<T>, Fault> {
        #[cfg(feature = "simulation")]
        if let Some(database) = &self.simulated {
            return crate::store::simulation::all(database, statement).await;
        }
        let sql = statement.sql;
        let values = statement.values.map_or_else(Vec::new, |values| values.0);
        let rows = self.fetch(&sql, values).await.map_err(Fault::sql(&sql))?;
        let read = |row: PgRow| T::from_query_result(&QueryResult::from(row), "");
        rows.into_iter().map(read).collect::<Result<_, _>>().map_err(Fault::sql(&sql))
    }

    /// Carries out a step's writes, all or none.
    pub async fn commit(&self, writes: Writes) -> Result<(), Failure> {
        #[cfg(feature = "simulation")]
        if let Some(database) = &self.simulated {
            return crate::store::simulation::commit(database, writes).await;
        }
        let (sql, values) = writes.into_statement();
        match self.fetch(&sql, values).await {
            Ok(_) => Ok(()),
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some(Writes::FENCED) => {
                Err(Failure::Fenced)
            }
            Err(error) => Err(Failure::Fault(Fault::new("commit a step", error))),
        }
    }

    async fn fetch(&self, sql: &str, values: Vec<Value>) -> sqlx::Result<Vec<PgRow>> {
        let mut open = self.open.lock().await;
        // Not there while it is in use: whoever breaks off leaves nothing behind.
        let mut connection = match open.take() {
            Some(connection) => connection,
            None => self.options.connect().await?,
        };
        let rows = connection.fetch_all(query(sql, values)).await?;
        *open = Some(connection);
        Ok(rows)
    }
}

fn query(sql: &str, values: Vec<Value>) -> Query<'_, Postgres, SqlxValues> {
    sqlx::query_with(sqlx::AssertSqlSafe(sql), SqlxValues(sea_orm::sea_query::Values(values)))
}
