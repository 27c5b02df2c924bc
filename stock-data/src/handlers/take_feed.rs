//! `TakeFeed`: what another market pays for instruments that follow it. Told to all, with whether it
//! can be relied upon.

use crate::{domain::Market, rules::Rows};
use chassis::Step;
use contracts::{
    refusal::Answer,
    stock_data::{FeedQuotes, FeedSource, FeedTaken},
};

/// Answers who was not meant. Heard twice, it changes nothing.
pub fn apply(market: &mut Market, rows: &mut Rows, source: FeedSource, quotes: &FeedQuotes, step: &mut Step) {
    let answer = market.feed(source, quotes, step.now).map(|fed| {
        rows.fed.extend(fed.changed);
        FeedTaken { ignored: fed.ignored }
    });
    step.reply(&Answer::from(answer));
}
