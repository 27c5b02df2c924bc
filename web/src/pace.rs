//! How fast somebody may go: so many at once, and so many a second after that.

use std::time::{Duration, Instant};

/// Remembers one moment only: when everything taken so far would be through at the steady pace.
pub struct Pace {
    each: Duration,
    ahead_max: Duration,
    through: Instant,
}

impl Pace {
    pub fn new(per_second: u32, at_once: u32, now: Instant) -> Self {
        let each = Duration::from_secs(1) / per_second;
        Pace { each, ahead_max: each * at_once, through: now }
    }

    /// Whether one more may come now. One that may not does not count.
    pub fn admits(&mut self, now: Instant) -> bool {
        let through = self.through.max(now) + self.each;
        let is_admitted = through.duration_since(now) <= self.ahead_max;
        if is_admitted {
            self.through = through;
        }
        is_admitted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_at_once_then_so_many_a_second() {
        let now = Instant::now();
        let mut pace = Pace::new(50, 100, now);
        assert_eq!((0..150).filter(|_| pace.admits(now)).count(), 100);
        let later = now + Duration::from_secs(1);
        assert_eq!((0..150).filter(|_| pace.admits(later)).count(), 50);
        let much_later = now + Duration::from_secs(60);
        assert_eq!((0..150).filter(|_| pace.admits(much_later)).count(), 100);
    }
}
