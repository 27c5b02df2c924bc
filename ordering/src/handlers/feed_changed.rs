//! `FeedChanged`: whether the market that an instrument follows is heard.

use crate::domain::{desk::Desk, rows::Rows};
use chassis::Poison;
use contracts::{Symbol, stock_data::Feed};

/// What it pays is no business of ours; that it is silent is.
pub fn apply(desk: &mut Desk, rows: &mut Rows, symbol: Symbol, feed: Option<&Feed>) -> Result<(), Poison> {
    let Some(instrument) = desk.instruments.get_mut(&symbol) else {
        return Err(Poison(format!("{symbol}: a feed before it was listed")));
    };
    let stale = feed.is_some_and(|feed| feed.stale);
    if std::mem::replace(&mut instrument.feed_stale, stale) != stale {
        rows.instruments.insert(symbol);
    }
    Ok(())
}
