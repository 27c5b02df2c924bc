//! What a book is told to do. An order that breaks the rules of its instrument cannot be built.

mod incoming;

pub use incoming::{Incoming, Terms};

use super::book::Settings;
use contracts::ordering::{AmendOrder, CancelOrder, OrderCommand};
use contracts::{OrderId, Price, Quantity, Symbol, UserId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    Place(Incoming),
    Cancel { order_id: OrderId, user_id: UserId },
    Amend(Amend),
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
                let incoming =
                    Incoming::of(order).map_err(|rule| refuse(order.order_id, order.symbol, rule))?;
                Ok((order.symbol, Command::Place(incoming)))
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
