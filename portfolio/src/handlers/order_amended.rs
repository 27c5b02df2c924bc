//! `OrderAmended`: the hold is for the changed order, and what it needs no more is given back.

use crate::store::Rows;
use chassis::Poison;
use contracts::matching::OrderAmended;

pub fn apply(rows: &mut Rows, event: &OrderAmended) -> Result<(), Poison> {
    if !rows.is_next(event.symbol, event.sequence)? {
        return Ok(());
    }
    rows.books.amended(event)?;
    rows.applied(event.symbol, event.sequence);
    Ok(())
}
