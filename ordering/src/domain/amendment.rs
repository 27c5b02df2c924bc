//! Which orders may be changed, and into what.

use super::instrument::{Instrument, check_notional};
use super::ticket::Ticket;
use contracts::intake::Amend;
use contracts::{Amendment, Code, OrderType, Price, Refusal};

impl Ticket {
    /// What the order is to be like. Nothing if it is like that, or on its way there. The new values
    /// must suit the instrument like a new order's.
    pub fn amendment_for(
        &self,
        amend: &Amend,
        instrument: &Instrument,
    ) -> Result<Option<Amendment>, Refusal> {
        let limit_price = self.check_amendable()?;
        let wanted = Amendment {
            quantity: amend.quantity.unwrap_or(self.quantity),
            limit_price: amend.limit_price.unwrap_or(limit_price),
            refused: None,
        };
        match &self.amendment {
            Some(under_way) if *under_way == wanted => return Ok(None),
            Some(Amendment { refused: None, quantity, limit_price }) => {
                let rule = format!("the order is being changed already, to {quantity} at {limit_price}");
                return Err(Refusal::new(Code::AmendmentPending, rule));
            }
            Some(Amendment { refused: Some(_), .. }) | None => {}
        }
        if (wanted.quantity, wanted.limit_price) == (self.quantity, limit_price) {
            return Ok(None);
        }
        self.check_wanted(&wanted, instrument)?;
        Ok(Some(wanted))
    }

    /// Answers the limit that it has.
    fn check_amendable(&self) -> Result<Price, Refusal> {
        let refuse = |rule: &str| Err(Refusal::new(Code::NotAmendable, rule));
        if self.entry_order_id.is_some() || self.terms.exit_order_id.is_some() {
            return refuse("the entry and the exit of a bracket cannot be changed");
        }
        if !self.terms.time_in_force.waits() {
            return refuse("an order that does not wait cannot be changed");
        }
        match (self.order_type, self.limit_price) {
            (OrderType::Limit, Some(limit_price)) => Ok(limit_price),
            (
                OrderType::Limit
                | OrderType::Market
                | OrderType::Stop
                | OrderType::StopLimit
                | OrderType::TrailingStop
                | OrderType::Oco,
                _,
            ) => refuse("only a limit order can be changed"),
        }
    }

    fn check_wanted(&self, wanted: &Amendment, instrument: &Instrument) -> Result<(), Refusal> {
        instrument.check_state(self.symbol)?;
        instrument.check_quantity("quantity", wanted.quantity)?;
        if wanted.quantity <= self.filled_quantity {
            let (filled, got) = (self.filled_quantity, wanted.quantity);
            let rule = format!("must be more than the {filled} that are filled, got {got}");
            return Err(Refusal::of_field(Code::OutOfRange, "quantity", rule));
        }
        instrument.check_price("limit_price", wanted.limit_price)?;
        check_notional(wanted.limit_price, wanted.quantity)
    }
}
