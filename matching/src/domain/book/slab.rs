//! Orders in one vector: slots are used again, links are indices, nothing moves.

/// No slot: the end of a list.
pub const NONE: u32 = u32::MAX;

/// An order as the engine knows it: half a cache line.
#[derive(Clone, Copy, Debug)]
pub struct Slot {
    /// Its price as its side ranks it (`levels.rs`).
    pub rank: i64,
    /// What is left of it.
    pub lots: i64,
    /// The neighbours at the same price: who came before, who comes after.
    pub earlier: u32,
    pub later: u32,
    /// Whose it is. Equal users have equal tags; others may, too.
    pub user_tag: u32,
    /// Its side, and what is not usual about it.
    pub flags: u32,
}

/// Of a seller's order. A buyer's has nothing here.
pub const SELLS: u32 = 1;
/// The book keeps more about it than is here.
pub const SPECIAL: u32 = 2;
/// Others see only a part of it: when that is filled, there may be more.
pub const ICEBERG: u32 = 4;
/// It never trades as it comes in.
pub const POST_ONLY: u32 = 8;
/// It rests elsewhere than where it wanted, which nobody has been told yet.
pub const REPRICED: u32 = 16;

impl Slot {
    #[inline]
    pub fn side(&self) -> u32 {
        self.flags & SELLS
    }
}

#[derive(Debug)]
pub struct Slab {
    slots: Vec<Slot>,
    /// The first unused slot; the others follow by `later`.
    free: u32,
}

impl Slab {
    pub fn with_capacity(orders: usize) -> Self {
        Slab { slots: Vec::with_capacity(orders), free: NONE }
    }

    #[inline]
    pub fn insert(&mut self, slot: Slot) -> u32 {
        if self.free == NONE {
            let at = u32::try_from(self.slots.len()).ok().filter(|at| *at != NONE);
            self.slots.push(slot);
            return at.expect("fewer than four billion orders");
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
}

impl std::ops::Index<u32> for Slab {
    type Output = Slot;
    #[inline]
    fn index(&self, at: u32) -> &Slot {
        &self.slots[at as usize]
    }
}

impl std::ops::IndexMut<u32> for Slab {
    #[inline]
    fn index_mut(&mut self, at: u32) -> &mut Slot {
        &mut self.slots[at as usize]
    }
}
