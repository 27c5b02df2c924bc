//! Looking ahead: while a command is carried out, what the next ones need is on its way.
//!
//! **Invariant** It changes nothing, and a wrong guess costs nothing but a fetch.

use super::Book;
use crate::domain::Command;
use contracts::Timestamp;
use contracts::matching::MatchingEvent;

/// So many commands ahead an id's place is fetched; then its order or its level; then their
/// neighbours: each has arrived when the next is asked for.
pub const FIND: usize = 24;
pub const ORDER: usize = 16;
pub const NEIGHBOURS: usize = 8;

impl Book {
    /// A large book lies in no cache. A short batch means that other books were busy meanwhile, and
    /// that this one lies there no more. One command has nothing to overlap with, and a long batch for
    /// a small book finds everything near: these only lose.
    #[inline]
    pub(super) fn is_worth_looking_ahead(&self, commands: &[Command]) -> bool {
        self.tick > 0 && (self.engine.is_large() || (2..=FIND).contains(&commands.len()))
    }

    pub(super) fn run_foreseen(
        &mut self,
        commands: &[Command],
        now: Timestamp,
        events: &mut Vec<MatchingEvent>,
    ) {
        commands.iter().take(FIND).for_each(|command| self.foresee_id(command));
        commands.iter().take(ORDER).for_each(|command| self.foresee(command));
        commands.iter().take(NEIGHBOURS).for_each(|command| self.foresee_neighbours(command));
        for (n, command) in commands.iter().enumerate() {
            commands.get(n + FIND).inspect(|command| self.foresee_id(command));
            commands.get(n + ORDER).inspect(|command| self.foresee(command));
            commands.get(n + NEIGHBOURS).inspect(|command| self.foresee_neighbours(command));
            self.run(command, now, events);
        }
    }

    fn foresee_id(&self, command: &Command) {
        match command {
            Command::Place(order) => self.ids.foresee(order.party().order_id),
            Command::Cancel { order_id, .. } => self.ids.foresee(*order_id),
            Command::Amend(amend) => self.ids.foresee(amend.order_id),
            Command::Replace(replacement) => {
                self.ids.foresee(replacement.order_id);
                self.ids.foresee(replacement.by().party().order_id);
            }
            Command::Configure(_) => {}
        }
    }

    fn foresee(&self, command: &Command) {
        match command {
            Command::Place(order) if order.tick_size().micros() == self.tick => {
                self.engine.foresee_level(order.side(), self.by_tick.quotient(order.price().micros()));
            }
            Command::Cancel { order_id, .. } => {
                self.ids.guess(*order_id).inspect(|at| self.engine.foresee(*at));
            }
            Command::Place(_) | Command::Amend(_) | Command::Replace(_) | Command::Configure(_) => {}
        }
    }

    fn foresee_neighbours(&self, command: &Command) {
        match command {
            Command::Place(order) if order.tick_size().micros() == self.tick => {
                self.engine.foresee_coming(order.side(), self.by_tick.quotient(order.price().micros()));
            }
            Command::Cancel { order_id, .. } => {
                self.ids.guess(*order_id).inspect(|at| self.engine.foresee_leaving(*at));
            }
            Command::Place(_) | Command::Amend(_) | Command::Replace(_) | Command::Configure(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Incoming, Terms};
    use contracts::matching::Party;
    use contracts::{OrderId, Price, Quantity, Side, UserId};
    use uuid::Uuid;

    /// More orders than a small book has.
    const ORDERS: u64 = 50_000;
    const UNIT: i64 = 1_000_000;

    /// Half of them buy, at prices that cross now and then; every third cancels an earlier one.
    fn command(n: u64) -> Command {
        let mixed = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        let id = |n: u64| Uuid::from_u64_pair(7, n);
        if n % 3 == 2 {
            let of = mixed % n;
            return Command::Cancel { order_id: OrderId(id(of)), user_id: UserId(id(of % 100)) };
        }
        let side = if mixed.is_multiple_of(2) { Side::Buy } else { Side::Sell };
        let away = (mixed / 2 % 3_000) as i64 - 10;
        let price = if side == Side::Buy { 10_000 - away } else { 10_000 + away };
        let party = Party { order_id: OrderId(id(n)), user_id: UserId(id(n % 100)), ordering: 0 };
        let (tick, lot) = (Price::from_micros(UNIT), Quantity::from_micros(UNIT));
        let amounts = (Price::from_micros(price * UNIT), Quantity::from_micros(5 * UNIT));
        Command::Place(Incoming::new(party, (side, Terms::Rest), amounts, (tick, lot)).unwrap())
    }

    #[test]
    fn a_large_book_says_the_same_whether_it_looks_ahead_or_not() {
        let commands: Vec<_> = (1..4 * ORDERS).map(command).collect();
        let symbol = "ACME".parse().unwrap();
        let (mut ahead, mut plain) = (Book::new(symbol), Book::new(symbol));
        let (mut said, mut same) = (Vec::new(), Vec::new());
        for batch in commands.chunks(500) {
            ahead.run_batch(batch, Timestamp::UNIX_EPOCH, &mut said);
            batch.iter().for_each(|command| plain.run(command, Timestamp::UNIX_EPOCH, &mut same));
            assert!(said == same);
            said.clear();
            same.clear();
        }
        assert!(ahead.engine.is_large());
        assert!(ahead.to_bytes() == plain.to_bytes());
    }
}
