//! Which commands: half of them rest, four in ten cancel, one in ten trades with the best of the other
//! side. All are of one quantity, so whoever takes takes one order wholly, and each command leads to
//! one event.

use crate::bots;
use contracts::ordering::{CancelOrder, OrderCommand, PlaceOrder};
use contracts::stream::Batch as Message;
use contracts::{
    OrderId, OrderType, Partitions, Price, Quantity, Side, StreamName, Symbol, TimeInForce, UserId,
};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, VecDeque};
use uuid::Uuid;

/// In a hundred.
const RESTING: u32 = 50;
const CANCELS: u32 = 40;
/// Those who rest, and as many others who take: nobody meets himself.
const USERS: u32 = 1_000;
/// So many ticks from the middle an order lies at most, and at least one.
const TICKS_MAX: i64 = 50;
const MIDDLE: i64 = bots::PRICE * bots::TICKS_PER_UNIT;
const FIRST_ORDER: u64 = 0x0190_0000_0000_7000;

/// A message of portfolio's.
pub struct Batch {
    pub partition: u16,
    /// The partition's commands up to this message's last.
    pub through: u64,
    pub count: usize,
    pub body: Vec<u8>,
}

pub struct Commands {
    rng: StdRng,
    books: Vec<Book>,
    streams: Vec<Stream>,
    batch: usize,
    /// Orders that were drawn.
    orders: u32,
}

/// What rests in a book, as far as it must be known to draw what follows.
struct Book {
    symbol: Symbol,
    partition: u16,
    /// By ticks from the middle: the best first. Numbers of canceled orders are left in it.
    sides: [BTreeMap<i64, VecDeque<u32>>; 2],
    live: Vec<u32>,
    /// Where in `live` each stands.
    places: FxHashMap<u32, usize>,
}

/// What is said to one partition.
struct Stream {
    name: StreamName,
    seq: u64,
    through: u64,
    commands: Vec<OrderCommand>,
}

impl Commands {
    pub fn new(partitions: Partitions, symbols: u16, batch: usize, seed: u64) -> Self {
        let book = |symbol: Symbol| Book {
            symbol,
            partition: partitions.of_symbol(symbol),
            sides: Default::default(),
            live: Vec::new(),
            places: FxHashMap::default(),
        };
        let stream = |partition| Stream {
            name: StreamName::from(format!("portfolio.0>matching.{partition}").as_str()),
            seq: 0,
            through: 0,
            commands: Vec::with_capacity(batch),
        };
        Commands {
            rng: StdRng::seed_from_u64(seed),
            books: (0..symbols).map(|number| book(bots::symbol(number))).collect(),
            streams: (0..partitions.symbols).map(stream).collect(),
            batch,
            orders: 0,
        }
    }

    /// Orders that rest.
    pub fn resting(&mut self, count: usize) -> Vec<Batch> {
        self.batches(count, Commands::rest)
    }

    /// Orders that trade with the best of the other side.
    pub fn taking(&mut self, count: usize) -> Vec<Batch> {
        self.batches(count, |commands, book| commands.take(book).unwrap_or_else(|| commands.rest(book)))
    }

    pub fn mixed(&mut self, count: usize) -> Vec<Batch> {
        self.batches(count, |commands, book| match commands.rng.random_range(0..100) {
            0..RESTING => commands.rest(book),
            n if n < RESTING + CANCELS => commands.cancel(book).unwrap_or_else(|| commands.rest(book)),
            _ => commands.take(book).unwrap_or_else(|| commands.rest(book)),
        })
    }

    fn batches(
        &mut self,
        count: usize,
        mut draw: impl FnMut(&mut Self, usize) -> OrderCommand,
    ) -> Vec<Batch> {
        let mut batches = Vec::with_capacity(count / self.batch + self.streams.len());
        for _ in 0..count {
            let book = self.rng.random_range(0..self.books.len());
            let partition = self.books[book].partition;
            let command = draw(self, book);
            let stream = &mut self.streams[usize::from(partition)];
            stream.commands.push(command);
            if stream.commands.len() == self.batch {
                batches.extend(stream.batch(partition));
            }
        }
        let rest = self.streams.iter_mut().zip(0..).filter_map(|(stream, partition)| stream.batch(partition));
        batches.extend(rest);
        batches
    }

    fn rest(&mut self, book: usize) -> OrderCommand {
        let (number, ticks) = (self.next(), self.rng.random_range(1..=TICKS_MAX));
        let side = if self.rng.random() { Side::Buy } else { Side::Sell };
        let book = &mut self.books[book];
        book.sides[side as usize].entry(ticks).or_default().push_back(number);
        book.places.insert(number, book.live.len());
        book.live.push(number);
        book.order(number, maker(number), side, price(side, ticks), TimeInForce::Gtc)
    }

    fn cancel(&mut self, book: usize) -> Option<OrderCommand> {
        let book = &mut self.books[book];
        if book.live.is_empty() {
            return None;
        }
        let number = book.live[self.rng.random_range(0..book.live.len())];
        book.gone(number);
        let (order_id, user_id, symbol) = (order_id(number), maker(number), book.symbol);
        Some(OrderCommand::CancelOrder(CancelOrder { order_id, user_id, symbol }))
    }

