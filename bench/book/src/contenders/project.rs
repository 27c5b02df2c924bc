//! The project's own: its engine alone, and the whole book. All that is known here of the project
//! is known in this file, and in the one below it.

mod actor;
mod special;

pub use actor::Actors;
pub use special::{Speciality, specialities};

use super::Contender;
use crate::allocations::uncounted;
use crate::tally::Tally;
use crate::workload::{Kind, Op, Workload};
use chrono::{DateTime, Utc};
use contracts::matching::{MatchingEvent, OrderFilled, Party};
use contracts::{OrderId, Price, Quantity, Side, Symbol, UserId};
use domain::{Book, Command, Engine, Incoming, Stopped, Terms, ahead, fetch};
use std::ops::Range;
use uuid::Uuid;

fn side(op: &Op) -> Side {
    if op.buys { Side::Buy } else { Side::Sell }
}

/// The core of the project's book: numbers in, fills out. The ids are the caller's own numbers.
pub struct Engines<'a> {
    ops: &'a [Op],
    books: Vec<Engine>,
    /// The engine's number of each order that rests, by the workload's id.
    numbers: Vec<u32>,
}

const GONE: u32 = u32::MAX;
/// So many commands come together at most (`limits.batch_messages` and what they hold).
const BATCH: usize = 500;

impl<'a> Engines<'a> {
    pub fn new(workload: &'a Workload) -> Self {
        let symbols = usize::from(workload.symbols);
        Engines {
            ops: &workload.ops,
            books: (0..symbols).map(|_| Engine::with_capacity(0)).collect(),
            numbers: uncounted(|| vec![GONE; workload.ids]),
        }
    }
}

impl Engines<'_> {
    /// As a book foresees a batch's commands (`ahead.rs` there).
    #[inline]
    fn foresee(&self, at: usize) {
        if let Some(op) = self.ops.get(at + ahead::FIND) {
            fetch(&self.numbers, op.id as usize);
        }
        if let Some(op) = self.ops.get(at + ahead::ORDER) {
            let engine = &self.books[usize::from(op.symbol)];
            match op.kind {
                Kind::Cancel => engine.foresee(self.numbers[op.id as usize]),
                Kind::Limit | Kind::ImmediateOrCancel => engine.foresee_level(side(op), i64::from(op.price)),
            }
        }
        if let Some(op) = self.ops.get(at + ahead::NEIGHBOURS) {
            let engine = &self.books[usize::from(op.symbol)];
            match op.kind {
                Kind::Cancel => engine.foresee_leaving(self.numbers[op.id as usize]),
                Kind::Limit | Kind::ImmediateOrCancel => engine.foresee_coming(side(op), i64::from(op.price)),
            }
        }
    }

    #[inline]
    fn run_one(&mut self, op: &Op, tally: &mut Tally) {
        let Engines { books, numbers, .. } = self;
        let engine = &mut books[usize::from(op.symbol)];
        if op.kind == Kind::Cancel {
            let at = std::mem::replace(&mut numbers[op.id as usize], GONE);
            if at != GONE {
                engine.unlink(at);
                engine.free(at);
            }
            return;
        }
        // Everybody is somebody else.
        let at = engine.admit(side(op), i64::from(op.price), i64::from(op.quantity), op.id, ());
        let stopped = engine.take(at, |fill| {
            tally.fill(u64::from(op.id), u64::from(fill.user), fill.price as u64, fill.lots as u64);
            if fill.maker_done {
                numbers[fill.user as usize] = GONE;
            }
        });
        if stopped == Stopped::Filled || op.kind == Kind::ImmediateOrCancel {
            engine.free(at);
            return;
        }
        engine.rest(at);
        numbers[op.id as usize] = at;
    }
}

