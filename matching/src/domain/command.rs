//! What a book is told to do. An order that breaks the rules of its instrument cannot be built.

mod incoming;

pub use incoming::{Incoming, Terms};

use super::book::Settings;
use contracts::ordering::{AmendOrder, CancelOrder, OrderCommand, PlaceOrder, Special};
use contracts::{OrderId, Price, Quantity, Symbol, UserId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    Place(Incoming),
    Cancel { order_id: OrderId, user_id: UserId },
    Amend(Amend),
    Replace(Replacement),
    Configure(Settings),
}

impl Command {
    /// The command and the book it is for, or the promise that the message breaks.
    pub fn of(message: &OrderCommand) -> Result<(Symbol, Command), String> {
        let refuse = |order_id: OrderId, symbol: Symbol, rule: &str| {
            format!("order {order_id} of {symbol} breaks a promise: {rule}")
        };
        match message {
            OrderCommand::PlaceOrder(order) => {
                let command =
                    Command::to_place(order).map_err(|rule| refuse(order.order_id, order.symbol, rule))?;
                Ok((order.symbol, command))
            }
            OrderCommand::CancelOrder(CancelOrder { order_id, user_id, symbol }) => {
                Ok((*symbol, Command::Cancel { order_id: *order_id, user_id: *user_id }))
            }
            OrderCommand::AmendOrder(order) => {
                let amend = Amend::of(order).map_err(|rule| refuse(order.order_id, order.symbol, rule))?;
                Ok((order.symbol, Command::Amend(amend)))
            }
        }
    }
}

impl Command {
    fn to_place(order: &PlaceOrder) -> Result<Command, &'static str> {
        let Some(replaces) = order.special.as_ref().and_then(|special| special.replaces) else {
            return Incoming::of(order).map(Command::Place);
        };
        // Once it is in, it is an order like any other.
        let special = order.special.as_ref().map(|special| Special { replaces: None, ..(**special).clone() });
        let special = special.filter(|special| *special != Special::default()).map(Box::new);
        let by = Incoming::of(&PlaceOrder { special, ..order.clone() })?;
        Replacement::new(replaces.order_id, replaces.left, by).map(Command::Replace)
    }
}

/// One order leaves and another of its user comes in, or neither. Both are of one side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    pub order_id: OrderId,
    /// What was left of it when this was asked for: by what it has lost since, the other is smaller.
    pub left: Quantity,
    by: Incoming,
}

impl Replacement {
    pub fn new(order_id: OrderId, left: Quantity, by: Incoming) -> Result<Self, &'static str> {
        if order_id == by.party().order_id {
            return Err("the order that comes instead has an id of its own");
        }
        if by.special().is_some_and(|special| special.exit.is_some()) {
            return Err("an order that comes instead is no bracket");
        }
        check_quantity(left, by.lot_size())?;
        Ok(Replacement { order_id, left, by })
    }

    pub fn by(&self) -> &Incoming {
        &self.by
    }
}

/// Price, tick and lot size are positive, and all amounts multiples of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amend {
    pub order_id: OrderId,
    pub user_id: UserId,
    /// The whole order's quantity, before and after. What is left changes by the difference.
    pub was_quantity: Quantity,
    pub quantity: Quantity,
    pub price: Price,
    pub tick_size: Price,
    pub lot_size: Quantity,
}

impl Amend {
    fn of(order: &AmendOrder) -> Result<Self, &'static str> {
        let AmendOrder { order_id, user_id, was_quantity, quantity, price, tick_size, lot_size, .. } = *order;
        Amend { order_id, user_id, was_quantity, quantity, price, tick_size, lot_size }.checked()
    }

    pub fn checked(self) -> Result<Self, &'static str> {
        check_units(self.tick_size, self.lot_size)?;
        check_price(self.price, self.tick_size)?;
        check_quantity(self.was_quantity, self.lot_size)?;
        check_quantity(self.quantity, self.lot_size)?;
        Ok(self)
    }
}

fn check_units(tick_size: Price, lot_size: Quantity) -> Result<(), &'static str> {
    let positive = tick_size.is_positive() && lot_size.is_positive();
    if positive { Ok(()) } else { Err("the tick and lot sizes are positive") }
}

fn check_price(price: Price, tick_size: Price) -> Result<(), &'static str> {
    let is_right = price.is_positive() && price.is_multiple_of(tick_size);
    if is_right { Ok(()) } else { Err("the price is a positive multiple of the tick size") }
}

fn check_quantity(quantity: Quantity, lot_size: Quantity) -> Result<(), &'static str> {
    let is_right = quantity.is_positive() && quantity.is_multiple_of(lot_size);
    if is_right { Ok(()) } else { Err("the quantity is a positive multiple of the lot size") }
}
