//! `AmendmentRefused`: what the change would have needed is given back.

use crate::store::Rows;
use chassis::Poison;
use contracts::matching::AmendmentRefused;

pub fn apply(rows: &mut Rows, event: &AmendmentRefused) -> Result<(), Poison> {
    if !rows.is_next(event.symbol, event.sequence)? {
        return Ok(());
    }
    rows.books.keep(event)?;
    rows.applied(event.symbol, event.sequence);
    Ok(())
}
