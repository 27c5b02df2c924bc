//! An order on its way into a book.

use super::{check_price, check_quantity, check_units};
use contracts::matching::Party;
use contracts::ordering::{Exit, PlaceOrder, Special, Trigger};
use contracts::{OrderType, Price, Quantity, Side, TimeInForce};

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
        let terms = match (order.time_in_force, order.post_only) {
            (TimeInForce::Gtc | TimeInForce::Day | TimeInForce::Gtd, false) => Terms::Rest,
            (TimeInForce::Gtc | TimeInForce::Day | TimeInForce::Gtd, true) => Terms::PostOnly,
            (TimeInForce::Ioc, false) => Terms::Immediate,
            (TimeInForce::Fok, false) => Terms::AllOrNothing,
            (TimeInForce::Ioc | TimeInForce::Fok, true) => {
                return Err("only an order that waits is post-only");
            }
        };
        match (order.order_type, order.time_in_force.waits()) {
            (OrderType::Market, true) => Err("a market order does not wait"),
            (OrderType::Stop | OrderType::StopLimit | OrderType::TrailingStop | OrderType::Oco, false) => {
                Err("a stop waits")
            }
            (_, _) => Ok(terms),
        }
    }
}

/// An order that may enter a book: prices and quantities are positive multiples of tick and lot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    party: Party,
    side: Side,
    terms: Terms,
    price: Price,
    quantity: Quantity,
    tick_size: Price,
    lot_size: Quantity,
    special: Option<Box<Special>>,
    /// It has a limit besides its trigger's, and rests at it until then.
    is_oco: bool,
}

impl Incoming {
    pub fn of(order: &PlaceOrder) -> Result<Self, &'static str> {
        let party = Party { order_id: order.order_id, user_id: order.user_id, ordering: order.ordering };
        let incoming = Self::new(
            party,
            (order.side, Terms::of(order)?),
            (order.price, order.quantity),
            (order.tick_size, order.lot_size),
        )?;
        match (order.order_type, order.special.as_ref().and_then(|special| special.trigger)) {
            (OrderType::Limit | OrderType::Market, Some(_)) => Err("only a stop has a stop price"),
            (OrderType::Stop | OrderType::StopLimit | OrderType::TrailingStop | OrderType::Oco, None) => {
                Err("a stop has a stop price")
            }
            (_, _) => incoming.with(order.order_type == OrderType::Oco, order.special.clone()),
        }
    }

    pub fn new(
        party: Party,
        (side, terms): (Side, Terms),
        (price, quantity): (Price, Quantity),
        (tick_size, lot_size): (Price, Quantity),
    ) -> Result<Self, &'static str> {
        check_units(tick_size, lot_size)?;
        check_price(price, tick_size)?;
        check_quantity(quantity, lot_size)?;
        Ok(Incoming {
            party,
            side,
            terms,
            price,
            quantity,
            tick_size,
            lot_size,
            special: None,
            is_oco: false,
        })
    }

    /// The same with what is not usual.
    pub fn with(self, is_oco: bool, special: Option<Box<Special>>) -> Result<Self, &'static str> {
        if is_oco && special.as_ref().is_none_or(|special| special.trigger.is_none()) {
            return Err("a stop has a stop price");
        }
        let Some(special) = special else { return Ok(self) };
        if special.display_quantity.is_some_and(|shown| shown >= self.quantity) {
            return Err("an iceberg shows a part of itself");
        }
        if let Some(display) = special.display_quantity {
            check_quantity(display, self.lot_size)?;
        }
        if let Some(trigger) = &special.trigger {
            self.check_trigger(trigger)?;
            if !is_oco && self.price != trigger.price {
                return Err("a stop's price is that after its trigger");
            }
        }
        if let Some(exit) = &special.exit {
            self.check_exit(exit)?;
        }
        Ok(Incoming { special: Some(special), is_oco, ..self })
    }

    fn check_trigger(&self, trigger: &Trigger) -> Result<(), &'static str> {
        check_price(trigger.price, self.tick_size)?;
        check_price(trigger.stop_price, self.tick_size)?;
        trigger.trail_amount.map_or(Ok(()), |trail| check_price(trail, self.tick_size))
    }

    fn check_exit(&self, exit: &Exit) -> Result<(), &'static str> {
        if exit.order_id == self.party.order_id {
            return Err("the exit has an id of its own");
        }
        if exit.take_profit_price.is_none() && exit.stop_loss.is_none() {
            return Err("an exit has a price");
        }
        exit.take_profit_price.map_or(Ok(()), |price| check_price(price, self.tick_size))?;
        exit.stop_loss.as_ref().map_or(Ok(()), |trigger| self.check_trigger(trigger))
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

    /// The limit; without one the worst price it may trade at.
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

    pub fn special(&self) -> Option<&Special> {
        self.special.as_deref()
    }

    /// Whether it rests at its limit until its stop price is met.
    pub fn is_oco(&self) -> bool {
        self.is_oco
    }
}
