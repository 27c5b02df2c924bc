//! What a book says of orders beside their fills: they leave, shrink, change. Each gives back what
//! is no longer needed; none takes more than was set aside for it.

use super::{Books, Hold, HoldState};
use chassis::Poison;
use contracts::{
    Code, OrderId, Side, Symbol,
    matching::{AmendmentRefused, OrderAmended, OrderLeftBook, OrderOpened, OrderReduced, Party},
};

impl Books {
    /// The rest of an order will never be filled.
    pub fn void(&mut self, event: &OrderLeftBook) -> Result<(), Poison> {
        let (order, left) = (event.party.order_id, event.quantity);
        let hold = self.pending(&event.party, event.symbol, Some(event.side))?;
        if hold.left() != left {
            let had = hold.left();
            return Err(Poison(format!("{left} left the book, {had} is held for {order}")));
        }
        self.release(order, hold, hold.ended(HoldState::Voided))
    }

    /// An order has left the book for another, which has what was set aside for it from now on.
    pub fn succeed(&mut self, event: &OrderLeftBook, by: OrderId) -> Result<(), Poison> {
        let order = event.party.order_id;
        let was = self.pending(&event.party, event.symbol, Some(event.side))?;
        let next = self.holds.get(by).filter(|next| {
            let of = (next.user_id, next.symbol, next.side);
            next.replaces == Some(order) && of == (was.user_id, was.symbol, was.side)
        });
        let has = next.zip(next.and_then(|next| next.succeeded(&was)));
        let has = has.filter(|(next, is)| {
            was.left() == event.quantity && is.held_micros() - next.held_micros() <= was.held_micros()
        });
        let (next, is) = has.ok_or_else(|| {
            let (left, had) = (event.quantity, was.left());
            Poison(format!(
                "{left} of order {order} left for {by}, which is not to have what is held for {had}"
            ))
        })?;
        self.release(order, was, was.ended(HoldState::Voided))?;
        self.replace(by, Some(next), is)
    }

    /// Some of an order will never be filled.
    pub fn reduce(&mut self, event: &OrderReduced) -> Result<(), Poison> {
        let (order, by, left) = (event.party.order_id, event.by, event.quantity);
        let hold = self.pending(&event.party, event.symbol, Some(event.side))?;
        // With this, the book has done what it was asked for.
        let amendment = hold.amendment.filter(|_| event.reason != Code::AmendedByUser);
        let reduced = Hold { amendment, ..hold }.reduced(by, left).ok_or_else(|| {
            let had = hold.left();
            Poison(format!("order {order} shrank by {by} to {left}, it was held for {had}"))
        })?;
        self.release(order, hold, reduced)
    }

    /// What was set aside for a change is the order's own from now on.
    pub fn amended(&mut self, event: &OrderAmended) -> Result<(), Poison> {
        let order = event.party.order_id;
        let hold = self.pending(&event.party, event.symbol, Some(event.side))?;
        let amended = hold.amended(event).ok_or_else(|| {
            let OrderAmended { was_quantity: was, quantity, price, .. } = event;
            let asked = hold.amendment.map_or("nothing".to_owned(), |asked| asked.to_string());
            let had = hold.remaining;
            Poison(format!(
                "order {order}: {was} became {quantity} @ {price}; of {had}, {asked} was asked for"
            ))
        })?;
        self.release(order, hold, amended)
    }

    /// What was set aside for a change is not needed.
    pub fn keep(&mut self, event: &AmendmentRefused) -> Result<(), Poison> {
        let hold = self.pending(&event.party, event.symbol, None)?;
        self.release(event.party.order_id, hold, Hold { amendment: None, ..hold })
    }

    /// A post-only order rests where it is better for its user than its limit.
    pub fn reprice(&mut self, event: &OrderOpened) -> Result<(), Poison> {
        let (order, price) = (event.party.order_id, event.price);
        let hold = self.pending(&event.party, event.symbol, Some(event.side))?;
        let repriced = hold.repriced(price).ok_or_else(|| {
            Poison(format!("order {order} rests at {price}, which is worse than {}", hold.price))
        })?;
        self.release(order, hold, repriced)
    }

    /// The hold of an order that matching speaks of: it must be there, and not have ended.
    pub fn pending(&self, party: &Party, symbol: Symbol, side: Option<Side>) -> Result<Hold, Poison> {
        let order = party.order_id;
        let hold = self.holds.get(order).ok_or_else(|| Poison(format!("order {order} has no hold")))?;
        let is_its = (hold.user_id, hold.symbol) == (party.user_id, symbol);
        if !is_its || side.is_some_and(|side| hold.side != side) {
            return Err(Poison(format!("the hold of order {order} is for something else")));
        }
        if !hold.is_pending() {
            return Err(Poison(format!("the hold of order {order} has ended: {:?}", hold.state)));
        }
        Ok(hold)
    }

    fn release(&mut self, order: OrderId, was: Hold, is: Hold) -> Result<(), Poison> {
        assert!(is.held_micros() <= was.held_micros(), "order {order}: {was:?} became {is:?}");
        self.replace(order, Some(was), is)
    }
}
