use super::*;
use crate::bots;
use std::collections::{BTreeMap, BTreeSet};

fn draw(mix: &str, count: usize, seed: u64) -> Plan {
    Plan::draw(count, 100, 20, mix.parse().unwrap(), seed).unwrap()
}

fn share(plan: &Plan, of: impl Fn(Kind) -> bool) -> f64 {
    plan.messages.iter().filter(|m| of(m.kind)).count() as f64 / plan.messages.len() as f64
}

fn numbered(plan: &Plan) -> impl Iterator<Item = (usize, &Message)> {
    plan.messages.iter().enumerate()
}

#[test]
fn the_same_seed_draws_the_same_orders_and_another_seed_others() {
    for mix in ["mixed", "all"] {
        assert_eq!(draw(mix, 5000, 1).messages, draw(mix, 5000, 1).messages);
        assert_ne!(draw(mix, 5000, 1).messages, draw(mix, 5000, 2).messages);
    }
}

#[test]
fn a_longer_run_begins_as_a_shorter_one() {
    for mix in ["mixed", "all"] {
        assert_eq!(draw(mix, 5000, 1).messages[..994], draw(mix, 1000, 1).messages[..994]);
    }
}

#[test]
fn each_kind_has_its_share() {
    let plan = draw("rest=30,cross=30,market=10,cancel=10,post=5,ioc=5,fok=10", 50_000, 3);
    let crosses = |kind| matches!(kind, Kind::CrossFirst | Kind::CrossSecond);
    for (expected, got) in [
        (0.3, share(&plan, |kind| kind == Kind::Rest)),
        (0.3, share(&plan, crosses)),
        (0.05, share(&plan, |kind| kind == Kind::PostOnly)),
        (0.05, share(&plan, |kind| kind == Kind::Immediate)),
        (0.1, share(&plan, |kind| kind == Kind::FillOrKill)),
        (0.1, share(&plan, |kind| kind == Kind::Market)),
        (0.1, share(&plan, |kind| kind == Kind::Cancel)),
    ] {
        assert!((expected - got).abs() < 0.01, "{expected} {got}");
    }
}

#[test]
fn what_is_drawn_together_has_its_share_together() {
    let plan = draw("stop=20,trailing=30,stp=10,cancel_all=20,bracket=20", 50_000, 3);
    for (expected, got) in [
        (0.1, share(&plan, |kind| kind == Kind::Stop)),
        (0.1, share(&plan, |kind| kind == Kind::Trailing)),
        (0.1, share(&plan, |kind| kind == Kind::Bracket)),
        (0.1 + 0.2 + 0.1, share(&plan, |kind| kind == Kind::Market)),
        (0.1, share(&plan, |kind| matches!(kind, Kind::SelfTrade(_)))),
        (0.15, share(&plan, |kind| kind == Kind::Swept)),
        (0.05, share(&plan, |kind| kind == Kind::CancelAll)),
    ] {
        assert!((expected - got).abs() < 0.01, "{expected} {got}");
    }
}

#[test]
fn partners_follow_each_other_and_nobody_both_sells_and_buys_a_stock() {
    let plan = draw("rest=40,cross=40,market=5,cancel=5,iceberg=10", 20_001, 4);
    let mut roles = BTreeSet::new();
    for (n, message) in numbered(&plan) {
        match message.kind {
            Kind::CrossFirst | Kind::Iceberg => {
                let partner = plan.messages[n + 1];
                assert_eq!((partner.kind, partner.symbol), (Kind::CrossSecond, message.symbol));
                assert_eq!(partner.side, message.side.opposite());
                assert_eq!(plan.counts_from(n as u32), n as u32 + 1);
            }
            Kind::Market => assert!(message.symbol < 2, "a stock where nobody crosses"),
            _ => {}
        }
        assert!(bots::homes(message.user, 20).contains(&message.symbol));
        roles.insert((message.user, message.symbol, message.side));
    }
    assert!(!roles.iter().any(|(user, symbol, side)| roles.contains(&(*user, *symbol, side.opposite()))));
}

#[test]
fn a_message_is_about_an_order_that_rests_and_no_order_is_meant_twice() {
    let plan = draw("rest=50,cancel=20,amend=15,replace=15", 10_000, 5);
    let (mut targets, mut canceled) = (BTreeSet::new(), 0);
    let about = |kind: Kind| matches!(kind, Kind::Cancel | Kind::Amend | Kind::Replace);
    for (n, message) in numbered(&plan).filter(|(_, message)| about(message.kind)) {
        let target = plan.messages[message.target as usize];
        assert!((message.target as usize) < n && target.kind == Kind::Rest);
        assert_eq!((target.user, target.symbol, target.side), (message.user, message.symbol, message.side));
        assert!(targets.insert(message.target));
        canceled += usize::from(message.kind == Kind::Cancel);
        let (was, is) = ((target.quantity, target.ticks), (message.quantity, message.ticks));
        assert!(message.kind == Kind::Cancel || (was != is && message.quantity > 0), "{was:?} {is:?}");
    }
    let left = plan.left_resting();
    let rests = plan.messages.iter().filter(|m| m.kind == Kind::Rest).count();
    assert_eq!(left.len() + canceled, rests);
}

