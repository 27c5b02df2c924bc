//! A database that is not there: for the simulator, which answers the statements itself.

use super::{Db, Fault, Source};
use crate::connection::{Connection, Failure};
use crate::writes::Writes;
use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, FromQueryResult, Statement, TransactionTrait,
};
use std::cell::Cell;
use std::sync::Arc;

thread_local! {
    static LOST: Cell<Option<&'static str>> = const { Cell::new(None) };
}

impl Db {
    /// Over a connection whose statements the simulator answers.
    pub fn simulated(connection: DatabaseConnection) -> Self {
        let mut own = Connection::new(Arc::new(PgConnectOptions::new_without_pgpass()));
        own.simulated = Some(connection);
        Db(Source::Own(Arc::new(own)))
    }
}

/// The commit that ends now is answered with an error, whether it happened or not. A simulated
/// connection has no way of its own to say so.
pub fn lose_answer(why: &'static str) {
    LOST.set(Some(why));
}

/// What the commit that has just ended is answered.
pub(super) fn answer() -> Result<(), Fault> {
    LOST.take().map_or(Ok(()), |why| Err(Fault::new("commit", why)))
}

pub(crate) async fn all<T: FromQueryResult>(
    database: &DatabaseConnection,
    statement: Statement,
) -> Result<Vec<T>, Fault> {
    let sql = statement.sql.clone();
    T::find_by_statement(statement).all(database).await.map_err(Fault::sql(&sql))
}

/// A step's statements one after the other, so that the simulator may break off between them; all
/// or none all the same.
pub(crate) async fn commit(database: &DatabaseConnection, writes: Writes) -> Result<(), Failure> {
    let fault = |e: DbErr| Failure::Fault(Fault::new("commit a step", e));
    let tx = database.begin().await.map_err(fault)?;
    for (sql, values, expected) in writes.into_parts() {
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql.as_ref(), values);
        let touched = tx.execute_raw(statement).await.map_err(fault)?.rows_affected();
        match expected {
            Some((rows, otherwise)) if u64::try_from(rows) != Ok(touched) => {
                tx.rollback().await.map_err(fault)?;
                return Err(match otherwise {
                    Writes::FENCED => Failure::Fenced,
                    _ => Failure::Fault(Fault::new("commit a step", otherwise)),
                });
            }
            Some(_) | None => {}
        }
    }
    tx.commit().await.map_err(fault)?;
    answer().map_err(Failure::Fault)
}
