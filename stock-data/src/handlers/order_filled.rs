//! `OrderFilled`: a trade. It is kept, counts into its day, and is the price from now on; an auction's
//! trade like any other.

use crate::{
    announcing::Announcing,
    domain::Market,
    rules::{Filled, Rows},
    store,
};
use chassis::{Poison, Step};

/// Heard twice, a trade counts once.
pub fn apply(
    market: &mut Market,
    rows: &mut Rows,
    filled: Filled,
    announcing: &Announcing,
    step: &mut Step,
) -> Result<(), Poison> {
    let Filled { trade, sequence } = filled;
    if rows.counted.contains(&trade.trade_id) {
        return Ok(());
    }
    let traded = market.trade(&trade).map_err(|e| Poison(format!("trade {}: {e}", trade.trade_id)))?;
    if traded.new_close {
        let instrument = market.listing(trade.symbol).instrument.clone();
        announcing.instrument_changed(instrument, step);
    }
    rows.counted.insert(trade.trade_id);
    rows.priced.insert(trade.symbol);
    rows.trades.push(store::NewTrade { trade, sequence, date: traded.date });
    Ok(())
}
