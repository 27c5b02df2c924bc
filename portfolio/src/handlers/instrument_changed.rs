//! `InstrumentChanged`: until it has traded, a stock is worth its previous close.

use crate::store::Rows;
use contracts::stock_data::Instrument;

pub fn apply(rows: &mut Rows, instrument: &Instrument) {
    if rows.last_prices.get(instrument.symbol).is_none() {
        rows.last_prices.put(instrument.symbol, instrument.previous_close);
    }
}