/// Plays what happens in the stocks where one user triggers: the last trade is the side's that took.
#[test]
fn whatever_waits_for_a_price_waits_until_its_trigger_comes() {
    let plan = draw("stop=10,stop_limit=10,trailing=10,oco=10,bracket=10,rest=10", 5_000, 6);
    let (mut taken, mut waits) = (BTreeMap::new(), BTreeMap::new());
    let mut owners = BTreeMap::new();
    for (n, message) in numbered(&plan).filter(|(_, m)| m.kind != Kind::Rest) {
        let Message { symbol, side, kind, user, .. } = *message;
        assert_eq!(*owners.entry(symbol).or_insert(user), user, "one user for each of these stocks");
        match kind {
            Kind::Market => {
                taken.insert(symbol, side);
                if let Some((at, exit)) = waits.get(&symbol).copied()
                    && exit == side
                    && plan.counts_from(at) == n as u32
                {
                    waits.remove(&symbol);
                }
            }
            Kind::Bracket => {
                taken.insert(symbol, side);
                assert!(waits.insert(symbol, (n as u32, side.opposite())).is_none());
            }
            kind => {
                assert_ne!(taken.get(&symbol), Some(&side), "{kind:?} is met already");
                assert!(waits.insert(symbol, (n as u32, side)).is_none());
            }
        }
    }
    assert!(waits.is_empty(), "{waits:?}");
}

#[test]
fn whoever_meets_himself_leaves_nothing_behind() {
    use SelfTradePrevention::{CancelBoth, CancelNewest, CancelOldest, Decrement};
    let plan = draw("stp=1", 1_000, 7);
    for five in plan.messages.chunks(5) {
        let modes = [CancelNewest, CancelNewest, CancelOldest, Decrement, CancelBoth].map(Kind::SelfTrade);
        assert!(five.iter().map(|message| message.kind).eq(modes));
        let side = five[0].side;
        let other = side.opposite();
        assert!(five.iter().map(|message| message.side).eq([side, other, other, side, other]));
        assert!(five.iter().all(|message| (message.user, message.symbol) == (five[0].user, five[0].symbol)));
        assert!(five.iter().map(|message| message.quantity).eq([10, 10, 10, 20, 10]));
    }
    assert!(plan.left_resting().is_empty());
}

#[test]
fn a_cancel_of_many_comes_after_its_own_and_takes_nobody_elses() {
    let plan = draw("cancel_all=50,rest=25,cancel=5,post=20,gtd=10", 5_000, 8);
    let swept: BTreeSet<u16> =
        plan.messages.iter().filter(|m| m.kind == Kind::CancelAll).map(|m| m.symbol).collect();
    for (n, message) in numbered(&plan) {
        let group = plan.sweeper(n as u32);
        match message.kind {
            Kind::Swept => {
                let (sweeper, swept) = group.unwrap();
                let cancel = plan.messages[sweeper as usize];
                assert_eq!((cancel.user, cancel.symbol), (message.user, message.symbol));
                assert_eq!(cancel.side, message.side);
                assert!(swept.contains(&(n as u32)) && swept.len() == 3);
            }
            Kind::CancelAll => {}
            kind => assert!(!swept.contains(&message.symbol), "{kind:?} rests where all is canceled"),
        }
    }
}

/// The last message of the same user that has the stock, or a side of it, for himself.
#[test]
fn those_that_hang_on_each_other_are_sent_one_after_the_other() {
    let plan = draw("stop=1,trailing=1,bracket=1,stp=1,cancel_all=1", 2_000, 9);
    let mut last = BTreeMap::new();
    for (n, message) in numbered(&plan).filter(|(_, m)| m.kind != Kind::Rest) {
        let before = last.insert((message.user, message.symbol), n as u32).unwrap_or(ALONE);
        assert_eq!(message.target, before);
    }
}

#[test]
fn what_cannot_be_played_is_refused_with_the_rule() {
    let refused =
        |users, symbols, mix: &str| Plan::draw(10, users, symbols, mix.parse().unwrap(), 0).unwrap_err();
    assert_eq!(refused(1, 1, "trade"), "1 symbols need 2 to 1000000 users, got 1");
    assert_eq!(refused(9, 10, "trade"), "10 symbols need 10 to 1000000 users, got 9");
    assert!(refused(10, 0, "trade").contains("1 to 9999 symbols"));
    assert!(refused(10, 1, "mixed").contains("at least 2 symbols"));
    assert!(refused(10, 5, "all").contains("at least 6 symbols, got 5"));
    assert!(refused(10, 1, "cancel_all=1").contains("at least 2 symbols"));
}

#[test]
fn a_message_is_small() {
    assert_eq!(std::mem::size_of::<Message>(), 16);
}
