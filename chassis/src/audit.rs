//! What audits find, and how they read tables of any length: a page at a time, as of one moment.

use crate::store::{Fault, Tx};
use sea_orm::FromQueryResult;
use serde::Serialize;

/// A promise that is broken, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Finding {
    /// A service, or `between` services.
    pub service: &'static str,
    pub rule: &'static str,
    pub detail: String,
}

impl Finding {
    pub fn new(service: &'static str, rule: &'static str, detail: impl Into<String>) -> Self {
        Finding { service, rule, detail: detail.into() }
    }
}

/// A thing that audits hold against what others know of it.
pub trait Audited: Sized {
    /// What all who know it call it by.
    type Id: Copy + Ord;
    type Row: FromQueryResult;
    /// Of the cursor: another for each query.
    const NAME: &'static str;
    /// Gives each thing once, by its id.
    const SQL: &'static str;

    fn id(&self) -> Self::Id;
    fn read(row: Self::Row) -> Result<Self, Fault>;
}

/// Some hundred kilobytes of rows: enough that the way to the server and back does not count.
const PAGE_ROWS: usize = 2_000;

/// All of a thing in a database, as of the moment at which the cursor was opened. What was not
/// fetched yet the server keeps, on its disk when it must.
pub struct Cursor<'a, T: Audited> {
    tx: &'a Tx,
    page: std::vec::IntoIter<T::Row>,
    ended: bool,
}

impl<'a, T: Audited> Cursor<'a, T> {
    pub async fn open(tx: &'a Tx) -> Result<Self, Fault> {
        tx.execute(&format!("declare {} no scroll cursor for {}", T::NAME, T::SQL), []).await?;
        Ok(Cursor { tx, page: Vec::new().into_iter(), ended: false })
    }

    pub async fn next(&mut self) -> Result<Option<T>, Fault> {
        if self.page.len() == 0 && !self.ended {
            let page: Vec<T::Row> = self.tx.all(&format!("fetch {PAGE_ROWS} from {}", T::NAME), []).await?;
            self.ended = page.len() < PAGE_ROWS;
            self.page = page.into_iter();
        }
        self.page.next().map(T::read).transpose()
    }
}

/// All of them at once; for tests, where there are few.
#[cfg(feature = "testing")]
pub async fn all<T: Audited>(db: &crate::store::Db) -> Result<Vec<T>, Fault> {
    db.transaction(async |tx: &Tx| {
        let (mut all, mut cursor) = (Vec::new(), Cursor::open(tx).await?);
        while let Some(one) = cursor.next().await? {
            all.push(one);
        }
        Ok(all)
    })
    .await
}
