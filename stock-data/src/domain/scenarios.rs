//! Scenarios of a few instruments over a few days, as text.

use super::{Listed, Market};
use chrono::{DateTime, Days, NaiveDate};
use contracts::{
    Price, Quantity, Side, Timestamp,
    matching::Phase,
    stock_data::{Instrument, InstrumentState, Trade},
};
use expect_test::{Expect, expect};
use proptest::prelude::*;

fn day(n: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, 1).unwrap() + Days::new(n)
}

/// `3d10:00`: the third day's ten o'clock.
fn time(text: &str) -> Timestamp {
    let (n, clock) = text.split_once('d').unwrap();
    DateTime::parse_from_rfc3339(&format!("{}T{clock}:00Z", day(n.parse().unwrap()))).unwrap().to_utc()
}

fn trade(symbol: &str, quantity: Quantity, price: Price, at: Timestamp) -> Trade {
    let symbol = symbol.parse().unwrap();
    Trade { trade_id: uuid::Uuid::nil().into(), symbol, price, quantity, taker_side: Side::Buy, at }
}

/// Each line is one of
/// `list SYMBOL close PRICE on DAY [tick PRICE] [lot QUANTITY] [currency CODE] [name NAME] [halted]
/// [rules JSON]`, `trade SYMBOL QUANTITY @ PRICE at TIME`, `phase SYMBOL PHASE`, `show SYMBOL on DAY`.
fn check(scenario: &str, expected: Expect) {
    let mut market = Market::default();
    let mut said = String::new();
    for line in scenario.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let words: Vec<_> = line.split_whitespace().collect();
        let outcome = match words[0] {
            "list" => list(&mut market, &words),
            "trade" => {
                let (quantity, price) = (words[2].parse().unwrap(), words[4].parse().unwrap());
                match market.trade(&trade(words[1], quantity, price, time(words[6]))) {
                    Ok(done) => {
                        let close = if done.new_close { ", new close" } else { "" };
                        format!("counts into {}{close}", done.date)
                    }
                    Err(poison) => format!("parked: {poison}"),
                }
            }
            "phase" => match market.change_phase(words[1].parse().unwrap(), words[2].parse().unwrap()) {
                Ok(is_new) => format!("{} {}", if is_new { "now" } else { "still" }, words[2]),
                Err(poison) => format!("parked: {poison}"),
            },
            "show" => show(&market, words[1], day(words[3].parse().unwrap())),
            other => panic!("no such line: {other}"),
        };
        said.push_str(&format!("{outcome}\n"));
    }
    expected.assert_eq(&said);
}

fn list(market: &mut Market, words: &[&str]) -> String {
    let value = |key: &str, default: &str| {
        let at = words.iter().position(|word| *word == key);
        at.map_or(default.to_owned(), |at| words[at + 1].replace('_', " "))
    };
    let instrument = Instrument {
        symbol: words[1].parse().unwrap(),
        name: value("name", "Acme"),
        currency: value("currency", "USD"),
        tick_size: value("tick", "0.01").parse().unwrap(),
        lot_size: value("lot", "1").parse().unwrap(),
        previous_close: value("close", "").parse().unwrap(),
        state: if words.contains(&"halted") { InstrumentState::Halted } else { InstrumentState::Open },
        rules: words
            .iter()
            .position(|word| *word == "rules")
            .map_or_else(Default::default, |at| serde_json::from_str(words[at + 1]).unwrap()),
    };
    let today = day(value("on", "").parse().unwrap());
    let line = |word: &str, i: Instrument| {
        let rules = serde_json::to_string(&i.rules).unwrap();
        let rules = if i.rules.is_default() { String::new() } else { format!(" {rules}") };
        format!("{word}: {} {:?} close {} {}{rules}", i.symbol, i.name, i.previous_close, i.state)
    };
    match market.list(instrument, today) {
        Ok(Listed::New(instrument)) => line("new", instrument),
        Ok(Listed::Changed(instrument)) => line("changed", instrument),
        Ok(Listed::Unchanged(instrument)) => line("unchanged", instrument),
        Err(refusal) => format!("refused: {refusal}"),
    }
}

