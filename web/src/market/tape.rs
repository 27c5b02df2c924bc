//! One symbol's last trades.
//!
//! Promises: each trade once, in the order of the book, without a hole between the first and the
//! last that it shows.

use contracts::{TradeId, stock_data::Trade};
use rustc_hash::FxHashSet;
use std::collections::VecDeque;

/// As many as one page of a list.
pub const TAPE_TRADES_MAX: usize = 200;

#[derive(Debug, Default)]
pub struct Tape {
    known: bool,
    /// Rises whenever the tape began anew.
    generation: u64,
    /// How many trades were ever added.
    count: u64,
    /// Oldest first.
    trades: VecDeque<Trade>,
    /// Those of when it was last known, while it is not.
    before: Option<VecDeque<Trade>>,
    /// Stock-data told of these before the book's own stream did.
    ahead: FxHashSet<TradeId>,
}

impl Tape {
    /// Something was missed. Trades heard from now on wait for the answer.
    pub fn forget(&mut self) {
        let trades = std::mem::take(&mut self.trades);
        if std::mem::replace(&mut self.known, false) {
            self.before = Some(trades);
        }
        self.ahead.clear();
    }

    pub fn is_known(&self) -> bool {
        self.known
    }

    pub fn generation(&self) -> u64 {
        self.generation
    }

    pub fn count(&self) -> u64 {
        self.count
    }

    pub fn hear(&mut self, trade: Trade) {
        if self.ahead.remove(&trade.trade_id) {
            return;
        }
        // One that stock-data had not seen yet: it cannot be ahead any more.
        self.ahead.clear();
        if self.trades.len() == TAPE_TRADES_MAX {
            self.trades.pop_front();
        }
        self.count += 1;
        self.trades.push_back(trade);
    }

    /// Takes in the last trades as stock-data knows them, newest first.
    pub fn answered(&mut self, mut newest_first: Vec<Trade>) {
        if newest_first.first().map(|t| t.at) < newest_first.last().map(|t| t.at) {
            newest_first.reverse();
        }
        let heard = std::mem::take(&mut self.trades);
        let told: FxHashSet<TradeId> = newest_first.iter().map(|t| t.trade_id).collect();
        self.trades.extend(newest_first.into_iter().rev());
        let known: FxHashSet<TradeId> = heard.iter().map(|t| t.trade_id).collect();
        self.ahead = told.difference(&known).copied().collect();
        // Without a trade in common, one of the two is wholly before the other.
        let in_common = heard.iter().rposition(|t| told.contains(&t.trade_id));
        let before = heard.back().map(|t| t.at) < self.trades.back().map(|t| t.at);
        let beyond = match in_common {
            Some(last) => last + 1,
            None if before => heard.len(),
            None => 0,
        };
        let beyond: Vec<Trade> = heard.into_iter().skip(beyond).collect();
        if !beyond.is_empty() {
            self.ahead.clear();
        }
        self.trades.extend(beyond);
        while self.trades.len() > TAPE_TRADES_MAX {
            self.trades.pop_front();
        }
        self.count = self.count.max(self.trades.len() as u64);
        self.generation += 1;
        self.known = true;
        self.before = None;
    }

    /// Newest first.
    pub fn last(&self, limit: usize) -> impl Iterator<Item = &Trade> {
        self.trades.iter().rev().take(limit)
    }

    /// Newest first, as they were when the tape was last known; nothing if it never was.
    pub fn last_known(&self, limit: usize) -> Option<impl Iterator<Item = &Trade>> {
        let trades = if self.known { Some(&self.trades) } else { self.before.as_ref() };
        trades.map(|trades| trades.iter().rev().take(limit))
    }

    /// Those added after the tape counted so many, oldest first, as far as they are still there.
    pub fn added_since(&self, count: u64) -> impl Iterator<Item = &Trade> {
        let added = usize::try_from(self.count - count).unwrap_or(usize::MAX);
        self.trades.iter().skip(self.trades.len().saturating_sub(added))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::Side;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn trade(n: u64) -> Trade {
        Trade {
            trade_id: TradeId(Uuid::from_u128(n.into())),
            symbol: "ACME".parse().unwrap(),
            price: "10".parse().unwrap(),
            quantity: "1".parse().unwrap(),
            taker_side: Side::Buy,
            // Several trades of one step have one time.
            at: chrono::DateTime::from_timestamp(n as i64 / 3, 0).unwrap(),
        }
    }

    fn shown(tape: &Tape) -> Vec<u128> {
        tape.last(TAPE_TRADES_MAX).map(|t| t.trade_id.0.as_u128()).collect()
    }

    #[test]
    fn only_the_trades_added_since_are_told_apart() {
        let mut tape = Tape::default();
        tape.answered(vec![trade(2), trade(1)]);
        let before = tape.count();
        tape.hear(trade(3));
        tape.hear(trade(4));
        let added: Vec<u128> = tape.added_since(before).map(|t| t.trade_id.0.as_u128()).collect();
        assert_eq!(added, [3, 4]);
    }

    #[test]
    fn while_it_is_not_known_it_shows_what_it_was() {
        let mut tape = Tape::default();
        let last_known = |tape: &Tape| -> Option<Vec<u128>> {
            Some(tape.last_known(2)?.map(|t| t.trade_id.0.as_u128()).collect())
        };
        tape.hear(trade(1));
        assert_eq!(last_known(&tape), None);
        tape.answered(vec![trade(2), trade(1)]);
        tape.hear(trade(3));
        tape.forget();
        // Between these two there may be others.
        tape.hear(trade(6));
        tape.forget();
        assert_eq!(last_known(&tape), Some(vec![3, 2]));
        tape.answered(vec![trade(5), trade(4)]);
        assert_eq!(last_known(&tape), Some(vec![5, 4]));
    }

    proptest! {
        /// The book's stream is heard from trade `from` on; the answer is of a moment when stock-data
        /// had seen `told`, and comes when `heard` had been heard.
        #[test]
        fn each_trade_once_and_in_order_whoever_is_ahead(
            from in 1..300u64, before in 0..50u64, more in 0..300u64, told in 0..600u64,
        ) {
            let (heard, end) = (from + before, from + before + more);
            // Stock-data is not further back than where hearing began, nor ahead of the market.
            let told = told.clamp(from.saturating_sub(1), end);
            let mut tape = Tape::default();
            tape.forget();
            (from..heard).for_each(|n| tape.hear(trade(n)));
            let first = told.saturating_sub(TAPE_TRADES_MAX as u64);
            tape.answered((first + 1..=told).rev().map(trade).collect());
            (heard..=end).for_each(|n| tape.hear(trade(n)));
            let oldest = end.saturating_sub(TAPE_TRADES_MAX as u64);
            let expected: Vec<u128> = (oldest + 1..=end).rev().map(u128::from).collect();
            prop_assert_eq!(shown(&tape), expected);
        }
    }
}
