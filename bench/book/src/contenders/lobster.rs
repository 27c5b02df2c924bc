//! `lobster`: a tree of vectors for each side, orders in an arena.
//!
//! It knows no immediate-or-cancel with a limit: what is left of one is canceled at once. It does
//! not say how many orders rest; that is counted here from its fills.

use super::Contender;
use crate::tally::Tally;
use crate::workload::{Kind, Op, Workload};
use lobster::{FillMetadata, OrderBook, OrderEvent, OrderType, Side};
use std::ops::Range;

pub struct Lobsters<'a> {
    ops: &'a [Op],
    books: Vec<OrderBook>,
    live: usize,
}

impl<'a> Lobsters<'a> {
    pub fn new(workload: &'a Workload) -> Self {
        let books = (0..workload.symbols).map(|_| OrderBook::default()).collect();
        Lobsters { ops: &workload.ops, books, live: 0 }
    }

    fn place(&mut self, op: &Op, tally: &mut Tally) {
        let book = &mut self.books[usize::from(op.symbol)];
        let side = if op.buys { Side::Bid } else { Side::Ask };
        let (id, qty, price) = (op.id.into(), op.quantity.into(), op.price.into());
        let rests = match book.execute(OrderType::Limit { id, side, qty, price }) {
            OrderEvent::Filled { fills, .. } => {
                self.live -= told(&fills, tally);
                false
            }
            OrderEvent::PartiallyFilled { fills, .. } => {
                self.live -= told(&fills, tally);
                true
            }
            OrderEvent::Placed { .. } => true,
            OrderEvent::Unfilled { .. } | OrderEvent::Canceled { .. } => false,
        };
        if !rests {
            return;
        }
        if op.kind == Kind::ImmediateOrCancel {
            book.execute(OrderType::Cancel { id });
        } else {
            self.live += 1;
        }
    }
}

/// Answers how many makers were filled wholly.
fn told(fills: &[FillMetadata], tally: &mut Tally) -> usize {
    for fill in fills {
        tally.fill(fill.order_1 as u64, fill.order_2 as u64, fill.price, fill.qty);
    }
    fills.iter().filter(|fill| fill.total_fill).count()
}

impl Contender for Lobsters<'_> {
    fn run(&mut self, ops: Range<usize>, tally: &mut Tally) {
        let all = self.ops;
        for op in &all[ops] {
            match op.kind {
                Kind::Limit | Kind::ImmediateOrCancel => self.place(op, tally),
                Kind::Cancel => {
                    self.books[usize::from(op.symbol)].execute(OrderType::Cancel { id: op.id.into() });
                    self.live -= 1;
                }
            }
        }
    }

    fn best(&self) -> Vec<(u64, u64)> {
        let books = self.books.iter();
        books.map(|book| (book.max_bid().unwrap_or(0), book.min_ask().unwrap_or(0))).collect()
    }

    fn live(&self) -> usize {
        self.live
    }
}
