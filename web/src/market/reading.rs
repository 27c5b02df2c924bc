//! The market as it is shown to those who would rather see it old than not at all, and are told that it is.
//!
//! Promises: what is old is never told as new. A list of stocks and a tape of trades are true as of a
//! moment, also when something after it was missed. A depth is not: after a gap it is nobody's book, and
//! whoever follows it by its sequence would not come on; so it is shown only while nothing is missing.

use super::hearing::Ear;
use super::stocks::Stocks;
use super::{Following, Market, NotYet};
use crate::freshness::Freshness;
use contracts::Symbol;
use contracts::matching::Depth;
use contracts::stock_data::Trade;
use std::time::Instant;

impl Market {
    pub fn stock_data_heard(&mut self, now: Instant) {
        self.hearing.stock_data.heard(self.stocks.is_known(), now);
    }

    pub fn matching_heard(&mut self, partition: u16, now: Instant) {
        let is_complete = self.follows(partition);
        self.hearing.matching[usize::from(partition)].heard(is_complete, now);
    }

    fn follows(&self, partition: u16) -> bool {
        matches!(self.following[usize::from(partition)], Following::Upto(_))
    }

    fn ear(&self, symbol: Symbol) -> (u16, &Ear) {
        let partition = self.partitions.of_symbol(symbol);
        (partition, &self.hearing.matching[usize::from(partition)])
    }

    /// Whether phases are as the books of a partition say. A list without them is better than none.
    fn phases_freshness(&self, partition: u16, now: Instant) -> Freshness {
        self.hearing.matching[usize::from(partition)].freshness(self.follows(partition), now)
    }

    /// All that is listed, as fresh as the least fresh of it.
    pub fn stocks_as_known(&self, now: Instant) -> Result<(&Stocks, Freshness), NotYet> {
        let phases = (0..self.partitions.symbols).map(|partition| self.phases_freshness(partition, now));
        let freshness = self.hearing.stock_data.shown(self.stocks.is_known(), now)?;
        Ok((&self.stocks, phases.fold(freshness, Freshness::max)))
    }

    /// What is listed, with the freshness of this one.
    pub fn stock_as_known(&self, symbol: Symbol, now: Instant) -> Result<(&Stocks, Freshness), NotYet> {
        let freshness = self.hearing.stock_data.shown(self.stocks.is_known(), now)?;
        Ok((&self.stocks, freshness.max(self.phases_freshness(self.partitions.of_symbol(symbol), now))))
    }

    pub fn depth_as_known(
        &self,
        symbol: Symbol,
        levels: usize,
        now: Instant,
    ) -> Result<(Depth, Freshness), NotYet> {
        let depth = self.depth(symbol, levels)?;
        let (_, ear) = self.ear(symbol);
        Ok((depth, ear.shown(true, now)?))
    }

    /// The last trades, newest first.
    pub fn trades_as_known(
        &self,
        symbol: Symbol,
        limit: usize,
        now: Instant,
    ) -> Result<(impl Iterator<Item = &Trade>, Freshness), NotYet> {
        let tape = self.tapes.get(&symbol).ok_or(NotYet)?;
        let trades = tape.last_known(limit).ok_or(NotYet)?;
        let (partition, ear) = self.ear(symbol);
        Ok((trades, ear.shown(tape.is_known() && self.follows(partition), now)?))
    }
}

#[cfg(test)]
mod tests {
    use super::super::stocks::tests::stock;
    use super::super::{Need, Snapshot};
    use super::*;
    use contracts::matching::Depths;
    use contracts::{Partitions, Timestamp};
    use std::time::Duration;

    fn answer(market: &mut Market) {
        for asking in market.take_asking() {
            let snapshot = match asking.need {
                Need::Stocks => Snapshot::Stocks(vec![stock("ACME")]),
                Need::Depths { partition } => {
                    Snapshot::Depths { partition, depths: Depths { seq: 1, depths: vec![] } }
                }
                Need::Trades { symbol } => Snapshot::Trades { symbol, newest_first: vec![] },
                other => unreachable!("nobody watches {other:?}"),
            };
            market.answered(asking.ticket, snapshot);
        }
    }

    /// With stocks, depth and trades; those of the list are asked for once it is there.
    fn market() -> Market {
        let mut market = Market::new(Partitions { users: 1, symbols: 1 });
        market.connected();
        answer(&mut market);
        answer(&mut market);
        market
    }

    /// How the stock, its depth and its trades are told: `-` not at all, else so many seconds old.
    fn told(market: &Market, now: Instant) -> String {
        let symbol = "ACME".parse().unwrap();
        let age = |freshness: Result<Freshness, NotYet>| match freshness {
            Err(NotYet) => "-".to_owned(),
            Ok(Freshness::Fresh) => "0".to_owned(),
            Ok(Freshness::Stale(age)) => age.as_secs().to_string(),
        };
        let list = age(market.stocks_as_known(now).map(|(_, freshness)| freshness));
        let one = age(market.stock_as_known(symbol, now).map(|(_, freshness)| freshness));
        let depth = age(market.depth_as_known(symbol, 1, now).map(|(_, freshness)| freshness));
        let trades = age(market.trades_as_known(symbol, 1, now).map(|(_, freshness)| freshness));
        assert_eq!(list, one, "one of one");
        format!("stock {list}, depth {depth}, trades {trades}")
    }

    #[test]
    fn what_is_not_heard_of_any_more_is_told_with_its_age() {
        let (mut market, began) = (market(), Instant::now());
        let after = |seconds| began + Duration::from_secs(seconds);
        assert_eq!(told(&market, after(600)), "stock 0, depth 0, trades 0", "nothing was ever said");
        market.stock_data_heard(began);
        market.matching_heard(0, began);
        assert_eq!(told(&market, after(5)), "stock 0, depth 0, trades 0");
        market.stock_data_heard(after(8));
        assert_eq!(told(&market, after(8)), "stock 8, depth 8, trades 8", "its phase is matching's to say");
        market.matching_heard(0, after(9));
        assert_eq!(told(&market, after(14)), "stock 6, depth 0, trades 0");
        // A list is shown without its phases rather than not at all.
        market.stock_data_heard(after(400));
        assert_eq!(told(&market, after(400)), "stock 391, depth -, trades -");
    }

    #[test]
    fn after_a_gap_the_list_and_the_trades_are_shown_as_they_were_and_the_depth_is_not() {
        let (mut market, began) = (market(), Instant::now());
        let after = |seconds| began + Duration::from_secs(seconds);
        market.stock_data_heard(began);
        market.matching_heard(0, began);
        market.matching_missed(0);
        market.stocks_missed();
        // It is heard, and still something is missing.
        market.stock_data_heard(after(1));
        market.matching_heard(0, after(1));
        assert_eq!(told(&market, after(1)), "stock 1, depth -, trades 1");
        assert_eq!(told(&market, after(301)), "stock -, depth -, trades -");
        answer(&mut market);
        answer(&mut market);
        market.stock_data_heard(after(302));
        market.matching_heard(0, after(302));
        assert_eq!(told(&market, after(302)), "stock 0, depth 0, trades 0");
    }

    #[test]
    fn a_first_gap_leaves_nothing_to_show() {
        let mut market = market();
        market.matching_said(0, 3, Timestamp::UNIX_EPOCH, vec![]);
        market.stocks_missed();
        assert_eq!(told(&market, Instant::now()), "stock -, depth -, trades -");
    }
}
