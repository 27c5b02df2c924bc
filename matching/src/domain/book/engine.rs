//! Price–time priority, and nothing else: orders are numbers here, prices ticks, quantities lots.
//!
//! **Invariant** After every command the best bid is below the best ask.
//! **Invariant** Nothing is allocated once the slab and the windows have grown to what they hold.

use super::levels::{Level, Levels, NOBODY};
use super::slab::{NONE, Slab, Slot};
use contracts::Side;

#[derive(Debug)]
pub struct Engine {
    /// Of buyers, and of sellers.
    sides: [Levels; 2],
    orders: Slab,
}

/// What an order that trades is told of the other. It is kept as long as its number is not freed.
#[derive(Clone, Copy, Debug)]
pub struct Fill {
    pub maker: u32,
    /// The maker's, in ticks.
    pub price: i64,
    pub lots: i64,
    /// The maker has left the book with this.
    pub maker_done: bool,
}

/// Why an incoming order trades no further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    Filled,
    NobodyCrosses,
    /// The next to trade with is of the same user.
    OwnOrder,
}

impl Engine {
    pub fn with_capacity(orders: usize) -> Self {
        Engine { sides: [Levels::new(), Levels::new()], orders: Slab::with_capacity(orders) }
    }

    /// Gives an order its number. It is nowhere yet.
    #[inline]
    pub fn admit(&mut self, side: Side, price: i64, lots: i64, user_tag: u32) -> u32 {
        let (rank, side) = (rank(side, price), number(side));
        self.orders.insert(Slot { rank, lots, earlier: NONE, later: NONE, user_tag, side })
    }

    /// Whether an order would trade, if it came in now.
    #[inline]
    pub fn crosses(&self, at: u32) -> bool {
        let Slot { rank, side, .. } = self.orders[at];
        self.sides[(side ^ 1) as usize].best() <= !rank
    }

    /// Whether an order would be filled wholly, if it came in now. `is_own` is as in `take`.
    pub fn fills(&self, at: u32, is_own: impl Fn(u32) -> bool) -> bool {
        let Slot { rank, mut lots, user_tag, side, .. } = self.orders[at];
        let within = self.sides[(side ^ 1) as usize].iter().take_while(|(best, _)| *best <= !rank);
        for maker in within.flat_map(|(_, level)| self.queue(level)) {
            let resting = &self.orders[maker];
            if resting.user_tag == user_tag && is_own(maker) {
                return false;
            }
            lots -= lots.min(resting.lots);
            if lots == 0 {
                return true;
            }
        }
        false
    }

    /// Trades with the best orders of the other side, each at its own price, while they are within
    /// the order's. `is_own` is asked where the users' tags are equal.
    #[inline]
    pub fn take(&mut self, at: u32, is_own: impl Fn(u32) -> bool, mut heard: impl FnMut(Fill)) -> Stopped {
        let Slot { rank, mut lots, user_tag, side, .. } = self.orders[at];
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
            if resting.user_tag == user_tag && is_own(maker) {
                stopped = Stopped::OwnOrder;
                break;
            }
            let traded = lots.min(resting.lots);
            lots -= traded;
            resting.lots -= traded;
            let (maker_done, later) = (resting.lots == 0, resting.later);
            heard(Fill { maker, price: price(side ^ 1, best), lots: traded, maker_done });
            if maker_done {
                match later {
                    NONE => others.remove(best),
                    later => {
                        self.orders[later].earlier = NONE;
                        others.level_mut(best).first = later;
                    }
                }
            }
        }
        self.orders[at].lots = lots;
        stopped
    }

    /// Puts an order last at its price.
    #[inline]
    pub fn rest(&mut self, at: u32) {
        let Slot { rank, side, .. } = self.orders[at];
        let earlier = self.sides[side as usize].push(rank, at);
        self.orders[at].earlier = earlier;
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
        let Slot { rank, lots, earlier, later, side, .. } = self.orders[at];
        self.orders[at].lots = 0;
        if earlier != NONE {
            self.orders[earlier].later = later;
        }
        if later != NONE {
            self.orders[later].earlier = earlier;
        }
        let levels = &mut self.sides[side as usize];
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
        if self.orders[at].side == BUY { Side::Buy } else { Side::Sell }
    }

    /// In ticks.
    #[inline]
    pub fn price(&self, at: u32) -> i64 {
        let order = &self.orders[at];
        price(order.side, order.rank)
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

    /// Each price, best first, with its orders, earliest first.
    pub fn levels(&self, side: Side) -> impl Iterator<Item = (i64, impl Iterator<Item = u32> + '_)> + '_ {
        let levels = self.sides[number(side) as usize].iter();
        levels.map(move |(rank, level)| (price(number(side), rank), self.queue(level)))
    }

    /// A level's orders, earliest first.
    fn queue(&self, level: Level) -> impl Iterator<Item = u32> + '_ {
        let next = |at: &u32| Some(self.orders[*at].later).filter(|later| *later != NONE);
        std::iter::successors(Some(level.first), next)
    }
}

const BUY: u32 = 0;
const SELL: u32 = 1;

fn number(side: Side) -> u32 {
    match side {
        Side::Buy => BUY,
        Side::Sell => SELL,
    }
}

fn rank(side: Side, price: i64) -> i64 {
    match side {
        Side::Buy => -price,
        Side::Sell => price - 1,
    }
}

fn price(side: u32, rank: i64) -> i64 {
    if side == BUY { -rank } else { rank + 1 }
}
