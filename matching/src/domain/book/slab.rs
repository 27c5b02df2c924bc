//! Resting orders in one vector: slots are used again, links are indices, nothing moves.

use contracts::Side;
use contracts::matching::Party;

/// No slot: the end of a list.
pub const NONE: u32 = u32::MAX;

#[derive(Clone, Copy, Debug)]
pub struct Slot {
    pub party: Party,
    pub side: Side,
    /// In ticks.
    pub price: i64,
    /// What is left of it.
    pub lots: i64,
    /// The neighbours at the same price: who came before, who comes after.
    pub earlier: u32,
    pub later: u32,
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

    pub fn insert(&mut self, slot: Slot) -> u32 {
        if self.free == NONE {
            let at = u32::try_from(self.slots.len()).expect("fewer than four billion resting orders");
            assert!(at != NONE, "fewer than four billion resting orders");
            self.slots.push(slot);
            return at;
        }
        let at = self.free;
        self.free = self.slots[at as usize].later;
        self.slots[at as usize] = slot;
        at
    }

    pub fn remove(&mut self, at: u32) -> Slot {
        let slot = self.slots[at as usize];
        self.slots[at as usize].later = self.free;
        self.free = at;
        slot
    }
}

impl std::ops::Index<u32> for Slab {
    type Output = Slot;
    fn index(&self, at: u32) -> &Slot {
        &self.slots[at as usize]
    }
}

impl std::ops::IndexMut<u32> for Slab {
    fn index_mut(&mut self, at: u32) -> &mut Slot {
        &mut self.slots[at as usize]
    }
}
