//! Price–time priority, and nothing else: orders are numbers here, prices ticks, quantities lots.
//!
//! **Invariant** After every command the best bid is below the best ask.
//! **Invariant** Nothing is allocated once the slab and the windows have grown to what they hold.

use super::levels::{Level, Levels, NOBODY};
use super::slab::{ICEBERG, NONE, SELLS, SPECIAL, Slab, Slot};
use contracts::Side;

/// Smaller books lie in the processor's caches, and only lose by looking ahead.
const FORESEEN_ORDERS_MIN: usize = 32 * 1024;

#[derive(Debug)]
pub struct Engine<T = ()> {
    /// Of buyers, and of sellers.
    sides: [Levels; 2],
    orders: Slab<T>,
}

/// What an order that trades is told of the other.
#[derive(Clone, Copy, Debug)]
pub struct Fill<T> {
    pub maker: u32,
    pub user: u32,
    pub name: T,
    /// The maker's, in ticks.
    pub price: i64,
    pub lots: i64,
    /// The maker has left the book with this, and its number is free.
    pub maker_done: bool,
    /// The book keeps more about the maker.
    pub maker_special: bool,
}

/// Why an incoming order trades no further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    Filled,
    NobodyCrosses,
    /// The next to trade with, which this is, is of the same user.
    OwnOrder(u32),
    /// All that this one shows was filled. It is first in its queue, with nothing.
    Shown(u32),
}

impl<T: Copy> Engine<T> {
    pub fn with_capacity(orders: usize) -> Self {
        Engine { sides: [Levels::new(), Levels::new()], orders: Slab::with_capacity(orders) }
    }

    /// Gives an order its number. It is nowhere yet.
    #[inline]
    pub fn admit(&mut self, side: Side, price: i64, lots: i64, user: u32, name: T) -> u32 {
        let (rank, flags) = (rank(side, price), number(side));
        self.orders.insert(Slot { rank, lots, earlier: NONE, later: NONE, user, flags, name })
    }

    #[inline]
    pub fn has(&self, at: u32, flag: u16) -> bool {
        self.orders[at].flags & flag != 0
    }

    pub fn set(&mut self, at: u32, flag: u16, on: bool) {
        let flags = &mut self.orders[at].flags;
        *flags = if on { *flags | flag } else { *flags & !flag };
    }

    /// Of an order that is in no queue.
    pub fn set_terms(&mut self, at: u32, price: i64, lots: i64) {
        let order = &mut self.orders[at];
        order.rank = self::rank(if order.side() == BUY { Side::Buy } else { Side::Sell }, price);
        order.lots = lots;
    }

    /// A resting order is smaller, and keeps its place. Something of it is left.
    pub fn reduce(&mut self, at: u32, by: i64) {
        self.orders[at].lots -= by;
        debug_assert!(self.orders[at].lots > 0);
    }

    /// Whether an order would trade, if it came in now.
    #[inline]
    pub fn crosses(&self, at: u32) -> bool {
        let order = &self.orders[at];
        self.sides[(order.side() ^ 1) as usize].best() <= !order.rank
    }

    /// Whether an order of this side at this price would.
    pub fn would_cross(&self, side: Side, price: i64) -> bool {
        self.sides[(number(side) ^ 1) as usize].best() <= !rank(side, price)
    }

