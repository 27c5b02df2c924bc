//! A database that is not there: for the simulator, which answers the statements itself.

use super::{Db, Fault, Source};
use sea_orm::DatabaseConnection;
use std::cell::Cell;

thread_local! {
    static LOST: Cell<Option<&'static str>> = const { Cell::new(None) };
}

impl Db {
    /// Over a connection whose statements the simulator answers.
    pub fn simulated(connection: DatabaseConnection) -> Self {
        Db(Source::Pool(connection))
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
