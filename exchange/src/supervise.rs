//! How something that must run is kept running: started again when it ends, with growing patience,
//! until everything is to stop.

use std::time::Duration;
use tokio::sync::watch;

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

/// How long to wait before each start.
pub struct Restarts(Duration);

impl Restarts {
    pub fn new() -> Self {
        Restarts(WAIT_MIN)
    }

    /// It ended after it had run for so long: after this long it is to be started again.
    pub fn ended(&mut self, ran: Duration) -> Duration {
        if ran >= RAN_WELL {
            self.0 = WAIT_MIN;
        }
        let wait = self.0;
        self.0 = (wait * 2).min(WAIT_MAX);
        wait
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failed_start_costs_more_patience_until_one_goes_well() {
        let mut restarts = Restarts::new();
        let waits: Vec<_> = (0..8).map(|_| restarts.ended(Duration::ZERO).as_millis()).collect();
        assert_eq!(waits, [100, 200, 400, 800, 1600, 3200, 5000, 5000]);
        assert_eq!(restarts.ended(RAN_WELL), WAIT_MIN);
    }
}
