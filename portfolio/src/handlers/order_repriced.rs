//! `OrderOpened` of a repriced order: it rests where it costs a buyer less, and the rest is given back.

use crate::store::Rows;
use chassis::Poison;
use contracts::matching::OrderOpened;

pub fn apply(rows: &mut Rows, event: &OrderOpened) -> Result<(), Poison> {
    if !rows.is_next(event.symbol, event.sequence)? {
        return Ok(());
    }
    rows.books.reprice(event)?;
    rows.applied(event.symbol, event.sequence);
    Ok(())
}
