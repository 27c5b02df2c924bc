//! Candles: what the trades of a time add up to.

use crate::order::wire_enum;
use crate::schema::Moment;
use crate::{Price, Symbol, Timestamp, total::Total};
use chrono::DateTime;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

wire_enum!(
    /// How long a candle lasts.
    Interval {
        Minute = "1m",
        FiveMinutes = "5m",
        QuarterHour = "15m",
        Hour = "1h",
        FourHours = "4h",
        Day = "1d",
        Week = "1w",
    }
);

/// The Monday after the epoch, which was a Thursday.
const A_MONDAY_S: i64 = 4 * 86_400;

impl Interval {
    pub const fn seconds(self) -> i64 {
        match self {
            Interval::Minute => 60,
            Interval::FiveMinutes => 5 * 60,
            Interval::QuarterHour => 15 * 60,
            Interval::Hour => 3_600,
            Interval::FourHours => 4 * 3_600,
            Interval::Day => 86_400,
            Interval::Week => 7 * 86_400,
        }
    }

    /// When the candle of that moment began, in UTC. Weeks begin on Mondays.
    pub fn start_of(self, at: Timestamp) -> Timestamp {
        let seconds = at.timestamp();
        let into = (seconds - A_MONDAY_S).rem_euclid(self.seconds());
        DateTime::from_timestamp(seconds - into, 0).expect("it is hardly before a time that there is")
    }

    /// The first start of a candle at or after that moment.
    pub fn start_at_or_after(self, at: Timestamp) -> Timestamp {
        let start = self.start_of(at);
        if start == at { start } else { start + chrono::TimeDelta::seconds(self.seconds()) }
    }
}

/// There is none for a time in which nobody traded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Candle {
    /// When it begins.
    #[schema(value_type = Moment)]
    pub at: Timestamp,
    pub open: Price,
    pub high: Price,
    pub low: Price,
    pub close: Price,
    pub volume: Total,
    pub trades: u64,
    /// Nobody traded this, or not all of it: it was made up so that a demo has a past.
    pub simulated: bool,
}

/// A page of candles, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Candles {
    pub symbol: Symbol,
    pub interval: Interval,
    pub items: Vec<Candle>,
    /// Where the next page begins, if what was asked for goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Moment>)]
    pub next_from: Option<Timestamp>,
}

/// Of a page: a chart on a wide screen.
pub const CANDLES_MAX: u16 = 500;

/// A made-up past of an instrument. The same seed makes the same candles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SimulateHistory {
    pub symbol: Symbol,
    pub seed: u32,
    /// How far back it goes.
    pub days: u16,
}

/// Of a made-up past: three years.
pub const HISTORY_DAYS_MAX: u16 = 1_096;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candles_begin_at_whole_multiples_of_their_length_and_weeks_on_mondays() {
        for (interval, at, start) in [
            (Interval::Minute, "2026-11-28T12:34:56.789Z", "2026-11-28T12:34:00Z"),
            (Interval::FiveMinutes, "2026-11-28T12:34:56Z", "2026-11-28T12:30:00Z"),
            (Interval::QuarterHour, "2026-11-28T12:29:59.999999Z", "2026-11-28T12:15:00Z"),
            (Interval::Hour, "2026-11-28T12:00:00Z", "2026-11-28T12:00:00Z"),
            (Interval::FourHours, "2026-11-28T23:59:59Z", "2026-11-28T20:00:00Z"),
            (Interval::Day, "2026-11-28T23:59:59Z", "2026-11-28T00:00:00Z"),
            (Interval::Week, "2026-11-28T12:34:56Z", "2026-11-23T00:00:00Z"),
            (Interval::Week, "1969-12-31T00:00:00Z", "1969-12-29T00:00:00Z"),
        ] {
            let at: Timestamp = at.parse().unwrap();
            let start: Timestamp = start.parse().unwrap();
            assert_eq!(interval.start_of(at), start, "{interval} of {at}");
            let next = start + chrono::TimeDelta::seconds(interval.seconds());
            assert_eq!(interval.start_at_or_after(at), if at == start { start } else { next });
        }
    }
}
