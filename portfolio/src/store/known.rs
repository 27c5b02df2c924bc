//! Rows that the partition has read or written not long ago, so that most batches read almost
//! nothing. Nobody else writes a partition's rows: what is known is what the database has.
//!
//! **Invariant** Only rows of the partition's own users are kept: others change without our knowing.

use super::Rows;
use crate::domain::{Account, Hold, Holding};
use contracts::{OrderId, Symbol, UserId};
use lru::LruCache;
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::hash::Hash;

/// The users of a busy quarter of an hour; some hundred bytes each, as is all that follows.
const ACCOUNTS_MAX: usize = 50_000;
/// Two stocks of each of them.
const HOLDINGS_MAX: usize = 100_000;
/// Orders that rest or are on their way. Of more, those that were touched last.
const HOLDS_MAX: usize = 100_000;

pub struct Known {
    pub accounts: Recent<UserId, Account>,
    /// Of nothing it is known, too, that there is nothing.
    pub holdings: Recent<(UserId, Symbol), Option<Holding>>,
    /// Pending ones: what has ended is hardly asked for again, unless an entry outlives its exit.
    pub holds: Recent<OrderId, Hold>,
    /// As many as there are stocks.
    pub sequences: FxHashMap<Symbol, u64>,
}

impl Default for Known {
    fn default() -> Self {
        Known {
            accounts: Recent::at_most(ACCOUNTS_MAX),
            holdings: Recent::at_most(HOLDINGS_MAX),
            holds: Recent::at_most(HOLDS_MAX),
            sequences: FxHashMap::default(),
        }
    }
}

impl Known {
    /// Takes over what a step is about to write. Should the step fail, all of this is forgotten.
    pub fn take_over(&mut self, rows: &Rows) {
        for (user, account) in rows.books.accounts.changed() {
            self.accounts.put(user, account);
        }
        for (key, holding) in rows.books.holdings.changed() {
            self.holdings.put(key, Some(holding));
        }
        for (order, hold) in rows.books.holds.changed() {
            if hold.is_pending() {
                self.holds.put(order, hold);
            } else {
                self.holds.forget(&order);
            }
        }
        self.sequences.extend(rows.sequences.changed());
    }
}

/// A bounded number of rows: the ones that were used last.
pub struct Recent<K, V> {
    rows: LruCache<K, V, FxBuildHasher>,
    max: usize,
}

impl<K: Eq + Hash, V: Copy> Recent<K, V> {
    fn at_most(max: usize) -> Self {
        // A cache with its capacity takes all the memory for it at once.
        Recent { rows: LruCache::unbounded_with_hasher(FxBuildHasher), max }
    }

    pub fn get(&mut self, key: &K) -> Option<V> {
        self.rows.get(key).copied()
    }

    pub fn put(&mut self, key: K, row: V) {
        self.rows.put(key, row);
        if self.rows.len() > self.max {
            self.rows.pop_lru();
        }
    }

    fn forget(&mut self, key: &K) {
        self.rows.pop(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_used_for_longest_is_forgotten() {
        let mut recent = Recent::at_most(2);
        recent.put("a", 1);
        recent.put("b", 2);
        assert_eq!(recent.get(&"a"), Some(1));
        recent.put("c", 3);
        assert_eq!([recent.get(&"a"), recent.get(&"b"), recent.get(&"c")], [Some(1), None, Some(3)]);
    }
}
