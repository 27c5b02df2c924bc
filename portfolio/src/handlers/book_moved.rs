//! What a book says about itself, about orders whose holds stay as they are, or that other partitions
//! keep: only the count goes on.

use crate::store::Rows;
use chassis::Poison;
use contracts::Symbol;

pub fn apply(rows: &mut Rows, symbol: Symbol, sequence: u64) -> Result<(), Poison> {
    if rows.is_next(symbol, sequence)? {
        rows.applied(symbol, sequence);
    }
    Ok(())
}
