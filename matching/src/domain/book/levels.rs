//! The price levels of one side, best first. Those near the best price lie in an array; the others
//! in a map that is seldom asked.
//!
//! A level's rank is a tick less than its price for sellers, and the price's negative for buyers:
//! the best has the lowest, and none has the highest number there is.
//!
//! **Invariant** `best` is the lowest rank that has orders, and it is in the window.
//! **Invariant** Every level in `far` is beyond the window.

use super::fetch::fetch;
use super::slab::NONE;
use std::collections::BTreeMap;

/// The rank of no level: worse than every price.
pub const NOBODY: i64 = i64::MAX;
/// A window that a quiet book fits into: 2 kB.
const WINDOW_MIN: usize = 256;
/// As large as pays: beyond that it falls out of the processor's caches.
const WINDOW_MAX: usize = 16 * 1024;
/// The window grows when more than one level in so many of its own lies beyond it.
const FAR_SHARE: usize = 16;

/// The queue of one price: its first and its last order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level {
    pub first: u32,
    pub last: u32,
}

const EMPTY: Level = Level { first: NONE, last: NONE };

#[derive(Debug)]
pub struct Levels {
    best: i64,
    /// The window's first rank.
    base: i64,
    /// A ring: a rank's place is its remainder by the length, a power of two, so that the window
    /// moves without moving what is in it.
    near: Vec<Level>,
    /// A bit for each place: whether it has orders.
    taken: Vec<u64>,
    far: BTreeMap<i64, Level>,
}

impl Levels {
    pub fn new() -> Self {
        Levels {
            best: NOBODY,
            base: 0,
            near: vec![EMPTY; WINDOW_MIN],
            taken: vec![0; WINDOW_MIN / 64],
            far: BTreeMap::new(),
        }
    }

    /// The lowest rank that has orders, or `NOBODY`.
    #[inline]
    pub fn best(&self) -> i64 {
        self.best
    }

    /// The first order of the best level, if there is one.
    #[inline]
    pub fn first(&self) -> u32 {
        self.near[self.place(self.best)].first
    }

    /// This level will be asked for soon.
    #[inline]
    pub fn foresee(&self, rank: i64) {
        fetch(&self.near, self.place(rank));
    }

    /// The last order of a level in the window, or `NONE`.
    #[inline]
    pub fn last_near(&self, rank: i64) -> u32 {
        if self.is_near(rank) { self.near[self.place(rank)].last } else { NONE }
    }

    /// The level of this rank, which has orders.
    #[inline]
    pub fn level_mut(&mut self, rank: i64) -> &mut Level {
        if self.is_near(rank) {
            let place = self.place(rank);
            return &mut self.near[place];
        }
        self.far.get_mut(&rank).expect("a resting order has a level")
    }

    /// Puts an order last in its level. Answers the order that was last before.
    #[inline]
    pub fn push(&mut self, rank: i64, order: u32) -> u32 {
        if !self.is_near(rank) && !self.make_room(rank) {
            return append(self.far.entry(rank).or_insert(EMPTY), order);
        }
        let place = self.place(rank);
        self.taken[place / 64] |= 1 << (place % 64);
        self.best = self.best.min(rank);
        append(&mut self.near[place], order)
    }

    /// The level has lost its last order.
    #[inline]
    pub fn remove(&mut self, rank: i64) {
        if !self.is_near(rank) {
            self.far.remove(&rank);
            return;
        }
        let place = self.place(rank);
        self.near[place] = EMPTY;
        self.taken[place / 64] &= !(1 << (place % 64));
        if rank == self.best {
            self.best = self.next_near(rank).unwrap_or_else(|| self.next_far());
        }
    }

