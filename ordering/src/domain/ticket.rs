//! An order as this service keeps it, and the only ways in which it may change.
//!
//! ```text
//!            OrderRefused
//!  pending ───────────────► rejected
//!     │ OrderOpened, part fill        last fill
//!     ├──────────────────────► open ─────────────► closed
//!     │ OrderLeftBook           │ OrderLeftBook      ▲
//!     ├─────────────────────────┴──────► canceled    │
//!     └──────────────────────────────────────────────┘
//! ```
//!
//! **Invariant** An order that has ended never changes.
//! **Invariant** filled ≤ quantity; closed exactly when filled = quantity.
//! **Invariant** No fill is worse than the order's price.

use chassis::Poison;
use contracts::{
    Code, Money, Order, OrderId, OrderStatus, OrderType, Price, Quantity, Refusal, Side, Symbol, TimeInForce,
    Timestamp, UserId, intake::NewOrder, matching::Party,
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
    pub time_in_force: TimeInForce,
    pub post_only: bool,
    pub quantity: Quantity,
    /// The limit; of a market order the worst price at which it may trade.
    pub price: Price,
    pub status: OrderStatus,
    pub filled_quantity: Quantity,
    /// What its fills came to.
    pub notional: Money,
    /// Of the book's last event about it.
    pub book_sequence: u64,
    pub reason: Option<Refusal>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// What a book says of one order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    pub party: Party,
    pub symbol: Symbol,
    pub side: Side,
    pub sequence: u64,
    pub at: Timestamp,
    pub happened: Happened,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    Opened { rest: Quantity },
    Filled { price: Price, quantity: Quantity },
    Left { rest: Quantity, reason: Code },
}

