//! `ListInstrument`: a new instrument, or another name, state or previous close of one.

use crate::{
    domain::{Listed, Market},
    rules::Rows,
};
use chassis::Step;
use contracts::{
    StreamName,
    refusal::Answer,
    stock_data::{Instrument, StockDataEvent},
};

/// Answers the instrument as it is now. Asking twice changes nothing and announces nothing.
pub fn apply(market: &mut Market, rows: &mut Rows, given: Instrument, to_all: &StreamName, step: &mut Step) {
    let instrument = match market.list(given, step.now.date_naive()) {
        Ok(Listed::New(instrument) | Listed::Changed(instrument)) => {
            step.say(to_all, &StockDataEvent::InstrumentChanged(instrument.clone()));
            rows.listed.insert(instrument.symbol);
            // Another previous close is another change of the price, if it has one today.
            rows.priced.insert(instrument.symbol);
            Ok(instrument)
        }
        Ok(Listed::Unchanged(instrument)) => Ok(instrument),
        Err(refusal) => Err(refusal),
    };
    step.reply(&Answer::from(instrument));
}
