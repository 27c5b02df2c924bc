//! What came last, as much as fits: the oldest goes first.

use contracts::Timestamp;
use std::collections::VecDeque;

/// Of each entry besides what it carries: itself, and the names in it.
const ENTRY_BYTES: usize = 512;

#[derive(Debug)]
pub struct Ring<T> {
    entries: VecDeque<Entry<T>>,
    bytes: usize,
    bytes_max: usize,
    since: Timestamp,
}

#[derive(Debug)]
struct Entry<T> {
    at: Timestamp,
    bytes: usize,
    value: T,
}

impl<T> Ring<T> {
    pub fn new(bytes_max: usize, now: Timestamp) -> Self {
        Ring { entries: VecDeque::new(), bytes: 0, bytes_max, since: now }
    }

    /// `bytes` is what the entry carries, `at` when it happened.
    pub fn push(&mut self, at: Timestamp, bytes: usize, value: T) {
        let bytes = bytes + ENTRY_BYTES;
        self.bytes += bytes;
        self.entries.push_back(Entry { at, bytes, value });
        while self.bytes > self.bytes_max {
            let Some(oldest) = self.entries.pop_front() else { return };
            self.bytes -= oldest.bytes;
            self.since = oldest.at.max(self.since);
        }
    }

    /// All that happened later is here.
    pub fn since(&self) -> Timestamp {
        self.since
    }

    /// The oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.entries.iter().map(|entry| &entry.value)
    }

    /// The newest first.
    pub fn newest_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.entries.iter_mut().rev().map(|entry| &mut entry.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(s: i64) -> Timestamp {
        chrono::DateTime::from_timestamp(s, 0).expect("a time")
    }

    #[test]
    fn no_more_is_kept_than_fits_and_since_when_is_known() {
        let mut ring = Ring::new(3 * (ENTRY_BYTES + 100), at(10));
        for n in 11..=13 {
            ring.push(at(n), 100, n);
        }
        assert_eq!((ring.since(), ring.iter().copied().collect::<Vec<_>>()), (at(10), vec![11, 12, 13]));
        ring.push(at(14), 100, 14);
        assert_eq!((ring.since(), ring.iter().copied().collect::<Vec<_>>()), (at(11), vec![12, 13, 14]));
        // Without a body an entry costs something, too.
        for n in 15..=1_000 {
            ring.push(at(n), 0, n);
        }
        assert!(ring.entries.len() < 5 && ring.bytes <= ring.bytes_max, "{}", ring.entries.len());
    }

    #[test]
    fn what_is_larger_than_all_of_it_is_not_kept() {
        let mut ring = Ring::new(2_000, at(10));
        ring.push(at(11), 10, "small");
        ring.push(at(12), 5_000, "large");
        assert_eq!((ring.since(), ring.iter().count(), ring.bytes), (at(12), 0, 0));
        let mut off = Ring::new(0, at(10));
        off.push(at(11), 0, ());
        assert_eq!((off.since(), off.iter().count()), (at(11), 0));
    }
}
