//! The circuit to one service: whether it is asked at all. Pure: the time is an argument.
//!
//! Promises: a service that has been silent some times in a row is left alone for a moment; then one asks
//! and the others wait for what becomes of that; the first answer lets everybody through again.

use std::time::{Duration, Instant};

/// One silence may be a lost message, and two of them a restart. Five in a row are a service that is away: its
/// partitions and instances share the circuit, and among the answers of those that are there the silence of
/// one hardly ever comes five times in a row.
pub const SILENCES_IN_A_ROW: u32 = 5;
/// Until somebody tries again. As long as clients are told to wait: who comes back then finds out.
pub const PAUSE: Duration = Duration::from_secs(1);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Closed,
    Open,
    HalfOpen,
}

impl State {
    pub const ALL: [State; 3] = [State::Closed, State::Open, State::HalfOpen];

    pub fn as_str(self) -> &'static str {
        match self {
            State::Closed => "closed",
            State::Open => "open",
            State::HalfOpen => "half_open",
        }
    }
}

/// What became of a question. A refusal is an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Answered,
    /// No answer in time, or no connection.
    Silence,
    /// Who asked went away before.
    GivenUp,
}

/// Leave to ask once, and as of which of the circuit's changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pass(u64);

#[derive(Debug)]
pub struct Circuit {
    phase: Phase,
    /// What was asked before the last of them says nothing about now.
    changes: u64,
}

#[derive(Debug)]
enum Phase {
    Closed {
        silences: u32,
    },
    Open {
        until: Instant,
    },
    /// One is trying.
    HalfOpen,
}

impl Default for Circuit {
    fn default() -> Self {
        Circuit { phase: Phase::Closed { silences: 0 }, changes: 0 }
    }
}

impl Circuit {
    pub fn state(&self) -> State {
        match self.phase {
            Phase::Closed { .. } => State::Closed,
            Phase::Open { .. } => State::Open,
            Phase::HalfOpen => State::HalfOpen,
        }
    }

    /// Leave to ask now, if there is any.
    pub fn pass(&mut self, now: Instant) -> Option<Pass> {
        match self.phase {
            Phase::Closed { .. } => {}
            Phase::Open { until } if now >= until => self.change(Phase::HalfOpen),
            Phase::Open { .. } | Phase::HalfOpen => return None,
        }
        Some(Pass(self.changes))
    }

    /// What became of what was asked with that leave.
    pub fn hear(&mut self, Pass(changes): Pass, outcome: Outcome, now: Instant) {
        if changes != self.changes {
            return;
        }
        match (&mut self.phase, outcome) {
            (Phase::Closed { silences }, Outcome::Answered) => *silences = 0,
            (Phase::Closed { silences }, Outcome::Silence) => {
                *silences += 1;
                if *silences >= SILENCES_IN_A_ROW {
                    self.change(Phase::Open { until: now + PAUSE });
                }
            }
            (Phase::HalfOpen, Outcome::Answered) => self.change(Phase::Closed { silences: 0 }),
            (Phase::HalfOpen, Outcome::Silence) => self.change(Phase::Open { until: now + PAUSE }),
            // Nothing was learned: the next one may try.
            (Phase::HalfOpen, Outcome::GivenUp) => self.change(Phase::Open { until: now }),
            (Phase::Closed { .. }, Outcome::GivenUp) | (Phase::Open { .. }, _) => {}
        }
    }

    /// What became of what was asked without leave: by somebody who asks again and again at a pace of his
    /// own, and is an ear to the service while it is left alone.
    pub fn overhear(&mut self, outcome: Outcome, now: Instant) {
        match (&self.phase, outcome) {
            (Phase::Closed { .. }, _) => self.hear(Pass(self.changes), outcome, now),
            (Phase::Open { .. } | Phase::HalfOpen, Outcome::Answered) => {
                self.change(Phase::Closed { silences: 0 });
            }
            (Phase::Open { .. } | Phase::HalfOpen, Outcome::Silence | Outcome::GivenUp) => {}
        }
    }

    fn change(&mut self, phase: Phase) {
        self.phase = phase;
        self.changes += 1;
    }
}

#[cfg(test)]
#[path = "circuit_tests.rs"]
mod circuit_tests;
