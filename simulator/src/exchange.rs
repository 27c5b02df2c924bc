//! The whole exchange in one thread: databases, broker, instances and clients, and the moves that
//! a schedule is made of. Every move leaves the world in a state that could be.

use crate::broker::Broker;
use crate::client::{Clients, Told, Wish};
use crate::coverage::Coverage;
use crate::invariants::Lives;
use crate::plants::Plant;
use crate::twin::{Database, part};
use crate::worker::{Ended, Worker};
use chassis::Place;
use chassis::feeds::Feeds;
use chassis::settings::{Fees, Limits};
use contracts::{OrderId, Partitions, Timestamp, topology};
use rand::{SeedableRng, rngs::StdRng};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// A promise that was broken, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation(pub String);

/// As much of the past as a failure prints.
const LOG_LINES: usize = 400;
/// In the answer to a client's message.
const REFUSED: &[u8] = br#""status":"rejected""#;
/// A snapshot of the books every so many commands: often enough for a short schedule.
const SNAPSHOT_EVERY: u64 = 25;

pub struct Exchange {
    pub rng: StdRng,
    pub partitions: Partitions,
    pub databases: BTreeMap<&'static str, Database>,
    pub broker: Broker,
    pub workers: Vec<Worker>,
    pub clients: Clients,
    pub coverage: Coverage,
    /// True time since the schedule began.
    pub now_ms: u64,
    /// How far the wall clocks were moved, by the operator or by mistake.
    pub wall_ms: i64,
    pub plant: Option<Plant>,
    /// Every message of every kept stream that was ever committed.
    pub history: BTreeMap<String, Vec<Vec<u8>>>,
    /// Clients' messages that a committed step has answered, whether or not the answer arrived.
    pub decided: FxHashSet<String>,
    /// Those orders among them that were refused, if only once: delivered again, they may be taken.
    pub refused: FxHashSet<String>,
    pub log: VecDeque<String>,
    /// Every step of matching's journals, by partition.
    pub journal: BTreeMap<u16, Vec<Vec<u8>>>,
    pub lives: Lives,
    /// What the last harvest found wrong.
    pub broken: Option<String>,
    /// Commits of each database up to which it has been checked.
    pub checked: FxHashMap<&'static str, u64>,
    pub harvested: FxHashMap<&'static str, u64>,
    matching: matching::Shared,
    /// Who follows another market, if anybody does.
    pub feeds: Arc<Feeds>,
    instances: u32,
}

