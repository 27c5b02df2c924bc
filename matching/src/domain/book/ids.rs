//! Which order ids the book knows: of those that live their numbers, and the last that left.
//!
//! An order's number is free as soon as it has left: from then on only its id is known, in a ring.
//!
//! Clients choose ids, so the hash is keyed anew in each process; nothing ever depends on its order.

use super::engine::Engine;
use super::index::Index;
use contracts::OrderId;
use hashbrown::DefaultHashBuilder;
use std::hash::BuildHasher;

/// Streams bring nothing twice; this catches an order that was said twice all the same. A second
/// of a very busy symbol, sixteen bytes each.
pub const FINISHED_KNOWN_MAX: usize = 1024;

/// In the index: not an order's number, but a place in the ring.
const LEFT: u32 = 1 << 31;
/// So many orders before one is forgotten, its place in the index is fetched.
const FORESEEN: usize = 8;

/// What the engine keeps with an order, for the book.
#[derive(Clone, Copy, Debug)]
pub struct Name {
    pub order_id: OrderId,
    /// Ordering's partition that keeps it.
    pub ordering: u16,
}

/// An id that the book does not know, hashed.
pub struct Unknown(u64);

#[derive(Debug)]
pub struct Ids {
    index: Index,
    hasher: DefaultHashBuilder,
    /// Those that left lately. When it is full, the next takes the place of the oldest.
    left: Vec<OrderId>,
    oldest: usize,
}

impl Ids {
    pub fn with_capacity(orders: usize) -> Self {
        Ids {
            index: Index::with_capacity(orders + FINISHED_KNOWN_MAX),
            hasher: DefaultHashBuilder::default(),
            left: Vec::with_capacity(FINISHED_KNOWN_MAX),
            oldest: 0,
        }
    }

    /// How many orders live.
    pub fn live_count(&self) -> usize {
        self.index.len() - self.left.len()
    }

    /// The number of an order that lives.
    #[inline]
    pub fn live(&self, order_id: OrderId, orders: &Engine<Name>) -> Option<u32> {
        let is_it = |known| known & LEFT == 0 && orders.name(known).order_id == order_id;
        self.index.find(hash(&self.hasher, order_id), is_it)
    }

    /// Its hash, if the id is neither of an order that lives nor of one that left lately.
    #[inline]
    pub fn unknown(&self, order_id: OrderId, orders: &Engine<Name>) -> Option<Unknown> {
        let hash = hash(&self.hasher, order_id);
        let is_it = |known| id(known, &self.left, orders) == order_id;
        self.index.find(hash, is_it).is_none().then_some(Unknown(hash))
    }

    /// Its order lives.
    #[inline]
    pub fn insert(&mut self, Unknown(new): Unknown, at: u32, orders: &Engine<Name>) {
        let Ids { index, hasher, left, .. } = self;
        index.insert(new, at, |known| hash(hasher, id(known, left, orders)));
    }

    /// An order has left.
    #[inline]
    pub fn finish(&mut self, order_id: OrderId, at: u32) {
        let place = self.remember(order_id);
        self.index.replace(hash(&self.hasher, order_id), at, place);
    }

    /// As if it had been here.
    pub fn finish_again(&mut self, order_id: OrderId, orders: &Engine<Name>) {
        let unknown = self.unknown(order_id, orders).expect("an order has left once");
        let place = self.remember(order_id);
        self.insert(unknown, place, orders);
    }

    /// The ids of the orders that left lately, oldest first.
    pub fn finished(&self) -> impl ExactSizeIterator<Item = OrderId> + '_ {
        (0..self.left.len()).map(|n| self.left[(self.oldest + n) % self.left.len()])
    }

    /// This id will be asked for soon.
    #[inline]
    pub fn foresee(&self, order_id: OrderId) {
        self.index.foresee(hash(&self.hasher, order_id));
    }

    /// The order that is most likely meant.
    #[inline]
    pub fn guess(&self, order_id: OrderId) -> Option<u32> {
        self.index.guess(hash(&self.hasher, order_id)).filter(|at| at & LEFT == 0)
    }

    /// Its place in the ring, as the index writes it.
    fn remember(&mut self, order_id: OrderId) -> u32 {
        let place = self.oldest;
        if self.left.len() < FINISHED_KNOWN_MAX {
            self.left.push(order_id);
            return LEFT | (self.left.len() - 1) as u32;
        }
        let forgotten = std::mem::replace(&mut self.left[place], order_id);
        self.index.remove(hash(&self.hasher, forgotten), LEFT | place as u32);
        self.oldest = (place + 1) % FINISHED_KNOWN_MAX;
        if self.index.is_large() {
            self.foresee(self.left[(place + FORESEEN) % FINISHED_KNOWN_MAX]);
        }
        LEFT | place as u32
    }
}

#[inline]
fn id(known: u32, left: &[OrderId], orders: &Engine<Name>) -> OrderId {
    if known & LEFT == 0 { orders.name(known).order_id } else { left[(known & !LEFT) as usize] }
}

#[inline]
fn hash(hasher: &DefaultHashBuilder, order_id: OrderId) -> u64 {
    hasher.hash_one(order_id.0.as_u128())
}
