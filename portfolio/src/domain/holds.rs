//! What an order has set aside: pending, then posted or voided, exactly once.
//!
//! A hold is always the worst that the rest of its order may cost. Fees round down, so the worst
//! of a whole is never less than the worsts of its parts together, and a fill always fits into
//! what the hold gives up for it.

use contracts::{
    AmountError, Money, OrderId, Price, Quantity, Side, Symbol, UserId,
    matching::OrderAmended,
    ordering::{AmendOrder, Exit, PlaceOrder},
};
use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldState {
    Pending,
    /// Filled, but for what was taken off its order.
    Posted,
    /// The rest was given back.
    Voided,
    /// Never was one; kept so that asking again changes nothing.
    Refused,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hold {
    pub user_id: UserId,
    pub symbol: Symbol,
    pub side: Side,
    pub state: HoldState,
    /// The worst that the order may trade at.
    pub price: Price,
    /// Of an exit that sells, what its entry has bought for it.
    pub quantity: Quantity,
    /// Not filled; when the hold has ended, never will be.
    pub remaining: Quantity,
    /// Of an exit that sells, what its entry may yet buy: in the book it counts, here it holds nothing.
    /// Of an order that is to replace another, all of it until that has left.
    pub awaited: Quantity,
    /// The highest fee that a fill may cost a buyer.
    pub fee_basis_points: u32,
    /// Of an entry that buys: the order whose hold gets the shares, as long as that is pending.
    pub exit: Option<OrderId>,
    /// The order whose hold it takes over when that leaves the book for it.
    pub replaces: Option<OrderId>,
    /// A change that the book has yet to decide: another order's coming in its place is one.
    pub amendment: Option<Amendment>,
}

/// Another price for what is left of an order, and the difference of two quantities for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amendment {
    pub price: Price,
    pub was_quantity: Quantity,
    pub quantity: Quantity,
}

impl Hold {
    pub fn of(order: &PlaceOrder, fee_basis_points: u32) -> Self {
        let exit = order.special.as_ref().and_then(|special| special.exit);
        Hold {
            user_id: order.user_id,
            symbol: order.symbol,
            side: order.side,
            state: HoldState::Pending,
            price: order.worst_price(),
            quantity: order.quantity,
            remaining: order.quantity,
            awaited: Quantity::ZERO,
            fee_basis_points,
            exit: exit.filter(|_| order.side == Side::Buy).map(|exit| exit.order_id),
            replaces: None,
            amendment: None,
        }
    }

    /// Of an order's exit. One that sells has nothing until its entry buys it.
    pub fn of_exit(exit: &Exit, entry: &PlaceOrder, fee_basis_points: u32) -> Self {
        let (quantity, awaited) = match entry.side {
            Side::Buy => (Quantity::ZERO, entry.quantity),
            Side::Sell => (entry.quantity, Quantity::ZERO),
        };
        Hold {
            side: entry.side.opposite(),
            price: exit.worst_price(entry.side).unwrap_or(Price::ZERO),
            quantity,
            remaining: quantity,
            awaited,
            exit: None,
            ..Hold::of(entry, fee_basis_points)
        }
    }

    /// Of an order that is to replace another. Until then what it may cost is held for that one.
    pub fn of_replacement(order: &PlaceOrder, replaces: OrderId, fee_basis_points: u32) -> Self {
        let (quantity, awaited) = (Quantity::ZERO, order.quantity);
        let replaces = Some(replaces);
        Hold { quantity, remaining: quantity, awaited, replaces, ..Hold::of(order, fee_basis_points) }
    }

    /// Whether the book has yet to let it in for another.
    pub fn is_to_replace(&self) -> bool {
        self.replaces.is_some() && self.is_pending() && self.remaining.is_zero()
    }

    /// What is set aside now: cash for a buy, shares for a sell.
    pub fn held_micros(&self) -> i64 {
        match self.side {
            Side::Buy => self.held_cash().micros(),
            Side::Sell => self.held_shares().micros(),
        }
    }

    pub fn held_cash(&self) -> Money {
        match (self.side, self.is_pending()) {
            (Side::Buy, true) => self.worst_cost().expect("a hold was made for no less than this"),
            (Side::Buy, false) | (Side::Sell, _) => Money::ZERO,
        }
    }

    pub fn held_shares(&self) -> Quantity {
        match (self.side, self.is_pending()) {
            (Side::Sell, true) => self.worst_quantity().expect("a hold was made for no less than this"),
            (Side::Sell, false) | (Side::Buy, _) => Quantity::ZERO,
        }
    }

    pub fn is_pending(&self) -> bool {
        match self.state {
            HoldState::Pending => true,
            HoldState::Posted | HoldState::Voided | HoldState::Refused => false,
        }
    }

    /// What the book has left of the order.
    pub fn left(&self) -> Quantity {
        self.remaining.plus(self.awaited).expect("no more than its order's quantity")
    }

    /// What it may cost, if all that it may ever come to can be counted.
    pub fn counted(&self) -> Result<Money, AmountError> {
        self.price.times(self.left())?;
        self.worst_quantity()?;
        self.amendment.map_or(Ok(self.quantity), |amendment| amendment.applied(self.quantity))?;
        self.worst_cost()
    }

    pub fn is_for_something(&self) -> bool {
        let changes = self.amendment.is_none_or(|amendment| amendment.is_for_something());
        self.price.is_positive() && self.left().is_positive() && changes
    }

    /// The price of what remains, and the highest fee on it.
    pub fn worst_cost(&self) -> Result<Money, AmountError> {
        let cost = self.worst_value()?;
        cost.plus(cost.fee(self.fee_basis_points))
    }

