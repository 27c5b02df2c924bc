//! `ListInstrument`, `AddInstrument`, `ChangeInstrument`: a new instrument, or another name, state, previous
//! close or other rules of one.

use crate::{
    announcing::Announcing,
    domain::{Listed, Market},
    rules::Rows,
};
use chassis::Step;
use contracts::{
    Symbol,
    refusal::Answer,
    stock_data::{Instrument, InstrumentChange},
};

/// What is said about an instrument.
pub enum Told {
    /// As it is to be, whether it is listed or not.
    List(Instrument),
    /// As it is to be listed.
    Add(Instrument),
    Change(Symbol, InstrumentChange),
}

impl Told {
    pub fn symbol(&self) -> Symbol {
        match self {
            Told::List(instrument) | Told::Add(instrument) => instrument.symbol,
            Told::Change(symbol, _) => *symbol,
        }
    }
}

/// Answers the instrument as it is now. Asking twice changes nothing and announces nothing.
pub fn apply(market: &mut Market, rows: &mut Rows, told: Told, announcing: &Announcing, step: &mut Step) {
    let today = step.now.date_naive();
    let listed = match told {
        Told::List(instrument) => market.list(instrument, today),
        Told::Add(instrument) => market.add(instrument, today),
        Told::Change(symbol, change) => market.change(symbol, change, today),
    };
    let answer = listed.map(|listed| note(listed, rows, announcing, step));
    step.reply(&Answer::from(answer));
}

/// Has it kept and told, if anything is new. Answers the instrument as it is now.
pub fn note(listed: Listed, rows: &mut Rows, announcing: &Announcing, step: &mut Step) -> Instrument {
    match listed {
        Listed::New(instrument) | Listed::Changed(instrument) => {
            announcing.instrument_changed(instrument.clone(), step);
            rows.listed.insert(instrument.symbol);
            // Another previous close is another change of the price, if it has one today.
            rows.priced.insert(instrument.symbol);
            instrument
        }
        Listed::Unchanged(instrument) => instrument,
    }
}
