//! `OrderLeftBook`: the rest of the order's hold is given back, or to the order that comes instead.

use crate::store::Rows;
use chassis::Poison;
use contracts::matching::OrderLeftBook;

pub fn apply(rows: &mut Rows, event: &OrderLeftBook) -> Result<(), Poison> {
    if !rows.is_next(event.symbol, event.sequence)? {
        return Ok(());
    }
    match event.replaced_by {
        None => rows.books.void(event)?,
        Some(by) => rows.books.succeed(event, by)?,
    }
    rows.applied(event.symbol, event.sequence);
    Ok(())
}