    fn worst_value(&self) -> Result<Money, AmountError> {
        let as_it_is = self.price.times(self.remaining)?;
        let Some(amendment) = self.amendment else { return Ok(as_it_is) };
        // Almost all of it may be filled before the book amends the rest: what is added comes on top.
        let late = as_it_is.plus(amendment.price.times(amendment.added()?)?)?;
        let at_once = amendment.price.times(amendment.applied(self.remaining)?)?;
        Ok(late.max(at_once))
    }

    fn worst_quantity(&self) -> Result<Quantity, AmountError> {
        let added = self.amendment.map_or(Ok(Quantity::ZERO), |amendment| amendment.added())?;
        self.remaining.plus(added)
    }

    /// Whether the order agreed to trade at this price.
    pub fn allows(&self, price: Price) -> bool {
        is_no_worse(self.side, price, self.price)
    }

    /// Takes a fill. `None` when the fill is for more than what remains, or what would remain
    /// has no exact price.
    pub fn filled(self, quantity: Quantity) -> Option<Self> {
        Hold { remaining: less(self.remaining, quantity)?, ..self }.or_ended()
    }

    /// Takes shares that the entry has bought. `None` when they are more than it awaits.
    pub fn granted(self, quantity: Quantity) -> Option<Self> {
        let awaited = less(self.awaited, quantity)?;
        let granted = Hold {
            quantity: self.quantity.plus(quantity).ok()?,
            remaining: self.remaining.plus(quantity).ok()?,
            awaited,
            ..self
        };
        granted.or_ended()
    }

    /// Takes over what was held for the order that it replaces: as much as that order would have left
    /// if it had been amended instead. `None` when nobody asked for that.
    pub fn succeeded(self, was: &Hold) -> Option<Self> {
        let asked = was.amendment.filter(|_| self.is_to_replace())?;
        self.granted(asked.applied(was.remaining).ok()?.min(self.awaited))
    }

    /// Its order is smaller by what nobody will fill: first by what it has not got yet. `None` when
    /// that does not leave what the book has left.
    pub fn reduced(self, by: Quantity, left: Quantity) -> Option<Self> {
        if by < Quantity::ZERO || less(self.left(), by)? != left {
            return None;
        }
        let never_got = by.min(self.awaited);
        let by = by.minus(never_got).ok()?;
        let reduced = Hold {
            quantity: less(self.quantity, by)?,
            remaining: less(self.remaining, by)?,
            awaited: less(self.awaited, never_got)?,
            ..self
        };
        reduced.or_ended()
    }

    /// The amendment under way is done. `None` when the book did something else than was asked for.
    pub fn amended(self, event: &OrderAmended) -> Option<Self> {
        let asked = self.amendment?;
        let as_asked = asked.applied(self.remaining).ok()? == event.quantity
            && is_no_worse(self.side, event.price, asked.price)
            && self.remaining == event.was_quantity;
        if !as_asked || !event.quantity.is_positive() {
            return None;
        }
        let quantity = self.quantity.plus(asked.difference().ok()?).ok()?;
        let amended =
            Hold { price: event.price, quantity, remaining: event.quantity, amendment: None, ..self };
        amended.or_ended()
    }

    /// Rests at a price that is no worse for its user. `None` when it is.
    pub fn repriced(self, price: Price) -> Option<Self> {
        let repriced = (price.is_positive() && self.allows(price)).then_some(Hold { price, ..self })?;
        repriced.or_ended()
    }

    /// Has nothing set aside any more.
    pub fn ended(self, state: HoldState) -> Self {
        Hold { state, awaited: Quantity::ZERO, amendment: None, ..self }
    }

    /// Never had anything: as it was asked for.
    pub fn refused(self) -> Self {
        let asked = self.left();
        Hold { quantity: asked, remaining: asked, exit: None, ..self }.ended(HoldState::Refused)
    }

    /// Ended when nothing is left of its order. `None` when what is left has no exact price.
    fn or_ended(self) -> Option<Self> {
        let hold = match (self.left().is_zero(), self.quantity.is_zero()) {
            (false, _) => self,
            (true, false) => self.ended(HoldState::Posted),
            (true, true) => self.ended(HoldState::Voided),
        };
        (hold.worst_cost().is_ok() && hold.worst_quantity().is_ok()).then_some(hold)
    }
}

impl Amendment {
    pub fn of(order: &AmendOrder) -> Self {
        Amendment { price: order.price, was_quantity: order.was_quantity, quantity: order.quantity }
    }

    pub fn is_for_something(&self) -> bool {
        self.price.is_positive() && self.was_quantity.is_positive() && self.quantity.is_positive()
    }

    /// May be negative.
    fn difference(&self) -> Result<Quantity, AmountError> {
        self.quantity.minus(self.was_quantity)
    }

    fn added(&self) -> Result<Quantity, AmountError> {
        Ok(self.difference()?.max(Quantity::ZERO))
    }

    /// What becomes of so much: nothing, if that much was to go.
    pub fn applied(&self, remaining: Quantity) -> Result<Quantity, AmountError> {
        Ok(remaining.plus(self.difference()?)?.max(Quantity::ZERO))
    }
}

impl fmt::Display for Amendment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Amendment { price, was_quantity, quantity } = self;
        write!(f, "{quantity} instead of {was_quantity} @ {price}")
    }
}

fn is_no_worse(side: Side, price: Price, than: Price) -> bool {
    match side {
        Side::Buy => price <= than,
        Side::Sell => price >= than,
    }
}

/// `None` when it is more than there is.
fn less(quantity: Quantity, by: Quantity) -> Option<Quantity> {
    quantity.minus(by).ok().filter(|rest| *rest >= Quantity::ZERO)
}
