//! How many polling sessions may be begun. One takes memory from its first request on, needs no
//! connection, and lives until it is missed: without a limit a single client could begin any number.

use super::{PING_INTERVAL, PING_TIMEOUT};
use std::sync::Mutex;
use std::time::Instant;

/// Within the time in which a silent session is missed: twice as many as can stay connected.
pub const SESSIONS_BEGUN_MAX: u32 = 20_000;

#[derive(Default)]
pub struct Door(Mutex<Option<Since>>);

struct Since {
    began: Instant,
    sessions: u32,
}

impl Door {
    /// Whether one more may begin.
    pub fn admits(&self, now: Instant) -> bool {
        let mut since = self.0.lock().expect("no panic while held");
        let silence = PING_INTERVAL + PING_TIMEOUT;
        let since = match since.as_mut() {
            Some(since) if now.duration_since(since.began) < silence => since,
            Some(_) | None => since.insert(Since { began: now, sessions: 0 }),
        };
        since.sessions = since.sessions.saturating_add(1);
        since.sessions <= SESSIONS_BEGUN_MAX
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_sessions_may_begin_until_the_silent_ones_are_gone() {
        let (door, now) = (Door::default(), Instant::now());
        assert!((0..SESSIONS_BEGUN_MAX).all(|_| door.admits(now)));
        assert!(!door.admits(now + PING_INTERVAL));
        assert!(door.admits(now + PING_INTERVAL + PING_TIMEOUT));
    }
}
