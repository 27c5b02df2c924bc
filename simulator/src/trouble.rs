//! What goes wrong: processes, the database, the broker, connections, clocks.

use crate::exchange::Exchange;
use crate::twin::Fate;
use rand::RngExt;
use std::sync::atomic::Ordering;

/// A message that was in flight at this many faults is spared further ones: at five attempts it is
/// parked, rightly, and the schedule would be about nothing else.
const TRIES_MAX: u32 = 2;
const INSTANCES_MAX: usize = 2;

impl Exchange {
    /// One thing goes wrong, somewhere.
    pub fn trouble(&mut self) {
        let mut at = self.rng.random_range(0..self.workers.len());
        // Better in the middle of something.
        let busy: Vec<usize> = (0..self.workers.len()).filter(|at| !self.workers[*at].rests()).collect();
        if !busy.is_empty() && self.rng.random_bool(0.6) {
            at = busy[self.rng.random_range(0..busy.len())];
        }
        let place = self.workers[at].place;
        let name = place.name();
        let spared = self.broker.tries(&name) >= TRIES_MAX;
        match self.rng.random_range(0..100) {
            0..22 if !spared => self.crash(at),
            22..34 if !spared => self.take_over(at),
            34..44 if !spared && self.workers[at].is_busy() => {
                let lost = self.rng.random_bool(0.5);
                *self.workers[at].gate.fate.lock().expect("no panic while held") =
                    if lost { Fate::AnswerLost } else { Fate::Failed };
                self.note(&name, if lost { "commit: answer lost" } else { "commit: failed" });
            }
            44..52 if !spared && self.workers[at].is_busy() => {
                let statements = self.rng.random_range(1..12);
                self.workers[at].gate.fail_in.store(statements, Ordering::Relaxed);
                self.note(&name, "statement: failed");
            }
            52..56 => self.database_crashes(place.service),
            56..63 => {
                let count = self.rng.random_range(1..8);
                self.broker.lose_newest(&name, count);
                self.note_only(&name, "broker: newest lost");
            }
            63..68 => {
                self.broker.lose_all(&name);
                self.note_only(&name, "broker: queue lost");
            }
            68..70 => {
                let names: Vec<String> = self.broker.queues.keys().cloned().collect();
                names.iter().for_each(|name| self.broker.lose_all(name));
                self.note_only("every queue", "broker: queue lost");
            }
            70..78 => {
                let waiting = self.broker.queues[&name].ready.len();
                if waiting > 0 {
                    let copied = self.rng.random_range(0..waiting);
                    self.broker.duplicate(&name, copied);
                    self.note_only(&name, "broker: duplicate");
                }
            }
            78..86 => {
                self.workers[at].publisher.lose_link();
                self.note_only(&name, "broker: link lost");
            }
            86..92 if !spared => {
                let id = self.workers[at].id;
                if self.is_consuming(at) {
                    self.workers[at].consumes_no_more();
                }
                self.broker.close(&name, id);
                self.note_only(&name, "broker: consumer lost");
            }
            92..100 => {
                self.workers[at].stopped_until_ms = self.now_ms + self.rng.random_range(200..6_000);
                self.note_only(&name, "stopped for a while");
            }
            _ => {}
        }
    }

    /// Something that counts as an attempt of what is in flight.
    fn note(&mut self, name: &str, what: &str) {
        self.broker.count_tries(name);
        self.note_only(name, what);
    }

    fn note_only(&mut self, name: &str, what: &str) {
        self.coverage.note(what);
        self.log(|| format!("{name}: TROUBLE {what}"));
    }

    fn crash(&mut self, at: usize) {
        let worker = &self.workers[at];
        let (name, id) = (worker.place.name(), worker.id);
        let stage = if worker.gate.in_transaction() {
            "crash: in the transaction"
        } else if worker.is_busy() && worker.gate.committed.load(Ordering::Relaxed) {
            "crash: after the commit, before publishing"
        } else if worker.is_busy() {
            "crash: before the first statement"
        } else if worker.has_finished() {
            "crash: after the commit, before publishing"
        } else if worker.publisher.on_the_wire() > 0 {
            "crash: while publishing"
        } else if worker.publisher.unsettled() > 0 {
            "crash: published, not acknowledged"
        } else {
            "crash: idle"
        };
        // What had left the process arrives still.
        for _ in 0..self.rng.random_range(0..=self.workers[at].publisher.on_the_wire()) {
            self.carry(at, false);
        }
        self.broker.count_tries(&name);
        self.coverage.note(stage);
        self.log(|| format!("{name}: TROUBLE instance {id} ends ({stage})"));
        self.kill(at);
    }

    /// The broker takes an instance for dead that is not: another gets its messages, and the old one
    /// goes on with what it has in hand.
    fn take_over(&mut self, at: usize) {
        let place = self.workers[at].place;
        let (name, id) = (place.name(), self.workers[at].id);
        if self.broker.queues[&name].consumer != Some(id) {
            return;
        }
        self.broker.count_tries(&name);
        self.broker.close(&name, id);
        let other = self.workers.iter().position(|w| w.place.name() == name && w.id != id);
        let instances = self.workers.iter().filter(|w| w.place.name() == name).count();
        let other = other.unwrap_or_else(|| {
            debug_assert!(instances < INSTANCES_MAX);
            self.start(place)
        });
        self.workers[other].consumes();
        let other = self.workers[other].id;
        self.broker.queue(&name).consumer = Some(other);
        self.coverage.note("zombie: another instance takes over");
        self.log(|| format!("{name}: TROUBLE instance {other} takes over from {id}, which lives"));
    }

    /// All its connections are gone, and what they had not committed.
    fn database_crashes(&mut self, service: &'static str) {
        let ours = |exchange: &Exchange, at: usize| exchange.workers[at].place.service == service;
        let all: Vec<usize> = (0..self.workers.len()).filter(|at| ours(self, *at)).collect();
        let names: Vec<String> = all.iter().map(|at| self.workers[*at].place.name()).collect();
        if names.iter().any(|name| self.broker.tries(name) >= TRIES_MAX) {
            return;
        }
        all.iter().for_each(|at| self.workers[*at].gate.abort());
        names.iter().for_each(|name| self.broker.count_tries(name));
        self.databases[service].lock().crash();
        self.note_only(service, "database: crashed");
    }
}
