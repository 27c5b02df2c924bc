//! Orders in one vector: slots are used again, links are indices, nothing moves.

use super::fetch::fetch;

/// No slot: the end of a list.
pub const NONE: u32 = u32::MAX;

/// An order as the engine knows it, with what its caller wants to find beside it: half a cache line
/// of its own.
#[derive(Clone, Copy, Debug)]
pub struct Slot<T> {
    /// Its price as its side ranks it (`levels.rs`).
    pub rank: i64,
    /// What is left of it.
    pub lots: i64,
    /// The neighbours at the same price: who came before, who comes after.
    pub earlier: u32,
    pub later: u32,
    /// Whose it is: who has the same number is the same.
    pub user: u32,
    /// Its side, and what is not usual about it.
    pub flags: u16,
    pub name: T,
}

/// Of a seller's order. A buyer's has nothing here.
pub const SELLS: u16 = 1;
/// The book keeps more about it than is here.
pub const SPECIAL: u16 = 2;
/// Others see only a part of it: when that is filled, there may be more.
pub const ICEBERG: u16 = 4;
/// It never trades as it comes in.
pub const POST_ONLY: u16 = 8;
/// It rests elsewhere than where it wanted, which nobody has been told yet.
pub const REPRICED: u16 = 16;

impl<T> Slot<T> {
    #[inline]
    pub fn side(&self) -> u16 {
        self.flags & SELLS
    }
}

#[derive(Debug)]
pub struct Slab<T> {
    slots: Vec<Slot<T>>,
    /// The slot that was left last; those that were left before follow by `later`.
    free: u32,
}

impl<T> Slab<T> {
    pub fn with_capacity(orders: usize) -> Self {
        Slab { slots: Vec::with_capacity(orders), free: NONE }
    }

    /// So many slots have been used at once.
    #[inline]
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    #[inline]
    pub fn insert(&mut self, slot: Slot<T>) -> u32 {
        if self.free == NONE {
            let at = u32::try_from(self.slots.len()).ok().filter(|at| *at < ORDERS_MAX);
            self.slots.push(slot);
            return at.expect("fewer than two billion orders");
        }
        let at = self.free;
        self.free = self[at].later;
        self[at] = slot;
        at
    }

    #[inline]
    pub fn remove(&mut self, at: u32) {
        self[at].later = self.free;
        self.free = at;
    }

    #[inline]
    pub fn get(&self, at: u32) -> Option<&Slot<T>> {
        self.slots.get(at as usize)
    }

    /// This slot will be asked for soon.
    #[inline]
    pub fn foresee(&self, at: u32) {
        fetch(&self.slots, at as usize);
    }
}

/// Numbers are below this: the book's index marks those that have left with the highest bit.
const ORDERS_MAX: u32 = 1 << 31;

impl<T> std::ops::Index<u32> for Slab<T> {
    type Output = Slot<T>;
    #[inline]
    fn index(&self, at: u32) -> &Slot<T> {
        &self.slots[at as usize]
    }
}

impl<T> std::ops::IndexMut<u32> for Slab<T> {
    #[inline]
    fn index_mut(&mut self, at: u32) -> &mut Slot<T> {
        &mut self.slots[at as usize]
    }
}
