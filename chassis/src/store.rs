//! The service's own database: reads anywhere, writes in a step's one statement (`writes.rs`) or,
//! apart from steps, in a transaction.
//!
//! Statements are plain SQL with bound values; arrays are bound whole (`unnest($1::bigint[])`), so
//! a batch is one statement however long it is. Nothing here may be put under a timeout or a
//! `select!`: a cancelled `begin` leaves its connection inside a transaction. Time limits are the
//! server's (`statement_timeout`, `lock_timeout`).

use crate::connection::Connection;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend,
    FromQueryResult, Statement, TransactionTrait, Value, sqlx,
};
use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "simulation")]
pub mod simulation;

/// Something outside failed. The step is tried again; nobody is told no.
#[derive(Debug, thiserror::Error)]
#[error("{doing}")]
pub struct Fault {
    doing: String,
    #[source]
    cause: Box<dyn std::error::Error + Send + Sync>,
}

impl Fault {
    pub fn new(doing: impl Into<String>, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Fault { doing: doing.into(), cause: cause.into() }
    }

    pub(crate) fn sql<E>(sql: &str) -> impl FnOnce(E) -> Fault + '_
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        move |cause| {
            Fault::new(
                format!("query {:?}", sql.split_whitespace().take(8).collect::<Vec<_>>().join(" ")),
                cause,
            )
        }
    }
}

/// Reads. Cheap to clone.
#[derive(Clone)]
pub struct Db(Source);

#[derive(Clone)]
enum Source {
    Pool(DatabaseConnection),
    /// A partition's steps, which have a connection of their own.
    Own(Arc<Connection>),
}

/// A transaction apart from steps.
pub struct Tx(DatabaseTransaction);

/// A service's steps, its questions, and one to spare.
const CONNECTIONS_MAX: u32 = 12;
/// Planned once, and to the index: a plan that is made while the tables are empty would read them
/// whole for ever, and planning each query anew costs more than running it.
const BY_KEY: [(&str, &str); 4] = [
    ("plan_cache_mode", "force_generic_plan"),
    ("enable_seqscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
];
/// Past this a pool that gives no connection is a fault to be retried.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

impl Db {
    /// For steps and questions: every query finds its rows by key.
    pub async fn connect(url: &str) -> Result<Self, Fault> {
        Self::connect_with(url, &BY_KEY).await
    }

    /// For reports, which read whole tables.
    pub async fn connect_for_reports(url: &str) -> Result<Self, Fault> {
        Self::connect_with(url, &[]).await
    }

    async fn connect_with(
        url: &str,
        planning: &'static [(&'static str, &'static str)],
    ) -> Result<Self, Fault> {
        let mut options = ConnectOptions::new(url);
        options
            .max_connections(CONNECTIONS_MAX)
            .min_connections(1)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .sqlx_logging(false)
            .test_before_acquire(false)
            .map_sqlx_postgres_opts(|options| options.options(planning.iter().copied()))
            .map_sqlx_postgres_before_acquire(|connection, _| {
                Box::pin(async move {
                    // A cancelled `begin` may have left this connection inside a transaction, and what
                    // its next user writes would never be committed. Then it is thrown away.
                    // By the simple protocol: the extended one takes the two times at different messages.
                    let row =
                        sqlx::raw_sql("select now() = statement_timestamp()").fetch_one(connection).await?;
                    sqlx::Row::try_get(&row, 0)
                })
            });
        Database::connect(options)
            .await
            .map(|pool| Db(Source::Pool(pool)))
            .map_err(|e| Fault::new("connect to the database", e))
    }

    pub async fn all<T: FromQueryResult>(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Vec<T>, Fault> {
        match &self.0 {
            Source::Pool(pool) => T::find_by_statement(statement(sql, values)).all(pool).await,
            Source::Own(connection) => return connection.all(statement(sql, values)).await,
        }
        .map_err(Fault::sql(sql))
    }

    pub async fn one<T: FromQueryResult>(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Option<T>, Fault> {
        match &self.0 {
            Source::Pool(pool) => T::find_by_statement(statement(sql, values)).one(pool).await,
            Source::Own(connection) => {
                return connection.all(statement(sql, values)).await.map(|rows| rows.into_iter().next());
            }
        }
        .map_err(Fault::sql(sql))
    }

    /// For what Postgres runs outside transactions only, such as `create database`.
    pub async fn execute_alone(&self, sql: &str) -> Result<(), Fault> {
        self.pool().execute_unprepared(sql).await.map(|_| ()).map_err(Fault::sql(sql))
    }

    /// A connection for one partition's steps.
    pub(crate) fn own(&self) -> Arc<Connection> {
        match &self.0 {
            Source::Pool(pool) => {
                Arc::new(Connection::new(pool.get_postgres_connection_pool().connect_options()))
            }
            Source::Own(connection) => connection.clone(),
        }
    }

    /// What a partition's steps read, they read here.
    pub(crate) fn reader(connection: &Arc<Connection>) -> Db {
        Db(Source::Own(connection.clone()))
    }

    fn pool(&self) -> &DatabaseConnection {
        match &self.0 {
            Source::Pool(pool) => pool,
            #[cfg(feature = "simulation")]
            Source::Own(connection) if connection.simulated.is_some() => {
                connection.simulated.as_ref().expect("it is there")
            }
            Source::Own(_) => panic!("a step only reads; what it writes is one statement"),
        }
    }

    /// Begins and commits around `work`; for tests and for tools, which have no step.
    pub async fn transaction<T>(&self, work: impl AsyncFnOnce(&Tx) -> Result<T, Fault>) -> Result<T, Fault> {
        let tx = self.pool().begin().await.map(Tx).map_err(|e| Fault::new("begin a transaction", e))?;
        let result = work(&tx).await?;
        tx.0.commit().await.map_err(|e| Fault::new("commit", e))?;
        #[cfg(feature = "simulation")]
        simulation::answer()?;
        Ok(result)
    }
}

impl Tx {
    pub async fn all<T: FromQueryResult>(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Vec<T>, Fault> {
        T::find_by_statement(statement(sql, values)).all(&self.0).await.map_err(Fault::sql(sql))
    }

    /// Answers how many rows changed.
    pub async fn execute(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> Result<u64, Fault> {
        self.0
            .execute_raw(statement(sql, values))
            .await
            .map(|done| done.rows_affected())
            .map_err(Fault::sql(sql))
    }
}

fn statement(sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(DbBackend::Postgres, sql, values)
}
