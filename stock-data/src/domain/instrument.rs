//! What an instrument must be like to be listed.

use contracts::{
    Code, Refusal, name,
    refusal::quoted,
    stock_data::{Instrument, NAME_CHARACTERS_MAX},
};

/// The instrument as it will be listed, its name without the spaces around it.
pub fn check(given: Instrument) -> Result<Instrument, Refusal> {
    let instrument = Instrument { name: name::check(&given.name, NAME_CHARACTERS_MAX)?.to_owned(), ..given };
    let Instrument { currency, tick_size, lot_size, previous_close, .. } = &instrument;
    if currency.len() != 3 || !currency.bytes().all(|b| b.is_ascii_uppercase()) {
        return Err(invalid("currency", format!("expected three capital letters, got {}", quoted(currency))));
    }
    if !tick_size.is_positive() {
        return Err(invalid("tick_size", format!("expected more than 0, got {tick_size}")));
    }
    if !lot_size.is_positive() {
        return Err(invalid("lot_size", format!("expected more than 0, got {lot_size}")));
    }
    if let Err(inexact) = tick_size.times(*lot_size) {
        let rule = format!("expected a lot whose cost is exact at a tick of {tick_size}, got {lot_size}");
        return Err(invalid("lot_size", format!("{rule}: {inexact}")));
    }
    if !previous_close.is_positive() {
        return Err(invalid("previous_close", format!("expected more than 0, got {previous_close}")));
    }
    if !previous_close.is_multiple_of(*tick_size) {
        let rule = format!("expected a multiple of the tick size {tick_size}, got {previous_close}");
        return Err(Refusal::of_field(Code::TickSize, "previous_close", rule));
    }
    match instrument.rules.problems().into_iter().next() {
        Some(problem) => Err(problem),
        None => Ok(instrument),
    }
}

/// Resting orders are counted in ticks, lots and the currency: those stay.
pub fn check_fixed(listed: &Instrument, given: &Instrument) -> Result<(), Refusal> {
    let fixed = |field, listed: &dyn std::fmt::Display, given: &dyn std::fmt::Display| {
        let rule = format!("expected {listed}, which is fixed once listed, got {given}");
        Err(invalid(field, rule))
    };
    if listed.tick_size != given.tick_size {
        return fixed("tick_size", &listed.tick_size, &given.tick_size);
    }
    if listed.lot_size != given.lot_size {
        return fixed("lot_size", &listed.lot_size, &given.lot_size);
    }
    if listed.currency != given.currency {
        return fixed("currency", &listed.currency, &given.currency);
    }
    Ok(())
}

fn invalid(field: &str, rule: String) -> Refusal {
    Refusal::of_field(Code::InvalidValue, field, rule)
}
