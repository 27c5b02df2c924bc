//! Halts, price bands, auctions, hours.

use super::scenario::check;
use super::{at, order, symbol};
use crate::domain::{Book, Command, Hours, Settings, Terms};
use contracts::matching::{MatchingEvent, Phase};
use contracts::{Side, Timestamp};
use expect_test::expect;

#[test]
fn in_a_halt_orders_gather_and_what_does_not_wait_is_canceled() {
    check(
        "
        ann sells a: 5 @ 10.00
        halted
        bob buys 5 @ 10.00
        cat buys 5 @ 10.00 ioc
        ann cancels a
        dan sells 2 @ 9.90
        open
        ",
        expect![[r#"
            phase halted
            cat left 5 @ 10: not_trading, never rested
            ann left 5 @ 10: canceled_by_user
            trade 2 @ 10  dan → bob, auction
            phase continuous
            bid 10 × 3 (bob)
        "#]],
    );
}

#[test]
fn an_auction_trades_at_the_price_at_which_most_trades() {
    check(
        "
        halted
        ann buys 50 @ 10.10
        bob buys 50 @ 10.00
        cat buys 50 @ 9.90
        dan sells 60 @ 9.80
        eve sells 60 @ 10.00
        open
        ",
        expect![[r#"
            phase halted
            trade 50 @ 10  dan → ann, auction
            trade 10 @ 10  dan → bob, auction
            trade 40 @ 10  eve → bob, auction
            phase continuous
            ask 10 × 20 (eve)
            bid 9.9 × 50 (cat)
        "#]],
    );
}

/// Of prices at which equally much trades, that which leaves least over; then that nearest to the
/// reference price, which is 10; then the lower.
#[test]
fn ties_go_by_what_is_left_over_then_by_the_reference_price() {
    check(
        "
        halted
        ann buys 10 @ 10.20
        bob buys 5 @ 10.10
        cat sells 10 @ 10.05
        open
        ",
        expect![[r#"
            phase halted
            trade 10 @ 10.2  cat → ann, auction
            phase continuous
            bid 10.1 × 5 (bob)
        "#]],
    );
    check(
        "
        halted
        ann buys 10 @ 10.20
        cat sells 10 @ 10.05
        open
        ",
        expect![[r#"
            phase halted
            trade 10 @ 10.05  cat → ann, auction
            phase continuous
        "#]],
    );
    check(
        "
        halted
        ann buys 10 @ 9.90
        cat sells 10 @ 9.80
        open
        ",
        expect![[r#"
            phase halted
            trade 10 @ 9.9  cat → ann, auction
            phase continuous
        "#]],
    );
}

#[test]
fn after_a_halt_an_auction_gathers_and_says_what_it_would_do() {
    check(
        "
        halted
        open with 20s auctions
        ann buys 10 @ 10.10
        bob sells 4 @ 9.90
        after 19s
        after 1s
        bob sells 1 @ 10.10
        ",
        expect![[r#"
            phase halted
            phase auction until 20s
            indicated 0 @ no price
            indicated 0 @ no price
            indicated 4 @ 9.9, 6 more to buy
            trade 4 @ 9.9  bob → ann, auction
            phase continuous
            trade 1 @ 10.1  bob → ann
            bid 10.1 × 5 (ann)
        "#]],
    );
}

#[test]
fn beyond_the_price_band_nobody_trades() {
    check(
        "
        band 5% limit 15s halt 30s auctions 20s
        ann sells 1 @ 10.60
        bob buys 1 @ 10.60
        cat buys 5 at market worst 11.00
        dan sells 5 @ 9.40
        eve buys 1 @ 10.40
        ",
        expect![[r#"
            bob left 1 @ 10.6: outside_price_band, never rested
            cat left 5 @ 10.5: no_liquidity, never rested
            dan left 5 @ 9.4: outside_price_band, never rested
            ask 10.6 × 1 (ann)
            bid 10.4 × 1 (eve)
        "#]],
    );
}

#[test]
fn who_waits_at_the_bands_edge_halts_the_trading_and_an_auction_reopens_it() {
    check(
        "
        band 5% limit 15s halt 30s auctions 20s
        ann sells 4 @ 10.60
        bob buys 9 @ 10.50
        after 14s
        after 1s
        cat buys 2 @ 10.70
        after 30s
        after 20s
        dan buys 1 @ 11.13
        ",
        expect![[r#"
            phase limit_state until 15s
            phase halted until 45s
            phase auction until 65s
            indicated 2 @ 10.6, 2 more to sell
            trade 2 @ 10.6  ann → cat, auction
            phase continuous
            trade 1 @ 10.6  ann → dan
            ask 10.6 × 1 (ann)
            bid 10.5 × 9 (bob)
        "#]],
    );
}

#[test]
fn whoever_leaves_the_edge_ends_the_limit_state() {
    check(
        "
        band 5% limit 15s halt 30s auctions 20s
        bob buys b: 9 @ 10.50
        ann sells 9 @ 10.50
        bob buys b: 9 @ 10.50
        cat buys c: 1 @ 10.50
        cat cancels c
        after 20s
        ",
        expect![[r#"
            phase limit_state until 15s
            trade 9 @ 10.5  ann → bob
            phase continuous
            phase limit_state until 15s
            cat left 1 @ 10.5: canceled_by_user
            phase continuous
        "#]],
    );
}

#[test]
fn stops_wait_for_trading_and_are_met_by_an_auction() {
    check(
        "
        ann sells s: 5 stop 9.50 worst 9.00
        halted
        bob buys 9 @ 9.40
        cat sells 1 @ 9.40
        open
        ",
        expect![[r#"
            ann armed 5
            phase halted
            trade 1 @ 9.4  cat → bob, auction
            phase continuous
            ann triggered at 9.5: 5 @ 9
            trade 5 @ 9.4  ann → bob
            bid 9.4 × 3 (bob)
        "#]],
    );
}

/// Thursday, 2025-10-09; trading from nine to five on weekdays, a minute of auction before and at the end.
#[test]
fn hours_begin_and_end_with_an_auction() {
    let settings = Settings {
        hours: Some(Hours { days: 0b001_1111, opens: 9 * 60, closes: 17 * 60 }),
        auction_seconds: 60,
        ..Settings::default()
    };
    let time = |text: &str| format!("2025-10-{text}Z").parse::<Timestamp>().unwrap();
    let mut book = Book::new(symbol());
    let mut phases = String::new();
    let mut tell = |book: &mut Book, commands: &[Command], now: Timestamp| {
        let mut events = Vec::new();
        book.run_batch(commands, now, &mut events);
        for event in events {
            if let MatchingEvent::PhaseChanged(changed) = event {
                let until = changed.until.map(|until| until.format("%a %H:%M:%S").to_string());
                phases += &format!("{} {} until {}\n", now.format("%a %H:%M"), changed.phase, until.unwrap());
            }
        }
    };
    tell(&mut book, &[Command::Configure(settings)], time("09T08:53:00"));
    while book.due().unwrap() < time("13T09:00:00") {
        let due = book.due().unwrap();
        tell(&mut book, &[], due);
    }
    expect![[r#"
        Thu 08:53 closed until Thu 08:59:00
        Thu 08:59 auction until Thu 09:00:00
        Thu 09:00 continuous until Thu 16:59:00
        Thu 16:59 auction until Thu 17:00:00
        Thu 17:00 closed until Fri 08:59:00
        Fri 08:59 auction until Fri 09:00:00
        Fri 09:00 continuous until Fri 16:59:00
        Fri 16:59 auction until Fri 17:00:00
        Fri 17:00 closed until Mon 08:59:00
        Mon 08:59 auction until Mon 09:00:00
    "#]]
    .assert_eq(&phases);
}

/// A program that slept through the auction holds it when it wakes.
#[test]
fn an_auction_that_was_slept_through_is_held_late() {
    let settings = Settings {
        hours: Some(Hours { days: 0b111_1111, opens: 9 * 60, closes: 17 * 60 }),
        auction_seconds: 600,
        ..Settings::default()
    };
    let (mut book, mut events) = (Book::new(symbol()), Vec::new());
    let place = |id, side| Command::Place(order(id, id, side, Terms::Rest, (100, 5)));
    let commands = [Command::Configure(settings), place(1, Side::Buy), place(2, Side::Sell)];
    book.run_batch(&commands, at(0), &mut events);
    assert_eq!(book.phase(), Phase::Auction);
    assert!(!events.iter().any(|event| matches!(event, MatchingEvent::OrderFilled(_))));
    let mut events = Vec::new();
    book.run_batch(&[], at(2 * 86_400_000), &mut events);
    assert!(events.iter().any(|event| matches!(event, MatchingEvent::OrderFilled(e) if e.auction.is_some())));
}
