//! Prices out of the texts of JSON's numbers and strings, exactly.

use contracts::Price;
use rust_decimal::{Decimal, RoundingStrategy};

/// Of any price with all its decimals; longer ones cannot be held.
const CHARACTERS_MAX: usize = 40;
/// Ours.
const DECIMALS: u32 = 6;

/// A bid: what has more decimals than ours is rounded down, so that nobody is thought to pay more.
pub fn bid(text: &str) -> Option<Price> {
    price(text, RoundingStrategy::ToNegativeInfinity)
}

/// An ask: rounded up.
pub fn ask(text: &str) -> Option<Price> {
    price(text, RoundingStrategy::ToPositiveInfinity)
}

/// None for what is no amount of more than nothing.
fn price(text: &str, rounding: RoundingStrategy) -> Option<Price> {
    // The library would take an underscore for a separator.
    if text.len() > CHARACTERS_MAX || text.contains('_') {
        return None;
    }
    let exact = match text.contains(['e', 'E']) {
        true => Decimal::from_scientific(text),
        false => Decimal::from_str_exact(text),
    };
    let mut rounded = exact.ok()?.round_dp_with_strategy(DECIMALS, rounding);
    rounded.rescale(DECIMALS);
    // Too great a number keeps fewer decimals than it was told to.
    let micros = (rounded.scale() == DECIMALS).then(|| i64::try_from(rounded.mantissa()).ok())??;
    Some(Price::from_micros(micros)).filter(|price| price.is_positive())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn prices_are_exact_and_rounded_away_from_the_middle() {
        for (text, expected) in [
            ("67123.45000000", Some(("67123.45", "67123.45"))),
            ("192.3", Some(("192.3", "192.3"))),
            ("114", Some(("114", "114"))),
            ("0.1", Some(("0.1", "0.1"))),
            ("0.00001234", Some(("0.000012", "0.000013"))),
            ("0.00000012", None),
            ("1.14e2", Some(("114", "114"))),
            ("1.5E-3", Some(("0.0015", "0.0015"))),
            ("9223372036854.775807", Some(("9223372036854.775807", "9223372036854.775807"))),
            ("9223372036854.775808", None),
            ("1e30", None),
            ("1e-400", None),
            ("0", None),
            ("0.0", None),
            ("-1", None),
            ("", None),
            (".", None),
            ("NaN", None),
            ("1_000", None),
            ("1,5", None),
            ("0x10", None),
            ("11111111111111111111111111111111111111111", None),
        ] {
            let got = bid(text).zip(ask(text)).map(|(bid, ask)| (bid.to_string(), ask.to_string()));
            let expected = expected.map(|(bid, ask): (&str, &str)| (bid.to_owned(), ask.to_owned()));
            assert_eq!(got, expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_we_write_is_read_as_it_was(micros in 1..i64::MAX) {
            let price = Price::from_micros(micros);
            prop_assert_eq!(bid(&price.to_string()), Some(price));
            prop_assert_eq!(ask(&price.to_string()), Some(price));
        }

        #[test]
        fn nothing_is_read_that_is_no_number(text in "[-+0-9eE._ xa]{0,45}") {
            if let (Some(bid), Some(ask)) = (bid(&text), ask(&text)) {
                prop_assert!(bid <= ask && ask.micros() - bid.micros() <= 1, "{}", text);
            }
        }
    }
}
