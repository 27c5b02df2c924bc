//! `OrderFilled`: a trade. It is kept, counts into its day and its candles, and is
//! the price from now on; an auction's
//! trade like any other.

use super::order_came;
use crate::{
    announcing::Announcing,
    domain::{Activity, Market},
    rules::{Filled, Rows},
    store,
};
use chassis::{Poison, Step};
use contracts::Total;

/// Heard twice, a trade counts once.
pub fn apply(
    market: &mut Market,
    rows: &mut Rows,
    filled: Filled,
    announcing: &Announcing,
    step: &mut Step,
) -> Result<(), Poison> {
    let Filled { trade, sequence, taker } = filled;
    if rows.counted.contains(&trade.trade_id) {
        return Ok(());
    }
    let traded = market.trade(&trade).map_err(|e| Poison(format!("trade {}: {e}", trade.trade_id)))?;
    if traded.new_close {
        let instrument = market.listing(trade.symbol).instrument.clone();
        announcing.instrument_changed(instrument, step);
    }
    let activity = rows.activity.entry((traded.date, trade.symbol)).or_default();
    *activity += Activity {
        orders: 0,
        trades: 1,
        volume: trade.quantity.into(),
        turnover: Total::turnover(trade.price, trade.quantity),
    };
    if let Some(taker) = taker {
        order_came::count(rows, trade.symbol, traded.date, taker, true);
    }
    rows.counted.insert(trade.trade_id);
    rows.priced.insert(trade.symbol);
    rows.candles.add(&trade);
    rows.trades.push(store::NewTrade { trade, sequence, date: traded.date });
    Ok(())
}
