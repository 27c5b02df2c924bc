//! That the random commands of the properties reach everything there is.

use super::commands::batches;
use super::{at, symbol};
use crate::domain::Book;
use contracts::matching::{MatchingEvent, Phase};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use std::collections::BTreeMap;

const RUNS: usize = 1_200;

/// What happened, with why.
fn name(event: &MatchingEvent) -> String {
    match event {
        MatchingEvent::OrderOpened(e) => {
            let how = [(e.repriced, " repriced"), (e.visible.is_some(), " in part")];
            format!("opened{}", how.into_iter().filter(|(is, _)| *is).map(|(_, how)| how).collect::<String>())
        }
        MatchingEvent::OrderFilled(e) => {
            if e.auction.is_some() {
                "filled in an auction".into()
            } else {
                "filled".into()
            }
        }
        MatchingEvent::OrderLeftBook(e) => format!("left: {}, rested {}", e.reason, e.rested),
        MatchingEvent::OrderArmed(_) => "armed".into(),
        MatchingEvent::OrderTriggered(e) => format!("triggered, rested {}", !e.was.is_nothing()),
        MatchingEvent::OrderReduced(e) => format!("reduced: {}", e.reason),
        MatchingEvent::OrderAmended(_) => "amended".into(),
        MatchingEvent::OrderRefreshed(_) => "refreshed".into(),
        MatchingEvent::AmendmentRefused(e) => format!("not amended: {}", e.reason),
        MatchingEvent::PhaseChanged(e) => format!("phase {}", e.phase),
        MatchingEvent::AuctionIndicated(e) => format!("indicated, a price {}", e.price.is_some()),
    }
}

#[test]
fn the_random_commands_reach_everything() {
    let (mut runner, batches) = (TestRunner::deterministic(), batches());
    let mut seen = BTreeMap::<String, u32>::new();
    for _ in 0..RUNS {
        let (mut book, mut events) = (Book::new(symbol()), Vec::new());
        for batch in batches.new_tree(&mut runner).unwrap().current() {
            book.run_batch(&batch.commands, at(batch.ms), &mut events);
        }
        events.iter().for_each(|event| *seen.entry(name(event)).or_default() += 1);
    }
    let left = |reason: &str, rested: bool| format!("left: {reason}, rested {rested}");
    let mut expected: Vec<String> = Phase::ALL.iter().map(|phase| format!("phase {phase}")).collect();
    expected.extend(
        ["opened", "opened repriced", "opened in part", "filled", "filled in an auction"].map(String::from),
    );
    expected.extend(["armed", "amended", "refreshed"].map(String::from));
    expected.extend(["triggered, rested true", "triggered, rested false"].map(String::from));
    expected.extend(
        ["self_trade", "amended_by_user", "entry_ended", "filled_before_replaced"]
            .map(|reason| format!("reduced: {reason}")),
    );
    expected.extend(
        ["not amended: not_amendable", "not amended: would_trade", "not amended: outside_price_band"]
            .map(String::from),
    );
    expected.extend(["indicated, a price true", "indicated, a price false"].map(String::from));
    for reason in ["canceled_by_user", "self_trade", "expired", "replaced"] {
        expected.extend([left(reason, true), left(reason, false)]);
    }
    for reason in [
        "no_liquidity",
        "not_fillable",
        "would_trade",
        "would_trigger",
        "entry_ended",
        "not_trading",
        "outside_price_band",
        "replaced_order_gone",
        "filled_before_replaced",
    ] {
        expected.push(left(reason, false));
    }
    let missing: Vec<_> = expected.iter().filter(|name| !seen.contains_key(*name)).collect();
    assert!(missing.is_empty(), "never seen: {missing:?}\nseen: {seen:#?}");
}
