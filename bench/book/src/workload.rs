//! Four neutral streams of commands, drawn by integer arithmetic alone, so that they are the same
//! on every machine. About half of the commands are orders that rest, four in ten cancel a random
//! live order, one in ten trades.

mod answers;
mod dice;

pub use answers::{Answers, expected};

use crate::naive::Naive;
use crate::tally::Tally;
use dice::Dice;
use serde::Serialize;
use std::ops::RangeInclusive;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A limit order; what is left of it rests.
    Limit,
    /// A limit order; what is left of it is gone.
    ImmediateOrCancel,
    /// Of the order with this id; price and quantity say nothing.
    Cancel,
}

#[derive(Clone, Copy, Debug)]
pub struct Op {
    pub id: u32,
    pub price: u32,
    pub quantity: u32,
    pub symbol: u16,
    pub kind: Kind,
    pub buys: bool,
}

#[derive(Debug)]
pub struct Workload {
    pub name: &'static str,
    pub symbols: u16,
    /// So many of the first are not timed.
    pub prefill: usize,
    /// Ids are below this.
    pub ids: usize,
    pub ops: Vec<Op>,
    /// What the timed commands are.
    pub mix: Mix,
    pub answers: Answers,
}

/// How many commands were meant to rest, to cancel, to trade.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Mix {
    pub rest: u64,
    pub cancel: u64,
    pub trade_then_rest: u64,
    pub trade_or_cancel: u64,
}

impl Workload {
    pub fn timed(&self) -> usize {
        self.ops.len() - self.prefill
    }

    /// Between which prices all orders are.
    pub fn prices(&self) -> RangeInclusive<u32> {
        let prices = self.ops.iter().filter(|op| op.kind != Kind::Cancel).map(|op| op.price);
        let (low, high) = prices.fold((u32::MAX, 0), |(low, high), price| (low.min(price), high.max(price)));
        low.min(high)..=high
    }
}

struct Shape {
    name: &'static str,
    seed: u64,
    symbols: u16,
    /// Resting orders of each symbol; 0: from none, as many as come.
    resting: u32,
    /// How far from the middle orders lie, in ticks.
    spread: u32,
    timed: usize,
}

const SHAPES: [Shape; 4] = [
    Shape { name: "s1", seed: 1001, symbols: 1, resting: 10_000, spread: 50, timed: 4_000_000 },
    Shape { name: "s100", seed: 1002, symbols: 100, resting: 1_000, spread: 20, timed: 4_000_000 },
    Shape { name: "d1m", seed: 1003, symbols: 1, resting: 1_000_000, spread: 1000, timed: 2_000_000 },
    Shape { name: "g1", seed: 1004, symbols: 1, resting: 0, spread: 100, timed: 2_000_000 },
];

pub fn names() -> impl Iterator<Item = &'static str> {
    SHAPES.iter().map(|shape| shape.name)
}

/// A symbol while commands for it are drawn.
struct Market {
    middle: u32,
    book: Naive,
    live: Vec<u32>,
}

/// The workload of this name; of its timed commands the first `most` alone. The answers are those
/// of the obvious book, and of a whole workload those that are written down.
pub fn generate(name: &str, most: usize) -> Workload {
    let shape = SHAPES.iter().find(|shape| shape.name == name).expect("a known workload");
    let timed = shape.timed.min(most);
    let mut dice = Dice(shape.seed);
    let new = || Market { middle: 100_000, book: Naive::default(), live: Vec::new() };
    let mut markets: Vec<_> = (0..shape.symbols).map(|_| new()).collect();
    // Where each order is in its market's `live`.
    let mut places = vec![u32::MAX];
    let prefill = shape.resting as usize * markets.len();
    let mut ops = Vec::with_capacity(prefill + timed);
    let (mut mix, mut tally) = (Mix::default(), Tally::default());
    for at in 0..prefill + timed {
        let symbol = if shape.symbols > 1 { dice.below(u32::from(shape.symbols)) as u16 } else { 0 };
        let market = &mut markets[usize::from(symbol)];
        let filling = at < prefill;
        let (plan, op) = draw(&mut dice, shape, filling, market, symbol, places.len() as u32);
        if !filling {
            mix.count(plan, op.kind);
        }
        if op.kind != Kind::Cancel {
            places.push(u32::MAX);
        }
        let Market { book, live, .. } = market;
        let rests = book.run(&op, &mut tally, |gone| {
            let place = places[gone as usize] as usize;
            live.swap_remove(place);
            if let Some(moved) = live.get(place) {
                places[*moved as usize] = place as u32;
            }
        });
        if rests {
            places[op.id as usize] = live.len() as u32;
            live.push(op.id);
        }
        ops.push(op);
    }
    let best = markets.iter().map(|market| market.book.best());
    let best = best.map(|(bid, ask)| (u64::from(bid), u64::from(ask)));
    let drawn = Answers::new(tally, best, markets.iter().map(|market| market.live.len()).sum());
    let answers = if timed == shape.timed { expected(name) } else { drawn };
    assert_eq!(drawn, answers, "the generator does not draw {name} as it is defined");
    Workload { name: shape.name, symbols: shape.symbols, prefill, ids: places.len(), ops, mix, answers }
}

