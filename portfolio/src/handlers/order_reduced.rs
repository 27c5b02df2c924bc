//! `OrderReduced`: what nobody will fill is given back.

use crate::store::Rows;
use chassis::Poison;
use contracts::matching::OrderReduced;

pub fn apply(rows: &mut Rows, event: &OrderReduced) -> Result<(), Poison> {
    if !rows.is_next(event.symbol, event.sequence)? {
        return Ok(());
    }
    rows.books.reduce(event)?;
    rows.applied(event.symbol, event.sequence);
    Ok(())
}
