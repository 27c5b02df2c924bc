//! The obvious book, which also draws the workloads.

use super::Contender;
use crate::naive::Naive;
use crate::tally::Tally;
use crate::workload::{Op, Workload};
use std::ops::Range;

pub struct Naives<'a> {
    ops: &'a [Op],
    books: Vec<Naive>,
}

impl<'a> Naives<'a> {
    pub fn new(workload: &'a Workload) -> Self {
        Naives { ops: &workload.ops, books: (0..workload.symbols).map(|_| Naive::default()).collect() }
    }
}

impl Contender for Naives<'_> {
    fn run(&mut self, ops: Range<usize>, tally: &mut Tally) {
        for op in &self.ops[ops] {
            self.books[usize::from(op.symbol)].run(op, tally, |_| {});
        }
    }

    fn best(&self) -> Vec<(u64, u64)> {
        self.books.iter().map(|book| book.best()).map(|(b, a)| (u64::from(b), u64::from(a))).collect()
    }

    fn live(&self) -> usize {
        self.books.iter().map(Naive::live).sum()
    }
}
