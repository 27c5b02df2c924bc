//! The last word about each instrument that was not passed on yet. Bounded by the instruments.

use crate::adapter::Quoted;
use contracts::{
    Timestamp,
    stock_data::{BidAsk, FeedQuotes},
};
use std::sync::Mutex;

#[derive(Default)]
pub struct Board(Mutex<FeedQuotes>);

impl Board {
    /// Notes what was heard at that time; what makes no market is passed over.
    pub fn put(&self, quotes: &[Quoted], at: Timestamp) {
        let mut board = self.0.lock().expect("no panic while held");
        for Quoted { symbol, bid, ask } in quotes {
            let quote = BidAsk { bid: *bid, ask: *ask, at };
            if quote.is_sound() {
                board.insert(*symbol, quote);
            }
        }
    }

    /// All of it, in portions of at most so many; what was taken is not there any more.
    pub fn take(&self, most: usize) -> Vec<FeedQuotes> {
        let mut all = std::mem::take(&mut *self.0.lock().expect("no panic while held"));
        let mut portions = Vec::new();
        while let Some(first) = all.keys().nth(most).copied() {
            let rest = all.split_off(&first);
            portions.push(std::mem::replace(&mut all, rest));
        }
        portions.extend(Some(all).filter(|last| !last.is_empty()));
        portions
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_is_passed_on_once() {
        let quoted = |symbol: &str, bid: &str, ask: &str| Quoted {
            symbol: symbol.parse().unwrap(),
            bid: bid.parse().unwrap(),
            ask: ask.parse().unwrap(),
        };
        let board = Board::default();
        board.put(
            &[quoted("A", "1", "2"), quoted("A", "2", "3"), quoted("B", "5", "4")],
            Timestamp::UNIX_EPOCH,
        );
        board.put(&[quoted("C", "1", "1"), quoted("D", "1", "2")], Timestamp::UNIX_EPOCH);
        let said = |taken: &FeedQuotes| {
            taken.iter().map(|(symbol, q)| format!("{symbol} {} {}", q.bid, q.ask)).collect::<Vec<_>>()
        };
        let taken: Vec<_> = board.take(2).iter().map(said).collect();
        assert_eq!(taken, [vec!["A 2 3", "C 1 1"], vec!["D 1 2"]], "B's market is crossed");
        assert!(board.take(2).is_empty());
    }
}
