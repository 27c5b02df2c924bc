//! `OrderFilled`: the sides that are ours post what they held and get what they traded for.

use crate::{rules::Portfolio, store::Rows};
use chassis::Poison;
use contracts::{Timestamp, matching::OrderFilled};

pub fn apply(
    portfolio: &Portfolio,
    rows: &mut Rows,
    fill: &OrderFilled,
    at: Timestamp,
) -> Result<(), Poison> {
    if !rows.is_next(fill.symbol, fill.sequence)? {
        return Ok(());
    }
    rows.books.settle(fill, |user| portfolio.is_ours(user), portfolio.fees, at)?;
    rows.applied(fill.symbol, fill.sequence);
    Ok(())
}