fn show(market: &Market, symbol: &str, date: NaiveDate) -> String {
    let stock = market.listing(symbol.parse().unwrap()).clone().stock_on(date);
    let price = |price: Option<Price>| price.map_or("-".to_owned(), |price| price.to_string());
    let phase = match stock.phase {
        Phase::Continuous => String::new(),
        other => format!(" {other}"),
    };
    format!(
        "{symbol}{phase} {} ({}, {}%) open {} high {} low {} volume {} close {}",
        stock.last_price,
        stock.change,
        stock.change_percent,
        price(stock.open),
        price(stock.high),
        price(stock.low),
        stock.volume,
        stock.instrument.previous_close,
    )
}

#[test]
fn a_day_has_its_first_highest_lowest_and_last_price() {
    check(
        "
        list ACME close 100 on 1
        show ACME on 1
        trade ACME 10 @ 101 at 1d09:00
        trade ACME 5 @ 99.5 at 1d09:01
        trade ACME 2.5 @ 100.5 at 1d09:02
        show ACME on 1
        trade NONE 1 @ 1 at 1d09:03
        ",
        expect![[r#"
            new: ACME "Acme" close 100 open
            ACME 100 (0, 0.00%) open - high - low - volume 0 close 100
            counts into 2026-03-02
            counts into 2026-03-02
            counts into 2026-03-02
            ACME 100.5 (0.5, 0.50%) open 101 high 101 low 99.5 volume 17.5 close 100
            parked: no instrument is listed as NONE
        "#]],
    );
}

#[test]
fn a_new_day_starts_afresh_from_the_last_price_of_the_day_before() {
    check(
        "
        list ACME close 100 on 1
        trade ACME 10 @ 110 at 1d23:59
        show ACME on 1
        show ACME on 2
        trade ACME 1 @ 99 at 2d00:00
        show ACME on 2
        show ACME on 9
        ",
        expect![[r#"
            new: ACME "Acme" close 100 open
            counts into 2026-03-02
            ACME 110 (10, 10.00%) open 110 high 110 low 110 volume 10 close 100
            ACME 110 (0, 0.00%) open - high - low - volume 0 close 110
            counts into 2026-03-03, new close
            ACME 99 (-11, -10.00%) open 99 high 99 low 99 volume 1 close 110
            ACME 99 (0, 0.00%) open - high - low - volume 0 close 99
        "#]],
    );
}

#[test]
fn a_clock_that_goes_back_does_not_bring_the_day_back() {
    check(
        "
        list ACME close 100 on 1
        trade ACME 1 @ 101 at 1d12:00
        trade ACME 1 @ 102 at 2d00:00
        trade ACME 1 @ 103 at 1d23:59
        show ACME on 2
        ",
        expect![[r#"
            new: ACME "Acme" close 100 open
            counts into 2026-03-02
            counts into 2026-03-03, new close
            counts into 2026-03-03
            ACME 103 (2, 1.98%) open 102 high 103 low 102 volume 2 close 101
        "#]],
    );
}

#[test]
fn listing_again_changes_only_what_is_different() {
    check(
        "
        list ACME close 100 on 1
        list ACME close 100 on 1
        list ACME close 100 on 1 name _Acme_
        list ACME close 100 on 1 name Acme_Inc
        list ACME close 100 on 1 name Acme_Inc halted
        list ACME close 90 on 1 name Acme_Inc
        show ACME on 1
        ",
        expect![[r#"
            new: ACME "Acme" close 100 open
            unchanged: ACME "Acme" close 100 open
            unchanged: ACME "Acme" close 100 open
            changed: ACME "Acme Inc" close 100 open
            changed: ACME "Acme Inc" close 100 halted
            changed: ACME "Acme Inc" close 90 open
            ACME 90 (0, 0.00%) open - high - low - volume 0 close 90
        "#]],
    );
}

#[test]
fn listing_again_days_later_does_not_undo_the_closes_since() {
    check(
        "
        list ACME close 100 on 1
        trade ACME 1 @ 110 at 1d12:00
        list ACME close 100 on 2
        list ACME close 110 on 2 halted
        list ACME close 100 on 2 halted
        list ACME close 55 on 2 halted
        show ACME on 2
        trade ACME 1 @ 56 at 2d12:00
        show ACME on 2
        ",
        expect![[r#"
            new: ACME "Acme" close 100 open
            counts into 2026-03-02
            unchanged: ACME "Acme" close 110 open
            changed: ACME "Acme" close 110 halted
            unchanged: ACME "Acme" close 110 halted
            changed: ACME "Acme" close 55 halted
            ACME 110 (55, 100.00%) open - high - low - volume 0 close 55
            counts into 2026-03-03
            ACME 56 (1, 1.82%) open 56 high 56 low 56 volume 1 close 55
        "#]],
    );
}

#[test]
fn what_is_no_instrument_is_refused_by_field_value_and_rule() {
    check(
        "
        list ACME close 100 on 1
        list ACME close 100 on 1 tick 0.05
        list ACME close 100 on 1 lot 10
        list ACME close 100 on 1 currency EUR
        list ACME close 100.001 on 1
        list BETA close 100 on 1 tick 0
        list BETA close 100 on 1 lot 0
        list BETA close 100 on 1 tick 0.001 lot 0.0001
        list BETA close 9000000000000 on 1 tick 9000000000000 lot 10
        list BETA close 0 on 1
        list BETA close 100 on 1 currency usd
        list BETA close 100 on 1 currency USDT
        list BETA close 100 on 1 name _
        ",
        expect![[r#"
            new: ACME "Acme" close 100 open
            refused: tick_size: expected 0.01, which is fixed once listed, got 0.05 (invalid_value)
            refused: lot_size: expected 1, which is fixed once listed, got 10 (invalid_value)
            refused: currency: expected USD, which is fixed once listed, got EUR (invalid_value)
            refused: previous_close: expected a multiple of the tick size 0.01, got 100.001 (tick_size)
            refused: tick_size: expected more than 0, got 0 (invalid_value)
            refused: lot_size: expected more than 0, got 0 (invalid_value)
            refused: lot_size: expected a lot whose cost is exact at a tick of 0.001, got 0.0001: price × quantity is not a whole number of millionths (invalid_value)
            refused: lot_size: expected a lot whose cost is exact at a tick of 9000000000000, got 10: the amount is too large (invalid_value)
            refused: previous_close: expected more than 0, got 0 (invalid_value)
            refused: currency: expected three capital letters, got "usd" (invalid_value)
            refused: currency: expected three capital letters, got "USDT" (invalid_value)
            refused: name: expected 1 to 80 visible characters, got " " (0 of them) (invalid_value)
        "#]],
    );
}

#[test]
fn rules_are_kept_and_changed_and_must_make_sense() {
    check(
        r#"
        list ACME close 100 on 1 rules {"hours":{"days":["monday"],"opens":"14:30","closes":"21:00"},"auction_seconds":60}
        list ACME close 100 on 1 rules {"auction_seconds":60,"hours":{"days":["monday"],"opens":"14:30","closes":"21:00"}}
        list ACME close 100 on 1 rules {"price_band":{"basis_points":500,"limit_state_seconds":15,"halt_seconds":300}}
        list ACME close 100 on 1 rules {"price_band":{"basis_points":10001,"limit_state_seconds":15,"halt_seconds":0}}
        list ACME close 100 on 1 rules {"hours":{"days":["monday"],"opens":"21:00","closes":"14:30"}}
        list ACME close 100 on 1 rules {"hours":{"days":["monday"],"opens":"14:30","closes":"14:31"},"auction_seconds":60}
        list ACME close 100 on 1
        "#,
        expect![[r#"
            new: ACME "Acme" close 100 open {"hours":{"days":["monday"],"opens":"14:30","closes":"21:00"},"auction_seconds":60}
            unchanged: ACME "Acme" close 100 open {"hours":{"days":["monday"],"opens":"14:30","closes":"21:00"},"auction_seconds":60}
            changed: ACME "Acme" close 100 open {"price_band":{"basis_points":500,"limit_state_seconds":15,"halt_seconds":300}}
            refused: rules.price_band.basis_points: expected 1 to 10000, got 10001 (out_of_range)
            refused: rules.hours.closes: expected a time after it opens at 21:00, got 14:30 (invalid_value)
            refused: rules.auction_seconds: expected less than the 60 s from opening to closing, got 60 (invalid_value)
            changed: ACME "Acme" close 100 open
        "#]],
    );
}

#[test]
fn the_phase_is_what_the_book_said_last() {
    check(
        "
        phase NONE halted
        list ACME close 100 on 1
        phase ACME continuous
        phase ACME auction
        phase ACME auction
        trade ACME 1 @ 101 at 1d12:00
        list ACME close 100 on 1 name Other
        show ACME on 1
        show ACME on 2
        phase ACME closed
        show ACME on 1
        ",
        expect![[r#"
            parked: no instrument is listed as NONE
            new: ACME "Acme" close 100 open
            still continuous
            now auction
            still auction
            counts into 2026-03-02
            changed: ACME "Other" close 100 open
            ACME auction 101 (1, 1.00%) open 101 high 101 low 101 volume 1 close 100
            ACME auction 101 (0, 0.00%) open - high - low - volume 0 close 101
            now closed
            ACME closed 101 (1, 1.00%) open 101 high 101 low 101 volume 1 close 100
        "#]],
    );
}

#[test]
fn a_volume_past_counting_parks_the_trade_and_changes_nothing() {
    check(
        "
        list ACME close 100 on 1
        trade ACME 9000000000000 @ 100 at 1d12:00
        trade ACME 9000000000000 @ 101 at 1d12:01
        show ACME on 1
        ",
        expect![[r#"
            new: ACME "Acme" close 100 open
            counts into 2026-03-02
            parked: the volume of ACME cannot be counted: the amount is too large
            ACME 100 (0, 0.00%) open 100 high 100 low 100 volume 9000000000000 close 100
        "#]],
    );
}

proptest! {
    #[test]
    fn a_days_sums_are_those_of_its_trades(
        trades in proptest::collection::vec((1i64..1_000_000, 1i64..1_000_000, 0u64..4), 1..60),
    ) {
        let mut market = Market::default();
        list(&mut market, &["list", "ACME", "close", "1", "on", "0"]);
        let mut counted: Vec<(NaiveDate, Price, Quantity)> = Vec::new();
        for (price, quantity, hours) in trades {
            // Clocks mostly go on, and sometimes back.
            let at = time("1d00:00") + chrono::Duration::hours(counted.len() as i64 * 3 - hours as i64 * 2);
            let (price, quantity) = (Price::from_micros(price), Quantity::from_micros(quantity));
            let done = market.trade(&trade("ACME", quantity, price, at)).unwrap();
            prop_assert!(counted.last().is_none_or(|(date, ..)| *date <= done.date));
            counted.push((done.date, price, quantity));

            let today: Vec<_> = counted.iter().filter(|(date, ..)| *date == done.date).collect();
            let before = counted.iter().rfind(|(date, ..)| *date < done.date);
            let quote = market.quote("ACME".parse().unwrap()).unwrap();
            let volume: i64 = today.iter().map(|(.., quantity)| quantity.micros()).sum();
            prop_assert_eq!(quote.volume.micros(), volume);
            prop_assert_eq!(quote.open, today[0].1);
            prop_assert_eq!(quote.high, today.iter().map(|t| t.1).max().unwrap());
            prop_assert_eq!(quote.low, today.iter().map(|t| t.1).min().unwrap());
            prop_assert_eq!(quote.last_price, price);
            prop_assert_eq!(quote.previous_close, before.map_or("1".parse().unwrap(), |t| t.1));
        }
    }
}
