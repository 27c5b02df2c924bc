//! `OrderLeftBook`: the rest of the order's hold is given back.

use crate::store::Rows;
use chassis::Poison;
use contracts::matching::OrderLeftBook;

pub fn apply(rows: &mut Rows, event: &OrderLeftBook) -> Result<(), Poison> {
    if !rows.is_next(event.symbol, event.sequence)? {
        return Ok(());
    }
    rows.books.void(event)?;
    rows.applied(event.symbol, event.sequence);
    Ok(())
}
