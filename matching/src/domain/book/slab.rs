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
    /// 0 buys, 1 sells.
    pub side: u32,
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
