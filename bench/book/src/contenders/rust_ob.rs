//! `rust_ob`: a tree of orders for each side, decimals, orders shared by reference count.
//!
//! It knows no immediate-or-cancel with a limit: what is left of one is canceled at once. It says
//! what a fill cost instead of its price, and not how many orders rest, but lists them.

use super::Contender;
use crate::tally::Tally;
use crate::workload::{Kind, Op, Workload};
use rust_ob::{Decimal, OrderBook, Side};
use std::fmt::{self, Write};
use std::ops::Range;

pub struct RustOb<'a> {
    ops: &'a [Op],
    books: Vec<OrderBook<u32>>,
}

impl<'a> RustOb<'a> {
    pub fn new(workload: &'a Workload) -> Self {
        RustOb { ops: &workload.ops, books: (0..workload.symbols).map(|_| OrderBook::new()).collect() }
    }
}

/// All numbers are whole here.
fn whole(number: Decimal) -> u64 {
    number.mantissa().unsigned_abs() as u64
}

fn place(book: &mut OrderBook<u32>, op: &Op, tally: &mut Tally) {
    let side = if op.buys { Side::Buy } else { Side::Sell };
    let (price, quantity) = (Decimal::from(op.price), Decimal::from(op.quantity));
    let Ok(matches) = book.process_limit_order(op.id, side, price, quantity) else { return };
    let mut left = u64::from(op.quantity);
    // The last is the taker's own.
    for maker in matches.split_last().map_or(&[][..], |(_, makers)| makers) {
        let traded = whole(maker.quantity);
        left -= traded;
        tally.fill(op.id.into(), maker.order.into(), whole(maker.cost) / traded, traded);
    }
    if left > 0 && op.kind == Kind::ImmediateOrCancel {
        // It cannot fail: the order rests.
        let _ = book.cancel_order(op.id);
    }
}

impl Contender for RustOb<'_> {
    fn run(&mut self, ops: Range<usize>, tally: &mut Tally) {
        for op in &self.ops[ops] {
            let book = &mut self.books[usize::from(op.symbol)];
            match op.kind {
                Kind::Limit | Kind::ImmediateOrCancel => place(book, op, tally),
                // That the order is unknown shows in the answers.
                Kind::Cancel => _ = book.cancel_order(op.id),
            }
        }
    }

    fn best(&self) -> Vec<(u64, u64)> {
        let best = |book: &OrderBook<u32>, side| book.get_highest_priority_price(side).map_or(0, whole);
        self.books.iter().map(|book| (best(book, Side::Buy), best(book, Side::Sell))).collect()
    }

    fn live(&self) -> usize {
        self.books.iter().map(listed).sum()
    }
}

fn listed(book: &OrderBook<u32>) -> usize {
    struct Lines(usize);
    impl Write for Lines {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0 += text.matches('\n').count();
            Ok(())
        }
    }
    let mut lines = Lines(0);
    write!(lines, "{book}").expect("lines can always be counted");
    lines.0 - 1
}
