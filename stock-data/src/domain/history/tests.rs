//! A past that was made up, and how it hangs together.

use super::*;
use crate::domain::candles::{KEPT, summed};
use chrono::NaiveTime;
use contracts::Total;
use expect_test::expect;
use proptest::prelude::*;

fn history(symbol: &str, seed: u32, close: &str) -> History {
    History {
        symbol: symbol.parse().unwrap(),
        seed,
        days: 730,
        ends: NaiveDate::from_ymd_opt(2026, 11, 28).unwrap(),
        close: close.parse().unwrap(),
        tick_size: "0.01".parse().unwrap(),
        lot_size: "1".parse().unwrap(),
    }
}

fn midnight(date: NaiveDate) -> Timestamp {
    date.and_time(NaiveTime::MIN).and_utc()
}

fn all(history: &History, interval: Interval, days: u64) -> Vec<Candle> {
    let from = midnight(history.ends - Days::new(days));
    let to = midnight(history.ends + Days::new(400));
    history.candles(interval, Span { from, to, candles_max: usize::MAX, first: true })
}

fn line(candle: &Candle) -> String {
    let Candle { at, open, high, low, close, volume, trades, .. } = candle;
    format!("{at} {open} {high} {low} {close} × {volume} in {trades}")
}

/// People have seen it: what is drawn must never be another.
#[test]
fn the_same_seed_makes_the_same_past() {
    let aapl = history("AAPL", 7, "232.14");
    let days = all(&aapl, Interval::Day, 730);
    let minutes = all(&aapl, Interval::Minute, 1);
    let lines = [&days[0], &days[728], &days[729], &minutes[0], &minutes[720], &minutes[1439]].map(line);
    expect![[r#"
        2024-11-28 00:00:00 UTC 408.79 422.87 407.72 415.4 × 54553 in 10740
        2026-11-26 00:00:00 UTC 229.71 233.35 228.93 231.89 × 51393 in 2232
        2026-11-27 00:00:00 UTC 233.11 233.11 229.76 232.14 × 129852 in 3205
        2026-11-27 00:00:00 UTC 233.11 233.11 232.83 232.83 × 4 in 1
        2026-11-27 12:00:00 UTC 232.87 232.87 232.81 232.81 × 104 in 2
        2026-11-27 23:59:00 UTC 232.11 232.14 232.11 232.14 × 41 in 2"#]]
    .assert_eq(&lines.join("\n"));
    assert_eq!(days.len(), 730);
    assert_ne!(days, all(&history("AAPL", 8, "232.14"), Interval::Day, 730));
    assert_ne!(days[0].volume, all(&history("MSFT", 7, "232.14"), Interval::Day, 730)[0].volume);
}

#[test]
fn a_page_is_the_first_or_the_last_of_what_there_is() {
    let history = history("AAPL", 7, "232.14");
    for interval in KEPT {
        let whole = all(&history, interval, 5);
        let (from, to) = (whole[3].at, whole[whole.len() - 1].at);
        let page = |first, candles_max| history.candles(interval, Span { from, to, candles_max, first });
        let within = &whole[3..whole.len() - 1];
        assert_eq!(page(true, usize::MAX), within);
        assert_eq!(page(true, 1), within[..1.min(within.len())]);
        assert_eq!(page(false, 1), within[within.len().saturating_sub(1)..]);
        let half = within.len() / 2;
        assert_eq!(page(true, half), within[..half]);
        assert_eq!(page(false, half), within[within.len() - half..]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn days_are_the_sums_of_their_minutes_and_lead_to_the_close(
        seed in any::<u32>(), ticks in 1..200_000_000i64, lot in prop::sample::select(vec![100, 1_000_000i64]),
    ) {
        let history = History {
            close: Price::from_micros(ticks * 10_000),
            lot_size: Quantity::from_micros(lot),
            ..history("ACME", seed, "1")
        };
        let (days, minutes) = (all(&history, Interval::Day, 3), all(&history, Interval::Minute, 3));
        prop_assert_eq!(minutes.len(), 3 * 1_440);
        prop_assert_eq!(&summed(Interval::Day, minutes.clone()), &days);
        prop_assert_eq!(summed(Interval::Hour, minutes.clone()), all(&history, Interval::Hour, 3));
        let last = &minutes[minutes.len() - 1];
        prop_assert_eq!(last.close, history.close);
        prop_assert_eq!(last.at, midnight(history.ends) - chrono::TimeDelta::minutes(1));
        for candle in all(&history, Interval::Day, 730).iter().chain(&minutes) {
            let Candle { open, high, low, close, volume, trades, simulated, .. } = candle;
            prop_assert!(*simulated && *trades > 0 && *volume > Total::ZERO, "{}", line(candle));
            prop_assert!(low <= open && low <= close && open <= high && close <= high, "{}", line(candle));
            prop_assert!(low.is_positive() && low.is_multiple_of(history.tick_size), "{}", line(candle));
        }
    }

    /// Nobody believes a stock that halves every week, or one that stands still.
    #[test]
    fn a_year_moves_like_a_stock(seed in any::<u32>()) {
        let days = all(&history("ACME", seed, "100"), Interval::Day, 365);
        let (low, high) = (days.iter().map(|d| d.low).min().unwrap(), days.iter().map(|d| d.high).max().unwrap());
        prop_assert!(high.micros() < low.micros() * 20, "{low} to {high}");
        prop_assert!(high.micros() > low.micros() * 105 / 100, "{low} to {high}");
    }
}
