//! Four neutral streams of commands, drawn by integer arithmetic alone, so that they are the same
//! on every machine. About half of the commands are orders that rest, four in ten cancel a random
//! live order, one in ten trades.
//!
//! What every correct price–time book answers to them is written down in `EXPECTED`; a book that
//! answers anything else is wrong, not fast.

use crate::naive::Naive;
use crate::tally::Tally;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A limit order; what is left of it rests.
    Limit,
    /// A limit order; what is left of it is gone.
    ImmediateOrCancel,
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

pub struct Workload {
    pub name: &'static str,
    pub symbols: u16,
    /// So many of the first are not timed.
    pub prefill: usize,
    pub ids: usize,
    pub ops: Vec<Op>,
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

/// Fills, volume, notional, a hash over every fill, one over the best prices at the end, and how
/// many orders rest then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answers {
    pub fills: u64,
    pub volume: u64,
    pub notional: u64,
    pub hash: u64,
    pub state: u64,
    pub live: u64,
}

const EXPECTED: [(&str, Answers); 4] = [
    (
        "s1",
        Answers {
            fills: 771_810,
            volume: 194_344_259,
            notional: 19_430_822_306_972,
            hash: 0xa016_04b3_dc8e_9206,
            state: 0x728e_76ff_f18e_11e2,
            live: 10_494,
        },
    ),
    (
        "s100",
        Answers {
            fills: 749_526,
            volume: 189_976_394,
            notional: 18_998_050_602_208,
            hash: 0x8c55_85e2_8ebe_b965,
            state: 0x89c5_7b2d_1da8_91da,
            live: 104_723,
        },
    ),
    (
        "d1m",
        Answers {
            fills: 381_336,
            volume: 95_941_121,
            notional: 9_603_451_061_137,
            hash: 0xded7_d647_c0b8_b665,
            state: 0x88c7_ff82_07ae_cc42,
            live: 1_049_997,
        },
    ),
    (
        "g1",
        Answers {
            fills: 395_468,
            volume: 99_270_025,
            notional: 9_913_910_529_186,
            hash: 0x7cc1_0327_63ad_86cc,
            state: 0xf6d3_2e29_659c_60f6,
            live: 402_850,
        },
    ),
];

pub fn names() -> impl Iterator<Item = &'static str> {
    SHAPES.iter().map(|shape| shape.name)
}

pub fn expected(name: &str) -> Answers {
    EXPECTED.iter().find(|(known, _)| *known == name).expect("a known workload").1
}

/// The best prices of each symbol, 0 for none, folded into one number.
pub fn state_hash(best: impl Iterator<Item = (u64, u64)>) -> u64 {
    let fold = |hash: u64, price: u64| (hash.rotate_left(7) ^ price).wrapping_mul(GOLDEN);
    best.fold(0, |hash, (bid, ask)| fold(fold(hash, bid), ask))
}

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// splitmix64.
struct Dice(u64);

impl Dice {
    fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: u32) -> u32 {
        (((self.draw() >> 32) * u64::from(bound)) >> 32) as u32
    }

    /// The distance from the mean of something nearly normal: the sum of four 16-bit numbers.
    fn distance(&mut self, sigma: u32) -> u32 {
        let drawn = self.draw();
        let sum = (drawn & 0xffff) + ((drawn >> 16) & 0xffff) + ((drawn >> 32) & 0xffff) + (drawn >> 48);
        (sum.abs_diff(131_070) * u64::from(sigma) / 37_837) as u32
    }
}

/// A symbol while commands for it are drawn.
struct Market {
    middle: u32,
    book: Naive,
    live: Vec<u32>,
}

pub fn generate(name: &str) -> Workload {
    let shape = SHAPES.iter().find(|shape| shape.name == name).expect("a known workload");
    let mut dice = Dice(shape.seed);
    let new = || Market { middle: 100_000, book: Naive::default(), live: Vec::new() };
    let mut markets: Vec<_> = (0..shape.symbols).map(|_| new()).collect();
    // Where each order is in its market's `live`.
    let mut places = vec![u32::MAX];
    let prefill = shape.resting as usize * markets.len();
    let mut ops = Vec::with_capacity(prefill + shape.timed);
    for at in 0..prefill + shape.timed {
        let symbol = if shape.symbols > 1 { dice.below(u32::from(shape.symbols)) as u16 } else { 0 };
        let market = &mut markets[usize::from(symbol)];
        let op = draw(&mut dice, shape, at < prefill, market, symbol, places.len() as u32);
        if op.kind != Kind::Cancel {
            places.push(u32::MAX);
        }
        let Market { book, live, .. } = market;
        let rests = book.run(&op, &mut Tally::default(), |gone| {
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
    Workload { name: shape.name, symbols: shape.symbols, prefill, ids: places.len(), ops }
}

/// The order of the draws is part of the definition.
fn draw(dice: &mut Dice, shape: &Shape, filling: bool, market: &mut Market, symbol: u16, next_id: u32) -> Op {
    let drift = dice.draw();
    if drift & 31 == 0 {
        market.middle = if drift & 32 == 0 { market.middle + 1 } else { market.middle - 1 };
    }
    #[derive(PartialEq)]
    enum Plan {
        Rest,
        Cancel,
        Trade,
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
    match plan {
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
    }
}