impl Exchange {
    pub fn new(seed: u64, partitions: Partitions, users: usize, plant: Option<Plant>, feeds: Feeds) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let databases =
            topology::SERVICES.iter().map(|service| (*service, Database::of(service, plant))).collect();
        let clients = Clients::new(partitions, users, &mut rng);
        let mut exchange = Exchange {
            rng,
            partitions,
            databases,
            broker: Broker::new(partitions, plant),
            workers: Vec::new(),
            clients,
            coverage: Coverage::default(),
            now_ms: 0,
            wall_ms: 0,
            plant,
            history: BTreeMap::new(),
            decided: FxHashSet::default(),
            refused: FxHashSet::default(),
            log: VecDeque::new(),
            journal: BTreeMap::new(),
            lives: Lives::default(),
            broken: None,
            checked: FxHashMap::default(),
            harvested: FxHashMap::default(),
            matching: matching::Shared::without_threads(SNAPSHOT_EVERY),
            feeds: Arc::new(feeds),
            instances: 0,
        };
        for place in exchange.places() {
            exchange.start(place);
        }
        exchange
    }

    pub fn places(&self) -> Vec<Place> {
        let of = |service: &'static str| {
            let partitions = self.partitions;
            (0..topology::partitions_of(service, partitions)).map(move |partition| Place {
                service,
                partition,
                partitions,
            })
        };
        topology::SERVICES.into_iter().flat_map(of).collect()
    }

    pub fn log(&mut self, line: impl FnOnce() -> String) {
        if self.log.len() == LOG_LINES {
            self.log.pop_front();
        }
        let line = format!("{:>8} ms  {}", self.now_ms, line());
        self.log.push_back(line);
    }

    /// By the clock of whoever has this skew.
    pub fn clock(&self, skew_ms: i64) -> Timestamp {
        let micros = 1_767_225_600_000_000 + (self.now_ms as i64 + self.wall_ms + skew_ms) * 1_000;
        Timestamp::from_timestamp_micros(micros).expect("a time of this century")
    }

    /// Another instance of a partition.
    pub fn start(&mut self, place: Place) -> usize {
        self.instances += 1;
        let (id, database, plant) = (self.instances, &self.databases[place.service], self.plant);
        let fees = Fees { maker_basis_points: 10, taker_basis_points: 25 };
        let worker = match place.service {
            topology::ACCOUNTS => Worker::start::<accounts::Accounts>(id, place, (), database, plant),
            topology::STOCK_DATA => {
                Worker::start::<stock_data::StockData>(id, place, self.feeds.clone(), database, plant)
            }
            topology::ORDERING => {
                let shared = ordering::Shared { limits: limits(), fees };
                Worker::start::<ordering::Ordering>(id, place, shared, database, plant)
            }
            topology::PORTFOLIO => {
                Worker::start::<portfolio::Portfolio>(id, place, portfolio::Shared { fees }, database, plant)
            }
            topology::MATCHING => {
                Worker::start::<matching::Matching>(id, place, self.matching.clone(), database, plant)
            }
            other => panic!("{other} is no service"),
        };
        self.workers.push(worker);
        self.workers.len() - 1
    }

    /// Kills an instance: its memory, its open transaction and its connections are gone.
    pub fn kill(&mut self, at: usize) {
        let worker = self.workers.swap_remove(at);
        self.broker.close(&worker.place.name(), worker.id);
        drop(worker);
        // What it had committed without saying so is found now.
        self.harvest();
    }

    pub fn is_stopped(&self, at: usize) -> bool {
        self.workers[at].stopped_until_ms > self.now_ms
    }

    pub fn is_consuming(&self, at: usize) -> bool {
        let worker = &self.workers[at];
        self.broker.queues[&worker.place.name()].consumer == Some(worker.id)
    }

    /// A queue without a consumer takes the next that is there; without any, one is started.
    pub fn consume(&mut self, place: Place) {
        let name = place.name();
        if self.broker.queues[&name].consumer.is_some() {
            return;
        }
        let ours = |(at, w): (usize, &Worker)| (w.place.name() == name).then_some(at);
        let at = self.workers.iter().enumerate().find_map(ours).unwrap_or_else(|| self.start(place));
        let id = self.workers[at].id;
        self.workers[at].consumes();
        self.broker.queue(&name).consumer = Some(id);
        self.log(|| format!("{name}: instance {id} consumes"));
    }

    /// Takes up to `most` deliveries for the next step.
    pub fn gather(&mut self, at: usize, most: usize) {
        if !self.is_consuming(at) || !self.workers[at].wants_a_batch() {
            return;
        }
        let name = self.workers[at].place.name();
        let (letters, tag) = self.broker.take(&name, most);
        if letters.is_empty() {
            return;
        }
        for letter in &letters {
            self.cover(&letter.incoming);
        }
        let count = letters.len();
        self.workers[at].give(letters.into_iter().map(|letter| letter.incoming).collect(), tag);
        let id = self.workers[at].id;
        self.log(|| format!("{name}: instance {id} takes {count}"));
    }

    /// Whether something is due for an instance, by its clock.
    pub fn is_due(&self, at: usize) -> bool {
        self.workers[at].is_due(self.clock(self.workers[at].skew_ms))
    }

    /// Whether it may take a step for that now.
    pub fn may_wake(&self, at: usize) -> bool {
        self.workers[at].may_wake(self.clock(self.workers[at].skew_ms), self.now_ms)
    }

    /// An instance takes a step that no message asked for.
    pub fn wake(&mut self, at: usize) {
        let now_ms = self.now_ms;
        let worker = &mut self.workers[at];
        worker.wake(now_ms);
        let (name, id) = (worker.place.name(), worker.id);
        self.coverage.note("wake");
        self.log(|| format!("{name}: instance {id} wakes for what is due"));
    }

    /// Advances an instance: by one statement, or as far as it goes.
    pub fn poll(&mut self, at: usize, to_the_end: bool) -> Result<(), Violation> {
        let clock = self.clock(self.workers[at].skew_ms);
        let worker = &mut self.workers[at];
        let before = worker.faults_and_fences();
        let done = worker.poll(clock, to_the_end);
        let (name, id, after) = (worker.place.name(), worker.id, worker.faults_and_fences());
        self.coverage.add("fence: found another instance", after.1 - before.1);
        if after.0 > before.0 {
            self.log(|| format!("{name}: the step of instance {id} failed, it rereads"));
        }
        match done {
            None => {}
            Some(Ended::Left) => {
                self.coverage.note("fence: left the partition");
                self.broker.close(&name, id);
                self.log(|| format!("{name}: instance {id} leaves it to another"));
            }
            Some(Ended::Failed) => {
                self.coverage.note("wake: failed");
                self.log(|| format!("{name}: the step that instance {id} owed to the time failed"));
            }
            Some(Ended::Committed(answered)) => {
                for (number, body) in answered {
                    if body.windows(REFUSED.len()).any(|part| part == REFUSED) {
                        self.refused.insert(number.clone());
                    }
                    self.decided.insert(number);
                }
                self.log(|| format!("{name}: instance {id} committed a step"));
            }
        }
        self.harvest();
        self.check_now()
    }

    pub fn publish(&mut self, at: usize) {
        let now_ms = self.now_ms;
        self.workers[at].publish(now_ms);
    }

    /// Moves one message or confirmation between an instance and the broker.
    pub fn carry(&mut self, at: usize, confirm_first: bool) {
        let worker = &mut self.workers[at];
        worker.publisher.carry(&mut self.broker, worker.id, confirm_first);
    }

    pub fn tick(&mut self, at: usize) {
        let (now_ms, clock) = (self.now_ms, self.clock(self.workers[at].skew_ms));
        let worker = &mut self.workers[at];
        let database = &self.databases[worker.place.service];
        let rows = |database: &Database| database.lock().tables.rows("outbox").count();
        let before = rows(database);
        let consumes = worker.knows_to_consume();
        worker.publisher.tick(now_ms, clock, consumes);
        worker.publisher.settle(&mut self.broker, worker.id);
        if rows(database) < before {
            self.coverage.note("outbox: pruned");
        }
    }

    /// The client sends what it wants, once more if need be.
    pub fn send(&mut self, op: usize) {
        let clock = self.clock(0);
        let now_ms = self.now_ms;
        let op = &mut self.clients.ops[op];
        op.copies += 1;
        op.sent_ms = now_ms;
        let (incoming, key) = op.message(clock);
        if op.is_order() {
            self.broker.publish_order(op.user, incoming, op.number);
        } else {
            self.broker.publish(&key, &incoming, op.number);
        }
        let line = format!("client sends {} ({:?}, copy {})", op.number, op.wish, op.copies);
        self.log(|| line);
    }

    /// Answers reach the clients. What is answered with yes must be there.
    pub fn hear(&mut self) -> Result<(), Violation> {
        while let Some((number, body)) = self.broker.replies.pop_front() {
            let number: u64 = number.parse().expect("our own numbers");
            let Some(op) = self.clients.hear(number, &body).cloned() else { continue };
            let (kind, there) = match op.wish {
                Wish::Place { order_id, exit } => {
                    let is_there = |id: OrderId| self.row_exists(topology::ORDERING, "orders", &[id.0]);
                    ("an order", is_there(order_id) && exit.is_none_or(is_there))
                }
                Wish::Cancel { .. } => ("a cancel", true),
                Wish::Amend { order_id } => {
                    ("an amendment", self.row_exists(topology::ORDERING, "orders", &[order_id.0]))
                }
                Wish::CancelMany => ("a cancel of many", true),
                Wish::Move { id } => {
                    ("money", self.row_exists(topology::PORTFOLIO, "movements", &[id, op.user.0]))
                }
                Wish::Command => ("a command", true),
            };
            let yes = op.told == Told::Yes;
            self.coverage.note(&format!("told of {kind}: {}", if yes { "yes" } else { "no" }));
            if let Told::No(Some(code)) = op.told {
                self.coverage.note(&format!("refused {kind}: {code}"));
            }
            if yes && !there {
                let wish = &self.clients.ops[number as usize - 1].wish;
                return Err(Violation(format!(
                    "the client was told yes to {number} ({wish:?}), which is not stored"
                )));
            }
        }
        Ok(())
    }

    fn row_exists(&self, service: &str, table: &str, key: &[uuid::Uuid]) -> bool {
        let key = key.iter().map(|id| part(&(*id).into())).collect();
        self.databases[service].lock().tables.get(table, &key).is_some()
    }
}

fn limits() -> Limits {
    Limits {
        open_orders_per_user: 10,
        requests_per_user: 1,
        requests_per_address: 1,
        market_collar_basis_points: 500,
        step_interval_ms: 0,
        price_interval_ms: 0,
        step_inputs: 1_000,
        prefetch: 1_000,
        snapshot_every: SNAPSHOT_EVERY,
        outbox_kept_s: 3,
        logbook_bytes: 0,
    }
}
