//! When a trading day ends.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime};
use contracts::Timestamp;
use contracts::stock_data::{TradingHours, Weekday};

const SECONDS_OF_A_MINUTE: u32 = 60;
/// A weekday comes again.
const DAYS_OF_A_WEEK: u64 = 7;

/// The end of the trading day that is under way, or of the next one. Without hours, or without any
/// day on which they apply, a day is a calendar day in UTC.
pub fn next_close(hours: Option<&TradingHours>, now: Timestamp) -> Timestamp {
    let today = now.date_naive();
    // Hours that go on over midnight end on the day after the one they belong to.
    let first = today.pred_opt().unwrap_or(today);
    let days = first.iter_days().take(2 + DAYS_OF_A_WEEK as usize);
    let closes = hours.and_then(|hours| days.filter_map(|day| close_of(hours, day)).find(|at| *at > now));
    closes.unwrap_or_else(|| midnight_after(today))
}

/// Of a day on which it trades.
fn close_of(hours: &TradingHours, day: NaiveDate) -> Option<Timestamp> {
    if !hours.days.contains(&weekday(day)) {
        return None;
    }
    let over_midnight = hours.closes <= hours.opens;
    let day = if over_midnight { day.succ_opt()? } else { day };
    let seconds = u32::from(hours.closes.minutes()) * SECONDS_OF_A_MINUTE;
    let time = NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0)?;
    Some(DateTime::from_naive_utc_and_offset(day.and_time(time), chrono::Utc))
}

fn midnight_after(day: NaiveDate) -> Timestamp {
    let tomorrow = day.checked_add_days(Days::new(1)).unwrap_or(day);
    DateTime::from_naive_utc_and_offset(tomorrow.and_time(NaiveTime::MIN), chrono::Utc)
}

fn weekday(day: NaiveDate) -> Weekday {
    match day.weekday() {
        chrono::Weekday::Mon => Weekday::Monday,
        chrono::Weekday::Tue => Weekday::Tuesday,
        chrono::Weekday::Wed => Weekday::Wednesday,
        chrono::Weekday::Thu => Weekday::Thursday,
        chrono::Weekday::Fri => Weekday::Friday,
        chrono::Weekday::Sat => Weekday::Saturday,
        chrono::Weekday::Sun => Weekday::Sunday,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_order_ends_with_the_next_close() {
        let hours = |days: &[Weekday], opens: &str, closes: &str| TradingHours {
            days: days.to_vec(),
            opens: opens.parse().unwrap(),
            closes: closes.parse().unwrap(),
        };
        let week = hours(&Weekday::ALL[..5], "14:30", "21:00");
        let monday = hours(&[Weekday::Monday], "09:00", "17:30");
        let night = hours(&Weekday::ALL[..5], "22:00", "05:00");
        let never = hours(&[], "09:00", "17:30");
        // The 20th of November 2026 is a Friday.
        for (hours, now, expected) in [
            (None, "2026-11-20T10:00:00Z", "2026-11-21T00:00:00Z"),
            (None, "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z"),
            (None, "2026-12-31T23:59:59.999999Z", "2027-01-01T00:00:00Z"),
            (Some(&week), "2026-11-20T09:00:00Z", "2026-11-20T21:00:00Z"),
            (Some(&week), "2026-11-20T20:59:59.999999Z", "2026-11-20T21:00:00Z"),
            (Some(&week), "2026-11-20T21:00:00Z", "2026-11-23T21:00:00Z"),
            (Some(&week), "2026-11-22T12:00:00Z", "2026-11-23T21:00:00Z"),
            (Some(&monday), "2026-11-23T17:29:00Z", "2026-11-23T17:30:00Z"),
            (Some(&monday), "2026-11-23T17:30:00Z", "2026-11-30T17:30:00Z"),
            (Some(&night), "2026-11-20T23:00:00Z", "2026-11-21T05:00:00Z"),
            (Some(&night), "2026-11-21T04:59:00Z", "2026-11-21T05:00:00Z"),
            (Some(&night), "2026-11-21T05:00:00Z", "2026-11-24T05:00:00Z"),
            (Some(&never), "2026-11-20T10:00:00Z", "2026-11-21T00:00:00Z"),
        ] {
            let [now, expected]: [Timestamp; 2] = [now, expected].map(|at| at.parse().unwrap());
            assert_eq!(next_close(hours, now), expected, "{hours:?} at {now}");
        }
    }
}
