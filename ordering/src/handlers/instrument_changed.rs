//! `InstrumentChanged`: what may be traded, in which units, and whether now.

use crate::domain::{desk::Desk, instrument::Instrument, rows::Rows};
use chassis::Poison;
use contracts::stock_data;

pub fn apply(desk: &mut Desk, rows: &mut Rows, event: &stock_data::Instrument) -> Result<(), Poison> {
    let symbol = event.symbol;
    if !event.tick_size.is_positive() || !event.lot_size.is_positive() {
        return Err(Poison(format!("{symbol}: tick and lot must be more than 0")));
    }
    let before = desk.instruments.get(&symbol);
    if before.is_some_and(|b| (b.tick_size, b.lot_size) != (event.tick_size, event.lot_size)) {
        return Err(Poison(format!("{symbol}: tick and lot are fixed once listed")));
    }
    let instrument = Instrument {
        tick_size: event.tick_size,
        lot_size: event.lot_size,
        state: event.state,
        previous_close: event.previous_close,
        last_price: before.and_then(|b| b.last_price),
        hours: event.rules.hours.clone(),
        feed_stale: before.is_some_and(|b| b.feed_stale),
    };
    desk.instruments.insert(symbol, instrument);
    rows.instruments.insert(symbol);
    Ok(())
}
