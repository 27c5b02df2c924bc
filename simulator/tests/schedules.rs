//! A few seconds of schedules; `SIM_SEED` and `SIM_STEPS` run a single one again.

use simulator::{Coverage, Ending, Schedule};

const SCHEDULES: u64 = 120;
const STEPS: u32 = 600;
/// So few schedules may end with a message parked for its attempts that it is an accident.
const PARKED_MAX: u64 = SCHEDULES / 20;

fn setting<T: std::str::FromStr>(name: &str) -> Option<T> {
    std::env::var(name)
        .ok()
        .map(|text| text.parse().ok().unwrap_or_else(|| panic!("{name}: {text:?} is no number")))
}

#[test]
fn every_promise_holds_whatever_goes_wrong() {
    let steps = setting("SIM_STEPS").unwrap_or(STEPS);
    if let Some(seed) = setting("SIM_SEED") {
        let ran = Schedule { seed, steps, plant: None }.run();
        if let Err(failure) = ran.outcome {
            panic!("{failure}");
        }
        return;
    }
    let (mut coverage, mut parked) = (Coverage::default(), 0);
    for seed in 1..=SCHEDULES {
        let ran = Schedule { seed, steps, plant: None }.run();
        coverage.absorb(&ran.coverage);
        match ran.outcome {
            Ok(Ending::Sound) => {}
            Ok(Ending::Parked) => parked += 1,
            Err(failure) => panic!("{failure}"),
        }
    }
    assert!(parked <= PARKED_MAX, "{parked} schedules ended with a parked message");
    assert!(coverage.missing().is_empty(), "never met: {:?}\n{coverage}", coverage.missing());
}

#[test]
fn the_same_seed_makes_the_same_schedule() {
    let run = |seed| Schedule { seed, steps: STEPS, plant: None }.run().coverage.to_string();
    assert_eq!(run(7), run(7));
    assert_ne!(run(7), run(8));
}
