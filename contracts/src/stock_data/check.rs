//! Which trading rules make sense. Those who list instruments and those who read them from files say
//! it in the same words.

use super::{PriceBand, TradingHours, TradingRules, Weekday};
use crate::{Code, Refusal};
use std::ops::RangeInclusive;

/// All of the reference price.
const BAND_BASIS_POINTS: RangeInclusive<u32> = 1..=10_000;
/// A day.
const SECONDS: RangeInclusive<u32> = 1..=86_400;
/// An hour: whoever wants to wait longer wants other trading hours.
const AUCTION_SECONDS: RangeInclusive<u32> = 1..=3_600;

impl TradingRules {
    /// All that is wrong with them, each by its field.
    pub fn problems(&self) -> Vec<Refusal> {
        let mut problems = Vec::new();
        let mut note = |problem: Option<Refusal>| problems.extend(problem);
        if let Some(hours) = &self.hours {
            note(check_days(&hours.days));
            note(check_order(hours));
        }
        if let Some(PriceBand { basis_points, limit_state_seconds, halt_seconds }) = self.price_band {
            note(check_range("rules.price_band.basis_points", basis_points, BAND_BASIS_POINTS));
            note(check_range("rules.price_band.limit_state_seconds", limit_state_seconds, SECONDS));
            note(check_range("rules.price_band.halt_seconds", halt_seconds, SECONDS));
        }
        if let Some(seconds) = self.auction_seconds {
            note(check_range("rules.auction_seconds", seconds, AUCTION_SECONDS));
            note(self.hours.as_ref().and_then(|hours| check_auction(seconds, hours)));
        }
        problems
    }
}

impl TradingHours {
    /// From opening to closing. None: it closes before it opens.
    pub fn seconds(&self) -> Option<u32> {
        let minutes = self.closes.minutes().checked_sub(self.opens.minutes())?;
        Some(u32::from(minutes) * 60)
    }
}

fn check_days(days: &[Weekday]) -> Option<Refusal> {
    let field = "rules.hours.days";
    if days.is_empty() {
        return Some(invalid(field, "expected a day at least, got none".to_owned()));
    }
    let (_, twice) = days.iter().enumerate().find(|(at, day)| days[..*at].contains(day))?;
    Some(invalid(field, format!("expected each day once, got {twice} twice")))
}

fn check_order(hours: &TradingHours) -> Option<Refusal> {
    let TradingHours { opens, closes, .. } = hours;
    let rule = || format!("expected a time after it opens at {opens}, got {closes}");
    (closes <= opens).then(|| invalid("rules.hours.closes", rule()))
}

fn check_auction(seconds: u32, hours: &TradingHours) -> Option<Refusal> {
    let trading = hours.seconds().filter(|trading| *trading > 0)?;
    let rule = || format!("expected less than the {trading} s from opening to closing, got {seconds}");
    (seconds >= trading).then(|| invalid("rules.auction_seconds", rule()))
}

fn check_range(field: &str, value: u32, range: RangeInclusive<u32>) -> Option<Refusal> {
    let rule = || format!("expected {} to {}, got {value}", range.start(), range.end());
    (!range.contains(&value)).then(|| Refusal::of_field(Code::OutOfRange, field, rule()))
}

