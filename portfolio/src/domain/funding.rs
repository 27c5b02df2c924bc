//! How holds begin and grow: an order asks for what it may cost, a bracket for both of its orders,
//! an amendment for what it needs on top. An order that replaces another is to its money what an
//! amendment of that would be: it needs what that costs on top, and nothing of its own.

use super::{Amendment, Books, Hold, books::too_large};
use contracts::{
    AmountError, Code, Money, OrderId, Quantity, Refusal, Side,
    ordering::{AmendOrder, PlaceOrder, Replaces},
};

impl Books {
    /// Sets aside what the order and its exit may cost, or says why not; both or neither. Asked
    /// again about an order that it has decided: `None`, and nothing changes.
    pub fn hold(&mut self, order: &PlaceOrder, fee_basis_points: u32) -> Option<Result<(), Refusal>> {
        if let Some(earlier) = self.holds.get(order.order_id) {
            let anothers = earlier.user_id != order.user_id;
            return anothers.then(|| Err(reused("order_id", "the order id was used by somebody else")));
        }
        if let Some(replaces) = order.special.as_ref().and_then(|special| special.replaces) {
            return Some(self.hold_instead(order, &replaces, fee_basis_points));
        }
        let hold = Hold::of(order, fee_basis_points);
        let Some(exit) = order.special.as_ref().and_then(|special| special.exit) else {
            let decision = self.covers("the order", None, &hold);
            self.open(order.order_id, hold, decision.is_ok());
            return Some(decision);
        };
        if exit.order_id == order.order_id || self.holds.get(exit.order_id).is_some() {
            self.open(order.order_id, hold, false);
            return Some(Err(reused("exit_order_id", "the exit's order id was used before")));
        }
        let exit_hold = Hold::of_exit(&exit, order, fee_basis_points);
        let decision = self.covers_both(&hold, &exit_hold);
        self.open(order.order_id, hold, decision.is_ok());
        self.open(exit.order_id, exit_hold, decision.is_ok());
        Some(decision)
    }

    /// One is a buy and the other a sell: neither takes what the other needs.
    fn covers_both(&self, entry: &Hold, exit: &Hold) -> Result<(), Refusal> {
        self.covers("the order", None, entry)?;
        self.covers("its exit", None, exit)
    }

    /// Sets aside with the order that is to leave what this one may cost instead, or says why not.
    fn hold_instead(
        &mut self,
        order: &PlaceOrder,
        replaces: &Replaces,
        fee_basis_points: u32,
    ) -> Result<(), Refusal> {
        let was = self.holds.get(replaces.order_id).filter(|was| {
            let of = (was.user_id, was.symbol, was.side);
            was.is_pending() && of == (order.user_id, order.symbol, order.side)
        });
        // What was agreed when the one was placed goes for the other.
        let fee_basis_points = was.map_or(fee_basis_points, |was| was.fee_basis_points);
        let hold = Hold::of_replacement(order, replaces.order_id, fee_basis_points);
        let decision = self.covers_instead(order, replaces, was, &hold);
        self.open(order.order_id, hold, decision.is_ok());
        decision
    }

    fn covers_instead(
        &mut self,
        order: &PlaceOrder,
        replaces: &Replaces,
        was: Option<Hold>,
        hold: &Hold,
    ) -> Result<(), Refusal> {
        let Some(was) = was else {
            let message = "the order that it was to replace has ended";
            return Err(Refusal::of_field(Code::ReplacedOrderGone, "replaces", message));
        };
        self.covers("the order", None, hold)?;
        let (price, was_quantity, quantity) = (order.worst_price(), replaces.left, order.quantity);
        let asked = Amendment { price, was_quantity, quantity };
        self.set_aside_more(replaces.order_id, was, asked, "the order")
    }

    /// Sets aside what the order may cost before and after the change, or says why not. A change
    /// that is under way already, or of an order that has ended: `None`, and nothing changes.
    pub fn amend(&mut self, order: &AmendOrder) -> Option<Result<(), Refusal>> {
        let hold = self.holds.get(order.order_id).filter(Hold::is_pending)?;
        if (hold.user_id, hold.symbol) != (order.user_id, order.symbol) {
            return None;
        }
        let asked = Amendment::of(order);
        if hold.amendment == Some(asked) {
            return None;
        }
        Some(self.set_aside_more(order.order_id, hold, asked, "the changed order"))
    }

    fn set_aside_more(
        &mut self,
        order: OrderId,
        hold: Hold,
        asked: Amendment,
        what: &str,
    ) -> Result<(), Refusal> {
        if hold.amendment.is_some() || hold.is_to_replace() {
            let message = "the order is being changed already: ask again when that is decided";
            return Err(Refusal::new(Code::AmendmentPending, message));
        }
        if hold.exit.is_some() || hold.awaited.is_positive() {
            let message = "what one order of a bracket buys is the other's: neither can be changed";
            return Err(Refusal::new(Code::NotAmendable, message));
        }
        let amending = Hold { amendment: Some(asked), ..hold };
        self.covers(what, Some(&hold), &amending)?;
        self.replace(order, Some(hold), amending).expect("what is covered can be held");
        Ok(())
    }

    /// Whether there is enough for a hold, together with what it has already.
    fn covers(&self, what: &str, was: Option<&Hold>, hold: &Hold) -> Result<(), Refusal> {
        let account = self.account(hold.user_id)?;
        if !hold.is_for_something() {
            let message = "price and quantity must be greater than 0";
            return Err(Refusal::of_field(Code::OutOfRange, "quantity", message));
        }
        let too_large = |e: AmountError| too_large("quantity", &e);
        let worst = hold.counted().map_err(too_large)?;
        match hold.side {
            Side::Buy => {
                let has = was.map_or(Money::ZERO, Hold::held_cash);
                let available = account.available().plus(has).map_err(too_large)?;
                if worst > available {
                    let message = format!("{what} may cost {worst} with its fee, {available} is available");
                    return Err(Refusal::new(Code::InsufficientCash, message));
                }
            }
            Side::Sell => {
                let (has, needed) = (was.map_or(Quantity::ZERO, Hold::held_shares), hold.held_shares());
                let available = self.holding(hold.user_id, hold.symbol).available();
                let available = available.plus(has).map_err(too_large)?;
                if needed > available {
                    let symbol = hold.symbol;
                    let message = format!("{needed} {symbol} is to be sold, {available} is available");
                    return Err(Refusal::new(Code::InsufficientShares, message));
                }
            }
        }
        Ok(())
    }

    fn open(&mut self, order: OrderId, hold: Hold, covered: bool) {
        if covered {
            self.replace(order, None, hold).expect("what is covered can be held");
        } else {
            self.holds.put(order, hold.refused());
        }
    }
}

fn reused(field: &str, message: &str) -> Refusal {
    Refusal::of_field(Code::IdReused, field, message)
}
