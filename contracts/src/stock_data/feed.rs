//! Prices of another market, which an instrument follows when people trade on paper.

use crate::schema::Moment;
use crate::{Price, Symbol, Timestamp, order::wire_enum};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

wire_enum!(
    /// Whose prices they are.
    FeedSource {
        /// Made up by the program from a seed.
        Simulated = "simulated",
        Polygon = "polygon",
        Binance = "binance",
    }
);

/// As many instruments as one message of a source tells of; what is more comes in another.
pub const FEED_QUOTES_MAX: usize = 500;

/// The best prices of the market that is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BidAsk {
    pub bid: Price,
    pub ask: Price,
    /// When it was heard, by the clock of who heard it.
    #[schema(value_type = Moment)]
    pub at: Timestamp,
}

impl BidAsk {
    /// Both are prices, and nobody bids more than another asks.
    pub fn is_sound(&self) -> bool {
        self.bid.is_positive() && self.bid <= self.ask
    }

    /// Half way between the two, rounded down.
    pub fn middle(&self) -> Price {
        let (bid, ask) = (self.bid.micros(), self.ask.micros());
        Price::from_micros(bid + (ask - bid) / 2)
    }
}

/// What an instrument follows, and whether that can be relied upon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Feed {
    pub source: FeedSource,
    /// Nothing was heard for too long, or never: no new market orders are taken.
    pub stale: bool,
    /// What was heard last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<BidAsk>,
}

impl Feed {
    /// Before anything was heard.
    pub fn silent(source: FeedSource) -> Self {
        Feed { source, stale: true, quote: None }
    }
}

/// Answers `TakeFeed`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedTaken {
    /// Those that are not listed, or do not follow this source.
    pub ignored: Vec<Symbol>,
}

/// By instrument.
pub type FeedQuotes = BTreeMap<Symbol, BidAsk>;
