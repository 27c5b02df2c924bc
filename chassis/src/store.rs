//! The service's own database: reads anywhere, writes only inside the step's transaction.
//!
//! Statements are plain SQL with bound values; arrays are bound whole (`unnest($1::bigint[])`), so
//! a batch is one statement however long it is. Nothing here may be put under a timeout or a
//! `select!`: a cancelled `begin` leaves its connection inside a transaction. Time limits are the
//! server's (`statement_timeout`, `lock_timeout`).

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
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

    fn sql(sql: &str) -> impl FnOnce(DbErr) -> Fault + '_ {
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
    /// A step reads inside its own transaction: one connection for all of it.
    Tx(Arc<DatabaseTransaction>),
}

/// One step's transaction: reads its own writes.
pub struct Tx(Arc<DatabaseTransaction>);

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
        let query = T::find_by_statement(statement(sql, values));
        match &self.0 {
            Source::Pool(pool) => query.all(pool).await,
            Source::Tx(tx) => query.all(&**tx).await,
        }
        .map_err(Fault::sql(sql))
    }

    pub async fn one<T: FromQueryResult>(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Option<T>, Fault> {
        let query = T::find_by_statement(statement(sql, values));
        match &self.0 {
            Source::Pool(pool) => query.one(pool).await,
            Source::Tx(tx) => query.one(&**tx).await,
        }
        .map_err(Fault::sql(sql))
    }

    /// For what Postgres runs outside transactions only, such as `create database`.
    pub async fn execute_alone(&self, sql: &str) -> Result<(), Fault> {
        self.pool().execute_unprepared(sql).await.map(|_| ()).map_err(Fault::sql(sql))
    }

    pub(crate) async fn begin(&self) -> Result<Tx, Fault> {
        self.pool().begin().await.map(|tx| Tx(Arc::new(tx))).map_err(|e| Fault::new("begin a transaction", e))
    }

    fn pool(&self) -> &DatabaseConnection {
        match &self.0 {
            Source::Pool(pool) => pool,
            Source::Tx(_) => panic!("a step has one transaction"),
        }
    }

    /// Begins and commits around `work`; for tests and for tools, which have no step.
    pub async fn transaction<T>(&self, work: impl AsyncFnOnce(&Tx) -> Result<T, Fault>) -> Result<T, Fault> {
        let tx = self.begin().await?;
        let result = work(&tx).await?;
        tx.commit().await?;
        Ok(result)
    }
}

impl Tx {
    pub async fn all<T: FromQueryResult>(
        &self,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Vec<T>, Fault> {
        T::find_by_statement(statement(sql, values)).all(&*self.0).await.map_err(Fault::sql(sql))
    }

    /// Answers how many rows changed.
    pub async fn execute(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> Result<u64, Fault> {
        self.0
            .execute_raw(statement(sql, values))
            .await
            .map(|done| done.rows_affected())
            .map_err(Fault::sql(sql))
    }

    /// What the step reads, it reads here.
    pub(crate) fn reader(&self) -> Db {
        Db(Source::Tx(self.0.clone()))
    }

    fn into_inner(self) -> DatabaseTransaction {
        Arc::into_inner(self.0).expect("nobody keeps a step's reader")
    }

    pub(crate) async fn commit(self) -> Result<(), Fault> {
        let committed = self.into_inner().commit().await.map_err(|e| Fault::new("commit", e));
        #[cfg(feature = "simulation")]
        let committed = committed.and_then(|()| simulation::answer());
        committed
    }

    pub(crate) async fn rollback(self) -> Result<(), Fault> {
        self.into_inner().rollback().await.map_err(|e| Fault::new("roll back", e))
    }
}

fn statement(sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(DbBackend::Postgres, sql, values)
}
