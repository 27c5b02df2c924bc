//! Scenarios of instruments that follow other markets, as text.

use super::*;
use chassis::feeds::{Feeds, Remote, Simulated};
use contracts::stock_data::{Instrument, InstrumentState, TradingRules};
use expect_test::{Expect, expect};
use proptest::prelude::*;
use std::sync::Arc;

const STALE_AFTER_MS: u64 = 10_000;

fn at(seconds: &str) -> Timestamp {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(1_000_000_000 + seconds.parse::<i64>().unwrap())
}

fn list(market: &mut Market, symbol: &str) {
    let instrument = Instrument {
        symbol: symbol.parse().unwrap(),
        name: symbol.to_owned(),
        currency: "USD".into(),
        tick_size: "0.01".parse().unwrap(),
        lot_size: "1".parse().unwrap(),
        previous_close: "100".parse().unwrap(),
        state: InstrumentState::Open,
        rules: TradingRules::default(),
    };
    market.list(instrument, at("0").date_naive()).unwrap();
    market.unsettle_feeds();
}

/// The coins follow Binance; with the simulated market on, so do all others that.
fn following(simulated: bool) -> Arc<Feeds> {
    let mut sources = vec![FeedSource::Binance];
    sources.extend(simulated.then_some(FeedSource::Simulated));
    let instruments = ["BTC", "ETH"].map(|symbol| symbol.parse().unwrap()).to_vec();
    Arc::new(Feeds {
        sources,
        stale_after_ms: STALE_AFTER_MS,
        simulated: Simulated::default(),
        binance: Remote { instruments, ..Remote::default() },
        ..Feeds::default()
    })
}

fn told(market: &Market, symbols: &[Symbol]) -> String {
    let line = |symbol: &Symbol| match &market.find(*symbol).unwrap().feed {
        None => format!("{symbol} follows nothing"),
        Some(Feed { source, stale, quote }) => {
            let stale = if *stale { "stale, " } else { "" };
            let quote =
                quote.map(|q| format!("{} to {} at {}", q.bid, q.ask, q.at.timestamp() - 1_000_000_000));
            format!("{symbol} {source}: {stale}{}", quote.unwrap_or("never heard".to_owned()))
        }
    };
    if symbols.is_empty() {
        "nothing new".to_owned()
    } else {
        symbols.iter().map(line).collect::<Vec<_>>().join("; ")
    }
}

/// Each line is one of `list SYMBOL`, `settings nothing|binance|all`, `NOW: SOURCE SYMBOL BID ASK at HEARD`,
/// and `NOW: silence`.
fn check(scenario: &str, expected: Expect) {
    let mut market = Market::of([], following(false));
    let mut said = String::new();
    for line in scenario.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let words: Vec<_> = line.split_whitespace().collect();
        let outcome = match words[..] {
            ["list", symbol] => {
                list(&mut market, symbol);
                let settled = market.settle_feeds();
                told(&market, &settled)
            }
            ["settings", which] => {
                let feeds = match which {
                    "nothing" => Arc::new(Feeds::default()),
                    which => following(which == "all"),
                };
                market = Market::of(market.listings.into_values(), feeds);
                let settled = market.settle_feeds();
                told(&market, &settled)
            }
            [now, "silence"] => {
                let silent = market.fall_silent(at(now.trim_end_matches(':')));
                told(&market, &silent)
            }
            [now, source, symbol, bid, ask, "at", heard] => {
                let now = at(now.trim_end_matches(':'));
                let quote = BidAsk { bid: bid.parse().unwrap(), ask: ask.parse().unwrap(), at: at(heard) };
                let quotes = FeedQuotes::from([(symbol.parse().unwrap(), quote)]);
                match market.feed(source.parse().unwrap(), &quotes, now) {
                    Ok(Fed { ignored, .. }) if !ignored.is_empty() => format!("ignored: {ignored:?}"),
                    Ok(fed) => told(&market, &fed.changed),
                    Err(refusal) => format!("refused: {refusal}"),
                }
            }
            _ => panic!("no such line: {line}"),
        };
        let due = market.next_silence().map(|at| format!(" (due {})", at.timestamp() - 1_000_000_000));
        said.push_str(&format!("{outcome}{}\n", due.unwrap_or_default()));
    }
    expected.assert_eq(&said);
}