fn invalid(field: &str, rule: String) -> Refusal {
    Refusal::of_field(Code::InvalidValue, field, rule)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stock_data::TimeOfDay;
    use proptest::prelude::*;

    fn problems(json: &str) -> Vec<String> {
        let rules: TradingRules = serde_json::from_str(json).unwrap();
        rules.problems().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn rules_that_make_sense_are_taken() {
        for json in [
            "{}",
            r#"{"hours":{"days":["sunday"],"opens":"00:00","closes":"23:59"}}"#,
            r#"{"hours":{"days":["monday","friday"],"opens":"14:30","closes":"14:31"},"auction_seconds":59}"#,
            r#"{"price_band":{"basis_points":1,"limit_state_seconds":1,"halt_seconds":1},"auction_seconds":1}"#,
            r#"{"price_band":{"basis_points":10000,"limit_state_seconds":86400,"halt_seconds":86400}}"#,
            r#"{"auction_seconds":3600}"#,
        ] {
            assert!(problems(json).is_empty(), "{json}: {:?}", problems(json));
        }
    }

    #[test]
    fn all_that_makes_no_sense_is_named_by_field_value_and_rule() {
        let hours = |rest: &str| format!(r#"{{"hours":{rest},"auction_seconds":60}}"#);
        let band = |band: &str| format!(r#"{{"price_band":{band}}}"#);
        for (json, expected) in [
            (
                hours(r#"{"days":[],"opens":"14:30","closes":"14:31"}"#),
                &[
                    "rules.hours.days: expected a day at least, got none (invalid_value)",
                    "rules.auction_seconds: expected less than the 60 s from opening to closing, got 60 (invalid_value)",
                ][..],
            ),
            (
                hours(r#"{"days":["monday","friday","monday"],"opens":"21:00","closes":"21:00"}"#),
                &[
                    "rules.hours.days: expected each day once, got monday twice (invalid_value)",
                    "rules.hours.closes: expected a time after it opens at 21:00, got 21:00 (invalid_value)",
                ],
            ),
            (
                hours(r#"{"days":["monday"],"opens":"21:00","closes":"09:00"}"#),
                &["rules.hours.closes: expected a time after it opens at 21:00, got 09:00 (invalid_value)"],
            ),
            (
                band(r#"{"basis_points":0,"limit_state_seconds":0,"halt_seconds":86401}"#),
                &[
                    "rules.price_band.basis_points: expected 1 to 10000, got 0 (out_of_range)",
                    "rules.price_band.limit_state_seconds: expected 1 to 86400, got 0 (out_of_range)",
                    "rules.price_band.halt_seconds: expected 1 to 86400, got 86401 (out_of_range)",
                ],
            ),
            (
                r#"{"auction_seconds":3601}"#.to_owned(),
                &["rules.auction_seconds: expected 1 to 3600, got 3601 (out_of_range)"],
            ),
        ] {
            assert_eq!(problems(&json), expected, "{json}");
        }
    }

    #[test]
    fn a_time_of_day_is_two_digits_a_colon_and_two_digits() {
        for text in ["00:00", "09:05", "14:30", "23:59"] {
            let time: TimeOfDay = text.parse().unwrap();
            assert_eq!(time.to_string(), text);
            assert_eq!(serde_json::to_string(&time).unwrap(), format!("{text:?}"));
        }
        for text in ["24:00", "23:60", "9:30", "09:5", "0930", "+9:30", "09:+5", "09:30:00", " 9:30", "", ":"]
        {
            let error = text.parse::<TimeOfDay>().unwrap_err();
            assert_eq!(error, format!("expected a time such as \"14:30\", got {text:?}"));
            assert!(serde_json::from_value::<TimeOfDay>(text.into()).is_err(), "{text:?}");
        }
        assert!("14:30".parse::<TimeOfDay>() < "14:31".parse());
    }

    #[test]
    fn rules_say_nothing_where_there_are_none_and_know_all_their_fields() {
        assert_eq!(serde_json::to_string(&TradingRules::default()).unwrap(), "{}");
        for json in [
            r#"{"hour":null}"#,
            r#"{"hours":{"days":["monday"],"opens":"09:00","closes":"17:00","zone":"UTC"}}"#,
            r#"{"hours":{"days":["Monday"],"opens":"09:00","closes":"17:00"}}"#,
            r#"{"hours":{"days":["monday"],"opens":"09:00"}}"#,
            r#"{"price_band":{"basis_points":500,"limit_state_seconds":15}}"#,
            r#"{"price_band":{"basis_points":-1,"limit_state_seconds":15,"halt_seconds":300}}"#,
            r#"{"auction_seconds":1.5}"#,
        ] {
            assert!(serde_json::from_str::<TradingRules>(json).is_err(), "{json}");
        }
    }

    proptest! {
        #[test]
        fn every_minute_is_written_as_it_is_read(minutes in 0..u16::MAX) {
            match TimeOfDay::from_minutes(minutes) {
                Some(time) => {
                    prop_assert!(minutes < 1_440);
                    prop_assert_eq!(time.minutes(), minutes);
                    prop_assert_eq!(time.to_string().parse(), Ok(time));
                }
                None => prop_assert!(minutes >= 1_440),
            }
        }
    }
}
