//! An order as the obvious book has it.

use crate::domain::{Incoming, Terms};
use contracts::matching::Party;
use contracts::ordering::{Exit, Special, Trigger};
use contracts::{OrderId, Price, Quantity, SelfTradePrevention, Side, Timestamp};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waits {
    No,
    ForItsStop,
    ForItsEntry,
}

#[derive(Clone, Debug)]
pub struct Order {
    pub party: Party,
    pub side: Side,
    pub price: Price,
    /// What is left of it, and how much of that others see while it rests.
    pub quantity: Quantity,
    pub visible: Quantity,
    pub post_only: bool,
    pub repriced: bool,
    pub arrival: u64,
    pub waits: Waits,
    pub prevention: SelfTradePrevention,
    pub display: Option<Quantity>,
    pub expires_at: Option<Timestamp>,
    pub trigger: Option<Trigger>,
    pub exit: Option<OrderId>,
    pub entry: Option<OrderId>,
    /// Of an exit: whether it has a limit.
    pub takes_profit: bool,
    pub whole: Quantity,
}

impl Order {
    pub fn of(incoming: &Incoming) -> Self {
        let special = incoming.special().cloned().unwrap_or_default();
        let is_stop = special.trigger.is_some() && !incoming.is_oco();
        Order {
            party: incoming.party(),
            side: incoming.side(),
            price: incoming.price(),
            quantity: incoming.quantity(),
            visible: incoming.quantity(),
            post_only: incoming.terms() == Terms::PostOnly,
            repriced: false,
            arrival: 0,
            waits: if is_stop { Waits::ForItsStop } else { Waits::No },
            prevention: special.self_trade_prevention,
            display: special.display_quantity,
            expires_at: special.expires_at,
            trigger: special.trigger,
            exit: special.exit.map(|exit| exit.order_id),
            entry: None,
            takes_profit: false,
            whole: incoming.quantity(),
        }
    }

    pub fn exit_of(entry: &Incoming, exit: &Exit, special: &Special) -> Self {
        let price = exit.take_profit_price.or(exit.stop_loss.map(|trigger| trigger.price));
        Order {
            party: Party { order_id: exit.order_id, ..entry.party() },
            side: entry.side().opposite(),
            price: price.expect("an exit has a price"),
            post_only: false,
            waits: Waits::ForItsEntry,
            display: None,
            expires_at: None,
            trigger: exit.stop_loss,
            exit: None,
            entry: Some(entry.party().order_id),
            takes_profit: exit.take_profit_price.is_some(),
            prevention: special.self_trade_prevention,
            ..Order::of(entry)
        }
    }

    /// Whether its stop price can be met.
    pub fn is_armed(&self) -> bool {
        self.trigger.is_some() && self.waits != Waits::ForItsEntry
    }
}

pub fn less(a: Quantity, b: Quantity) -> Quantity {
    a.minus(b).expect("amounts are far from overflow")
}

pub fn more(a: Quantity, b: Quantity) -> Quantity {
    a.plus(b).expect("amounts are far from overflow")
}

pub fn is_met(side: Side, trigger: &Trigger, last: Price) -> bool {
    match side {
        Side::Buy => trigger.stop_price <= last,
        Side::Sell => trigger.stop_price >= last,
    }
}

/// A trailing trigger is never further from the market than its distance.
pub fn followed(side: Side, trigger: Trigger, last: Price) -> Trigger {
    let Some(trail) = trigger.trail_amount else { return trigger };
    let (stop, price) = (trigger.stop_price.micros(), trigger.price.micros());
    let now = match side {
        Side::Buy => stop.min(last.micros() + trail.micros()),
        Side::Sell => stop.max(last.micros() - trail.micros()),
    };
    Trigger { stop_price: Price::from_micros(now), price: Price::from_micros(price + now - stop), ..trigger }
}