    /// The orders that this one would trade with, if it came in now, in their order.
    pub fn counterparts(&self, at: u32) -> impl Iterator<Item = u32> + '_ {
        let order = &self.orders[at];
        let worst = !order.rank;
        let others = self.sides[(order.side() ^ 1) as usize].iter();
        others.take_while(move |(best, _)| *best <= worst).flat_map(|(_, level)| self.queue(level))
    }

    /// Trades with the best orders of the other side, each at its own price, while they are within
    /// the order's.
    #[inline]
    pub fn take(&mut self, at: u32, mut heard: impl FnMut(Fill<T>)) -> Stopped {
        let Slot { rank, mut lots, user, flags, .. } = self.orders[at];
        let side = flags & SELLS;
        let others = &mut self.sides[(side ^ 1) as usize];
        // What a seller ranks as the buyer's limit, and the other way round.
        let worst = !rank;
        let mut stopped = Stopped::Filled;
        while lots > 0 {
            let best = others.best();
            if best > worst {
                stopped = Stopped::NobodyCrosses;
                break;
            }
            let maker = others.first();
            let resting = &mut self.orders[maker];
            if resting.user == user {
                stopped = Stopped::OwnOrder(maker);
                break;
            }
            let traded = lots.min(resting.lots);
            lots -= traded;
            resting.lots -= traded;
            let Slot { lots: left, later, user, name, flags, .. } = *resting;
            let (shows_more, maker_special) = (flags & ICEBERG != 0, flags & SPECIAL != 0);
            let maker_done = left == 0 && !shows_more;
            let price = price(side ^ 1, best);
            heard(Fill { maker, user, name, price, lots: traded, maker_done, maker_special });
            if maker_done {
                self.orders.remove(maker);
                match later {
                    NONE => others.remove(best),
                    later => {
                        self.orders[later].earlier = NONE;
                        others.level_mut(best).first = later;
                    }
                }
            } else if left == 0 {
                stopped = Stopped::Shown(maker);
                break;
            }
        }
        self.orders[at].lots = lots;
        stopped
    }

    /// Puts an order last at its price.
    #[inline]
    pub fn rest(&mut self, at: u32) {
        let Slot { rank, flags, .. } = self.orders[at];
        let earlier = self.sides[(flags & SELLS) as usize].push(rank, at);
        (self.orders[at].earlier, self.orders[at].later) = (earlier, NONE);
        if earlier != NONE {
            self.orders[earlier].later = at;
        }
    }

    /// Nothing is left of an order that does not rest. Answers what was.
    #[inline]
    pub fn give_up(&mut self, at: u32) -> i64 {
        std::mem::take(&mut self.orders[at].lots)
    }

    /// Takes a resting order out of its queue. Answers what was left of it.
    #[inline]
    pub fn unlink(&mut self, at: u32) -> i64 {
        let Slot { rank, lots, earlier, later, flags, .. } = self.orders[at];
        self.orders[at].lots = 0;
        if earlier != NONE {
            self.orders[earlier].later = later;
        }
        if later != NONE {
            self.orders[later].earlier = earlier;
        }
        let levels = &mut self.sides[(flags & SELLS) as usize];
        match (earlier, later) {
            (NONE, NONE) => levels.remove(rank),
            (NONE, later) => levels.level_mut(rank).first = later,
            (earlier, NONE) => levels.level_mut(rank).last = earlier,
            _ => {}
        }
        lots
    }

    /// The number may be given to another order.
    #[inline]
    pub fn free(&mut self, at: u32) {
        self.orders.remove(at);
    }

    #[inline]
    pub fn side(&self, at: u32) -> Side {
        if self.orders[at].side() == BUY { Side::Buy } else { Side::Sell }
    }

    /// In ticks.
    #[inline]
    pub fn price(&self, at: u32) -> i64 {
        let order = &self.orders[at];
        price(order.side(), order.rank)
    }

    /// What is left of it. An order that has ended has nothing.
    #[inline]
    pub fn lots(&self, at: u32) -> i64 {
        self.orders[at].lots
    }

    /// The best price, in ticks.
    pub fn best(&self, side: Side) -> Option<i64> {
        let best = self.sides[number(side) as usize].best();
        (best != NOBODY).then(|| price(number(side), best))
    }

    /// The first order of a side's best price.
    pub fn first(&self, side: Side) -> Option<u32> {
        let levels = &self.sides[number(side) as usize];
        (levels.best() != NOBODY).then(|| levels.first())
    }

    /// Which user's it is.
    #[inline]
    pub fn user(&self, at: u32) -> u32 {
        self.orders[at].user
    }

    #[inline]
    pub fn name(&self, at: u32) -> T {
        self.orders[at].name
    }

    /// Each price, best first, with its orders, earliest first.
    pub fn levels(&self, side: Side) -> impl Iterator<Item = (i64, impl Iterator<Item = u32> + '_)> + '_ {
        let levels = self.sides[number(side) as usize].iter();
        levels.map(move |(rank, level)| (price(number(side), rank), self.queue(level)))
    }

    /// Whether it is worth it to foresee anything.
    #[inline]
    pub fn is_large(&self) -> bool {
        self.orders.len() >= FORESEEN_ORDERS_MIN
    }

    /// This order will be asked for soon, if there is one.
    #[inline]
    pub fn foresee(&self, at: u32) {
        self.orders.foresee(at);
    }

    /// It will leave soon. Its slot is read.
    #[inline]
    pub fn foresee_leaving(&self, at: u32) {
        if let Some(order) = self.orders.get(at) {
            self.orders.foresee(order.earlier);
            self.orders.foresee(order.later);
        }
    }

    /// An order will come in with these.
    #[inline]
    pub fn foresee_level(&self, side: Side, price: i64) {
        self.sides[number(side) as usize].foresee(rank(side, price));
    }

    /// Its level is read.
    #[inline]
    pub fn foresee_coming(&self, side: Side, price: i64) {
        self.orders.foresee(self.sides[number(side) as usize].last_near(rank(side, price)));
    }

    /// A level's orders, earliest first.
    fn queue(&self, level: Level) -> impl Iterator<Item = u32> + '_ {
        let next = |at: &u32| Some(self.orders[*at].later).filter(|later| *later != NONE);
        std::iter::successors(Some(level.first), next)
    }
}

const BUY: u16 = 0;

fn number(side: Side) -> u16 {
    match side {
        Side::Buy => BUY,
        Side::Sell => SELLS,
    }
}

fn rank(side: Side, price: i64) -> i64 {
    match side {
        Side::Buy => -price,
        Side::Sell => price - 1,
    }
}

fn price(side: u16, rank: i64) -> i64 {
    if side == BUY { -rank } else { rank + 1 }
}