impl Ticket {
    pub fn new(order: &NewOrder, price: Price, ordering: u16, now: Timestamp) -> Self {
        Ticket {
            order_id: order.order_id,
            user_id: order.user_id,
            ordering,
            symbol: order.symbol,
            side: order.side,
            order_type: order.order_type,
            time_in_force: order.time_in_force,
            post_only: order.post_only,
            quantity: order.quantity,
            price,
            status: OrderStatus::Pending,
            filled_quantity: Quantity::ZERO,
            notional: Money::ZERO,
            book_sequence: 0,
            reason: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// Whether this is what the client asks for when he sends an id again.
    pub fn is_of(&self, order: &NewOrder) -> bool {
        self.user_id == order.user_id
            && self.symbol == order.symbol
            && self.side == order.side
            && self.order_type == order.order_type
            && self.time_in_force == order.time_in_force
            && self.post_only == order.post_only
            && self.quantity == order.quantity
            && self.limit_price() == order.limit_price
    }

    pub fn limit_price(&self) -> Option<Price> {
        match self.order_type {
            OrderType::Limit => Some(self.price),
            OrderType::Market => None,
        }
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
        Order {
            order_id: self.order_id,
            user_id: self.user_id,
            symbol: self.symbol,
            side: self.side,
            order_type: self.order_type,
            time_in_force: self.time_in_force,
            post_only: self.post_only,
            status: self.status,
            quantity: self.quantity,
            filled_quantity: self.filled_quantity,
            limit_price: self.limit_price(),
            average_price: filled.then(|| Price::average(self.notional, self.filled_quantity)),
            reason: self.reason.clone(),
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }

    /// Clients keep the state with the latest time. News bear their writer's clock, which may be
    /// behind ours, or have been set back.
    fn later(&self, at: Timestamp) -> Timestamp {
        self.updated_at.max(at)
    }

    /// Portfolio would not fund it. Nothing when that is known already.
    pub fn refused(&self, refusal: Refusal, at: Timestamp) -> Result<Option<Ticket>, Poison> {
        match self.status {
            OrderStatus::Pending => Ok(Some(Ticket {
                status: OrderStatus::Rejected,
                reason: Some(refusal),
                updated_at: self.later(at),
                ..self.clone()
            })),
            OrderStatus::Rejected if self.reason.as_ref() == Some(&refusal) => Ok(None),
            OrderStatus::Open
            | OrderStatus::Closed
            | OrderStatus::Canceled
            | OrderStatus::Rejected
            | OrderStatus::Expired => Err(self.impossible("refused")),
        }
    }

    /// The order after what its book says. Nothing when that is known already.
    pub fn told(&self, news: &News) -> Result<Option<Ticket>, Poison> {
        self.check_identity(news)?;
        if news.sequence <= self.book_sequence {
            return Ok(None);
        }
        match self.status {
            OrderStatus::Pending | OrderStatus::Open => {}
            OrderStatus::Closed | OrderStatus::Canceled | OrderStatus::Rejected | OrderStatus::Expired => {
                return Err(self.impossible(match news.happened {
                    Happened::Opened { .. } => "opened",
                    Happened::Filled { .. } => "filled",
                    Happened::Left { .. } => "taken off the book",
                }));
            }
        }
        let mut next =
            Ticket { book_sequence: news.sequence, updated_at: self.later(news.at), ..self.clone() };
        match news.happened {
            Happened::Opened { rest } => {
                self.check_rest(rest)?;
                next.status = OrderStatus::Open;
            }
            Happened::Filled { price, quantity } => next.fill(price, quantity)?,
            Happened::Left { rest, reason } => {
                self.check_rest(rest)?;
                next.status = OrderStatus::Canceled;
                next.reason = Some(Refusal::new(reason, why_it_left(reason)));
            }
        }
        Ok(Some(next))
    }

    fn fill(&mut self, price: Price, quantity: Quantity) -> Result<(), Poison> {
        if !quantity.is_positive() || quantity > self.remaining() {
            return Err(self.broken(format!("a fill of {quantity} where {} is left", self.remaining())));
        }
        let worse = match self.side {
            Side::Buy => price > self.price,
            Side::Sell => price < self.price,
        };
        if worse || !price.is_positive() {
            return Err(self.broken(format!("a fill at {price}, worse than its price {}", self.price)));
        }
        let notional = price.times(quantity).and_then(|value| self.notional.plus(value));
        self.notional = notional.map_err(|e| self.broken(format!("a fill of {quantity} at {price}: {e}")))?;
        self.filled_quantity = self.filled_quantity.plus(quantity).expect("it is at most the quantity");
        self.status = if self.remaining().is_zero() { OrderStatus::Closed } else { OrderStatus::Open };
        Ok(())
    }

    fn check_identity(&self, news: &News) -> Result<(), Poison> {
        let same = (self.order_id, self.user_id, self.symbol, self.side)
            == (news.party.order_id, news.party.user_id, news.symbol, news.side);
        if same { Ok(()) } else { Err(self.broken("its book means another user, symbol or side".into())) }
    }

    /// Books count what is left as we do, or a fill was lost on the way.
    fn check_rest(&self, rest: Quantity) -> Result<(), Poison> {
        if rest == self.remaining() {
            return Ok(());
        }
        Err(self.broken(format!("its book has {rest} left of it where we have {}", self.remaining())))
    }

    fn impossible(&self, what: &str) -> Poison {
        self.broken(format!("{what}, although it is {}", self.status))
    }

    fn broken(&self, what: String) -> Poison {
        Poison(format!("order {}: {what}", self.order_id))
    }
}

/// In words, for the order's owner.
fn why_it_left(reason: Code) -> String {
    match reason {
        Code::CanceledByUser => "canceled at the user's request".into(),
        Code::SelfTrade => "the rest would have traded with an order of the same user".into(),
        Code::NoLiquidity => "the rest does not wait, and found nobody within its price".into(),
        Code::NotFillable => "fill or kill: it could not have traded wholly".into(),
        Code::WouldTrade => "post-only: it would have traded as it came in".into(),
        other => other.as_str().replace('_', " "),
    }
}
