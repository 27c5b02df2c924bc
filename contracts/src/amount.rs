//! Prices, quantities and money: whole numbers of millionths, decimal strings on the wire.
//!
//! An `i64` of millionths holds ± 9.2 × 10¹². A float never appears, neither here nor on the wire.
//! The text form is strict: digits, at most one point, at most six decimals; no sign except a
//! minus before money, no exponent, no spaces, no separators.

use crate::refusal::quoted;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Millionths in one.
pub const SCALE: i64 = 1_000_000;
const DECIMALS: usize = 6;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    #[error("expected a decimal such as \"12.50\", got {0}")]
    NotADecimal(String),
    #[error("at most {DECIMALS} decimals are kept, got {0}")]
    TooPrecise(String),
    #[error("the amount is too large")]
    TooLarge,
    #[error("price × quantity is not a whole number of millionths")]
    Inexact,
}

macro_rules! amount {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(i64);

        impl $name {
            pub const ZERO: Self = $name(0);
            pub const MAX: Self = $name(i64::MAX);

            /// From a whole number of millionths.
            pub const fn from_micros(micros: i64) -> Self {
                $name(micros)
            }

            /// The whole number of millionths.
            pub const fn micros(self) -> i64 {
                self.0
            }

            pub const fn is_positive(self) -> bool {
                self.0 > 0
            }

            pub const fn is_zero(self) -> bool {
                self.0 == 0
            }

            pub fn plus(self, other: Self) -> Result<Self, AmountError> {
                self.0.checked_add(other.0).map($name).ok_or(AmountError::TooLarge)
            }

            pub fn minus(self, other: Self) -> Result<Self, AmountError> {
                self.0.checked_sub(other.0).map($name).ok_or(AmountError::TooLarge)
            }

            /// Whether this is a whole number of `step`s.
            pub fn is_multiple_of(self, step: Self) -> bool {
                step.0 > 0 && self.0 % step.0 == 0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut buffer = [0; TEXT_LENGTH_MAX];
                f.pad(write_micros(self.0, &mut buffer))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut buffer = [0; TEXT_LENGTH_MAX];
                serializer.serialize_str(write_micros(self.0, &mut buffer))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::json::parsed(deserializer)
            }
        }
    };
}

amount!(
    /// What one unit costs, in the instrument's currency.
    Price
);
amount!(
    /// How many units.
    Quantity
);
amount!(
    /// An amount in the instrument's currency. The only amount that may be negative.
    Money
);

impl FromStr for Price {
    type Err = AmountError;
    fn from_str(text: &str) -> Result<Self, AmountError> {
        parse_micros(text, false).map(Price)
    }
}

impl FromStr for Quantity {
    type Err = AmountError;
    fn from_str(text: &str) -> Result<Self, AmountError> {
        parse_micros(text, false).map(Quantity)
    }
}

impl FromStr for Money {
    type Err = AmountError;
    fn from_str(text: &str) -> Result<Self, AmountError> {
        parse_micros(text, true).map(Money)
    }
}

impl Price {
    /// The exact cost of a quantity. Instruments are listed only when tick × lot is a whole
    /// number of millionths, so for a valid order this is never inexact.
    pub fn times(self, quantity: Quantity) -> Result<Money, AmountError> {
        let product = i128::from(self.0) * i128::from(quantity.0);
        if product % i128::from(SCALE) != 0 {
            return Err(AmountError::Inexact);
        }
        i64::try_from(product / i128::from(SCALE)).map(Money).map_err(|_| AmountError::TooLarge)
    }

    /// The average price of a quantity bought for `cost`, rounded half to even.
    pub fn average(cost: Money, quantity: Quantity) -> Price {
        assert!(quantity.0 > 0, "an average needs a quantity");
        Price(divide_half_even(i128::from(cost.0) * i128::from(SCALE), i128::from(quantity.0)))
    }
}

impl Money {
    /// The share of this amount that `part` is of `whole`, rounded half to even.
    pub fn share(self, part: Quantity, whole: Quantity) -> Money {
        assert!(whole.0 > 0, "a share needs a whole");
        Money(divide_half_even(i128::from(self.0) * i128::from(part.0), i128::from(whole.0)))
    }

    /// A fee of so many hundredths of a percent, rounded down: the fees of an order's fills then
    /// never exceed the fee that was held for the whole order.
    pub fn fee(self, basis_points: u32) -> Money {
        let fee = i128::from(self.0) * i128::from(basis_points) / 10_000;
        Money(i64::try_from(fee).expect("a fee is smaller than its amount"))
    }
}

impl std::ops::Neg for Money {
    type Output = Money;
    fn neg(self) -> Money {
        Money(-self.0)
    }
}

fn divide_half_even(numerator: i128, denominator: i128) -> i64 {
    let quotient = numerator.div_euclid(denominator);
    let twice = numerator.rem_euclid(denominator) * 2;
    let up = twice > denominator || (twice == denominator && quotient % 2 != 0);
    i64::try_from(quotient + i128::from(up)).expect("an average lies between its parts")
}

/// A minus, thirteen digits, a point, six digits.
const TEXT_LENGTH_MAX: usize = 24;

