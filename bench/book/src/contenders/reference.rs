//! The yardstick: the least that a book of this kind can do, to say how fast a machine is, and how
//! far the project's book is from it.
//!
//! It is told beforehand between which prices all orders will be, so that a level is an array's
//! element, found by its price; a bitmap says which have orders. Orders are in one slab for all
//! books, linked both ways; an array finds them by id. It knows no users, no units, no events, and
//! nothing of what was before.

use super::Contender;
use crate::allocations::uncounted;
use crate::tally::Tally;
use crate::workload::{Kind, Op, Workload};
use std::ops::Range;

const NONE: u32 = u32::MAX;

#[derive(Clone, Copy)]
struct Order {
    id: u32,
    left: u32,
    /// How many ticks from the best price there may be on its side.
    rank: u32,
    side: u32,
    earlier: u32,
    later: u32,
}

#[derive(Clone, Copy)]
struct Level {
    first: u32,
    last: u32,
}

const EMPTY: Level = Level { first: NONE, last: NONE };

/// One side of one book; the best price has the lowest rank.
struct Ladder {
    best: u32,
    levels: Vec<Level>,
    taken: Vec<u64>,
}

impl Ladder {
    fn new(span: u32) -> Self {
        let ranks = span as usize + 1;
        Ladder { best: NONE, levels: vec![EMPTY; ranks], taken: vec![0; ranks.div_ceil(64)] }
    }

    #[inline]
    fn vacate(&mut self, rank: u32) {
        self.taken[rank as usize / 64] &= !(1 << (rank % 64));
        if rank == self.best {
            self.best = self.next(rank);
        }
    }

    /// The first rank from this on that has orders.
    #[inline]
    fn next(&self, rank: u32) -> u32 {
        let mut word = rank as usize / 64;
        let mut taken = self.taken[word] & (u64::MAX << (rank % 64));
        while taken == 0 {
            word += 1;
            match self.taken.get(word) {
                Some(next) => taken = *next,
                None => return NONE,
            }
        }
        word as u32 * 64 + taken.trailing_zeros()
    }
}

pub struct Reference<'a> {
    ops: &'a [Op],
    low: u32,
    high: u32,
    /// Of buyers and of sellers, for each symbol.
    books: Vec<[Ladder; 2]>,
    orders: Vec<Order>,
    /// The first unused order; the others follow by `later`.
    free: u32,
    /// Where each order is, by id.
    places: Vec<u32>,
}

impl<'a> Reference<'a> {
    pub fn new(workload: &'a Workload) -> Self {
        let (low, high) = workload.prices().into_inner();
        let span = high - low;
        Reference {
            ops: &workload.ops,
            low,
            high,
            books: (0..workload.symbols).map(|_| [Ladder::new(span), Ladder::new(span)]).collect(),
            orders: Vec::new(),
            free: NONE,
            places: uncounted(|| vec![NONE; workload.ids]),
        }
    }

    #[inline]
    fn take(&mut self, op: &Op, worst: u32, tally: &mut Tally) -> u32 {
        let ladder = &mut self.books[usize::from(op.symbol)][usize::from(op.buys)];
        let mut left = op.quantity;
        while left > 0 && ladder.best <= worst {
            let rank = ladder.best;
            let at = ladder.levels[rank as usize].first;
            let maker = &mut self.orders[at as usize];
            let traded = left.min(maker.left);
            left -= traded;
            maker.left -= traded;
            let price = if op.buys { self.low + rank } else { self.high - rank };
            tally.fill(op.id.into(), maker.id.into(), price.into(), traded.into());
            if maker.left > 0 {
                break;
            }
            let next = std::mem::replace(&mut maker.later, self.free);
            self.places[maker.id as usize] = NONE;
            self.free = at;
            if next == NONE {
                ladder.levels[rank as usize] = EMPTY;
                ladder.vacate(rank);
            } else {
                ladder.levels[rank as usize].first = next;
                self.orders[next as usize].earlier = NONE;
            }
        }
        left
    }

    #[inline]
    fn rest(&mut self, op: &Op, rank: u32, left: u32) {
        let side = u32::from(!op.buys);
        let ladder = &mut self.books[usize::from(op.symbol)][side as usize];
        let level = &mut ladder.levels[rank as usize];
        let order = Order { id: op.id, left, rank, side, earlier: level.last, later: NONE };
        let at = if self.free == NONE {
            self.orders.push(order);
            self.orders.len() as u32 - 1
        } else {
            let at = self.free;
            self.free = self.orders[at as usize].later;
            self.orders[at as usize] = order;
            at
        };
        if level.last == NONE {
            level.first = at;
            ladder.taken[rank as usize / 64] |= 1 << (rank % 64);
            ladder.best = ladder.best.min(rank);
        } else {
            self.orders[level.last as usize].later = at;
        }
        level.last = at;
        self.places[op.id as usize] = at;
    }

    #[inline]
    fn cancel(&mut self, op: &Op) {
        let at = std::mem::replace(&mut self.places[op.id as usize], NONE);
        if at == NONE {
            return;
        }
        let Order { rank, side, earlier, later, .. } = self.orders[at as usize];
        self.orders[at as usize].later = self.free;
        self.free = at;
        let ladder = &mut self.books[usize::from(op.symbol)][side as usize];
        let level = &mut ladder.levels[rank as usize];
        if earlier == NONE {
            level.first = later;
        } else {
            self.orders[earlier as usize].later = later;
        }
        if later == NONE {
            level.last = earlier;
        } else {
            self.orders[later as usize].earlier = earlier;
        }
        if level.first == NONE {
            ladder.vacate(rank);
        }
    }
}

impl Contender for Reference<'_> {
    fn run(&mut self, ops: Range<usize>, tally: &mut Tally) {
        let all = self.ops;
        for op in &all[ops] {
            if op.kind == Kind::Cancel {
                self.cancel(op);
                continue;
            }
            let rank = if op.buys { self.high - op.price } else { op.price - self.low };
            // What the other side ranks the limit as.
            let worst = self.high - self.low - rank;
            let left = self.take(op, worst, tally);
            if left > 0 && op.kind == Kind::Limit {
                self.rest(op, rank, left);
            }
        }
    }

    fn best(&self) -> Vec<(u64, u64)> {
        let best = |rank: u32, price: &dyn Fn(u32) -> u32| if rank == NONE { 0 } else { price(rank).into() };
        let of = |[bids, asks]: &[Ladder; 2]| {
            (best(bids.best, &|rank| self.high - rank), best(asks.best, &|rank| self.low + rank))
        };
        self.books.iter().map(of).collect()
    }

    fn live(&self) -> usize {
        self.places.iter().filter(|place| **place != NONE).count()
    }
}
