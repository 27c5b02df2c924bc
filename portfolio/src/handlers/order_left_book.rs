//! `OrderLeftBook`: the rest of the order's hold is given back.

use crate::store::Rows;
use chassis::Poison;
use contracts::matching::OrderLeftBook;

pub fn apply(rows: &mut Rows, left: &OrderLeftBook) -> Result<(), Poison> {
    if !rows.is_next(left.symbol, left.sequence)? {
        return Ok(());
    }
    rows.books.void(left)?;
    rows.applied(left.symbol, left.sequence);
    Ok(())
}
