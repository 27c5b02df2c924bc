//! Sums over any number of trades: millionths beyond the range of one amount, the same text on the wire.

use crate::amount::SCALE;
use crate::{Price, Quantity};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::iter::Sum;
use std::str::FromStr;

/// What many amounts add up to. Never negative; a century of the largest trades is in its range.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Total(i128);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected a sum such as \"12.50\", got {0}")]
pub struct TotalError(String);

/// Of millionths: with as many digits of a whole number, nothing overflows before it is read.
const DIGITS_MAX: usize = 30;

impl Total {
    pub const ZERO: Self = Total(0);

    /// Panics below zero.
    pub fn from_micros(micros: i128) -> Self {
        assert!(micros >= 0, "a sum of amounts is not negative");
        Total(micros)
    }

    pub const fn micros(self) -> i128 {
        self.0
    }

    /// What a trade turned over, in the instrument's currency.
    pub fn turnover(price: Price, quantity: Quantity) -> Self {
        // Exact for what is listed: tick × lot is a whole number of millionths.
        Total::from_micros(i128::from(price.micros()) * i128::from(quantity.micros()) / i128::from(SCALE))
    }
}

impl From<Quantity> for Total {
    fn from(quantity: Quantity) -> Self {
        Total::from_micros(quantity.micros().into())
    }
}

impl std::ops::AddAssign for Total {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl std::ops::Add for Total {
    type Output = Total;
    fn add(self, other: Self) -> Total {
        Total(self.0 + other.0)
    }
}

impl Sum for Total {
    fn sum<I: Iterator<Item = Total>>(totals: I) -> Total {
        totals.fold(Total::ZERO, |sum, total| sum + total)
    }
}

impl fmt::Display for Total {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, fraction) = (self.0 / i128::from(SCALE), self.0 % i128::from(SCALE));
        match fraction {
            0 => write!(f, "{whole}"),
            _ => f.write_str(format!("{whole}.{fraction:06}").trim_end_matches('0')),
        }
    }
}

impl fmt::Debug for Total {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Total {
    type Err = TotalError;

    fn from_str(text: &str) -> Result<Self, TotalError> {
        let error = || TotalError(crate::refusal::quoted(text));
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !is_number(whole) || !is_number(fraction) || whole.len() > DIGITS_MAX || fraction.len() > 6 {
            return Err(error());
        }
        format!("{whole}{fraction:0<6}").parse().map(Total).map_err(|_| error())
    }
}

impl Serialize for Total {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Total {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_sum_reads_like_an_amount_and_may_be_larger_than_any() {
        for text in ["0", "12", "12.5", "0.000001", "9223372036854775807000000.123456"] {
            assert_eq!(text.parse::<Total>().unwrap().to_string(), text);
        }
        for text in ["", "-1", "1.", ".5", "1e3", "1.0000001", "9999999999999999999999999999999", " 1"] {
            assert!(text.parse::<Total>().is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn it_is_written_as_it_is_read(micros in 0..i128::from(i64::MAX) * 1_000_000) {
            let total = Total::from_micros(micros);
            prop_assert_eq!(total.to_string().parse::<Total>().unwrap(), total);
        }

        #[test]
        fn a_small_sum_is_written_as_the_amount(micros in 0..i64::MAX) {
            let quantity = Quantity::from_micros(micros);
            prop_assert_eq!(Total::from(quantity).to_string(), quantity.to_string());
        }
    }
}