impl Contender for Engines<'_> {
    fn run(&mut self, ops: Range<usize>, tally: &mut Tally) {
        let all = self.ops;
        let mut foresees = false;
        for at in ops {
            if at % BATCH == 0 {
                foresees = self.books.iter().any(Engine::is_large);
            }
            if foresees {
                self.foresee(at);
            }
            self.run_one(&all[at], tally);
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

/// The book as matching uses it: batches of commands with ids and units in, the events that it says
/// out. A batch's commands come to each book together, as matching gathers them.
pub struct Books {
    commands: Vec<Command>,
    /// Which book each is for.
    symbols: Vec<u16>,
    books: Vec<Book>,
    events: Vec<MatchingEvent>,
    fills: Vec<OrderFilled>,
}

const TICK: Price = Price::from_micros(10_000);
const LOT: Quantity = Quantity::from_micros(1_000_000);

impl Books {
    pub fn new(workload: &Workload) -> Self {
        let (commands, symbols) = uncounted(|| {
            let (ops, symbols) = gathered(workload);
            (ops.iter().map(command).collect(), symbols)
        });
        Books {
            commands,
            symbols,
            books: books(workload),
            events: Vec::with_capacity(1024),
            fills: Vec::with_capacity(1024),
        }
    }
}

/// The fills of a batch, in the order of the commands whichever book they are of: takers are numbered
/// as they come.
fn tell(fills: &mut Vec<OrderFilled>, books: usize, tally: &mut Tally) {
    if books > 1 {
        fills.sort_unstable_by_key(|fill| (number(fill.taker.order_id.0), fill.sequence));
    }
    for fill in fills.drain(..) {
        let (taker, maker) = (number(fill.taker.order_id.0), number(fill.maker.order_id.0));
        let price = fill.price.micros() as u64 / TICK.micros() as u64;
        tally.fill(taker, maker, price, fill.quantity.micros() as u64 / LOT.micros() as u64);
    }
}

fn fills(events: &[MatchingEvent]) -> impl Iterator<Item = OrderFilled> + '_ {
    events.iter().filter_map(|event| match event {
        MatchingEvent::OrderFilled(filled) => Some(*filled),
        _ => None,
    })
}

/// The commands in the order in which they come to the books, and for which book each is: a batch's
/// for each book together, as matching gathers them.
fn gathered(workload: &Workload) -> (Vec<Op>, Vec<u16>) {
    let (mut ops, mut buys) = (workload.ops.clone(), vec![false; workload.ids]);
    for op in &mut ops {
        match op.kind {
            Kind::Limit | Kind::ImmediateOrCancel => buys[op.id as usize] = op.buys,
            // As the order that it cancels.
            Kind::Cancel => op.buys = buys[op.id as usize],
        }
    }
    ops.chunks_mut(BATCH).for_each(|batch| batch.sort_by_key(|op| op.symbol));
    let symbols = ops.iter().map(|op| op.symbol).collect();
    (ops, symbols)
}

fn books(workload: &Workload) -> Vec<Book> {
    (0..workload.symbols).map(|n| Book::new(symbol(n))).collect()
}

fn symbol(n: u16) -> Symbol {
    format!("S{n}").parse().expect("a symbol")
}

/// As a client's ids are: a time, then something random. Here both say which order it is.
fn id(n: u32) -> Uuid {
    let mixed = (u64::from(n) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    Uuid::from_u64_pair(0x0190_0000_0000_7000 | (u64::from(n) << 20), (mixed & !0xffff_ffff) | u64::from(n))
}

/// The workloads know no users, and nobody there is kept from trading: so those who buy are others
/// than those who sell.
fn user(op: &Op) -> UserId {
    UserId(id(op.id % USERS * 2 + u32::from(op.buys)))
}

/// On each side: as many as an exchange is measured with (`exchange load`).
const USERS: u32 = 1_000;

fn number(id: Uuid) -> u64 {
    id.as_u64_pair().1 & 0xffff_ffff
}

fn command(op: &Op) -> Command {
    match op.kind {
        Kind::Limit => place(op, Terms::Rest),
        Kind::ImmediateOrCancel => place(op, Terms::Immediate),
        Kind::Cancel => Command::Cancel { order_id: OrderId(id(op.id)), user_id: user(op) },
    }
}

fn place(op: &Op, terms: Terms) -> Command {
    let party = Party { order_id: OrderId(id(op.id)), user_id: user(op), ordering: 0 };
    let (price, quantity) = (limit(op.price), amount(op.quantity));
    let incoming = Incoming::new(party, (side(op), terms), (price, quantity), (TICK, LOT));
    Command::Place(incoming.expect("whole ticks and lots"))
}

fn limit(ticks: u32) -> Price {
    Price::from_micros(i64::from(ticks) * TICK.micros())
}

fn amount(lots: u32) -> Quantity {
    Quantity::from_micros(i64::from(lots) * LOT.micros())
}

impl Contender for Books {
    fn run(&mut self, ops: Range<usize>, tally: &mut Tally) {
        let now: DateTime<Utc> = DateTime::UNIX_EPOCH;
        let end = ops.end;
        for begin in ops.step_by(BATCH) {
            let batch = begin..end.min(begin + BATCH);
            let mut commands = &self.commands[batch.clone()];
            for run in self.symbols[batch].chunk_by(|one, next| one == next) {
                let (these, others) = commands.split_at(run.len());
                self.books[usize::from(run[0])].run_batch(these, now, &mut self.events);
                commands = others;
            }
            self.fills.extend(fills(&self.events));
            self.events.clear();
            tell(&mut self.fills, self.books.len(), tally);
        }
    }

    fn best(&self) -> Vec<(u64, u64)> {
        best(&self.books)
    }

    fn live(&self) -> usize {
        live(&self.books)
    }
}

fn best(books: &[Book]) -> Vec<(u64, u64)> {
    let ticks = |side: &[(Price, Quantity)]| {
        side.first().map_or(0, |(price, _)| (price.micros() / TICK.micros()) as u64)
    };
    let depths = books.iter().map(|book| book.depth());
    depths.map(|depth| (ticks(&depth.bids), ticks(&depth.asks))).collect()
}

fn live(books: &[Book]) -> usize {
    books.iter().map(|book| book.resting().count()).sum()
}