    /// The levels, best first.
    pub fn iter(&self) -> impl Iterator<Item = (i64, Level)> + '_ {
        let first = Some(self.best).filter(|rank| *rank != NOBODY);
        let near = std::iter::successors(first, |rank| self.next_near(*rank));
        let near = near.map(|rank| (rank, self.near[self.place(rank)]));
        near.chain(self.far.iter().map(|(rank, level)| (*rank, *level)))
    }

    #[inline]
    fn place(&self, rank: i64) -> usize {
        rank as usize & (self.near.len() - 1)
    }

    #[inline]
    fn is_near(&self, rank: i64) -> bool {
        (rank.wrapping_sub(self.base) as u64) < self.near.len() as u64
    }

    /// The next rank in the window that has orders.
    #[inline]
    fn next_near(&self, after: i64) -> Option<i64> {
        let mut left = self.near.len() as i64 - (after - self.base) - 1;
        let mut rank = after;
        while left > 0 {
            rank += 1;
            let place = self.place(rank);
            let taken = self.taken[place / 64] >> (place % 64);
            // The last word may go on with the window's beginning, which is not what is looked for.
            if taken != 0 {
                let further = i64::from(taken.trailing_zeros());
                return (further < left).then_some(rank + further);
            }
            let skipped = 63 - (place % 64) as i64;
            rank += skipped;
            left -= skipped + 1;
        }
        None
    }

    /// The window is empty: it moves to the best of the others, whose rank is answered.
    #[cold]
    fn next_far(&mut self) -> i64 {
        let Some(best) = self.far.first_key_value().map(|(rank, _)| *rank) else { return NOBODY };
        self.base = self.base_for(best);
        self.fetch();
        best
    }

    /// Moves or widens the window so that it has this rank. Answers whether it is worth it.
    #[cold]
    fn make_room(&mut self, rank: i64) -> bool {
        if self.best == NOBODY {
            self.base = self.base_for(rank);
            return true;
        }
        if rank < self.base {
            self.move_down(self.base_for(rank));
            return true;
        }
        let base = self.base_for(self.best);
        if base > self.base {
            self.base = base;
            self.fetch();
        }
        while !self.is_near(rank)
            && self.near.len() < WINDOW_MAX
            && self.far.len() >= self.near.len() / FAR_SHARE
        {
            self.widen();
        }
        self.is_near(rank)
    }

    /// Where the window begins when this is the best: some room for better ones, most for worse.
    fn base_for(&self, best: i64) -> i64 {
        let length = self.near.len() as i64;
        best.saturating_sub(length / 4).min(NOBODY - length)
    }

    fn move_down(&mut self, base: i64) {
        let length = self.near.len() as i64;
        // The window's end, which is where it was or, if it goes further than its length, its beginning.
        let kept = base.saturating_add(length).max(self.base);
        for rank in kept..self.base + length {
            let place = self.place(rank);
            let level = std::mem::replace(&mut self.near[place], EMPTY);
            if level != EMPTY {
                self.taken[place / 64] &= !(1 << (place % 64));
                self.far.insert(rank, level);
            }
        }
        self.base = base;
    }

    fn widen(&mut self) {
        let near: Vec<_> = self.near_levels().collect();
        let length = self.near.len() * 2;
        (self.near, self.taken) = (vec![EMPTY; length], vec![0; length / 64]);
        near.into_iter().for_each(|(rank, level)| self.put(rank, level));
        self.base = self.base.min(NOBODY - length as i64);
        self.fetch();
    }

    fn near_levels(&self) -> impl Iterator<Item = (i64, Level)> + '_ {
        self.iter().take_while(|(rank, _)| self.is_near(*rank))
    }

    /// Takes in what the window now covers.
    fn fetch(&mut self) {
        while let Some(entry) = self.far.first_entry() {
            let rank = *entry.key();
            if !self.is_near(rank) {
                return;
            }
            let level = self.far.pop_first().expect("just seen").1;
            self.put(rank, level);
        }
    }

    fn put(&mut self, rank: i64, level: Level) {
        let place = self.place(rank);
        self.near[place] = level;
        self.taken[place / 64] |= 1 << (place % 64);
    }
}

#[inline]
fn append(level: &mut Level, order: u32) -> u32 {
    let before = level.last;
    if before == NONE {
        level.first = order;
    }
    level.last = order;
    before
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CASES: u32 = 200;

    /// What a market does with its prices: most are near a middle that wanders and sometimes jumps.
    fn ranks() -> impl Strategy<Value = Vec<(i64, bool)>> {
        let jump = prop_oneof![
            20 => -3..4_i64,
            2 => -400..400_i64,
            1 => -100_000..100_000_i64,
            1 => prop_oneof![Just(i64::MIN / 2), Just(i64::MAX / 2)],
        ];
        let away =
            prop_oneof![10 => 0..60_i64, 3 => 0..2_000_i64, 1 => 0..60_000_i64, 1 => Just(i64::MAX / 2)];
        proptest::collection::vec((jump, away, any::<bool>()), 1..600).prop_map(|steps| {
            let mut middle = 0_i64;
            let mut at = |(jump, away, comes): (i64, i64, bool)| {
                middle = middle.saturating_add(jump).clamp(-(1 << 62), 1 << 62);
                (middle.saturating_add(away).min(NOBODY - 1), comes)
            };
            steps.into_iter().map(&mut at).collect()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(CASES))]

        #[test]
        fn they_are_a_sorted_map_of_queues(steps in ranks()) {
            let (mut levels, mut map) = (Levels::new(), BTreeMap::<i64, Level>::new());
            for (n, (rank, comes)) in steps.into_iter().enumerate() {
                if comes || map.is_empty() {
                    let before = append(map.entry(rank).or_insert(EMPTY), n as u32);
                    prop_assert_eq!(levels.push(rank, n as u32), before);
                } else {
                    // The best leaves as often as any other.
                    let near = map.range(rank..).next().map(|(rank, _)| *rank);
                    let gone = near.filter(|_| n % 2 == 0).unwrap_or(*map.first_key_value().unwrap().0);
                    prop_assert_eq!(*levels.level_mut(gone), map[&gone]);
                    map.remove(&gone);
                    levels.remove(gone);
                }
                let best = map.first_key_value();
                prop_assert_eq!(levels.best(), best.map_or(NOBODY, |(rank, _)| *rank));
                prop_assert_eq!(levels.first(), best.map_or(NONE, |(_, level)| level.first));
            }
            prop_assert!(levels.iter().eq(map));
        }
    }

    #[test]
    fn the_window_grows_with_the_book_and_no_further() {
        let mut levels = Levels::new();
        for n in 0..100_000 {
            levels.push(i64::from(n), n);
        }
        assert_eq!(levels.near.len(), WINDOW_MAX);
        assert_eq!(levels.iter().count(), 100_000);
    }

    #[test]
    fn a_few_orders_far_away_do_not_widen_the_window() {
        let mut levels = Levels::new();
        for n in 0..10 {
            levels.push(i64::from(n) * 1_000_000, n);
        }
        assert_eq!(levels.near.len(), WINDOW_MIN);
    }
}
