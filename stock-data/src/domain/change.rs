//! How far a price is from the previous close. Whole numbers only.

use contracts::{Money, Price};

pub fn change(last: Price, previous_close: Price) -> Money {
    // Both are positive, so the difference is in range.
    Money::from_micros(last.micros() - previous_close.micros())
}

/// In percent with two decimals, rounded half to even: `1.25`, `-0.50`, `0.00`.
pub fn change_percent(last: Price, previous_close: Price) -> String {
    assert!(previous_close.is_positive(), "a close is a price");
    let whole = i128::from(previous_close.micros());
    let part = (i128::from(last.micros()) - whole) * 10_000;
    let (floor, twice_rest) = (part.div_euclid(whole), part.rem_euclid(whole) * 2);
    let up = twice_rest > whole || (twice_rest == whole && floor % 2 != 0);
    let hundredths = floor + i128::from(up);
    let sign = if hundredths < 0 { "-" } else { "" };
    let magnitude = hundredths.unsigned_abs();
    format!("{sign}{}.{:02}", magnitude / 100, magnitude % 100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_change_is_said_in_percent_with_two_decimals() {
        for (last, close, expected) in [
            ("101.25", "100", "1.25"),
            ("98.75", "100", "-1.25"),
            ("100", "100", "0.00"),
            ("99.5", "100", "-0.50"),
            ("200", "100", "100.00"),
            ("0.01", "100", "-99.99"),
            ("1", "3", "-66.67"),
            // Half to even, and no minus before nothing.
            ("100.005", "100", "0.00"),
            ("100.015", "100", "0.02"),
            ("99.995", "100", "0.00"),
            ("99.985", "100", "-0.02"),
            ("9223372036854.775807", "0.000001", "922337203685477580600.00"),
        ] {
            let (last, close): (Price, Price) = (last.parse().unwrap(), close.parse().unwrap());
            assert_eq!(change_percent(last, close), expected, "{last} after {close}");
        }
        let fallen = change("98.75".parse().unwrap(), "100".parse().unwrap());
        assert_eq!(fallen.to_string(), "-1.25");
    }

    proptest! {
        #[test]
        fn a_percentage_is_within_half_a_hundredth(last in 1..i64::MAX, close in 1..i64::MAX) {
            let text = change_percent(Price::from_micros(last), Price::from_micros(close));
            let hundredths: i128 = text.replace('.', "").parse().unwrap();
            let exact = (i128::from(last) - i128::from(close)) * 10_000;
            let off = (hundredths * i128::from(close) - exact).abs() * 2;
            prop_assert!(off <= i128::from(close), "{text}");
            prop_assert!(text != "-0.00");
        }
    }
}
