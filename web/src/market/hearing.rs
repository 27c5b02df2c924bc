//! Until when what is held of each source was surely as it is: its writer was heard, and nothing of it was
//! missing.

use super::NotYet;
use crate::freshness::{Freshness, STALE_MAX};
use contracts::Partitions;
use std::time::{Duration, Instant};

/// Writers repeat themselves once a second: five in a row are not lost to a busy moment.
pub const HEARD_WITHIN: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub struct Hearing {
    pub stock_data: Ear,
    /// One a partition.
    pub matching: Vec<Ear>,
}

#[derive(Clone, Debug, Default)]
pub struct Ear {
    /// Nothing before a writer was heard: it may never have said anything, and then there is nothing
    /// that could be old.
    sure_at: Option<Instant>,
}

impl Hearing {
    pub fn new(partitions: Partitions) -> Self {
        let matching = vec![Ear::default(); usize::from(partitions.symbols)];
        Hearing { stock_data: Ear::default(), matching }
    }
}

impl Ear {
    pub fn heard(&mut self, is_complete: bool, now: Instant) {
        if is_complete {
            self.sure_at = Some(now);
        }
    }

    /// Of what is held, however old. `is_complete`: nothing of it is missing.
    pub fn freshness(&self, is_complete: bool, now: Instant) -> Freshness {
        let Some(sure_at) = self.sure_at else { return Freshness::Fresh };
        let age = now.saturating_duration_since(sure_at);
        match is_complete && age <= HEARD_WITHIN {
            true => Freshness::Fresh,
            false => Freshness::Stale(age),
        }
    }

    /// The same, if it may be shown at all.
    pub fn shown(&self, is_complete: bool, now: Instant) -> Result<Freshness, NotYet> {
        match self.freshness(is_complete, now) {
            Freshness::Fresh if !is_complete => Err(NotYet),
            Freshness::Stale(age) if age > STALE_MAX => Err(NotYet),
            freshness => Ok(freshness),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_silent_or_incomplete_is_stale_and_then_unknown() {
        let (mut ear, now) = (Ear::default(), Instant::now());
        let after = |seconds| now + Duration::from_secs(seconds);
        let stale = |seconds| Ok(Freshness::Stale(Duration::from_secs(seconds)));
        assert_eq!(ear.shown(false, now), Err(NotYet));
        assert_eq!(ear.shown(true, after(1_000)), Ok(Freshness::Fresh), "it never said anything");
        ear.heard(false, now);
        assert_eq!(ear.shown(false, now), Err(NotYet));
        ear.heard(true, now);
        assert_eq!(ear.shown(true, after(5)), Ok(Freshness::Fresh));
        assert_eq!(ear.shown(true, after(6)), stale(6));
        assert_eq!(ear.shown(false, after(1)), stale(1));
        // Heard again, and still not complete.
        ear.heard(false, after(100));
        assert_eq!(ear.shown(false, after(100)), stale(100));
        assert_eq!(ear.shown(false, after(301)), Err(NotYet));
        assert_eq!(ear.shown(true, after(301)), Err(NotYet));
        assert_eq!(ear.freshness(true, after(301)), Freshness::Stale(Duration::from_secs(301)));
        ear.heard(true, after(302));
        assert_eq!(ear.shown(true, after(302)), Ok(Freshness::Fresh));
    }
}
