use super::*;
use std::time::Duration;

fn tally(mix: &str, count: usize) -> Tally {
    let plan = Plan::draw(count, 10, 6, mix.parse().unwrap(), 1).unwrap();
    let due = (0..count as u32).map(|n| n * BETWEEN_US).collect();
    let tally = Tally::new(plan, due, Ids::new(1_800_000_000_000, 9), 10);
    tally.begin(Instant::now().checked_sub(Duration::from_secs(12)).unwrap());
    tally
}

/// Far apart, since a machine may be busy between two lines of a test.
const BETWEEN_US: u32 = 100_000;

fn event(tally: &Tally, number: u32, status: &str) -> Vec<u8> {
    let id = tally.ids.order_id(number, tally.due[number as usize]);
    format!(r#"42["order",{{"order_id":"{id}","user_id":"u","status":"{status}"}}]"#).into_bytes()
}

#[test]
fn latency_counts_from_the_due_time_and_once() {
    let tally = tally("rest=1", 100);
    for _ in 0..3 {
        tally.answered(50, "pending", None);
    }
    let total = tally.total(Hop::Answered);
    assert_eq!((tally.count(Hop::Answered), total.len()), (1, 1));
    // Twelve seconds after the beginning, due at five.
    assert!((6_900_000..11_000_000).contains(&total.max()), "{}", total.max());
}

#[test]
fn the_first_of_a_pair_counts_from_its_partner() {
    let tally = tally("cross=1", 100);
    tally.heard(&event(&tally, 0, "open"));
    assert_eq!(tally.count(Hop::Pushed), 0, "nothing has come of it yet");
    tally.heard(&event(&tally, 98, "closed"));
    tally.heard(&event(&tally, 99, "closed"));
    let total = tally.total(Hop::Pushed);
    assert_eq!(total.len(), 2);
    assert!(total.max() - total.min() < u64::from(BETWEEN_US) / 2, "both count from the last");
}

#[test]
fn a_cancel_is_pushed_as_the_end_of_its_order() {
    let tally = tally("quotes", 100);
    let cancel = tally.plan.messages.iter().position(|m| m.kind == Kind::Cancel).unwrap() as u32;
    let target = tally.plan.messages[cancel as usize].target;
    tally.heard(&event(&tally, target, "open"));
    tally.heard(&event(&tally, target, "canceled"));
    assert_eq!(tally.count(Hop::Pushed), 2);
    assert!(tally.surprises().is_empty());
}

#[test]
fn what_was_not_planned_is_named_and_what_never_came_is_counted() {
    let tally = tally("cross=1", 10);
    for n in 0..10 {
        tally.note(Hop::Sent, n, n);
    }
    (0..9).for_each(|n| tally.answered(n, "pending", None));
    (0..7).for_each(|n| tally.heard(&event(&tally, n, "closed")));
    tally.heard(&event(&tally, 7, "rejected"));
    tally.answered(9, "rejected", Some("too_many_open_orders"));
    let surprises = tally.surprises();
    let named: Vec<&str> = surprises.keys().map(String::as_str).collect();
    assert_eq!(named, ["CrossSecond answered rejected: too_many_open_orders", "CrossSecond pushed rejected"]);
    // 8 was answered and not pushed; 9 was refused, so nothing is to be pushed.
    assert_eq!(tally.unaccounted(), (0, 1));
}

#[test]
fn confirmations_in_any_order_count_once_each() {
    let tally = tally("rest=1", 10);
    let mut lowest = 0;
    for (tag, multiple, expected) in [(2, false, 1), (1, false, 2), (5, true, 5), (4, true, 5), (9, true, 9)]
    {
        tally.confirmed(tag, multiple, &mut lowest);
        assert_eq!(tally.count(Hop::Confirmed), expected, "after {tag}");
    }
}

#[test]
fn what_came_lately_adds_up_to_all() {
    let tally = tally("rest=1", 100);
    let mut merged = histogram();
    for part in 0..4 {
        (0..25).for_each(|n| tally.answered(part * 25 + n, "pending", None));
        merged.add(tally.lately(Hop::Answered)).unwrap();
    }
    assert_eq!(merged, tally.total(Hop::Answered));
}

/// Tells an owner what of his order: `status` and fields beside it.
fn tell(tally: &Tally, number: u32, status: &str, more: &str) {
    let told = String::from_utf8(event(tally, number, status)).unwrap();
    tally.heard(told.replace("}]", &format!("{more}}}]")).as_bytes());
}

fn first(tally: &Tally, of: impl Fn(Kind) -> bool) -> u32 {
    tally.plan.messages.iter().position(|message| of(message.kind)).expect("the mix has it") as u32
}

#[test]
fn each_kind_has_its_own_end() {
    for (mix, statuses, pushed_at, whole) in [
        ("post=1", &["pending", "open"][..], 1, true),
        ("reprice=1", &["open"], 0, true),
        ("ioc=1", &["canceled"], 0, true),
        ("gtd=1", &["open"], 0, false),
        ("gtd=1", &["open", "expired"], 0, true),
        ("gtd=1", &["expired"], 0, true),
        ("iceberg=1", &["open", "closed"], 1, true),
        ("stp=1", &["open"], 0, false),
        ("stp=1", &["open", "canceled"], 0, true),
        ("cancel_all=1", &["open", "canceled"], 0, true),
    ] {
        let tally = tally(mix, 20);
        tally.note(Hop::Sent, 0, 0);
        for (at, status) in statuses.iter().enumerate() {
            tell(&tally, 0, status, "");
            assert_eq!(tally.count(Hop::Pushed) > 0, at >= pushed_at, "{mix} {status}");
        }
        assert!(tally.surprises().is_empty(), "{mix}: {:?}", tally.surprises());
        assert!(tally.is_pushed(), "{mix}");
        assert_eq!((tally.is_ended(), tally.unaccounted().1), (whole, u64::from(!whole)), "{mix}");
    }
}

#[test]
fn another_end_is_a_surprise() {
    for (mix, status, named) in [
        ("rest=1", "expired", "Rest pushed expired"),
        ("gtd=1", "canceled", "GoodTillDate pushed canceled"),
        ("fok=1", "closed", "FillOrKill pushed closed"),
        ("iceberg=1", "canceled", "Iceberg pushed canceled"),
        ("stp=1", "closed", "SelfTrade(CancelNewest) pushed closed"),
    ] {
        let tally = tally(mix, 20);
        tell(&tally, 0, status, "");
        let surprises = tally.surprises();
        assert_eq!(surprises.keys().map(String::as_str).collect::<Vec<_>>(), [named], "{mix}");
    }
}

#[test]
fn what_is_triggered_counts_from_its_trigger() {
    for (mix, kind, later) in [
        ("stop=1", Kind::Stop, 1),
        ("stop_limit=1", Kind::StopLimit, 1),
        ("oco=1", Kind::Oco, 1),
        ("trailing=1", Kind::Trailing, 2),
    ] {
        let tally = tally(mix, 100);
        let number = first(&tally, |one| one == kind);
        tell(&tally, number, "open", "");
        assert_eq!(tally.count(Hop::Pushed), 0, "{mix}: nothing has come of it yet");
        tell(&tally, number, "closed", "");
        let waited = tally.now_us() - u64::from(tally.due[(number + later) as usize]);
        assert!(tally.total(Hop::Pushed).max().abs_diff(waited) < u64::from(BETWEEN_US) / 2, "{mix}");
    }
}

#[test]
fn a_bracket_has_ended_when_its_exit_has() {
    let tally = tally("bracket=1", 100);
    let number = first(&tally, |kind| kind == Kind::Bracket);
    tell(&tally, number, "closed", "");
    assert_eq!(tally.count(Hop::Pushed), 0, "the entry is the beginning");
    let exit = tally.ids.exit_id(number, tally.due[number as usize]);
    for (status, pushed) in [("pending", 0), ("open", 0), ("closed", 1)] {
        tally.heard(format!(r#"42["order",{{"order_id":"{exit}","status":"{status}"}}]"#).as_bytes());
        assert_eq!(tally.count(Hop::Pushed), pushed, "{status}");
    }
    assert!(tally.surprises().is_empty());
}

#[test]
fn an_amendment_is_pushed_when_the_order_is_as_it_was_to_be() {
    let tally = tally("rest=1,amend=1", 200);
    let amend = first(&tally, |kind| kind == Kind::Amend);
    let message = tally.plan.messages[amend as usize];
    let was = tally.plan.messages[message.target as usize];
    let of = |message: &Message| {
        let limit = crate::prices::Ticks(crate::prices::limit(message).unwrap());
        format!(r#","quantity":"{}","limit_price":"{limit}""#, message.quantity)
    };
    let pushed = || tally.has(amend, Hop::Pushed.bit());
    let asked = r#","amendment":{"quantity":"1","limit_price":"1"}"#;
    for (more, expected) in [(of(&was), false), (of(&was) + asked, false), (of(&message), true)] {
        tell(&tally, message.target, "open", &more);
        assert_eq!(pushed(), expected, "{more}");
    }
    assert!(tally.surprises().is_empty());
    tell(&tally, message.target, "open", r#","amendment":{"quantity":"1","refused":{"code":"x"}}"#);
    assert_eq!(tally.surprises().keys().collect::<Vec<_>>(), ["Amend pushed refused"]);
}

#[test]
fn a_cancel_of_many_is_pushed_as_the_end_of_the_last() {
    let tally = tally("cancel_all=1", 100);
    for (n, pushed) in [(0, false), (2, false), (2, false), (1, true)] {
        tell(&tally, n, "canceled", "");
        assert_eq!(tally.has(3, Hop::Pushed.bit()), pushed, "after {n}");
    }
    assert!(!tally.has(7, Hop::Pushed.bit()), "another's");
}
