//! Two partitions and a book that trades as it is told, with the sum of the world checked after
//! each act.

use super::{Amendment, Books, FeeRates, Hold};
use chassis::Poison;
use contracts::{
    Money, OrderId, OrderType, Price, Quantity, Refusal, Side, Symbol, TimeInForce, Timestamp, TradeId,
    UserId,
    accounts::Role,
    matching::MatchingEvent,
    ordering::{AmendOrder, PlaceOrder},
};
use std::collections::BTreeMap;
use uuid::Uuid;

#[derive(Default)]
pub struct World {
    pub partitions: [Books; 2],
    pub fees: FeeRates,
    /// Cash and the cost of shares, in less out.
    pub came_in: BTreeMap<UserId, Money>,
    ids: u128,
}

pub fn user(n: u128) -> UserId {
    UserId(Uuid::from_u128(n))
}

pub fn order(n: u128) -> OrderId {
    OrderId(Uuid::from_u128(n))
}

/// Users with odd ids live in the second partition.
fn partition_of(user: UserId) -> usize {
    (user.0.as_u128() % 2) as usize
}

impl World {
    pub fn of(&mut self, user: UserId) -> &mut Books {
        &mut self.partitions[partition_of(user)]
    }

    pub fn enter(&mut self, user: UserId) {
        self.of(user).know(user, Role::Trader);
    }

    fn next_id(&mut self) -> Uuid {
        self.ids += 1;
        Uuid::from_u128(self.ids)
    }

    pub fn deposit(&mut self, user: UserId, amount: Money) -> Result<(), Refusal> {
        let id = self.next_id();
        self.of(user).deposit(user, id, amount, Timestamp::UNIX_EPOCH)?;
        self.comes_in(user, amount);
        Ok(())
    }

    pub fn withdraw(&mut self, user: UserId, amount: Money) -> Result<(), Refusal> {
        let id = self.next_id();
        self.of(user).withdraw(user, id, amount, Timestamp::UNIX_EPOCH)?;
        self.comes_in(user, -amount);
        Ok(())
    }

    pub fn deposit_shares(
        &mut self,
        user: UserId,
        symbol: Symbol,
        quantity: Quantity,
        cost: Money,
    ) -> Result<(), Refusal> {
        let id = self.next_id();
        self.of(user).deposit_shares(user, id, (symbol, quantity, cost), Timestamp::UNIX_EPOCH)?;
        self.comes_in(user, cost);
        Ok(())
    }

    fn comes_in(&mut self, user: UserId, amount: Money) {
        let total = self.came_in.entry(user).or_default();
        *total = total.plus(amount).unwrap();
    }

    pub fn place(&mut self, order: &PlaceOrder) -> Option<Result<(), Refusal>> {
        let fee = self.fees.worst();
        self.of(order.user_id).hold(order, fee)
    }

    pub fn hold(&self, order: OrderId) -> Option<Hold> {
        self.partitions.iter().find_map(|books| books.holds.get(order))
    }

    pub fn amend(&mut self, order: OrderId, asked: Amendment) -> Option<Result<(), Refusal>> {
        let hold = self.hold(order)?;
        self.of(hold.user_id).amend(&AmendOrder {
            order_id: order,
            user_id: hold.user_id,
            ordering: 0,
            symbol: hold.symbol,
            was_quantity: asked.was_quantity,
            quantity: asked.quantity,
            price: asked.price,
            tick_size: Price::from_micros(10_000),
            lot_size: Quantity::from_micros(1_000),
        })
    }

    pub fn next_trade(&mut self) -> TradeId {
        TradeId(self.next_id())
    }

    /// What a book says; a trade is heard by all partitions.
    pub fn hear(&mut self, event: &MatchingEvent) -> Result<(), Poison> {
        match event {
            MatchingEvent::OrderFilled(fill) => {
                let fees = self.fees;
                for (n, books) in self.partitions.iter_mut().enumerate() {
                    books.settle(fill, |user| partition_of(user) == n, fees, Timestamp::UNIX_EPOCH)?;
                }
                Ok(())
            }
            MatchingEvent::OrderLeftBook(event) => match event.replaced_by {
                None => self.of(event.party.user_id).void(event),
                Some(by) => self.of(event.party.user_id).succeed(event, by),
            },
            MatchingEvent::OrderReduced(event) => self.of(event.party.user_id).reduce(event),
            MatchingEvent::OrderAmended(event) => self.of(event.party.user_id).amended(event),
            MatchingEvent::AmendmentRefused(event) => self.of(event.party.user_id).keep(event),
            MatchingEvent::OrderOpened(event) => self.of(event.party.user_id).reprice(event),
            MatchingEvent::OrderArmed(_)
            | MatchingEvent::OrderTriggered(_)
            | MatchingEvent::OrderRefreshed(_)
            | MatchingEvent::PhaseChanged(_)
            | MatchingEvent::AuctionIndicated(_) => Ok(()),
        }
    }
}

pub fn place_order(
    n: u128,
    user_id: UserId,
    side: Side,
    symbol: Symbol,
    quantity: Quantity,
    price: Price,
) -> PlaceOrder {
    PlaceOrder {
        order_id: order(n),
        user_id,
        ordering: 0,
        symbol,
        side,
        order_type: OrderType::Limit,
        time_in_force: TimeInForce::Gtc,
        post_only: false,
        quantity,
        price,
        tick_size: Price::from_micros(10_000),
        lot_size: Quantity::from_micros(1_000),
        special: None,
    }
}
