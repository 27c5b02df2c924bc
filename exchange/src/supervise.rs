//! How something that must run is kept running: started again when it ends, with growing patience,
//! until everything is to stop.

use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// What everything under supervision is to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wish {
    Run,
    /// Finish what is under way, then end.
    Stop,
    /// End now.
    Hurry,
}

/// Resolves once the wish is at least this urgent, also when nobody is left to wish.
pub async fn wished(wishes: &mut watch::Receiver<Wish>, wish: Wish) {
    let _ = wishes.wait_for(|now| *now >= wish).await;
}

const WAIT_MIN: Duration = Duration::from_millis(100);
const WAIT_MAX: Duration = Duration::from_secs(5);
/// What ran so long was no failed start.
const RAN_WELL: Duration = Duration::from_secs(30);

/// How long to wait before the next start.
pub struct Restarts {
    wait: Duration,
    started: Instant,
}

impl Restarts {
    pub fn started() -> Self {
        Restarts { wait: WAIT_MIN, started: Instant::now() }
    }

    /// It ended: after this long it is to be started again.
    pub fn ended(&mut self) -> Duration {
        if self.started.elapsed() >= RAN_WELL {
            self.wait = WAIT_MIN;
        }
        let wait = self.wait;
        self.wait = (wait * 2).min(WAIT_MAX);
        wait
    }

    pub fn start(&mut self) {
        self.started = Instant::now();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn each_failed_start_costs_more_patience_until_one_goes_well() {
        let mut restarts = Restarts::started();
        let mut waits = Vec::new();
        for _ in 0..8 {
            waits.push(restarts.ended().as_millis());
            restarts.start();
        }
        assert_eq!(waits, [100, 200, 400, 800, 1600, 3200, 5000, 5000]);
        tokio::time::advance(RAN_WELL).await;
        assert_eq!(restarts.ended(), WAIT_MIN);
    }
}
