//! The last answers to questions, for when nobody answers. Pure: the time is an argument.
//!
//! Promises: an answer is found by the same question of the same person only; no more is kept than the
//! limits say, and nothing is given out that is older than `STALE_MAX`.

use crate::freshness::STALE_MAX;
use contracts::UserId;
use lru::LruCache;
use serde_json::value::RawValue;
use std::hash::RandomState;
use std::time::{Duration, Instant};

/// Everybody who looked at a page or two in the last minutes, with all that is on it.
pub const ANSWERS_MAX: usize = 10_000;
/// Of questions and answers together.
pub const BYTES_MAX: usize = 32 * 1024 * 1024;
/// The longest page of a list; what is longer would push out too many others.
pub const ANSWER_BYTES_MAX: usize = 256 * 1024;

/// Whose answer it is, and to what.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// Nobody: the answer is public.
    pub owner: Option<UserId>,
    pub service: &'static str,
    pub question: Box<str>,
}

impl Key {
    fn bytes(&self) -> usize {
        size_of::<Key>() + self.question.len()
    }
}

struct Held {
    answer: Box<RawValue>,
    at: Instant,
}

pub struct Kept {
    /// Outsiders choose questions, so the hash must not be one that they can work against.
    answers: LruCache<Key, Held, RandomState>,
    bytes: usize,
}

impl Default for Kept {
    fn default() -> Self {
        Kept { answers: LruCache::unbounded_with_hasher(RandomState::new()), bytes: 0 }
    }
}

impl Kept {
    pub fn keep(&mut self, key: Key, answer: &RawValue, now: Instant) {
        self.forget(&key);
        let bytes = key.bytes() + answer.get().len();
        if bytes > ANSWER_BYTES_MAX {
            return;
        }
        self.bytes += bytes;
        self.answers.push(key, Held { answer: answer.to_owned(), at: now });
        while self.answers.len() > ANSWERS_MAX || self.bytes > BYTES_MAX {
            let Some((key, held)) = self.answers.pop_lru() else { return };
            self.bytes -= key.bytes() + held.answer.get().len();
        }
    }

    /// The last answer and its age.
    pub fn find(&mut self, key: &Key, now: Instant) -> Option<(Box<RawValue>, Duration)> {
        let held = self.answers.get(key)?;
        let age = now.saturating_duration_since(held.at);
        if age > STALE_MAX {
            self.forget(key);
            return None;
        }
        Some((held.answer.clone(), age))
    }

    fn forget(&mut self, key: &Key) {
        if let Some(held) = self.answers.pop(key) {
            self.bytes -= key.bytes() + held.answer.get().len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::value::to_raw_value;
    use uuid::Uuid;

    fn key(owner: u128, question: &str) -> Key {
        let owner = (owner > 0).then(|| Uuid::from_u128(owner).into());
        Key { owner, service: "portfolio", question: question.into() }
    }

    fn answer(text: &str) -> Box<RawValue> {
        to_raw_value(text).unwrap()
    }

    fn found(kept: &mut Kept, key: &Key, now: Instant) -> Option<(String, u64)> {
        kept.find(key, now).map(|(answer, age)| (answer.get().to_owned(), age.as_secs()))
    }

    #[test]
    fn an_answer_is_for_whom_it_was_and_for_what_was_asked() {
        let (mut kept, now) = (Kept::default(), Instant::now());
        kept.keep(key(1, "all"), &answer("ann's"), now);
        kept.keep(key(0, "all"), &answer("everybody's"), now);
        let later = now + Duration::from_secs(7);
        assert_eq!(found(&mut kept, &key(1, "all"), later), Some(("\"ann's\"".into(), 7)));
        assert_eq!(found(&mut kept, &key(0, "all"), later), Some(("\"everybody's\"".into(), 7)));
        assert_eq!(found(&mut kept, &key(2, "all"), later), None);
        assert_eq!(found(&mut kept, &key(1, "some"), later), None);
        let elsewhere = Key { service: "ordering", ..key(1, "all") };
        assert_eq!(found(&mut kept, &elsewhere, later), None);
    }

    #[test]
    fn the_last_answer_counts_until_it_is_too_old() {
        let (mut kept, now) = (Kept::default(), Instant::now());
        kept.keep(key(1, "all"), &answer("old"), now);
        kept.keep(key(1, "all"), &answer("new"), now + Duration::from_secs(1));
        let last = now + Duration::from_secs(1) + STALE_MAX;
        assert_eq!(found(&mut kept, &key(1, "all"), last), Some(("\"new\"".into(), STALE_MAX.as_secs())));
        assert_eq!(found(&mut kept, &key(1, "all"), last + Duration::from_millis(1)), None);
        assert_eq!((kept.answers.len(), kept.bytes), (0, 0));
    }

    #[test]
    fn what_nobody_asked_for_lately_goes_first() {
        let (mut kept, now) = (Kept::default(), Instant::now());
        for n in 0..ANSWERS_MAX {
            kept.keep(key(1, &n.to_string()), &answer("page"), now);
        }
        assert!(found(&mut kept, &key(1, "0"), now).is_some());
        kept.keep(key(1, "one more"), &answer("page"), now);
        assert_eq!(kept.answers.len(), ANSWERS_MAX);
        assert!(found(&mut kept, &key(1, "0"), now).is_some(), "it was looked at");
        assert_eq!(found(&mut kept, &key(1, "1"), now), None);
    }

    #[test]
    fn no_more_is_kept_than_the_limits_say() {
        let (mut kept, now) = (Kept::default(), Instant::now());
        let longest = "x".repeat(ANSWER_BYTES_MAX);
        for n in 0..600 {
            // Sizes of all kinds, some too long, some in the place of others.
            let text = &longest[n * 7_919 % ANSWER_BYTES_MAX..];
            kept.keep(key(1, &(n % 400).to_string()), &answer(text), now);
            assert!(kept.bytes <= BYTES_MAX);
        }
        kept.keep(key(1, "the longest"), &answer(&longest), now);
        assert_eq!(found(&mut kept, &key(1, "the longest"), now), None);
        let counted: usize =
            kept.answers.iter().map(|(key, held)| key.bytes() + held.answer.get().len()).sum();
        assert_eq!(kept.bytes, counted);
        assert!(kept.answers.len() < 399, "something had to go");
    }
}
