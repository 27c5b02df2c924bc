//! What a book is told to do. An order that breaks the rules of its instrument cannot be built.

use contracts::matching::Party;
use contracts::ordering::{CancelOrder, OrderCommand, PlaceOrder};
use contracts::{OrderId, OrderType, Price, Quantity, Side, Symbol, TimeInForce, UserId};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    Place(Incoming),
    Cancel { order_id: OrderId, user_id: UserId },
}

impl Command {
    /// The command and the book it is for, or the promise that the message breaks.
    pub fn of(message: &OrderCommand) -> Result<(Symbol, Command), String> {
        match message {
            OrderCommand::PlaceOrder(order) => {
                Ok((order.symbol, Command::Place(Incoming::of(order).map_err(|rule| refuse(order, rule))?)))
            }
            OrderCommand::CancelOrder(CancelOrder { order_id, user_id, symbol }) => {
                Ok((*symbol, Command::Cancel { order_id: *order_id, user_id: *user_id }))
            }
        }
    }
}

fn refuse(order: &PlaceOrder, rule: &str) -> String {
    format!("order {} of {} breaks a promise: {rule}", order.order_id, order.symbol)
}

/// What becomes of an order that nobody, or not everybody that it needs, trades with at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Terms {
    /// What is left of it rests.
    Rest,
    /// It rests, or is canceled if it would trade.
    PostOnly,
    /// What is left of it is canceled.
    Immediate,
    /// It trades wholly, or is canceled wholly.
    AllOrNothing,
}

impl Terms {
    fn of(order: &PlaceOrder) -> Result<Self, &'static str> {
        match (order.order_type, order.time_in_force, order.post_only) {
            (OrderType::Limit, TimeInForce::Gtc, false) => Ok(Terms::Rest),
            (OrderType::Limit, TimeInForce::Gtc, true) => Ok(Terms::PostOnly),
            (OrderType::Limit | OrderType::Market, TimeInForce::Ioc, false) => Ok(Terms::Immediate),
            (OrderType::Limit | OrderType::Market, TimeInForce::Fok, false) => Ok(Terms::AllOrNothing),
            (OrderType::Market, TimeInForce::Gtc, _) => Err("a market order does not wait"),
            (_, TimeInForce::Ioc | TimeInForce::Fok, true) => Err("only an order that waits is post-only"),
        }
    }
}

/// An order that may enter a book: price and quantity are positive multiples of tick and lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Incoming {
    party: Party,
    side: Side,
    terms: Terms,
    price: Price,
    quantity: Quantity,
    tick_size: Price,
    lot_size: Quantity,
}

impl Incoming {
    pub fn of(order: &PlaceOrder) -> Result<Self, &'static str> {
        let party = Party { order_id: order.order_id, user_id: order.user_id, ordering: order.ordering };
        Self::new(
            party,
            (order.side, Terms::of(order)?),
            (order.price, order.quantity),
            (order.tick_size, order.lot_size),
        )
    }

    pub fn new(
        party: Party,
        (side, terms): (Side, Terms),
        (price, quantity): (Price, Quantity),
        (tick_size, lot_size): (Price, Quantity),
    ) -> Result<Self, &'static str> {
        if !tick_size.is_positive() || !lot_size.is_positive() {
            return Err("the tick and lot sizes are positive");
        }
        if !price.is_positive() || !price.is_multiple_of(tick_size) {
            return Err("the price is a positive multiple of the tick size");
        }
        if !quantity.is_positive() || !quantity.is_multiple_of(lot_size) {
            return Err("the quantity is a positive multiple of the lot size");
        }
        Ok(Incoming { party, side, terms, price, quantity, tick_size, lot_size })
    }

    pub fn party(&self) -> Party {
        self.party
    }

    pub fn side(&self) -> Side {
        self.side
    }

    pub fn terms(&self) -> Terms {
        self.terms
    }

    /// The limit; for a market order the worst price it may trade at.
    pub fn price(&self) -> Price {
        self.price
    }

    pub fn quantity(&self) -> Quantity {
        self.quantity
    }

    pub fn tick_size(&self) -> Price {
        self.tick_size
    }

    pub fn lot_size(&self) -> Quantity {
        self.lot_size
    }
}
