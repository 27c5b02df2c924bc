//! What a client says before it is in. The library tells a client that it is connected, and runs what
//! takes it in only then: the first words of a quick client come between the two.
//!
//! Promises: they are heard as soon as it is in, in their order, or refused if they are too many; who is
//! gone before it was in stays out.

use std::mem;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

/// A moment's worth of a client that enters every room it can think of.
pub const WORDS_WAITING_MAX: usize = 256;
/// The library does not say when it could not tell a client that it is connected. Words hold their
/// connection, which holds this: they must not wait for ever.
const PATIENCE: Duration = Duration::from_secs(10);

pub struct Threshold<W>(Arc<Mutex<Place<W>>>);

enum Place<W> {
    Before(Vec<W>),
    In,
    Gone,
}

impl<W> Clone for Threshold<W> {
    fn clone(&self) -> Self {
        Threshold(self.0.clone())
    }
}

impl<W> Default for Threshold<W> {
    fn default() -> Self {
        Threshold(Arc::new(Mutex::new(Place::Before(Vec::new()))))
    }
}

impl<W: Send + 'static> Threshold<W> {
    fn place(&self) -> MutexGuard<'_, Place<W>> {
        self.0.lock().expect("no panic while held")
    }

    /// Heard now, or as soon as the client is in. Given back if too much waits.
    pub fn say(&self, word: W, hear: impl FnOnce(W)) -> Result<(), W> {
        let mut place = self.place();
        match &mut *place {
            Place::Before(words) if words.len() >= WORDS_WAITING_MAX => return Err(word),
            Place::Before(words) => {
                if words.is_empty() {
                    let threshold = self.clone();
                    tokio::spawn(async move {
                        tokio::time::sleep(PATIENCE).await;
                        threshold.give_up();
                    });
                }
                words.push(word);
            }
            Place::In => {
                drop(place);
                hear(word);
            }
            // Nobody is there to hear the answer.
            Place::Gone => {}
        }
        Ok(())
    }

    /// Takes the client in, if it is still there and `come_in` can, and hears what has waited. Whether
    /// it is in. What it says meanwhile is heard after that.
    pub fn enter(&self, come_in: impl FnOnce() -> bool, hear: impl FnMut(W)) -> bool {
        let mut place = self.place();
        if let Place::Before(words) = &mut *place {
            let words = mem::take(words);
            if come_in() {
                words.into_iter().for_each(hear);
                *place = Place::In;
            } else {
                *place = Place::Gone;
            }
        }
        matches!(*place, Place::In)
    }

    /// Whether it was in.
    pub fn leave(&self) -> bool {
        matches!(mem::replace(&mut *self.place(), Place::Gone), Place::In)
    }

    fn give_up(&self) {
        let mut place = self.place();
        if let Place::Before(_) = *place {
            *place = Place::Gone;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn first_words_wait_until_the_client_is_in_and_come_before_later_ones() {
        let (threshold, mut heard) = (Threshold::default(), Vec::new());
        for word in [1, 2] {
            threshold.say(word, |_| panic!("it is not in")).unwrap();
        }
        assert!(threshold.enter(|| true, |word| heard.push(word)));
        threshold.say(3, |word| heard.push(word)).unwrap();
        assert_eq!(heard, [1, 2, 3]);
        assert!(threshold.leave() && !threshold.leave(), "it leaves once");
        threshold.say(4, |_| panic!("it is gone")).unwrap();
    }

    #[tokio::test]
    async fn who_is_gone_or_was_not_taken_in_stays_out() {
        let gone = Threshold::<u8>::default();
        assert!(!gone.leave());
        assert!(!gone.enter(|| panic!("it is gone"), |_| {}));
        let refused = Threshold::default();
        refused.say(1, |_| {}).unwrap();
        assert!(!refused.enter(|| false, |_| panic!("it is not in")));
        assert!(!refused.leave());
    }

    #[tokio::test]
    async fn no_more_than_so_many_words_wait_and_not_for_ever() {
        let (threshold, word) = (Threshold::default(), Arc::new(()));
        for _ in 0..WORDS_WAITING_MAX {
            threshold.say(word.clone(), |_| {}).unwrap();
        }
        assert!(threshold.say(word.clone(), |_| {}).is_err());
        threshold.give_up();
        assert_eq!(Arc::strong_count(&word), 1);
        let inside = Threshold::<u8>::default();
        assert!(inside.enter(|| true, |_| {}));
        inside.give_up();
        assert!(inside.leave(), "it was in");
    }
}
