//! How many messages wait in the mailboxes of an arbiter's books, as a metric. A book has a step's
//! commands in one message, so this is how many books of a step wait for the arbiter's thread.

use actix::Message;

/// One arbiter's. Cheap to clone.
#[derive(Clone)]
pub struct Waiting(metrics::Gauge);

impl Waiting {
    /// `arbiter` is its number, of the few that there are.
    pub fn at(arbiter: usize) -> Self {
        let gauge = metrics::gauge!("matching_mailbox_messages", "arbiter" => arbiter.to_string());
        gauge.set(0.0);
        Waiting(gauge)
    }

    /// The message as it goes into a mailbox.
    pub fn holding<M>(&self, message: M) -> Posted<M> {
        self.0.increment(1.0);
        Posted { message, _place: Place(self.clone()) }
    }
}

/// A message in a mailbox. It counts until it is taken out, or dropped with its mailbox.
pub struct Posted<M> {
    message: M,
    _place: Place,
}

struct Place(Waiting);

impl Drop for Place {
    fn drop(&mut self) {
        (self.0).0.decrement(1.0);
    }
}

impl<M> Posted<M> {
    pub fn take(self) -> M {
        self.message
    }
}

impl<M: Message> Message for Posted<M>
where
    M::Result: 'static,
{
    type Result = M::Result;
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI64, Ordering};

    #[derive(Default)]
    struct Depth(AtomicI64);

    impl metrics::GaugeFn for Depth {
        fn increment(&self, by: f64) {
            self.0.fetch_add(by as i64, Ordering::Relaxed);
        }
        fn decrement(&self, by: f64) {
            self.0.fetch_sub(by as i64, Ordering::Relaxed);
        }
        fn set(&self, to: f64) {
            self.0.store(to as i64, Ordering::Relaxed);
        }
    }

    #[test]
    fn a_message_counts_from_its_posting_until_it_is_taken_or_lost() {
        let depth = Arc::new(Depth::default());
        let waiting = Waiting(metrics::Gauge::from_arc(depth.clone()));
        let (first, second) = (waiting.holding("run"), waiting.holding("depth"));
        assert_eq!(depth.0.load(Ordering::Relaxed), 2);
        assert_eq!(first.take(), "run");
        assert_eq!(depth.0.load(Ordering::Relaxed), 1);
        drop(second);
        assert_eq!(depth.0.load(Ordering::Relaxed), 0);
    }
}
