//! `PhaseChanged`: what a book does with orders from now on. It is kept, to be answered; the public
//! hears it from matching itself.

use crate::{domain::Market, rules::Rows};
use chassis::Poison;
use contracts::{Symbol, matching::Phase};

/// Heard twice, it changes nothing.
pub fn apply(market: &mut Market, rows: &mut Rows, symbol: Symbol, phase: Phase) -> Result<(), Poison> {
    let is_new = market.change_phase(symbol, phase).map_err(|e| Poison(format!("phase {phase}: {e}")))?;
    if is_new {
        rows.phased.insert(symbol);
    }
    Ok(())
}
