//! `Stocks`: every instrument with its day, by symbol.

use crate::store;
use chassis::{Db, Fault};
use contracts::{Timestamp, stock_data::Stock};

pub async fn answer(db: &Db, now: Timestamp) -> Result<Vec<Stock>, Fault> {
    let listings = store::listings(db).await?;
    Ok(listings.into_iter().map(|listing| listing.stock_on(now.date_naive())).collect())
}
