//! One schedule: moves drawn from a seed, with everything going wrong that can; then quiet, in
//! which everything must come to rest, and everybody must agree.

use crate::client::{first_symbol, messages};
use crate::coverage::Coverage;
use crate::exchange::{Exchange, Violation};
use crate::plants::Plant;
use chassis::feeds::{Feeds, Simulated};
use contracts::Partitions;
use contracts::stock_data::{FeedSource, InstrumentState, TradingRules};
use rand::RngExt;

/// What makes a schedule what it is: the same gives the same, move by move.
#[derive(Clone, Copy, Debug)]
pub struct Schedule {
    pub seed: u64,
    /// Moves before the quiet.
    pub steps: u32,
    pub plant: Option<Plant>,
}

/// How a schedule went.
pub struct Ran {
    pub coverage: Coverage,
    pub outcome: Result<Ending, Failure>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    Sound,
    /// A message was in flight at so many faults that it was parked, as it should be (`parking.rs`).
    /// What depends on it waits for an operator, so nothing more can be said.
    Parked,
}

/// A promise was broken: which, and what led to it.
#[derive(Clone, Debug)]
pub struct Failure {
    pub schedule: Schedule,
    pub violation: Violation,
    pub log: Vec<String>,
}

/// What an instance may do next.
#[derive(Clone, Copy)]
enum Move {
    Poll,
    Gather,
    Wake,
    Publish,
    Carry,
    Tick,
}

/// Every date that an order of a client's is good till is over then, by whoever's clock.
const ALL_DATES_MS: u64 = 30_000;
/// Most deliveries that a step takes.
const BATCH_MAX: usize = 12;
/// In one schedule of so many, the first symbol follows another market.
const FEEDS_ONE_IN: u64 = 4;
const PARKED_FOR_ITS_ATTEMPTS: &str = "ended its process";

/// One that is silent for too long every now and then.
fn feeds() -> Feeds {
    Feeds {
        sources: vec![FeedSource::Simulated],
        stale_after_ms: 2_000,
        simulated: Simulated { instruments: vec![first_symbol()], seed: 0 },
        ..Feeds::default()
    }
}

impl Schedule {
    pub fn run(self) -> Ran {
        // One seed in three has one partition of everything, the others several.
        let parts = if self.seed.is_multiple_of(3) { 1 } else { 2 };
        let partitions = Partitions { users: parts, symbols: parts };
        let feeds = if self.seed.is_multiple_of(FEEDS_ONE_IN) { feeds() } else { Feeds::default() };
        let mut exchange = Exchange::new(self.seed, partitions, 4 + usize::from(parts), self.plant, feeds);
        let result = exchange.play(self.steps);
        if let Ok(stream) = std::env::var("SIM_DUMP") {
            for body in exchange.history.get(&stream).into_iter().flatten() {
                println!("{}", String::from_utf8_lossy(body));
            }
        }
        let outcome = match result {
            Ok(()) => Ok(Ending::Sound),
            Err(_) if self.plant.is_none() && exchange.parked_for_its_attempts() => Ok(Ending::Parked),
            Err(violation) => {
                Err(Failure { schedule: self, violation, log: exchange.log.iter().cloned().collect() })
            }
        };
        Ran { coverage: exchange.coverage, outcome }
    }
}

impl Exchange {
    fn play(&mut self, steps: u32) -> Result<(), Violation> {
        self.open()?;
        self.log.clear();
        for _ in 0..steps {
            self.step()?;
        }
        self.lift_price_bands();
        self.quiet()?;
        self.check_all()?;
        // Whoever is chosen now, whatever his memory: what waits for a time alone must have happened then.
        self.quiet_for(ALL_DATES_MS)?;
        self.check_all()
    }

    /// Whoever waits at the edge of a band halts his stock again and again, and nothing comes to rest.
    fn lift_price_bands(&mut self) {
        for n in 0..self.clients.symbols.len() {
            let rules = TradingRules { price_band: None, ..messages::rules(&mut self.rng) };
            let op = self.clients.list(n, InstrumentState::Open, rules);
            self.send(op);
        }
    }

    fn parked_for_its_attempts(&self) -> bool {
        let parked = |database: &crate::twin::Database| {
            let state = database.lock();
            let mut rows = state.tables.rows("parked");
            rows.any(|row| {
                crate::twin::text(row, "reason").is_some_and(|r| r.starts_with(PARKED_FOR_ITS_ATTEMPTS))
            })
        };
        self.databases.values().any(parked)
    }

    /// People, instruments, cash and shares, without any trouble.
    fn open(&mut self) -> Result<(), Violation> {
        for n in 0..self.clients.users.len() {
            let op = self.clients.register(n, &mut self.rng);
            self.send(op);
        }
        for n in 0..self.clients.symbols.len() {
            let rules = messages::rules(&mut self.rng);
            let op = self.clients.list(n, InstrumentState::Open, rules);
            self.send(op);
        }
        self.quiet()?;
        for n in 0..self.clients.users.len() {
            let op = self.clients.move_cash(n, 150, &mut self.rng);
            self.send(op);
            for symbol in 0..self.clients.symbols.len() {
                let op = self.clients.deposit_shares(n, symbol, 10, &mut self.rng);
                self.send(op);
            }
        }
        self.quiet()
    }

