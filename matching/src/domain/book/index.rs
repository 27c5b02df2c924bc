//! From order ids to the book's numbers. The ids themselves are the parties': a place here costs
//! a number and a byte.
//!
//! Clients choose ids, so the hash is keyed anew in each process; nothing ever depends on its order.

use contracts::OrderId;
use contracts::matching::Party;
use hashbrown::DefaultHashBuilder;
use hashbrown::hash_table::{Entry, HashTable, VacantEntry};
use std::hash::BuildHasher;

#[derive(Debug)]
pub struct Index {
    numbers: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

impl Index {
    pub fn with_capacity(orders: usize) -> Self {
        Index { numbers: HashTable::with_capacity(orders), hasher: DefaultHashBuilder::default() }
    }

    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    #[inline]
    pub fn find(&self, order_id: OrderId, parties: &[Party]) -> Option<u32> {
        let is_it = |at: &u32| parties[*at as usize].order_id == order_id;
        self.numbers.find(hash(&self.hasher, order_id), is_it).copied()
    }

    /// A place for an id that is not known.
    #[inline]
    pub fn vacant(&mut self, order_id: OrderId, parties: &[Party]) -> Option<VacantEntry<'_, u32>> {
        let Index { numbers, hasher } = self;
        let is_it = |at: &u32| parties[*at as usize].order_id == order_id;
        let rehash = |at: &u32| hash(hasher, parties[*at as usize].order_id);
        match numbers.entry(hash(hasher, order_id), is_it, rehash) {
            Entry::Vacant(vacant) => Some(vacant),
            Entry::Occupied(_) => None,
        }
    }

    #[inline]
    pub fn remove(&mut self, at: u32, parties: &[Party]) {
        let hash = hash(&self.hasher, parties[at as usize].order_id);
        if let Ok(known) = self.numbers.find_entry(hash, |known| *known == at) {
            known.remove();
        }
    }
}

#[inline]
fn hash(hasher: &DefaultHashBuilder, order_id: OrderId) -> u64 {
    hasher.hash_one(order_id.0.as_u128())
}
