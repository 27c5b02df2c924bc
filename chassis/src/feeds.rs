//! The settings of price feeds: whose prices come, how often, how long they hold, and for which
//! instruments.

use crate::settings::{SettingsError, invalid};
use contracts::{Symbol, stock_data::FeedSource};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use std::collections::BTreeSet;
use std::time::Duration;

/// By default nothing follows anything.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Feeds {
    /// Those that are on. None: nobody trades on paper.
    #[serde(deserialize_with = "some_or_none")]
    pub sources: Vec<FeedSource>,
    /// An instrument of which nothing was heard for so long takes no new market orders.
    pub stale_after_ms: u64,
    /// Of each instrument; what comes more often is the last word of its interval.
    pub quotes_per_second: u32,
    pub simulated: Simulated,
    pub polygon: Remote,
    pub binance: Remote,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Simulated {
    /// Empty: all that follow nothing else.
    pub instruments: Vec<Symbol>,
    /// The same seed makes the same prices.
    pub seed: u64,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Remote {
    /// `wss`, or `ws` for one that stands on this machine.
    pub url: String,
    pub instruments: Vec<Symbol>,
}

/// From two words a second on a bad line to a day's pause of a market.
const STALE_AFTER_MS: std::ops::RangeInclusive<u64> = 1_000..=86_400_000;
/// Each is a step of stock-data and of all who listen to it.
const QUOTES_PER_SECOND: std::ops::RangeInclusive<u32> = 1..=10;
/// One connection and a few messages carry so many.
const INSTRUMENTS_MAX: usize = 1_000;

/// A variable that is set to nothing names none.
fn some_or_none<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<FeedSource>, D::Error> {
    let names = Vec::<String>::deserialize(deserializer)?;
    let names = names.iter().map(|name| name.trim()).filter(|name| !name.is_empty());
    names.map(|name| name.parse().map_err(D::Error::custom)).collect()
}

impl Feeds {
    pub fn is_on(&self, source: FeedSource) -> bool {
        self.sources.contains(&source)
    }

    pub fn stale_after(&self) -> Duration {
        Duration::from_millis(self.stale_after_ms)
    }

    /// From one word about an instrument to the next.
    pub fn interval(&self) -> Duration {
        Duration::from_secs(1) / self.quotes_per_second.max(1)
    }

    pub fn instruments(&self, source: FeedSource) -> &[Symbol] {
        match source {
            FeedSource::Simulated => &self.simulated.instruments,
            FeedSource::Polygon => &self.polygon.instruments,
            FeedSource::Binance => &self.binance.instruments,
        }
    }

    /// What an instrument follows.
    pub fn source_of(&self, symbol: Symbol) -> Option<FeedSource> {
        let named = self.sources.iter().copied().find(|source| self.instruments(*source).contains(&symbol));
        let follows_all = self.is_on(FeedSource::Simulated) && self.simulated.instruments.is_empty();
        named.or_else(|| follows_all.then_some(FeedSource::Simulated))
    }

    pub(crate) fn check(&self) -> Result<(), SettingsError> {
        if !STALE_AFTER_MS.contains(&self.stale_after_ms) {
            let (least, most, got) = (STALE_AFTER_MS.start(), STALE_AFTER_MS.end(), self.stale_after_ms);
            return Err(invalid("feeds.stale_after_ms", format!("must be {least} to {most}, got {got}")));
        }
        if !QUOTES_PER_SECOND.contains(&self.quotes_per_second) {
            let (least, most, got) =
                (QUOTES_PER_SECOND.start(), QUOTES_PER_SECOND.end(), self.quotes_per_second);
            return Err(invalid("feeds.quotes_per_second", format!("must be {least} to {most}, got {got}")));
        }
        let mut named = BTreeSet::new();
        for source in &self.sources {
            let key = format!("feeds.{source}.instruments");
            let symbols = self.instruments(*source);
            if symbols.len() > INSTRUMENTS_MAX {
                let rule = format!("must be {INSTRUMENTS_MAX} at most, got {}", symbols.len());
                return Err(invalid(&key, rule));
            }
            if let Some(twice) = symbols.iter().find(|symbol| !named.insert(**symbol)) {
                return Err(invalid(
                    &key,
                    format!("names {twice}, which another source that is on names too, or this one twice"),
                ));
            }
        }
        for (source, Remote { url, .. }) in
            [(FeedSource::Polygon, &self.polygon), (FeedSource::Binance, &self.binance)]
        {
            if !url.starts_with("wss://") && !url.starts_with("ws://") {
                return Err(invalid(
                    &format!("feeds.{source}.url"),
                    format!("must begin with wss:// or ws://, got {url:?}"),
                ));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feeds(toml: &str) -> Feeds {
        let remote = |rest: &str| format!("url = \"wss://market\"\n{rest}\n");
        let text = format!(
            "stale_after_ms = 5000\nquotes_per_second = 2\n{toml}\n[polygon]\n{}[binance]\n{}",
            remote("instruments = [\"AAPL\"]"),
            remote("instruments = [\"BTC-USDC\", \"ETH-USDC\"]")
        );
        let file = config::File::from_str(&text, config::FileFormat::Toml);
        config::Config::builder().add_source(file).build().unwrap().try_deserialize().unwrap()
    }

    fn follows(feeds: &Feeds) -> Vec<String> {
        let shown = |symbol: &&str| {
            feeds.source_of(symbol.parse().unwrap()).map(|source| format!("{symbol} {source}"))
        };
        ["AAPL", "ACME", "BTC-USDC"].iter().filter_map(shown).collect()
    }

    const ALL: &str = "[simulated]\nseed = 1\ninstruments = []";

    #[test]
    fn who_is_named_follows_it_and_the_made_up_market_has_the_others() {
        for (toml, expected) in [
            (format!("sources = []\n{ALL}"), vec![]),
            (format!("sources = [\"\"]\n{ALL}"), vec![]),
            (format!("sources = [\"binance\"]\n{ALL}"), vec!["BTC-USDC binance"]),
            (
                format!("sources = [\"simulated\", \" polygon\"]\n{ALL}"),
                vec!["AAPL polygon", "ACME simulated", "BTC-USDC simulated"],
            ),
            (
                "sources = [\"simulated\"]\n[simulated]\nseed = 1\ninstruments = [\"ACME\"]".to_owned(),
                vec!["ACME simulated"],
            ),
        ] {
            let feeds = feeds(&toml);
            feeds.check().unwrap();
            assert_eq!(follows(&feeds), expected, "{toml}");
        }
    }

    #[test]
    fn what_cannot_be_is_named() {
        let good = || feeds(&format!("sources = [\"binance\", \"simulated\"]\n{ALL}"));
        let symbol = |name: &str| name.parse().unwrap();
        type Spoil = fn(&mut Feeds);
        let cases: [(Spoil, &str); 4] = [
            (|f| f.stale_after_ms = 999, "feeds.stale_after_ms must be 1000 to 86400000, got 999"),
            (|f| f.quotes_per_second = 11, "feeds.quotes_per_second must be 1 to 10, got 11"),
            (|f| f.polygon.url = "https://x".into(), "feeds.polygon.url must begin with wss:// or ws://"),
            (|f| f.binance.url = String::new(), "feeds.binance.url must begin with wss:// or ws://"),
        ];
        for (spoil, expected) in cases {
            let mut feeds = good();
            spoil(&mut feeds);
            let error = feeds.check().unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
        let mut twice = good();
        twice.simulated.instruments = vec![symbol("ACME"), symbol("ETH-USDC")];
        let error = twice.check().unwrap_err().to_string();
        assert!(error.contains("feeds.simulated.instruments names ETH-USDC"), "{error}");
        twice.sources.pop();
        twice.check().unwrap();
        let mut many = good();
        many.binance.instruments = (0..=INSTRUMENTS_MAX).map(|n| symbol(&format!("S{n}"))).collect();
        assert!(many.check().unwrap_err().to_string().contains("must be 1000 at most, got 1001"));
    }
}
