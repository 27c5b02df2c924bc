//! The services behind web, each behind its circuit: who does not answer is left alone for a moment, so that
//! nobody waits for what will not come and nothing piles up where it would be done too late.
//!
//! Promises: what is refused here was not sent, so nothing of it happens (`not_sent`); a refusal of the
//! service's is an answer, and passed on; what was sent and not answered stays *unknown*.

pub mod circuit;
pub mod kept;
pub mod reads;

use crate::asking::Services;
use async_trait::async_trait;
use chassis::ask::AskError;
use circuit::{Circuit, Outcome, Pass, State};
use contracts::intake::{Body, IntakeReply};
use contracts::{Code, Refusal, UserId, topology};
use serde_json::value::RawValue;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Those that web asks.
const SERVICES: [&str; 5] =
    [topology::ACCOUNTS, topology::PORTFOLIO, topology::STOCK_DATA, topology::ORDERING, topology::MATCHING];

/// The services as the rest of web sees them. Cheap to clone.
#[derive(Clone)]
pub struct Downstream {
    services: Arc<dyn Services>,
    lines: Arc<[Line; SERVICES.len()]>,
    asker: Asker,
}

#[derive(Clone, Copy)]
enum Asker {
    /// Somebody waits for it: only with the circuit's leave.
    Somebody,
    /// Nobody waits, and it is asked again at a bounded pace until there is an answer: always, and the
    /// circuit hears of it. So the end of a silence is noticed without a client's help.
    Background,
}

/// The way to one service.
struct Line {
    service: &'static str,
    circuit: Mutex<Circuit>,
}

impl Downstream {
    pub fn new(services: Arc<dyn Services>) -> Self {
        let line = |service| Line { service, circuit: Mutex::default() };
        let lines = Arc::new(SERVICES.map(line));
        for line in lines.iter() {
            line.show(State::Closed);
            // There before the first one is counted.
            metrics::counter!("web_not_sent_total", "service" => line.service).increment(0);
            metrics::counter!("web_stale_answers_total", "service" => line.service).increment(0);
        }
        Downstream { services, lines, asker: Asker::Somebody }
    }

    /// For what web asks of its own accord, again and again.
    pub fn in_background(&self) -> Self {
        Downstream { asker: Asker::Background, ..self.clone() }
    }

    async fn through<T>(
        &self,
        service: &str,
        asking: impl Future<Output = Result<T, AskError>> + Send,
    ) -> Result<T, AskError> {
        let line = self.lines.iter().find(|line| line.service == service);
        let line = line.unwrap_or_else(|| unreachable!("web does not ask {service}"));
        let pass = match self.asker {
            Asker::Background => None,
            Asker::Somebody => Some(line.pass(Instant::now())?),
        };
        let mut under_way = UnderWay { line, pass, outcome: Outcome::GivenUp };
        let answer = asking.await;
        under_way.outcome = match &answer {
            Ok(_) | Err(AskError::Refused(_)) => Outcome::Answered,
            Err(AskError::Unavailable(_)) => Outcome::Silence,
        };
        answer
    }
}

/// Tells the circuit what became of a question, also when who asked has gone.
struct UnderWay<'a> {
    line: &'a Line,
    pass: Option<Pass>,
    outcome: Outcome,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let (outcome, now) = (self.outcome, Instant::now());
        self.line.change(|circuit| match self.pass {
            Some(pass) => circuit.hear(pass, outcome, now),
            None => circuit.overhear(outcome, now),
        });
    }
}

impl Line {
    fn pass(&self, now: Instant) -> Result<Pass, AskError> {
        self.change(|circuit| circuit.pass(now)).ok_or_else(|| {
            metrics::counter!("web_not_sent_total", "service" => self.service).increment(1);
            let (service, seconds) = (self.service, circuit::PAUSE.as_secs());
            let rule = format!("{service} does not answer; nothing was sent: try again in {seconds} s");
            AskError::Refused(Refusal::new(Code::NotSent, rule))
        })
    }

    fn change<T>(&self, change: impl FnOnce(&mut Circuit) -> T) -> T {
        let mut circuit = self.circuit.lock().expect("no panic while held");
        let before = circuit.state();
        let result = change(&mut circuit);
        let after = circuit.state();
        // While it is held: of two changes the later is shown last.
        if before != after {
            self.show(after);
            match (before, after) {
                (State::Closed, _) => tracing::warn!(service = self.service, "no answers; asking no more"),
                (_, State::Closed) => tracing::info!(service = self.service, "answers again"),
                (State::Open | State::HalfOpen, State::Open | State::HalfOpen) => {}
            }
        }
        result
    }

    fn show(&self, now: State) {
        for state in State::ALL {
            let labels = [("service", self.service), ("state", state.as_str())];
            metrics::gauge!("web_circuit_state", &labels).set(if state == now { 1.0 } else { 0.0 });
        }
    }
}

#[async_trait]
impl Services for Downstream {
    async fn question(
        &self,
        service: &str,
        question: &RawValue,
        deadline: Duration,
    ) -> Result<Box<RawValue>, AskError> {
        self.through(service, self.services.question(service, question, deadline)).await
    }

    async fn command(
        &self,
        partition: &str,
        command: &RawValue,
        deadline: Duration,
    ) -> Result<Box<RawValue>, AskError> {
        let service = topology::service_of(partition);
        self.through(service, self.services.command(partition, command, deadline)).await
    }

    async fn order(
        &self,
        user_id: UserId,
        body: &Body<'_>,
        deadline: Duration,
    ) -> Result<IntakeReply, AskError> {
        self.through(topology::ORDERING, self.services.order(user_id, body, deadline)).await
    }

    fn is_connected(&self) -> bool {
        self.services.is_connected()
    }
}
