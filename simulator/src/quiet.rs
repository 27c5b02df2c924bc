//! The quiet after the storm: nothing goes wrong any more, and everything must come to rest.

use crate::exchange::{Exchange, Violation};
use crate::publisher::TICK_MS;
use crate::worker::Worker;

const CLIENTS_WAIT_MS: u64 = 2_000;
/// True time in which an undisturbed exchange comes to rest, many times over.
const QUIET_MS_MAX: u64 = 60_000;
const QUIET_ROUND_MS: u64 = 250;
/// An order's way through the exchange and back is five.
const QUIET_PASSES_MAX: usize = 12;
/// When it never ends, its beginning is worth more than its end.
const QUIET_LOG_LINES: usize = 60;

impl Exchange {
    /// Until nothing moves any more, without trouble; and not for ever.
    pub fn quiet(&mut self) -> Result<(), Violation> {
        self.quiet_for(0)
    }

    /// The same, but for so long at least.
    pub fn quiet_for(&mut self, ms: u64) -> Result<(), Violation> {
        let from = self.now_ms + ms;
        let until = from + QUIET_MS_MAX;
        let mut round = 0_u64;
        self.log(|| "QUIET".to_owned());
        let moves = self.log.clone();
        while self.now_ms < from || !self.is_at_rest() {
            if self.now_ms > until {
                self.log.drain(..self.log.len().saturating_sub(QUIET_LOG_LINES));
                self.log = moves.into_iter().chain(std::mem::take(&mut self.log)).collect();
                return Err(Violation(format!("it does not come to rest: {}", self.what_is_left())));
            }
            round += 1;
            self.now_ms += QUIET_ROUND_MS;
            self.hear()?;
            for op in 0..self.clients.ops.len() {
                let wish = &self.clients.ops[op];
                if wish.asks_again() && self.now_ms - wish.sent_ms >= CLIENTS_WAIT_MS {
                    self.send(op);
                }
            }
            for place in self.places() {
                self.consume(place);
            }
            for at in 0..self.workers.len() {
                // Instances tick a little apart.
                if (round + at as u64).is_multiple_of(TICK_MS / QUIET_ROUND_MS) {
                    self.tick(at);
                }
            }
            self.work_through()?;
        }
        Ok(())
    }

    /// What one says now the others take up now. Those who stand by repeat the ends of their streams
    /// for ever; that must not look like work.
    fn work_through(&mut self) -> Result<(), Violation> {
        for _ in 0..QUIET_PASSES_MAX {
            (0..self.workers.len()).try_for_each(|at| self.work_quietly(at))?;
            if self.broker.is_idle() && self.workers.iter().all(Worker::rests) {
                break;
            }
        }
        Ok(())
    }

    pub(crate) fn work_quietly(&mut self, at: usize) -> Result<(), Violation> {
        self.gather(at, usize::MAX);
        if self.may_wake(at) {
            self.wake(at);
        }
        if self.workers[at].is_busy() {
            self.poll(at, true)?;
        }
        self.publish(at);
        while self.workers[at].publisher.has_mail() {
            self.carry(at, false);
        }
        let worker = &mut self.workers[at];
        worker.publisher.settle(&mut self.broker, worker.id);
        Ok(())
    }

    fn is_at_rest(&self) -> bool {
        self.clients.all_told()
            && self.broker.is_idle()
            && self.workers.iter().all(Worker::rests)
            && !(0..self.workers.len()).any(|at| self.is_due(at))
            && self.everything_is_heard().is_ok()
    }

    fn what_is_left(&self) -> String {
        if let Err(unheard) = self.everything_is_heard() {
            return unheard;
        }
        if let Some(op) = self.clients.ops.iter().find(|op| op.asks_again()) {
            return format!("operation {} ({:?}) has no answer", op.number, op.wish);
        }
        if let Some(worker) = self.workers.iter().find(|worker| !worker.rests()) {
            let owner = self.databases[worker.place.service].lock().owner();
            return format!("{}; its database is being written by {owner:?}", worker.describe());
        }
        if let Some(at) = (0..self.workers.len()).find(|at| self.is_due(*at)) {
            return format!("something is still due: {}", self.workers[at].describe());
        }
        let mail = self.broker.queues.iter().find_map(|(name, queue)| Some((name, queue.ready.front()?)));
        mail.map_or("nothing".to_owned(), |(name, letter)| {
            format!("{name} still gets {}", String::from_utf8_lossy(&letter.incoming.body))
        })
    }
}