#[test]
fn an_instrument_is_stale_until_it_is_heard_and_after_a_silence() {
    check(
        "
        list ACME
        list BTC
        1: silence
        2: binance BTC 100 101 at 2
        3: binance BTC 100 101 at 2
        11: silence
        11: binance BTC 102 103 at 11
        12: silence
        20: silence
        21: silence
        22: silence
        25: binance BTC 104 105 at 24
        ",
        expect![[r#"
            nothing new
            BTC binance: stale, never heard
            nothing new
            BTC binance: 100 to 101 at 2 (due 12)
            nothing new (due 12)
            nothing new (due 12)
            BTC binance: 102 to 103 at 11 (due 12)
            nothing new (due 21)
            nothing new (due 21)
            BTC binance: stale, 102 to 103 at 11
            nothing new
            BTC binance: 104 to 105 at 24 (due 34)
        "#]],
    );
}

#[test]
fn what_comes_late_is_not_believed_for_longer_and_what_is_old_is_not_believed() {
    check(
        "
        list BTC
        20: binance BTC 100 101 at 15
        21: binance BTC 90 91 at 14
        40: binance BTC 110 111 at 29
        41: binance BTC 120 121 at 60
        ",
        expect![[r#"
            BTC binance: stale, never heard
            BTC binance: 100 to 101 at 15 (due 25)
            nothing new (due 25)
            BTC binance: stale, 110 to 111 at 29 (due 25)
            BTC binance: 120 to 121 at 41 (due 25)
        "#]],
    );
}

#[test]
fn a_clock_that_was_put_back_leaves_nobody_fresh_for_longer() {
    check(
        "
        list BTC
        list ETH
        5000: binance BTC 100 101 at 5000
        5000: binance ETH 100 101 at 5000
        20: binance BTC 90 91 at 20
        21: silence
        29: binance BTC 90 91 at 29
        30: silence
        ",
        expect![[r#"
            BTC binance: stale, never heard
            ETH binance: stale, never heard
            BTC binance: 100 to 101 at 5000 (due 5010)
            ETH binance: 100 to 101 at 5000 (due 5010)
            BTC binance: 90 to 91 at 20 (due 30)
            nothing new (due 30)
            BTC binance: 90 to 91 at 29 (due 30)
            ETH binance: stale, 100 to 101 at 5000 (due 39)
        "#]],
    );
}

#[test]
fn who_does_not_follow_is_not_told() {
    check(
        "
        list ACME
        list BTC
        1: binance ACME 100 101 at 1
        1: polygon BTC 100 101 at 1
        1: binance GONE 100 101 at 1
        1: binance BTC 0 101 at 1
        1: binance BTC 101 100.999999 at 1
        1: binance BTC 101 101 at 1
        ",
        expect![[r#"
            nothing new
            BTC binance: stale, never heard
            ignored: [ACME]
            ignored: [BTC]
            ignored: [GONE]
            refused: quotes.BTC: expected a bid of more than 0 and an ask of no less, got 0 and 101 (invalid_value)
            refused: quotes.BTC: expected a bid of more than 0 and an ask of no less, got 101 and 100.999999 (invalid_value)
            BTC binance: 101 to 101 at 1 (due 11)
        "#]],
    );
}

#[test]
fn other_settings_let_go_and_begin_anew() {
    check(
        "
        list ACME
        list BTC
        1: binance BTC 100 101 at 1
        settings binance
        settings all
        2: simulated ACME 100 101 at 2
        settings nothing
        settings nothing
        ",
        expect![[r#"
            nothing new
            BTC binance: stale, never heard
            BTC binance: 100 to 101 at 1 (due 11)
            nothing new (due 11)
            ACME simulated: stale, never heard (due 11)
            ACME simulated: 100 to 101 at 2 (due 11)
            ACME follows nothing; BTC follows nothing
            nothing new
        "#]],
    );
}

#[test]
fn too_many_at_once_are_refused() {
    let mut market = Market::of([], following(true));
    let quote = BidAsk { bid: "1".parse().unwrap(), ask: "2".parse().unwrap(), at: at("1") };
    let quotes = |count: usize| (0..count).map(|n| (format!("S{n}").parse().unwrap(), quote)).collect();
    assert!(market.feed(FeedSource::Binance, &quotes(FEED_QUOTES_MAX), at("1")).is_ok());
    let refusal = market.feed(FeedSource::Binance, &quotes(FEED_QUOTES_MAX + 1), at("1")).unwrap_err();
    assert_eq!(refusal.to_string(), "quotes: expected 500 instruments at most, got 501 (out_of_range)");
}

proptest! {
    /// Whatever comes, and whenever: what is not stale was heard within the limit, and the next step that
    /// is asked for comes in time for it.
    #[test]
    fn nobody_is_fresh_for_longer_than_the_limit(moves in prop::collection::vec((any::<bool>(), 0..15_000_i64, 0..12_000_i64), 1..60)) {
        let mut market = Market::of([], following(false));
        list(&mut market, "BTC");
        market.settle_feeds();
        let symbol: Symbol = "BTC".parse().unwrap();
        let mut now = at("0");
        for (speaks, later, ago) in moves {
            now += TimeDelta::milliseconds(later);
            if speaks {
                let quote = BidAsk {
                    bid: "1".parse().unwrap(),
                    ask: "2".parse().unwrap(),
                    at: now - TimeDelta::milliseconds(ago),
                };
                market.feed(FeedSource::Binance, &FeedQuotes::from([(symbol, quote)]), now).unwrap();
            }
            market.fall_silent(now);
            let feed = market.find(symbol).unwrap().feed.clone().unwrap();
            if let (false, Some(quote)) = (feed.stale, feed.quote) {
                let silent_at = quote.at + TimeDelta::milliseconds(STALE_AFTER_MS as i64);
                prop_assert!(silent_at > now);
                prop_assert!(market.next_silence().is_some_and(|due| due <= silent_at));
            } else {
                prop_assert!(feed.stale);
            }
        }
    }
}
