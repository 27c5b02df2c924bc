//! The books that take part, each behind the same three questions.

use crate::naive::Naive;
use crate::tally::Tally;
use crate::workload::{Kind, Op, Workload};
use chrono::{DateTime, Utc};
use contracts::matching::{MatchingEvent, Party};
use contracts::{OrderId, Price, Quantity, Side, UserId};
use matching::domain::{Book, Command, Engine, Incoming, Stopped, Terms};
use uuid::Uuid;

pub trait Contender {
    /// Carries out these of the workload's commands, and tells every fill.
    fn run(&mut self, ops: std::ops::Range<usize>, tally: &mut Tally);
    /// The best bid and ask of each symbol, 0 for none.
    fn best(&self) -> Vec<(u64, u64)>;
    fn live(&self) -> usize;
}

type Make = for<'a> fn(&'a Workload) -> Box<dyn Contender + 'a>;

pub const CONTENDERS: [(&str, Make); 3] = [
    ("engine", |workload| Box::new(Engines::new(workload))),
    ("book", |workload| Box::new(Books::new(workload))),
    ("naive", |workload| Box::new(Naives::new(workload))),
];

fn side(op: &Op) -> Side {
    if op.buys { Side::Buy } else { Side::Sell }
}

/// The core of the project's book: numbers in, fills out.
struct Engines<'a> {
    ops: &'a [Op],
    books: Vec<Engine>,
    /// The engine's number of each order that rests, by the workload's id.
    numbers: Vec<u32>,
    /// And back: for each engine, by its number.
    ids: Vec<Vec<u32>>,
    done: Vec<u32>,
}

const GONE: u32 = u32::MAX;

impl<'a> Engines<'a> {
    fn new(workload: &'a Workload) -> Self {
        let symbols = usize::from(workload.symbols);
        Engines {
            ops: &workload.ops,
            books: (0..symbols).map(|_| Engine::with_capacity(0)).collect(),
            numbers: vec![GONE; workload.ids],
            ids: vec![Vec::new(); symbols],
            done: Vec::with_capacity(1024),
        }
    }
}

impl Contender for Engines<'_> {
    fn run(&mut self, ops: std::ops::Range<usize>, tally: &mut Tally) {
        let Engines { books, numbers, ids, done, .. } = self;
        for op in &self.ops[ops] {
            let (engine, ids) = (&mut books[usize::from(op.symbol)], &mut ids[usize::from(op.symbol)]);
            if op.kind == Kind::Cancel {
                let at = std::mem::replace(&mut numbers[op.id as usize], GONE);
                if at != GONE {
                    engine.unlink(at);
                    engine.free(at);
                }
                continue;
            }
            // Everybody is somebody else.
            let at = engine.admit(side(op), i64::from(op.price), i64::from(op.quantity), op.id);
            let stopped = engine.take(
                at,
                |_| true,
                |fill| {
                    let maker = ids[fill.maker as usize];
                    tally.fill(u64::from(op.id), u64::from(maker), fill.price as u64, fill.lots as u64);
                    if fill.maker_done {
                        numbers[maker as usize] = GONE;
                        done.push(fill.maker);
                    }
                },
            );
            done.drain(..).for_each(|at| engine.free(at));
            if stopped == Stopped::Filled || op.kind == Kind::ImmediateOrCancel {
                engine.free(at);
                continue;
            }
            engine.rest(at);
            numbers[op.id as usize] = at;
            match ids.get_mut(at as usize) {
                Some(place) => *place = op.id,
                None => {
                    ids.resize(at as usize, GONE);
                    ids.push(op.id);
                }
            }
        }
    }

    fn best(&self) -> Vec<(u64, u64)> {
        let best = |engine: &Engine, side| engine.best(side).unwrap_or(0) as u64;
        self.books.iter().map(|engine| (best(engine, Side::Buy), best(engine, Side::Sell))).collect()
    }

    fn live(&self) -> usize {
        self.numbers.iter().filter(|number| **number != GONE).count()
    }
}

/// The book as matching uses it: commands with ids and units in, the events it says out.
struct Books {
    commands: Vec<(u16, Command)>,
    books: Vec<Book>,
    events: Vec<MatchingEvent>,
}

impl Books {
    fn new(workload: &Workload) -> Self {
        let symbol = |n: u16| format!("S{n}").parse().expect("a symbol");
        Books {
            commands: workload.ops.iter().map(|op| (op.symbol, command(op))).collect(),
            books: (0..workload.symbols).map(|n| Book::new(symbol(n))).collect(),
            events: Vec::with_capacity(1024),
        }
    }
}

/// As a client's ids are: a time, then something random. Here both say which order it is.
fn id(n: u32) -> Uuid {
    let mixed = (u64::from(n) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    Uuid::from_u64_pair(0x0190_0000_0000_7000 | (u64::from(n) << 20), (mixed & !0xffff_ffff) | u64::from(n))
}

fn number(id: Uuid) -> u64 {
    id.as_u64_pair().1 & 0xffff_ffff
}

fn command(op: &Op) -> Command {
    let (order_id, user_id) = (OrderId(id(op.id)), UserId(id(op.id)));
    let terms = match op.kind {
        Kind::Limit => Terms::Rest,
        Kind::ImmediateOrCancel => Terms::Immediate,
        Kind::Cancel => return Command::Cancel { order_id, user_id },
    };
    let (tick, lot) = (Price::from_micros(10_000), Quantity::from_micros(1_000_000));
    let price = Price::from_micros(i64::from(op.price) * tick.micros());
    let quantity = Quantity::from_micros(i64::from(op.quantity) * lot.micros());
    let party = Party { order_id, user_id, ordering: 0 };
    let incoming = Incoming::new(party, (side(op), terms), (price, quantity), (tick, lot));
    Command::Place(incoming.expect("whole ticks and lots"))
}

impl Contender for Books {
    fn run(&mut self, ops: std::ops::Range<usize>, tally: &mut Tally) {
        let now: DateTime<Utc> = DateTime::UNIX_EPOCH;
        for (symbol, command) in &self.commands[ops] {
            self.books[usize::from(*symbol)].run(command, now, &mut self.events);
            for event in self.events.drain(..) {
                if let MatchingEvent::OrderFilled(filled) = event {
                    let (taker, maker) = (number(filled.taker.order_id.0), number(filled.maker.order_id.0));
                    let price = filled.price.micros() as u64 / 10_000;
                    tally.fill(taker, maker, price, filled.quantity.micros() as u64 / 1_000_000);
                }
            }
        }
    }

    fn best(&self) -> Vec<(u64, u64)> {
        let ticks = |side: &[(Price, Quantity)]| side.first().map_or(0, |(p, _)| p.micros() as u64 / 10_000);
        self.books
            .iter()
            .map(|book| book.depth())
            .map(|depth| (ticks(&depth.bids), ticks(&depth.asks)))
            .collect()
    }

    fn live(&self) -> usize {
        self.books.iter().map(|book| book.resting().count()).sum()
    }
}

struct Naives<'a> {
    ops: &'a [Op],
    books: Vec<Naive>,
}

impl<'a> Naives<'a> {
    fn new(workload: &'a Workload) -> Self {
        Naives { ops: &workload.ops, books: (0..workload.symbols).map(|_| Naive::default()).collect() }
    }
}

impl Contender for Naives<'_> {
    fn run(&mut self, ops: std::ops::Range<usize>, tally: &mut Tally) {
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
