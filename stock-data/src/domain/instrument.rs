//! What an instrument must be like to be listed.

use contracts::{Code, Refusal, stock_data::Instrument};

/// Fits a line of every page.
const NAME_CHARACTERS_MAX: usize = 80;

/// The instrument as it will be listed, its name without the spaces around it.
pub fn check(given: Instrument) -> Result<Instrument, Refusal> {
    let instrument = Instrument { name: check_name(&given.name)?.to_owned(), ..given };
    let Instrument { currency, tick_size, lot_size, previous_close, .. } = &instrument;
    if currency.len() != 3 || !currency.bytes().all(|b| b.is_ascii_uppercase()) {
        return Err(invalid(
            "currency",
            format!("expected three capital letters, got {:?}", start(currency)),
        ));
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
    Ok(instrument)
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

fn check_name(given: &str) -> Result<&str, Refusal> {
    let name = given.trim();
    let length = name.chars().count();
    if (1..=NAME_CHARACTERS_MAX).contains(&length) && name.chars().all(is_visible) {
        return Ok(name);
    }
    let rule = format!("expected 1 to {NAME_CHARACTERS_MAX} visible characters, got {:?}", start(given));
    Err(invalid("name", format!("{rule} ({length} of them)")))
}

/// A space is visible between words; other white space, and what has no width or turns the text
/// around it, is not.
fn is_visible(c: char) -> bool {
    let formatting = matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
    c == ' ' || !(c.is_whitespace() || c.is_control() || formatting)
}

/// As much of a refused text as is shown to who sent it.
fn start(text: &str) -> String {
    text.chars().take(NAME_CHARACTERS_MAX).collect()
}

fn invalid(field: &str, rule: String) -> Refusal {
    Refusal::of_field(Code::InvalidValue, field, rule)
}
