//! Looking ahead: while a command is carried out, what the next ones need is on its way.
//!
//! **Invariant** It changes nothing, and a wrong guess costs nothing but a fetch.

use super::Book;
use crate::domain::Command;
use contracts::matching::MatchingEvent;
use contracts::{OrderId, Timestamp};

/// So many commands ahead an id's place is fetched; then its order or its level; then their
/// neighbours: each has arrived when the next is asked for.
pub const FIND: usize = 24;
pub const ORDER: usize = 16;
pub const NEIGHBOURS: usize = 8;

impl Book {
    pub(super) fn run_foreseen(
        &mut self,
        commands: &[Command],
        now: Timestamp,
        events: &mut Vec<MatchingEvent>,
    ) {
        for (n, command) in commands.iter().enumerate() {
            if let Some(order_id) = commands.get(n + FIND).and_then(order_id) {
                self.ids.foresee(order_id);
            }
            commands.get(n + ORDER).inspect(|command| self.foresee(command));
            commands.get(n + NEIGHBOURS).inspect(|command| self.foresee_neighbours(command));
            self.run(command, now, events);
        }
    }

    fn foresee(&self, command: &Command) {
        match command {
            Command::Place(order) => {
                self.engine.foresee_level(order.side(), order.price().micros() / self.tick);
            }
            Command::Cancel { order_id, .. } => {
                self.ids.guess(*order_id).inspect(|at| self.engine.foresee(*at));
            }
            Command::Amend(_) | Command::Configure(_) => {}
        }
    }

    fn foresee_neighbours(&self, command: &Command) {
        match command {
            Command::Place(order) => {
                self.engine.foresee_coming(order.side(), order.price().micros() / self.tick);
            }
            Command::Cancel { order_id, .. } => {
                self.ids.guess(*order_id).inspect(|at| self.engine.foresee_leaving(*at));
            }
            Command::Amend(_) | Command::Configure(_) => {}
        }
    }
}

/// Of an order that is looked for.
fn order_id(command: &Command) -> Option<OrderId> {
    match command {
        Command::Place(order) => Some(order.party().order_id),
        Command::Cancel { order_id, .. } => Some(*order_id),
        Command::Amend(amend) => Some(amend.order_id),
        Command::Configure(_) => None,
    }
}
