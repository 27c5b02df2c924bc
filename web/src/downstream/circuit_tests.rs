//! Circuits by the clock of a test, and held against what can be said of them in one sentence.

use super::*;
use expect_test::{Expect, expect};
use proptest::prelude::*;

/// Each line is a time in milliseconds and what happens then: `a asks`, `a answered`, `a silent`, `a gone`,
/// `overheard answered`, `overheard silent`. Shown is who may not ask, and each change of state.
fn check(scenario: &str, expected: Expect) {
    let (mut circuit, began) = (Circuit::default(), Instant::now());
    let mut passes = std::collections::BTreeMap::new();
    let mut shown = String::new();
    for line in scenario.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let words: Vec<_> = line.split_whitespace().collect();
        let now = began + Duration::from_millis(words[0].parse().unwrap());
        let before = circuit.state();
        let outcome = match words[2] {
            "answered" => Some(Outcome::Answered),
            "silent" => Some(Outcome::Silence),
            "gone" => Some(Outcome::GivenUp),
            _ => None,
        };
        match (words[1], outcome) {
            ("overheard", Some(outcome)) => circuit.overhear(outcome, now),
            (who, Some(outcome)) => circuit.hear(passes.remove(who).expect("he asks"), outcome, now),
            (who, None) => match circuit.pass(now) {
                Some(pass) => drop(passes.insert(who, pass)),
                None => shown += &format!("{} {who} may not\n", words[0]),
            },
        }
        if circuit.state() != before {
            shown += &format!("{} {}\n", words[0], circuit.state().as_str());
        }
    }
    expected.assert_eq(&shown);
}

/// Five who ask at 0 and hear nothing by 1800.
const AWAY: &str = "
    0 a asks
    0 b asks
    0 c asks
    0 d asks
    0 e asks
    0 f asks
    1800 a silent
    1800 b silent
    1800 c silent
    1800 d silent
    1800 e silent
";

#[test]
fn five_silences_in_a_row_open_it_and_one_tries_after_a_pause() {
    check(
        &format!(
            "{AWAY}
            1900 g asks
            2799 g asks
            2800 g asks
            2900 h asks
            4600 g silent
            4700 h asks
            5600 h asks
            5700 h answered
            5800 i asks
            "
        ),
        expect![[r#"
            1800 open
            1900 g may not
            2799 g may not
            2800 half_open
            2900 h may not
            4600 open
            4700 h may not
            5600 half_open
            5700 closed
        "#]],
    );
}

#[test]
fn an_answer_between_them_keeps_it_closed() {
    check(
        "
        0 a asks
        0 b asks
        0 c asks
        0 d asks
        0 e asks
        0 f asks
        1 a silent
        2 b silent
        3 c silent
        4 d silent
        5 e answered
        6 f silent
        ",
        expect![""],
    );
}

#[test]
fn what_was_asked_before_a_change_says_nothing_about_now() {
    check(
        &format!(
            "{AWAY}
            1850 f answered
            1900 g asks
            2800 h asks
            2810 h answered
            "
        ),
        expect![[r#"
            1800 open
            1900 g may not
            2800 half_open
            2810 closed
        "#]],
    );
    // Nor do late silences open it again.
    let late: String = ["k", "l", "m", "n", "o"].map(|who| format!("0 {who} asks\n")).concat();
    let silent: String = ["k", "l", "m", "n", "o"].map(|who| format!("2900 {who} silent\n")).concat();
    check(
        &format!(
            "{late} {AWAY}
            2800 h asks
            2810 h answered
            {silent}"
        ),
        expect![[r#"
            1800 open
            2800 half_open
            2810 closed
        "#]],
    );
}

#[test]
fn who_tries_and_goes_away_leaves_it_to_the_next() {
    check(
        &format!(
            "{AWAY}
            2800 g asks
            2850 g gone
            2860 h asks
            2870 h answered
            "
        ),
        expect![[r#"
            1800 open
            2800 half_open
            2850 open
            2860 half_open
            2870 closed
        "#]],
    );
}

#[test]
fn an_answer_to_somebody_who_asks_without_leave_closes_it() {
    check(
        &format!(
            "{AWAY}
            1900 overheard silent
            2000 overheard answered
            2010 overheard silent
            2020 overheard silent
            2030 overheard silent
            2040 overheard silent
            2050 overheard silent
            3050 g asks
            3060 overheard answered
            3070 g silent
            "
        ),
        expect![[r#"
            1800 open
            2000 closed
            2050 open
            3050 half_open
            3060 closed
        "#]],
    );
}

#[derive(Clone, Copy, Debug)]
enum Act {
    Ask,
    Hear(usize, Outcome),
    Wait(u64),
}

fn act() -> impl Strategy<Value = Act> {
    let outcome = prop_oneof![
        1 => Just(Outcome::Answered),
        3 => Just(Outcome::Silence),
        1 => Just(Outcome::GivenUp)
    ];
    prop_oneof![
        3 => Just(Act::Ask),
        3 => (any::<usize>(), outcome).prop_map(|(who, outcome)| Act::Hear(who, outcome)),
        1 => (0..1_500u64).prop_map(Act::Wait)
    ]
}

proptest! {
    /// Closed it lets all through; open nobody, for no longer than the pause; half open one at a time. And
    /// whatever happened, a service that answers is asked again after two pauses.
    #[test]
    fn nobody_is_kept_out_for_longer_than_the_service_is_away(acts in prop::collection::vec(act(), 1..200)) {
        let (mut circuit, mut now) = (Circuit::default(), Instant::now());
        let mut asking: Vec<Pass> = Vec::new();
        let mut trying = 0;
        for act in acts {
            let before = circuit.state();
            match act {
                Act::Wait(ms) => now += Duration::from_millis(ms),
                Act::Ask => match (before, circuit.pass(now)) {
                    (State::Closed, Some(pass)) => asking.push(pass),
                    (State::Open, Some(pass)) => {
                        asking.push(pass);
                        trying += 1;
                    }
                    (State::Closed | State::HalfOpen, other) => {
                        prop_assert_eq!((before, other), (State::HalfOpen, None));
                    }
                    (State::Open, None) => {}
                },
                Act::Hear(who, outcome) if !asking.is_empty() => {
                    let pass = asking.swap_remove(who % asking.len());
                    circuit.hear(pass, outcome, now);
                    if before == State::HalfOpen && circuit.state() != State::HalfOpen {
                        trying -= 1;
                    }
                }
                Act::Hear(..) => {}
            }
            prop_assert_eq!(trying, u32::from(circuit.state() == State::HalfOpen));
        }
        // Whoever still asks hears nothing; then the service is back.
        asking.into_iter().for_each(|pass| circuit.hear(pass, Outcome::Silence, now));
        now += PAUSE;
        let pass = circuit.pass(now).expect("the pause is over");
        circuit.hear(pass, Outcome::Answered, now);
        prop_assert_eq!(circuit.state(), State::Closed);
    }
}
