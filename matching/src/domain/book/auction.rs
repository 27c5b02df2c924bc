//! The call auction: all that gathered trades at one price, the one at which most trades; of equal
//! ones that which leaves least over, then that nearest to the reference price, then the lower.

use super::Book;
use super::slab::ICEBERG;
use contracts::matching::{Auction, AuctionIndicated, MatchingEvent, OrderFilled, Phase};
use contracts::{Code, Quantity, Side, Timestamp};

/// What an auction would do now, in ticks and lots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cross {
    price: i64,
    traded: i128,
    /// More is asked for than offered, or less.
    surplus: i128,
}

impl Book {
    /// After each batch that changed something.
    pub(super) fn indicate(&mut self, events: &mut Vec<MatchingEvent>) {
        if self.market.phase == Phase::Auction {
            self.sequence += 1;
            events.extend(self.indication().map(MatchingEvent::AuctionIndicated));
        }
    }

    /// What was said last of the auction, while there is one.
    pub(super) fn indication(&self) -> Option<AuctionIndicated> {
        if self.market.phase != Phase::Auction {
            return None;
        }
        let cross = self.cross();
        let (traded, surplus) = cross.map_or((0, 0), |cross| (cross.traded, cross.surplus));
        Some(AuctionIndicated {
            symbol: self.symbol,
            sequence: self.sequence,
            price: cross.map(|cross| self.price(cross.price)),
            quantity: self.sum(traded),
            imbalance: self.sum(surplus.abs()),
            imbalance_side: match surplus {
                0 => None,
                1.. => Some(Side::Buy),
                _ => Some(Side::Sell),
            },
        })
    }

    /// So many lots, or as many as can be written.
    pub(super) fn sum(&self, lots: i128) -> Quantity {
        Quantity::from_micros(i64::try_from(lots * i128::from(self.lot)).unwrap_or(i64::MAX))
    }

    /// Brings together whoever crosses. Where one user's orders were kept from trading with each
    /// other, what then still crosses has a price of its own.
    pub(super) fn uncross(&mut self, now: Timestamp, events: &mut Vec<MatchingEvent>) {
        while let Some(Cross { price, .. }) = self.cross() {
            while let Some((bid, ask)) = self.pair(price) {
                self.match_pair(bid, ask, price, now, events);
            }
        }
    }

    /// The next buyer and seller who both agree to the price.
    fn pair(&self, price: i64) -> Option<(u32, u32)> {
        let bid = self.engine.first(Side::Buy).filter(|bid| self.engine.price(*bid) >= price)?;
        let ask = self.engine.first(Side::Sell).filter(|ask| self.engine.price(*ask) <= price)?;
        Some((bid, ask))
    }

    fn match_pair(
        &mut self,
        bid: u32,
        ask: u32,
        price: i64,
        now: Timestamp,
        events: &mut Vec<MatchingEvent>,
    ) {
        let (buyer, seller) = (self.party(bid), self.party(ask));
        if buyer.user_id == seller.user_id {
            // Nobody came in, so nobody's choice counts: both lose what they would have traded.
            let lots = self.all_lots(bid).min(self.all_lots(ask));
            return [bid, ask].into_iter().for_each(|at| self.shrink(at, lots, events));
        }
        let lots = self.engine.lots(bid).min(self.engine.lots(ask));
        let sequence = self.next_sequence();
        self.last_price = self.price(price);
        self.market.reference = Some(self.last_price);
        events.push(MatchingEvent::OrderFilled(OrderFilled {
            trade_id: super::trade_id::trade_id(self.trade_seed, sequence, now),
            symbol: self.symbol,
            sequence,
            price: self.last_price,
            quantity: self.quantity(lots),
            taker_side: Side::Buy,
            maker: seller,
            taker: buyer,
            auction: Some(Auction {
                bid: self.price(self.engine.price(bid)),
                ask: self.price(self.engine.price(ask)),
            }),
        }));
        [bid, ask].into_iter().for_each(|at| self.fill_resting(at, lots, events));
    }

    fn shrink(&mut self, at: u32, lots: i64, events: &mut Vec<MatchingEvent>) {
        if self.all_lots(at) == lots {
            self.take_off(at, Code::SelfTrade, events);
        } else {
            self.reduce_resting(at, lots, Code::SelfTrade, events);
        }
    }

    fn fill_resting(&mut self, at: u32, lots: i64, events: &mut Vec<MatchingEvent>) {
        if lots < self.engine.lots(at) {
            self.engine.reduce(at, lots);
        } else if self.engine.has(at, ICEBERG) {
            self.show_more(at, events);
        } else {
            self.engine.unlink(at);
            self.finish(at, 0);
        }
    }

    fn cross(&self) -> Option<Cross> {
        let (best_bid, best_ask) = (self.engine.best(Side::Buy)?, self.engine.best(Side::Sell)?);
        if best_bid < best_ask {
            return None;
        }
        // Both from the lowest price up.
        let mut bids = self.totals(Side::Buy, |price| price >= best_ask);
        bids.reverse();
        let asks = self.totals(Side::Sell, |price| price <= best_bid);
        let mut prices: Vec<_> = bids.iter().chain(&asks).map(|(price, _)| *price).collect();
        prices.sort_unstable();
        prices.dedup();
        let mut demand: i128 = bids.iter().map(|(_, lots)| lots).sum();
        let mut supply = 0;
        let (mut bids, mut asks) = (bids.into_iter().peekable(), asks.into_iter().peekable());
        let crosses = prices.into_iter().map(|price| {
            while let Some((_, lots)) = bids.next_if(|(bid, _)| *bid < price) {
                demand -= lots;
            }
            while let Some((_, lots)) = asks.next_if(|(ask, _)| *ask <= price) {
                supply += lots;
            }
            Cross { price, traded: demand.min(supply), surplus: demand - supply }
        });
        let reference = self.market.reference().unwrap_or(self.last_price).micros();
        let away = |price: i64| (i128::from(price) * i128::from(self.tick) - i128::from(reference)).abs();
        crosses.min_by_key(|cross| (-cross.traded, cross.surplus.abs(), away(cross.price), cross.price))
    }

    /// What each price of a side has in all, best first.
    fn totals(&self, side: Side, wanted: impl Fn(i64) -> bool) -> Vec<(i64, i128)> {
        let levels = self.engine.levels(side).take_while(|(price, _)| wanted(*price));
        let total =
            |orders: &mut dyn Iterator<Item = u32>| orders.map(|at| i128::from(self.all_lots(at))).sum();
        levels.map(|(price, mut orders)| (price, total(&mut orders))).collect()
    }
}
