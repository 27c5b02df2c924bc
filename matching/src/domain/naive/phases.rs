//! Time, the price band, and the auction.

use super::NaiveBook;
use super::order::{Order, Waits};
use contracts::matching::{Auction, AuctionIndicated, MatchingEvent, Phase, PhaseChanged};
use contracts::{Code, Price, Quantity, Side, Timestamp};

impl NaiveBook {
    pub(super) fn advance(&mut self, now: Timestamp, events: &mut Vec<MatchingEvent>) {
        let (phase, until) = self.market.by_now(now);
        if (phase, until) != (self.market.phase, self.market.until) {
            let trades = matches!(phase, Phase::Continuous | Phase::LimitState);
            if self.market.phase == Phase::Auction || (trades && !self.market.trades()) {
                self.uncross(events);
            }
            (self.market.phase, self.market.until) = (phase, until);
            self.say_phase(events);
            self.follow_up(now, events);
        }
        let over = |o: &&Order| o.expires_at.is_some_and(|end| end <= now);
        while let Some(order) = self.orders.iter().filter(over).min_by_key(|o| (o.expires_at, o.arrival)) {
            let id = order.party.order_id;
            let at = self.orders.iter().position(|o| o.party.order_id == id).expect("it was just found");
            self.remove(at, Code::Expired, events);
            self.follow_up(now, events);
        }
    }

    fn say_phase(&mut self, events: &mut Vec<MatchingEvent>) {
        events.push(MatchingEvent::PhaseChanged(PhaseChanged {
            symbol: self.symbol,
            sequence: self.next_sequence(),
            phase: self.market.phase,
            until: self.market.until,
            reference_price: self.market.reference(),
        }));
    }

    fn edges(&self) -> Option<(Price, Price)> {
        let (lowest, highest) = self.market.band().filter(|_| self.tick > 0)?;
        let tick = self.tick;
        let lowest = (lowest.micros() + tick - 1) / tick * tick;
        Some((
            Price::from_micros(lowest.max(tick)),
            Price::from_micros((highest.micros() / tick * tick).max(tick)),
        ))
    }

    /// The edge of the band that the order would trade beyond.
    pub(super) fn edge(&self, order: &Order) -> Option<Price> {
        let (lowest, highest) = self.edges()?;
        match order.side {
            Side::Buy => (order.price > highest).then_some(highest),
            Side::Sell => (order.price < lowest).then_some(lowest),
        }
    }

    pub(super) fn watch_edge(&mut self, now: Timestamp, events: &mut Vec<MatchingEvent>) {
        let Some((lowest, highest)) = self.edges() else { return };
        let is_at_edge = self.orders.iter().filter(|o| o.waits == Waits::No).any(|o| match o.side {
            Side::Buy => o.price >= highest,
            Side::Sell => o.price <= lowest,
        });
        if self.market.at_edge(is_at_edge, now) {
            self.say_phase(events);
        }
    }

    /// The auction's price, what would trade at it, and by how much more is asked than offered.
    fn cross(&self) -> Option<(Price, i128, i128)> {
        let reference = self.market.reference().unwrap_or(self.last_price).micros();
        let resting = self.orders.iter().filter(|o| o.waits == Waits::No);
        let at = |price: Price| {
            let demand = self.total(Side::Buy, |bid| bid >= price);
            let supply = self.total(Side::Sell, |ask| ask <= price);
            (price, demand.min(supply), demand - supply)
        };
        resting.map(|order| at(order.price)).filter(|(_, traded, _)| *traded > 0).min_by_key(
            |(price, traded, surplus)| {
                let away = (i128::from(price.micros()) - i128::from(reference)).abs();
                (-traded, surplus.abs(), away, *price)
            },
        )
    }

    pub(super) fn uncross(&mut self, events: &mut Vec<MatchingEvent>) {
        while let Some((price, _, _)) = self.cross() {
            let first = |book: &Self, side: Side| {
                let orders = book.orders.iter().enumerate();
                let agrees = |o: &Order| if side == Side::Buy { o.price >= price } else { o.price <= price };
                let agreeing = orders.filter(|(_, o)| o.side == side && o.waits == Waits::No && agrees(o));
                let rank = |o: &Order| if side == Side::Buy { -o.price.micros() } else { o.price.micros() };
                agreeing.min_by_key(|(at, o)| (rank(o), *at)).map(|(at, _)| at)
            };
            while let (Some(bid), Some(ask)) = (first(self, Side::Buy), first(self, Side::Sell)) {
                let (buyer, seller) = (self.orders[bid].clone(), self.orders[ask].clone());
                if buyer.party.user_id == seller.party.user_id {
                    let by = buyer.quantity.min(seller.quantity);
                    self.shrink(&buyer, by, events);
                    self.shrink(&seller, by, events);
                    continue;
                }
                let quantity = buyer.visible.min(seller.visible);
                let auction = Auction { bid: buyer.price, ask: seller.price };
                self.say_filled(&seller, &buyer, Side::Buy, price, quantity, Some(auction), events);
                self.market.reference = Some(price);
                self.fill_resting(self.place_of(&buyer), quantity, events);
                self.fill_resting(self.place_of(&seller), quantity, events);
            }
        }
    }

    fn place_of(&self, order: &Order) -> usize {
        self.orders.iter().position(|o| o.party == order.party).expect("it rests")
    }

    fn shrink(&mut self, order: &Order, by: Quantity, events: &mut Vec<MatchingEvent>) {
        let at = self.place_of(order);
        if order.quantity == by {
            self.remove(at, Code::SelfTrade, events);
        } else {
            self.reduce(at, by, Code::SelfTrade, events);
        }
    }

    pub(super) fn indicate(&mut self, events: &mut Vec<MatchingEvent>) {
        if self.market.phase == Phase::Auction {
            self.sequence += 1;
            events.extend(self.indication().map(MatchingEvent::AuctionIndicated));
        }
    }

    pub(super) fn indication(&self) -> Option<AuctionIndicated> {
        if self.market.phase != Phase::Auction {
            return None;
        }
        let cross = self.cross();
        let (traded, surplus) = cross.map_or((0, 0), |(_, traded, surplus)| (traded, surplus));
        let quantity = |micros: i128| Quantity::from_micros(micros as i64);
        Some(AuctionIndicated {
            symbol: self.symbol,
            sequence: self.sequence,
            price: cross.map(|(price, _, _)| price),
            quantity: quantity(traded),
            imbalance: quantity(surplus.abs()),
            imbalance_side: match surplus {
                0 => None,
                1.. => Some(Side::Buy),
                _ => Some(Side::Sell),
            },
        })
    }
}