    /// One move.
    fn step(&mut self) -> Result<(), Violation> {
        self.now_ms += self.rng.random_range(0..12);
        match self.rng.random_range(0..1_000) {
            0..150 => self.client_moves(),
            150..930 => self.instance_moves()?,
            930..950 => self.time_passes(),
            _ => self.trouble(),
        }
        self.hear()
    }

    fn client_moves(&mut self) {
        let now = self.clock(0);
        if self.feeds.is_on(FeedSource::Simulated) && self.rng.random_bool(0.08) {
            let op = self.clients.quote(now, &mut self.rng);
            return self.send(op);
        }
        let (rng, clients) = (&mut self.rng, &mut self.clients);
        let n = rng.random_range(0..clients.users.len());
        let op = match rng.random_range(0..100) {
            0..56 => Some(clients.place(now, rng)),
            56..68 => clients.cancel(rng),
            68..76 => clients.amend(rng),
            76..78 => Some(clients.cancel_many(rng)),
            78..81 => Some(clients.move_cash(n, rng.random_range(1..60), rng)),
            81..84 => Some(clients.move_cash(n, -rng.random_range(1..60), rng)),
            84..86 => Some(clients.register(n, rng)),
            86..91 => {
                let halted = rng.random_bool(0.15);
                let state = if halted { InstrumentState::Halted } else { InstrumentState::Open };
                let rules = messages::rules(rng);
                Some(clients.list(rng.random_range(0..clients.symbols.len()), state, rules))
            }
            _ => {
                let ops = clients.ops.iter().enumerate();
                let waiting: Vec<usize> = ops.filter(|(_, op)| op.asks_again()).map(|(at, _)| at).collect();
                (!waiting.is_empty()).then(|| waiting[rng.random_range(0..waiting.len())])
            }
        };
        if let Some(op) = op {
            self.send(op);
        }
    }

    /// An instance does one of the things that it could do.
    fn instance_moves(&mut self) -> Result<(), Violation> {
        let places = self.places();
        let place = places[self.rng.random_range(0..places.len())];
        self.consume(place);
        let at = self.rng.random_range(0..self.workers.len());
        if self.is_stopped(at) {
            return Ok(());
        }
        let worker = &self.workers[at];
        let waiting = self.is_consuming(at) && !self.broker.queues[&worker.place.name()].ready.is_empty();
        let moves = [
            (worker.is_busy(), Move::Poll),
            (waiting && worker.wants_a_batch(), Move::Gather),
            (self.may_wake(at), Move::Wake),
            (worker.has_finished(), Move::Publish),
            (worker.publisher.has_mail(), Move::Carry),
            (self.rng.random_bool(0.15), Move::Tick),
        ];
        let possible: Vec<Move> = moves.into_iter().filter(|(now, _)| *now).map(|(_, one)| one).collect();
        if possible.is_empty() {
            return Ok(());
        }
        match possible[self.rng.random_range(0..possible.len())] {
            Move::Poll => {
                let to_the_end = self.rng.random_bool(0.5);
                self.poll(at, to_the_end)?;
            }
            Move::Gather => {
                let most = self.rng.random_range(1..=BATCH_MAX);
                self.gather(at, most);
            }
            Move::Wake => self.wake(at),
            Move::Publish => self.publish(at),
            Move::Carry => {
                for _ in 0..self.rng.random_range(1..6) {
                    let confirm_first = self.rng.random_bool(0.4);
                    self.carry(at, confirm_first);
                }
            }
            Move::Tick => {
                self.now_ms += self.rng.random_range(0..300);
                self.tick(at);
            }
        }
        Ok(())
    }

    fn time_passes(&mut self) {
        match self.rng.random_range(0..12) {
            0 => {
                self.wall_ms += self.rng.random_range(1_000..5_400_000);
                self.coverage.note("clock: forward");
                self.log(|| "the clock jumps forward".to_owned());
            }
            1 => {
                self.wall_ms -= self.rng.random_range(1_000..5_400_000);
                self.coverage.note("clock: back");
                self.log(|| "the clock jumps back".to_owned());
            }
            2 => {
                let at = self.rng.random_range(0..self.workers.len());
                self.workers[at].skew_ms = self.rng.random_range(-3_000..3_000);
            }
            _ => self.now_ms += self.rng.random_range(0..1_500),
        }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Schedule { seed, steps, plant } = self.schedule;
        writeln!(f, "a promise was broken: {}", self.violation.0)?;
        writeln!(f, "the last moves:")?;
        self.log.iter().try_for_each(|line| writeln!(f, "  {line}"))?;
        let planted = plant.map(|plant| format!(" (planted: {plant:?})")).unwrap_or_default();
        write!(
            f,
            "again with: SIM_SEED={seed} SIM_STEPS={steps} cargo test -p simulator --test schedules{planted}"
        )
    }
}