/// The shortest exact text with at least no decimals: `12.5`, `12`, `-0.000001`.
fn write_micros(micros: i64, buffer: &mut [u8; TEXT_LENGTH_MAX]) -> &str {
    let magnitude = micros.unsigned_abs();
    let (mut whole, mut fraction) = (magnitude / SCALE as u64, magnitude % SCALE as u64);
    let mut start = TEXT_LENGTH_MAX;
    let mut push = |digit: u8| {
        start -= 1;
        buffer[start] = digit;
    };
    if fraction > 0 {
        let mut significant = false;
        for _ in 0..DECIMALS {
            let digit = (fraction % 10) as u8;
            fraction /= 10;
            significant |= digit > 0;
            if significant {
                push(b'0' + digit);
            }
        }
        push(b'.');
    }
    loop {
        push(b'0' + (whole % 10) as u8);
        whole /= 10;
        if whole == 0 {
            break;
        }
    }
    if micros < 0 {
        push(b'-');
    }
    std::str::from_utf8(&buffer[start..]).expect("digits are ASCII")
}

fn parse_micros(text: &str, signed: bool) -> Result<i64, AmountError> {
    let not_a_decimal = || AmountError::NotADecimal(quoted(text));
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) if signed => (true, rest),
        Some(_) => return Err(not_a_decimal()),
        None => (false, text),
    };
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
        Some(_) => return Err(not_a_decimal()),
        None => (digits, ""),
    };
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) {
        return Err(not_a_decimal());
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > DECIMALS {
        return Err(AmountError::TooPrecise(quoted(text)));
    }
    let mut micros: i64 = 0;
    let padding = std::iter::repeat_n(b'0', DECIMALS - fraction.len());
    for digit in whole.bytes().chain(fraction.bytes()).chain(padding) {
        micros = micros
            .checked_mul(10)
            .and_then(|m| m.checked_add(i64::from(digit - b'0')))
            .ok_or(AmountError::TooLarge)?;
    }
    Ok(if negative { -micros } else { micros })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_that_is_no_plain_decimal_is_refused() {
        for text in [
            "", ".", "1.", ".5", "+1", "-1", "1e3", "1E400", "NaN", "inf", "1,000", "1_000", " 1", "1 ",
            "0x10", "١", "1.2.3", "--1",
        ] {
            assert!(matches!(text.parse::<Quantity>(), Err(AmountError::NotADecimal(_))), "{text:?}");
        }
    }

    #[test]
    fn what_cannot_be_kept_exactly_is_refused() {
        assert!(matches!("0.0000001".parse::<Price>(), Err(AmountError::TooPrecise(_))));
        assert_eq!("0.1000000000".parse::<Price>().unwrap().micros(), 100_000);
        assert_eq!("9223372036854.775807".parse::<Price>().unwrap(), Price::MAX);
        assert_eq!("9223372036854.775808".parse::<Price>(), Err(AmountError::TooLarge));
        assert_eq!("9".repeat(400).parse::<Price>(), Err(AmountError::TooLarge));
    }

    #[test]
    fn leading_zeros_do_no_harm_and_the_shortest_text_comes_back() {
        for (given, kept) in [("007.50", "7.5"), ("0.000001", "0.000001"), ("100", "100"), ("0", "0")] {
            assert_eq!(given.parse::<Price>().unwrap().to_string(), kept);
        }
        assert_eq!("-0.5".parse::<Money>().unwrap().to_string(), "-0.5");
    }

    #[test]
    fn a_cost_is_exact_or_an_error() {
        let price: Price = "187.25".parse().unwrap();
        assert_eq!(price.times("10".parse().unwrap()).unwrap().to_string(), "1872.5");
        assert_eq!(Price::from_micros(1).times(Quantity::from_micros(1)), Err(AmountError::Inexact));
        assert_eq!(Price::MAX.times("1000000".parse().unwrap()), Err(AmountError::TooLarge));
    }

    #[test]
    fn averages_round_half_to_even() {
        let average = |cost, quantity| {
            Price::average(Money::from_micros(cost), Quantity::from_micros(quantity)).micros()
        };
        assert_eq!(average(1, 2 * SCALE), 0);
        assert_eq!(average(3, 2 * SCALE), 2);
        assert_eq!(average(10, 3 * SCALE), 3);
    }

    proptest! {
        #[test]
        fn text_and_back_is_the_same(micros in any::<i64>().prop_filter("no minimum", |m| *m != i64::MIN)) {
            let money = Money::from_micros(micros);
            prop_assert_eq!(money.to_string().parse::<Money>().unwrap(), money);
        }

        #[test]
        fn fees_of_parts_never_exceed_the_fee_of_the_whole(
            parts in proptest::collection::vec(0i64..1_000_000_000, 1..20), basis_points in 0u32..10_000,
        ) {
            let whole = Money::from_micros(parts.iter().sum());
            let of_parts: i64 = parts.iter().map(|p| Money::from_micros(*p).fee(basis_points).micros()).sum();
            prop_assert!(of_parts <= whole.fee(basis_points).micros());
        }
    }
}
