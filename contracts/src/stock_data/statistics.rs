//! What the market did: per day, in total, and who stands out.

use crate::{Price, Symbol, total::Total};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Days are those of UTC. What is made up counts nowhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Statistics {
    pub today: DayActivity,
    /// Since the exchange began.
    pub total: Activity,
    /// The last days on which something happened, newest first.
    pub days: Vec<DayActivity>,
    /// Of today: by the number of their trades, and by how much their price changed. None that did
    /// not trade today.
    pub most_traded: Vec<Ranked>,
    pub gainers: Vec<Ranked>,
    pub losers: Vec<Ranked>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Activity {
    /// Those that came to a book. Each counts once: when it first trades, rests there, or leaves.
    pub orders: u64,
    pub trades: u64,
    /// What the trades moved, by currency.
    pub turnover: BTreeMap<String, Total>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DayActivity {
    pub date: NaiveDate,
    #[serde(flatten)]
    pub activity: Activity,
}

/// A stock with its day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Ranked {
    pub symbol: Symbol,
    pub last_price: Price,
    pub change_percent: String,
    pub trades: u64,
    pub volume: Total,
    pub turnover: Total,
    pub currency: String,
}

/// Of the days told apart: a month.
pub const STATISTICS_DAYS_MAX: u16 = 31;
