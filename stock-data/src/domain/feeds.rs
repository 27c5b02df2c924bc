//! What instruments follow, and how long that holds. The settings say who follows what. A feed of which
//! nothing was heard for too long is stale, and so is one that was never heard of.

use super::Market;
use chrono::{DateTime, SubsecRound, TimeDelta};
use contracts::{
    Code, Refusal, Symbol, Timestamp,
    stock_data::{BidAsk, FEED_QUOTES_MAX, Feed, FeedQuotes, FeedSource},
};

/// What a message of a source has changed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Fed {
    pub changed: Vec<Symbol>,
    /// Those that are not listed, or do not follow this source.
    pub ignored: Vec<Symbol>,
}

impl Market {
    /// Takes what a source says. What is older than what is known already changes nothing.
    pub fn feed(&mut self, source: FeedSource, quotes: &FeedQuotes, now: Timestamp) -> Result<Fed, Refusal> {
        check(quotes)?;
        let stale_after = self.stale_after();
        // As the database keeps it.
        let now = now.trunc_subsecs(6);
        let mut fed = Fed::default();
        for (symbol, quote) in quotes {
            let follows = self.listings.get_mut(symbol).and_then(|listing| listing.feed.as_mut());
            let Some(feed) = follows.filter(|feed| feed.source == source) else {
                fed.ignored.push(*symbol);
                continue;
            };
            // Whose clock is fast is not believed longer than others.
            let quote = BidAsk { at: quote.at.trunc_subsecs(6).min(now), ..*quote };
            // What is of the future was heard before the clock was put back.
            if feed.quote.is_some_and(|known| known.at > quote.at && known.at <= now) {
                continue;
            }
            let silent_at = quote.at + stale_after;
            let told = Feed { source, stale: silent_at <= now, quote: Some(quote) };
            if *feed != told {
                *feed = told;
                fed.changed.push(*symbol);
            }
            self.next_silence = self.next_silence.into_iter().chain([silent_at]).min();
        }
        Ok(fed)
    }

    /// Marks as stale what was silent for too long. Answers whose, by symbol.
    pub fn fall_silent(&mut self, now: Timestamp) -> Vec<Symbol> {
        let stale_after = self.stale_after();
        // As far ahead as only a clock that was put back can leave it, it is worth a look as well.
        if self.next_silence.is_none_or(|at| at > now && at <= now + stale_after * 2) {
            return Vec::new();
        }
        let mut silent = Vec::new();
        for (symbol, listing) in &mut self.listings {
            let Some(feed) = listing.feed.as_mut().filter(|feed| !feed.stale) else { continue };
            if feed.quote.is_none_or(|quote| (now - quote.at).abs() >= stale_after) {
                feed.stale = true;
                silent.push(*symbol);
            }
        }
        silent.sort_unstable();
        self.await_silence();
        silent
    }

    /// When the first of those that are heard will have been silent for too long, or earlier.
    pub fn next_silence(&self) -> Option<Timestamp> {
        if self.has_unsettled_feeds { Some(DateTime::UNIX_EPOCH) } else { self.next_silence }
    }

    pub(super) fn await_silence(&mut self) {
        let stale_after = self.stale_after();
        let heard = self.listings.values().filter_map(|listing| listing.feed.as_ref());
        let quotes = heard.filter(|feed| !feed.stale).filter_map(|feed| feed.quote);
        self.next_silence = quotes.map(|quote| quote.at + stale_after).min();
    }

    /// Something was listed, or the settings may be other than they were.
    pub fn unsettle_feeds(&mut self) {
        self.has_unsettled_feeds =
            self.listings.iter().any(|(symbol, listing)| self.follows(*symbol) != source(&listing.feed));
    }

    /// Lets each instrument follow what it is to follow: stale, until it is heard. Answers who follows
    /// something else than before, by symbol.
    pub fn settle_feeds(&mut self) -> Vec<Symbol> {
        if !std::mem::take(&mut self.has_unsettled_feeds) {
            return Vec::new();
        }
        let feeds = self.feeds.clone();
        let mut settled = Vec::new();
        for (symbol, listing) in &mut self.listings {
            let follows = feeds.source_of(*symbol);
            if follows != source(&listing.feed) {
                listing.feed = follows.map(Feed::silent);
                settled.push(*symbol);
            }
        }
        settled.sort_unstable();
        self.await_silence();
        settled
    }

    fn follows(&self, symbol: Symbol) -> Option<FeedSource> {
        self.feeds.source_of(symbol)
    }

    fn stale_after(&self) -> TimeDelta {
        TimeDelta::from_std(self.feeds.stale_after()).expect("a day at most")
    }
}

fn source(feed: &Option<Feed>) -> Option<FeedSource> {
    feed.as_ref().map(|feed| feed.source)
}

fn check(quotes: &FeedQuotes) -> Result<(), Refusal> {
    if quotes.len() > FEED_QUOTES_MAX {
        let rule = format!("expected {FEED_QUOTES_MAX} instruments at most, got {}", quotes.len());
        return Err(Refusal::of_field(Code::OutOfRange, "quotes", rule));
    }
    match quotes.iter().find(|(_, quote)| !quote.is_sound()) {
        None => Ok(()),
        Some((symbol, BidAsk { bid, ask, .. })) => {
            let rule = format!("expected a bid of more than 0 and an ask of no less, got {bid} and {ask}");
            Err(Refusal::of_field(Code::InvalidValue, &format!("quotes.{symbol}"), rule))
        }
    }
}

#[cfg(test)]
#[path = "feeds_tests.rs"]
mod tests;