#[derive(Clone, Copy, PartialEq)]
enum Plan {
    Rest,
    Cancel,
    Trade,
}

impl Mix {
    fn count(&mut self, plan: Plan, kind: Kind) {
        let count = match (plan, kind) {
            (Plan::Rest, _) => &mut self.rest,
            (Plan::Cancel, _) => &mut self.cancel,
            (Plan::Trade, Kind::ImmediateOrCancel) => &mut self.trade_or_cancel,
            (Plan::Trade, Kind::Limit | Kind::Cancel) => &mut self.trade_then_rest,
        };
        *count += 1;
    }
}

/// The order of the draws is part of the definition.
fn draw(
    dice: &mut Dice,
    shape: &Shape,
    filling: bool,
    market: &mut Market,
    symbol: u16,
    next_id: u32,
) -> (Plan, Op) {
    let drift = dice.draw();
    if drift & 31 == 0 {
        market.middle = if drift & 32 == 0 { market.middle + 1 } else { market.middle - 1 };
    }
    let live = market.live.len() as u32;
    let percent = dice.below(100);
    let mut plan = match percent {
        _ if filling => Plan::Rest,
        0..60 => Plan::Rest,
        60..90 => Plan::Cancel,
        _ => Plan::Trade,
    };
    if !filling && shape.resting > 0 {
        // The number of resting orders stays within a twentieth of what it should be.
        let slack = shape.resting / 20;
        plan = match plan {
            Plan::Rest if live >= shape.resting + slack => Plan::Cancel,
            Plan::Cancel if live <= shape.resting - slack => Plan::Rest,
            plan => plan,
        };
    }
    if plan == Plan::Cancel && live == 0 {
        plan = Plan::Rest;
    }
    let bits = dice.draw();
    let buys = bits & 1 == 0;
    let (bid, ask) = market.book.best();
    if plan == Plan::Trade && (if buys { ask } else { bid }) == 0 {
        plan = Plan::Rest;
    }
    let op = match plan {
        Plan::Rest => {
            let away = 1 + dice.distance(shape.spread);
            let quantity = 1 + dice.below(1000);
            let middle = market.middle;
            let price = if buys {
                let price = middle.saturating_sub(away).max(1);
                if ask != 0 && price >= ask { ask - 1 } else { price }
            } else {
                (middle + away).max(if bid == 0 { 0 } else { bid + 1 })
            };
            Op { id: next_id, price, quantity, symbol, kind: Kind::Limit, buys }
        }
        Plan::Cancel => {
            let id = market.live[dice.below(live) as usize];
            Op { id, price: 0, quantity: 0, symbol, kind: Kind::Cancel, buys: true }
        }
        Plan::Trade => {
            let slip = dice.below(shape.spread / 4 + 1);
            let quantity = 1 + dice.below(1000);
            let price = if buys { ask + slip } else { bid.saturating_sub(slip).max(1) };
            let kind = if bits & 2 == 0 { Kind::Limit } else { Kind::ImmediateOrCancel };
            Op { id: next_id, price, quantity, symbol, kind, buys }
        }
    };
    (plan, op)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str) {
        let workload = generate(name, usize::MAX);
        assert_eq!(workload.answers, expected(name));
        let Mix { rest, cancel, trade_then_rest, trade_or_cancel } = workload.mix;
        assert_eq!(rest + cancel + trade_then_rest + trade_or_cancel, workload.timed() as u64);
    }

    #[test]
    fn one_symbol_is_drawn_as_defined() {
        check("s1");
    }

    #[test]
    fn a_hundred_symbols_are_drawn_as_defined() {
        check("s100");
    }

    #[test]
    fn a_deep_book_is_drawn_as_defined() {
        check("d1m");
    }

    #[test]
    fn a_growing_book_is_drawn_as_defined() {
        check("g1");
    }

    #[test]
    fn a_cut_workload_is_the_beginning_of_the_whole() {
        let (short, long) = (generate("s1", 1_000), generate("s1", 2_000));
        let shown = |ops: &[Op]| format!("{ops:?}");
        assert_eq!(short.timed(), 1_000);
        assert_eq!(shown(&short.ops), shown(&long.ops[..short.ops.len()]));
    }
}
