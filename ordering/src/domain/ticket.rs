//! An order as this service keeps it. How it changes is told in `told.rs`.
//!
//! **Invariant** An order that has ended never changes.
//! **Invariant** filled ≤ quantity; closed exactly when filled = quantity.
//! **Invariant** No fill is worse than the price to which the order binds its user at that time.

use super::bound::Bound;
use contracts::ordering::{Exit, Trigger};
use contracts::{
    Amendment, Money, Order, OrderId, OrderStatus, OrderType, Placed, Price, Quantity, Refusal, Side, Symbol,
    Terms, TimeInForce, Timestamp, UserId, intake::NewOrder,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    pub order_id: OrderId,
    pub user_id: UserId,
    /// The partition of ordering that keeps it. No other changes it.
    pub ordering: u16,
    pub symbol: Symbol,
    pub side: Side,
    pub order_type: OrderType,
    /// As its client wrote them.
    pub terms: Terms,
    pub quantity: Quantity,
    /// As it is now: an amendment, or the book of a repriced order, may have moved it.
    pub limit_price: Option<Price>,
    /// The worst price at which it may trade as things are: its limit; without one that of the
    /// collar; after its trigger that of the trigger.
    pub price: Price,
    /// The worst that `price` has ever been.
    pub worst_price: Price,
    pub status: OrderStatus,
    pub filled_quantity: Quantity,
    /// What its fills came to.
    pub notional: Money,
    /// Of the book's last event about it.
    pub book_sequence: u64,
    /// Of a trailing stop as it began; once triggered, as it was then.
    pub trigger: Option<Trigger>,
    pub triggered: bool,
    /// Of a bracket's exit.
    pub entry_order_id: Option<OrderId>,
    /// In whose place it came, or was to come; and who came in its place.
    pub replaces: Option<OrderId>,
    pub replaced_by: Option<OrderId>,
    /// Under way, or refused; gone once it is done.
    pub amendment: Option<Amendment>,
    /// What its client wrote, where it is not like that any more.
    pub placed: Option<Placed>,
    pub reason: Option<Refusal>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Ticket {
    pub fn new(order: &NewOrder, bound: &Bound, ordering: u16, now: Timestamp) -> Self {
        Ticket {
            order_id: order.order_id,
            user_id: order.user_id,
            ordering,
            symbol: order.symbol,
            side: order.side,
            order_type: order.order_type,
            terms: order.terms,
            quantity: order.quantity,
            limit_price: order.limit_price,
            price: bound.price,
            worst_price: bound.price,
            status: OrderStatus::Pending,
            filled_quantity: Quantity::ZERO,
            notional: Money::ZERO,
            book_sequence: 0,
            trigger: bound.trigger,
            triggered: false,
            entry_order_id: None,
            replaces: order.replaces,
            replaced_by: None,
            amendment: None,
            placed: None,
            reason: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// The order that leaves again what this one gets.
    pub fn exit(&self, exit: &Exit) -> Self {
        let order_type = match (exit.take_profit_price, exit.stop_loss) {
            (Some(_), Some(_)) => OrderType::Oco,
            (Some(_), None) => OrderType::Limit,
            (None, _) => OrderType::Stop,
        };
        let stop_price = exit.stop_loss.map(|trigger| trigger.stop_price);
        let price = exit.take_profit_price.or(exit.stop_loss.map(|trigger| trigger.price));
        let price = price.expect("an exit has one of its prices");
        Ticket {
            order_id: exit.order_id,
            side: self.side.opposite(),
            order_type,
            terms: Terms {
                stop_price,
                self_trade_prevention: self.terms.self_trade_prevention,
                ..Terms::of(TimeInForce::Gtc)
            },
            limit_price: exit.take_profit_price,
            price,
            worst_price: price,
            trigger: exit.stop_loss,
            entry_order_id: Some(self.order_id),
            ..self.clone()
        }
    }

    /// Whether this is what the client asks for when he sends an id again.
    pub fn is_of(&self, order: &NewOrder) -> bool {
        let placed = self.as_placed();
        self.entry_order_id.is_none()
            && self.user_id == order.user_id
            && self.symbol == order.symbol
            && self.side == order.side
            && self.order_type == order.order_type
            && self.terms == order.terms
            && self.replaces == order.replaces
            && placed.quantity == order.quantity
            && placed.limit_price == order.limit_price
    }

    pub fn as_placed(&self) -> Placed {
        self.placed.unwrap_or(Placed { quantity: self.quantity, limit_price: self.limit_price })
    }

    pub fn is_live(&self) -> bool {
        self.status.is_live()
    }

    pub fn remaining(&self) -> Quantity {
        self.quantity.minus(self.filled_quantity).expect("filled is at most the quantity")
    }

    /// As every reader sees it.
    pub fn as_order(&self) -> Order {
        let filled = self.filled_quantity.is_positive();
        // Of a trailing stop the client named only the distance.
        let stop_price = self.trigger.map(|trigger| trigger.stop_price).or(self.terms.stop_price);
        Order {
            order_id: self.order_id,
            user_id: self.user_id,
            symbol: self.symbol,
            side: self.side,
            order_type: self.order_type,
            terms: Terms { stop_price, ..self.terms },
            status: self.status,
            quantity: self.quantity,
            filled_quantity: self.filled_quantity,
            limit_price: self.limit_price,
            average_price: filled.then(|| Price::average(self.notional, self.filled_quantity)),
            triggered: self.triggered,
            entry_order_id: self.entry_order_id,
            replaces: self.replaces,
            replaced_by: self.replaced_by,
            amendment: self.amendment.clone(),
            placed: self.placed,
            reason: self.reason.clone(),
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}
