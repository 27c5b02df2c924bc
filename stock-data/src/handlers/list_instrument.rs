//! `ListInstrument`: a new instrument, or another name, state, previous close or other rules of one.

use crate::{
    announcing::Announcing,
    domain::{Listed, Market},
    rules::Rows,
};
use chassis::Step;
use contracts::{refusal::Answer, stock_data::Instrument};

/// Answers the instrument as it is now. Asking twice changes nothing and announces nothing.
pub fn apply(
    market: &mut Market,
    rows: &mut Rows,
    given: Instrument,
    announcing: &Announcing,
    step: &mut Step,
) {
    let instrument = match market.list(given, step.now.date_naive()) {
        Ok(Listed::New(instrument) | Listed::Changed(instrument)) => {
            announcing.instrument_changed(instrument.clone(), step);
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
