//! `orderbook-rs`: skip lists of levels and concurrent maps, for many threads; here it has one.
//!
//! An immediate-or-cancel order goes to its match without rest, since its own answers an error, and
//! no fills, if anything is left. The time is a counter, as ours is passed in.

use super::Contender;
use crate::tally::Tally;
use crate::workload::{Kind, Op, Workload};
use orderbook_rs::prelude::{Id, OrderBook, Side, StubClock, TimeInForce};
use std::ops::Range;
use std::sync::Arc;

pub struct OrderbookRs<'a> {
    ops: &'a [Op],
    books: Vec<OrderBook<()>>,
}

impl<'a> OrderbookRs<'a> {
    pub fn new(workload: &'a Workload) -> Self {
        let book = |n| OrderBook::with_clock(&format!("S{n}"), Arc::new(StubClock::new()));
        OrderbookRs { ops: &workload.ops, books: (0..workload.symbols).map(book).collect() }
    }
}

/// What it refuses shows in the answers.
fn run(book: &OrderBook<()>, op: &Op, tally: &mut Tally) {
    let id = Id::sequential(op.id.into());
    let side = if op.buys { Side::Buy } else { Side::Sell };
    let (price, quantity) = (op.price.into(), op.quantity.into());
    let matched = match op.kind {
        Kind::Limit => {
            let placed = book.add_limit_order_with_result(id, price, quantity, side, TimeInForce::Gtc, None);
            placed.ok().and_then(|(_, traded)| traded).map(|traded| traded.match_result)
        }
        Kind::ImmediateOrCancel => book.match_limit_order(id, quantity, side, price).ok(),
        Kind::Cancel => {
            let _ = book.cancel_order(id);
            None
        }
    };
    for trade in matched.iter().flat_map(|matched| matched.trades().as_vec()) {
        let maker = trade.maker_order_id().as_u64().unwrap_or(u64::MAX);
        tally.fill(op.id.into(), maker, trade.price().as_u128() as u64, trade.quantity().as_u64());
    }
}

impl Contender for OrderbookRs<'_> {
    fn run(&mut self, ops: Range<usize>, tally: &mut Tally) {
        for op in &self.ops[ops] {
            run(&self.books[usize::from(op.symbol)], op, tally);
        }
    }

    fn best(&self) -> Vec<(u64, u64)> {
        let ticks = |price: Option<u128>| price.unwrap_or(0) as u64;
        self.books.iter().map(|book| (ticks(book.best_bid()), ticks(book.best_ask()))).collect()
    }

    fn live(&self) -> usize {
        self.books.iter().map(|book| book.get_all_orders().len()).sum()
    }
}
