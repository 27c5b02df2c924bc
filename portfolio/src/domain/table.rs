//! Rows as they were read, which of them have changed since, and which are new. A row that is not
//! here after the prefetch does not exist.

use rustc_hash::{FxHashMap, FxHashSet};
use std::hash::Hash;

pub struct Table<K, V> {
    rows: FxHashMap<K, V>,
    changed: FxHashSet<K>,
    added: FxHashSet<K>,
}

impl<K: Copy + Eq + Hash, V: Copy> Table<K, V> {
    pub fn of(rows: impl IntoIterator<Item = (K, V)>) -> Self {
        Table { rows: rows.into_iter().collect(), ..Table::default() }
    }

    pub fn get(&self, key: K) -> Option<V> {
        self.rows.get(&key).copied()
    }

    pub fn put(&mut self, key: K, row: V) {
        if self.rows.insert(key, row).is_none() {
            self.added.insert(key);
        }
        self.changed.insert(key);
    }

    /// Rows that did not exist.
    pub fn added(&self) -> impl Iterator<Item = (K, V)> {
        self.added.iter().map(|key| (*key, self.rows[key]))
    }

    /// Rows that did, and are different now.
    pub fn updated(&self) -> impl Iterator<Item = (K, V)> {
        self.changed().filter(|(key, _)| !self.added.contains(key))
    }

    pub fn changed(&self) -> impl Iterator<Item = (K, V)> {
        self.changed.iter().map(|key| (*key, self.rows[key]))
    }

    /// Every row, changed or not.
    pub fn all(&self) -> impl Iterator<Item = (K, V)> {
        self.rows.iter().map(|(key, row)| (*key, *row))
    }
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Table { rows: FxHashMap::default(), changed: FxHashSet::default(), added: FxHashSet::default() }
    }
}
