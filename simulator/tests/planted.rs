//! Each bug that is planted must be found: a simulator that finds nothing may be one that looks at
//! nothing.

use simulator::{Plant, Schedule};

/// A bug that hides from so many schedules would hide from the short run.
const SCHEDULES_MAX: u64 = 200;
const STEPS: u32 = 600;

/// Answers the seed that found it, and what it said.
fn find(plant: Plant) -> (u64, String) {
    let failed = |seed| Schedule { seed, steps: STEPS, plant: Some(plant) }.run().outcome.err();
    let found = (1..=SCHEDULES_MAX).find_map(|seed| Some((seed, failed(seed)?.violation.0)));
    found.unwrap_or_else(|| panic!("{plant:?} was not found in {SCHEDULES_MAX} schedules"))
}

fn is_found(plant: Plant, expected: &str) {
    let (seed, what) = find(plant);
    println!("{plant:?} found by seed {seed}: {what}");
    assert!(what.contains(expected), "{plant:?}: found by seed {seed}, but as: {what}");
}

#[test]
fn acknowledging_before_the_commit_is_found() {
    is_found(Plant::AckBeforeCommit, "nobody ever decided it");
}

#[test]
fn a_fence_that_compares_nothing_is_found() {
    find(Plant::NoFence);
}

#[test]
fn numbers_that_a_rollback_does_not_give_back_are_found() {
    is_found(Plant::SequencesOutliveRollback, "does not come to rest");
}

#[test]
fn messages_that_are_given_back_behind_others_are_found() {
    is_found(Plant::RequeuedAtTheBack, "came before its order");
}

#[test]
fn positions_apart_from_their_effects_are_found() {
    find(Plant::PositionsOutsideTheTransaction);
}

#[test]
fn an_outbox_that_forgets_what_nobody_has_heard_is_found() {
    is_found(Plant::PrunedBeforeHeard, "has heard");
}

#[test]
fn memory_that_goes_on_after_a_failed_commit_is_found() {
    find(Plant::NoRereadAfterAFault);
}

#[test]
fn a_lost_end_that_nobody_repeats_is_found() {
    is_found(Plant::NoHeartbeats, "has heard");
}

#[test]
fn a_database_that_answers_before_it_writes_is_found() {
    find(Plant::CommitsNotFlushed);
}

#[test]
fn a_heartbeat_that_waits_for_what_is_never_sent_is_found() {
    is_found(Plant::WaitsForWhatItNeverSends, "has heard");
}