    fn take(&mut self, book: usize) -> Option<OrderCommand> {
        let side = if self.rng.random() { Side::Buy } else { Side::Sell };
        let terms = if self.rng.random() { TimeInForce::Gtc } else { TimeInForce::Ioc };
        let ticks = self.books[book].fill_best(side.opposite())?;
        let (number, book) = (self.next(), &self.books[book]);
        Some(book.order(number, taker(number), side, price(side.opposite(), ticks), terms))
    }

    fn next(&mut self) -> u32 {
        self.orders += 1;
        self.orders
    }
}

impl Book {
    fn gone(&mut self, number: u32) {
        let Some(place) = self.places.remove(&number) else { return };
        self.live.swap_remove(place);
        if let Some(moved) = self.live.get(place) {
            self.places.insert(*moved, place);
        }
    }

    /// Takes away who is first on a side, and tells how many ticks from the middle.
    fn fill_best(&mut self, side: Side) -> Option<i64> {
        loop {
            let mut best = self.sides[side as usize].first_entry()?;
            let ticks = *best.key();
            match best.get_mut().pop_front() {
                None => drop(best.remove()),
                Some(number) if self.places.contains_key(&number) => {
                    self.gone(number);
                    return Some(ticks);
                }
                Some(_) => {}
            }
        }
    }

    fn order(
        &self,
        number: u32,
        user_id: UserId,
        side: Side,
        price: Price,
        terms: TimeInForce,
    ) -> OrderCommand {
        OrderCommand::PlaceOrder(PlaceOrder {
            order_id: order_id(number),
            user_id,
            ordering: 0,
            symbol: self.symbol,
            side,
            order_type: OrderType::Limit,
            time_in_force: terms,
            post_only: false,
            quantity: Quantity::from_micros(10_000_000),
            price,
            tick_size: Price::from_micros(10_000),
            lot_size: Quantity::from_micros(1_000_000),
            special: None,
        })
    }
}

impl Stream {
    /// What has gathered, as a message.
    fn batch(&mut self, partition: u16) -> Option<Batch> {
        if self.commands.is_empty() {
            return None;
        }
        let count = self.commands.len();
        self.seq += 1;
        self.through += count as u64;
        let (stream, seq, at) = (self.name.clone(), self.seq, chrono::Utc::now());
        let message = Message { stream, seq, at, events: std::mem::take(&mut self.commands) };
        let body = serde_json::to_vec(&message).expect("our own messages are JSON");
        Some(Batch { partition, through: self.through, count, body })
    }
}

fn price(side: Side, ticks: i64) -> Price {
    let ticks = match side {
        Side::Buy => MIDDLE - ticks,
        Side::Sell => MIDDLE + ticks,
    };
    Price::from_micros(ticks * 10_000)
}

/// As a client's ids are: a time, then something random.
fn order_id(number: u32) -> OrderId {
    let random = (u64::from(number) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    OrderId(Uuid::from_u64_pair(FIRST_ORDER | (u64::from(number) << 16), random | 1 << 63))
}

fn maker(number: u32) -> UserId {
    bots::user_id(number % USERS)
}

fn taker(number: u32) -> UserId {
    bots::user_id(USERS + number % USERS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_have_no_gap_and_all_commands() {
        let partitions = Partitions { users: 1, symbols: 2 };
        let mut commands = Commands::new(partitions, 20, 30, 1);
        let batches = [commands.resting(500), commands.mixed(2_000)].concat_all();
        let mut next = [(1, 0); 2];
        for batch in &batches {
            let message: Message<OrderCommand> = serde_json::from_slice(&batch.body).unwrap();
            let (seq, through) = &mut next[usize::from(batch.partition)];
            *through += batch.count as u64;
            assert_eq!((message.seq, batch.through), (*seq, *through));
            assert_eq!(message.events.len(), batch.count);
            *seq += 1;
        }
        assert_eq!(batches.iter().map(|batch| batch.count).sum::<usize>(), 2_500);
    }

    trait ConcatAll {
        fn concat_all(self) -> Vec<Batch>;
    }

    impl<const N: usize> ConcatAll for [Vec<Batch>; N] {
        fn concat_all(self) -> Vec<Batch> {
            self.into_iter().flatten().collect()
        }
    }

    #[test]
    fn what_is_canceled_or_taken_rests() {
        let mut commands = Commands::new(Partitions { users: 1, symbols: 1 }, 1, 100, 7);
        let mut live = std::collections::BTreeSet::new();
        let (mut canceled, mut taken) = (0, 0);
        for batch in [commands.resting(50), commands.mixed(5_000)].concat_all() {
            let message: Message<OrderCommand> = serde_json::from_slice(&batch.body).unwrap();
            for command in message.events {
                match command {
                    OrderCommand::PlaceOrder(order) if order.user_id < taker(0) => {
                        assert!(live.insert((order.order_id, order.user_id)));
                    }
                    OrderCommand::PlaceOrder(_) => taken += 1,
                    OrderCommand::CancelOrder(cancel) => {
                        assert!(live.remove(&(cancel.order_id, cancel.user_id)));
                        canceled += 1;
                    }
                    OrderCommand::AmendOrder(_) => unreachable!("none is drawn"),
                }
            }
        }
        assert_eq!(live.len(), commands.books[0].live.len() + taken);
        assert!(canceled > 1_500 && taken > 300, "{canceled} canceled, {taken} taken");
    }
}
