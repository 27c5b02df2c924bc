//! When a partition's rules may have a step that no message asks for.
//!
//! **Invariant** Only the instance that the broker has chosen for the partition makes one: one that
//! has had a delivery since it began to consume, on the connection that it consumes on now. A standby
//! would win the fence with it, and the chosen one would have to read everything anew.

use contracts::Timestamp;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// Between two such steps: what stays due, because its time is over and nothing came of it, must not
/// keep the database busy.
const BETWEEN_WAKES: Duration = Duration::from_secs(1);
/// Clocks are set, and machines put to sleep: a long wait by the one is another by the other.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

pub struct Waking {
    /// Which of the partition's consumptions this is, while there is one.
    consuming: watch::Receiver<Option<u64>>,
    /// The one of the last delivery.
    delivered: Option<u64>,
    /// Whether there was a wake since it began.
    woken: bool,
    not_before: Instant,
}

impl Waking {
    pub fn new(consuming: watch::Receiver<Option<u64>>) -> Self {
        Waking { consuming, delivered: None, woken: false, not_before: Instant::now() }
    }

    /// There was a delivery: we are chosen, for as long as this consumption lasts.
    pub fn delivered(&mut self, consumption: u64) {
        if self.delivered.replace(consumption) != Some(consumption) {
            self.woken = false;
        }
    }

    /// Another instance is at work.
    pub fn not_chosen(&mut self) {
        self.delivered = None;
    }

    /// Resolves when what is `due` may be done, and once in each consumption whatever is due: a standby
    /// that has just been chosen cannot know what is. Can be dropped at any time.
    pub async fn moment(&self, due: Option<Timestamp>) {
        loop {
            tokio::time::sleep_until(self.not_before).await;
            if self.is_chosen() && !self.woken {
                return;
            }
            // Nothing changes before the next delivery.
            let Some(due) = due else { return std::future::pending().await };
            let left = (due - chrono::Utc::now()).to_std().unwrap_or_default();
            if left.is_zero() && self.is_chosen() {
                return;
            }
            // While others are chosen, what is due is theirs.
            let wait = if left.is_zero() { LOOK_AGAIN } else { left.min(LOOK_AGAIN) };
            tokio::time::sleep(wait).await;
        }
    }

    /// Whether this wake is the first of its consumption: before it, others may have been at work.
    pub fn is_first(&mut self) -> bool {
        !std::mem::replace(&mut self.woken, true)
    }

    pub fn has_been(&mut self) {
        self.not_before = Instant::now() + BETWEEN_WAKES;
    }

    fn is_chosen(&self) -> bool {
        self.delivered.is_some() && self.delivered == *self.consuming.borrow()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waking() -> (watch::Sender<Option<u64>>, Waking) {
        let (sender, consuming) = watch::channel(None);
        (sender, Waking::new(consuming))
    }

    fn ago(seconds: i64) -> Option<Timestamp> {
        Some(chrono::Utc::now() - chrono::Duration::seconds(seconds))
    }

    async fn wakes_within(waking: &Waking, due: Option<Timestamp>, limit: Duration) -> bool {
        tokio::time::timeout(limit, waking.moment(due)).await.is_ok()
    }

    #[tokio::test]
    async fn only_after_a_delivery_and_only_while_that_consumption_lasts() {
        let (consuming, mut waking) = waking();
        let at_once = Duration::from_millis(10);
        assert!(!wakes_within(&waking, ago(5), at_once).await, "nobody consumes");
        consuming.send_replace(Some(1));
        assert!(!wakes_within(&waking, ago(5), at_once).await, "nothing was delivered");
        waking.delivered(1);
        assert!(waking.is_first());
        assert!(wakes_within(&waking, ago(5), at_once).await);
        assert!(!wakes_within(&waking, None, at_once).await, "nothing is due");
        consuming.send_replace(None);
        assert!(!wakes_within(&waking, ago(5), at_once).await, "the connection is gone");
        consuming.send_replace(Some(2));
        assert!(!wakes_within(&waking, ago(5), at_once).await, "the delivery was the other connection's");
        waking.delivered(2);
        assert!(waking.is_first());
        assert!(wakes_within(&waking, ago(5), at_once).await);
        waking.not_chosen();
        assert!(!wakes_within(&waking, ago(5), 2 * LOOK_AGAIN).await, "another instance is at work");
    }

    /// A standby's memory may say that nothing is due, or not for long.
    #[tokio::test]
    async fn who_is_chosen_wakes_once_whatever_is_due() {
        let (consuming, mut waking) = waking();
        let at_once = Duration::from_millis(10);
        for consumption in 1..3 {
            consuming.send_replace(Some(consumption));
            assert!(!wakes_within(&waking, None, at_once).await, "nothing was delivered");
            waking.delivered(consumption);
            for due in [None, ago(-60)] {
                assert!(wakes_within(&waking, due, at_once).await);
            }
            assert!(waking.is_first());
            for due in [None, ago(-60)] {
                assert!(!wakes_within(&waking, due, at_once).await, "it has been");
            }
        }
    }

    #[tokio::test]
    async fn what_stays_due_wakes_once_a_second() {
        let (consuming, mut waking) = waking();
        consuming.send_replace(Some(1));
        waking.delivered(1);
        let began = Instant::now();
        for _ in 0..4 {
            waking.moment(ago(3_600)).await;
            waking.has_been();
        }
        assert!(began.elapsed().as_secs() >= 3);
    }

    #[test]
    fn the_first_wake_of_a_consumption_is_known() {
        let (_, mut waking) = waking();
        for (consumption, is_first) in [(1, true), (1, false), (2, true), (2, false)] {
            waking.delivered(consumption);
            assert_eq!(waking.is_first(), is_first);
        }
    }

    #[tokio::test]
    async fn not_before_it_is_due() {
        let (consuming, mut waking) = waking();
        consuming.send_replace(Some(1));
        waking.delivered(1);
        assert!(waking.is_first());
        let due = chrono::Utc::now() + chrono::Duration::milliseconds(200);
        waking.moment(Some(due)).await;
        let late = chrono::Utc::now() - due;
        assert!((0..60_000).contains(&late.num_milliseconds()), "{late}");
    }
}
