//! Which orders may be changed, and into what; and which may be replaced by another.

use super::instrument::{Instrument, check_notional};
use super::ticket::Ticket;
use contracts::intake::{Amend, NewOrder};
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

    /// Whether this order may come in its place.
    pub fn check_replaceable(&self, by: &NewOrder, partition: u16) -> Result<(), Refusal> {
        let other = |field: &str, rule: String| Err(Refusal::of_field(Code::InvalidCombination, field, rule));
        if by.symbol != self.symbol {
            return other(
                "symbol",
                format!("the order to be replaced is in {}, got {}", self.symbol, by.symbol),
            );
        }
        if by.side != self.side {
            return other("side", format!("the order to be replaced is a {}, got {}", self.side, by.side));
        }
        let refuse = |code: Code, rule: &str| Err(Refusal::of_field(code, "replaces", rule));
        if self.entry_order_id.is_some() || self.terms.exit_order_id.is_some() {
            return refuse(Code::NotAmendable, "the entry and the exit of a bracket cannot be replaced");
        }
        if self.ordering != partition {
            let rule = "another partition keeps the order than takes its user's messages now: it can be canceled, not replaced";
            return refuse(Code::NotAmendable, rule);
        }
        match &self.amendment {
            Some(Amendment { refused: None, .. }) => refuse(
                Code::AmendmentPending,
                "the order is being changed already: ask again when that is decided",
            ),
            Some(Amendment { refused: Some(_), .. }) | None => Ok(()),
        }
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
