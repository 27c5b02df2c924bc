//! Which fields an order of each type has, and which go together. Whether a price or a quantity
//! suits its instrument is ordering's to say.

use super::NewOrder;
use crate::{Code, OrderType, Refusal, TimeInForce};

/// Of an order that does not say.
pub fn usual_time_in_force(order_type: OrderType) -> TimeInForce {
    match order_type {
        OrderType::Market => TimeInForce::Ioc,
        OrderType::Limit
        | OrderType::Stop
        | OrderType::StopLimit
        | OrderType::TrailingStop
        | OrderType::Oco => TimeInForce::Gtc,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Need {
    Always,
    Maybe,
    Never,
}
use Need::{Always, Maybe, Never};

/// Which of the prices an order of the type has.
pub fn prices(order_type: OrderType) -> [(&'static str, Need); 4] {
    let [limit, stop, trail, stop_limit] = match order_type {
        OrderType::Limit => [Always, Never, Never, Never],
        OrderType::Market => [Never, Never, Never, Never],
        OrderType::Stop => [Never, Always, Never, Never],
        OrderType::StopLimit => [Always, Always, Never, Never],
        OrderType::TrailingStop => [Never, Never, Always, Never],
        OrderType::Oco => [Always, Always, Never, Maybe],
    };
    [("limit_price", limit), ("stop_price", stop), ("trail_amount", trail), ("stop_limit_price", stop_limit)]
}

/// For its limit or its stop price, if nobody is there as it comes in.
pub fn waiting(order_type: OrderType) -> Need {
    match order_type {
        OrderType::Limit => Maybe,
        OrderType::Market => Never,
        OrderType::Stop | OrderType::StopLimit | OrderType::TrailingStop | OrderType::Oco => Always,
    }
}

/// Whether such an order may have an exit.
pub fn enters(order_type: OrderType) -> bool {
    match order_type {
        OrderType::Limit | OrderType::Market => true,
        OrderType::Stop | OrderType::StopLimit | OrderType::TrailingStop | OrderType::Oco => false,
    }
}

impl NewOrder {
    pub(super) fn check_shape(&self) -> Result<(), Refusal> {
        self.check_prices()?;
        self.check_time()?;
        self.check_resting()?;
        self.check_exit()?;
        self.check_replaced()
    }

    fn check_prices(&self) -> Result<(), Refusal> {
        let there = [
            self.limit_price.is_some(),
            self.terms.stop_price.is_some(),
            self.terms.trail_amount.is_some(),
            self.terms.stop_limit_price.is_some(),
        ];
        let name = spoken(self.order_type);
        for ((field, need), is_there) in prices(self.order_type).into_iter().zip(there) {
            let spoken = field.replace('_', " ");
            match (need, is_there) {
                (Always, false) => {
                    let rule = format!("{name} needs a {spoken}");
                    return Err(Refusal::of_field(Code::MissingField, field, rule));
                }
                (Never, true) => {
                    let rule = format!("{name} has no {spoken}");
                    return Err(Refusal::of_field(Code::UnexpectedField, field, rule));
                }
                (Always, true) | (Never, false) | (Maybe, _) => {}
            }
        }
        Ok(())
    }

    fn check_time(&self) -> Result<(), Refusal> {
        let (time, name) = (self.terms.time_in_force, spoken(self.order_type));
        match (waiting(self.order_type), time.waits()) {
            (Never, true) => {
                let rule = format!("{name} does not wait: ioc or fok, got \"{time}\"");
                return combination("time_in_force", rule);
            }
            (Always, false) => {
                let rule = format!("{name} waits: gtc, day or gtd, got \"{time}\"");
                return combination("time_in_force", rule);
            }
            (Always, true) | (Never, false) | (Maybe, _) => {}
        }
        match (time, self.terms.expires_at) {
            (TimeInForce::Gtd, None) => {
                let rule = "an order that is good till a date says until when";
                Err(Refusal::of_field(Code::MissingField, "expires_at", rule))
            }
            (TimeInForce::Gtd, Some(_)) | (_, None) => Ok(()),
            (TimeInForce::Gtc | TimeInForce::Day | TimeInForce::Ioc | TimeInForce::Fok, Some(_)) => {
                combination("expires_at", format!("only a gtd order names its end, this is {time}"))
            }
        }
    }

    fn check_resting(&self) -> Result<(), Refusal> {
        let (terms, name) = (&self.terms, spoken(self.order_type));
        let time = terms.time_in_force;
        if terms.post_only && !time.waits() {
            return combination(
                "post_only",
                format!("only an order that waits can be post-only, this is {time}"),
            );
        }
        if terms.post_only && self.order_type != OrderType::Limit {
            return combination("post_only", format!("only a limit order can be post-only, this is {name}"));
        }
        if terms.reprice && !terms.post_only {
            return combination("reprice", "only a post-only order can be repriced".to_owned());
        }
        let Some(display) = terms.display_quantity else { return Ok(()) };
        if self.order_type != OrderType::Limit || !time.waits() {
            let rule = "only a limit order that waits can show a part of itself".to_owned();
            return combination("display_quantity", rule);
        }
        if display >= self.quantity {
            let rule = format!("must be less than the quantity {}, got {display}", self.quantity);
            return Err(Refusal::of_field(Code::OutOfRange, "display_quantity", rule));
        }
        Ok(())
    }

    fn check_exit(&self) -> Result<(), Refusal> {
        let terms = &self.terms;
        let priced = terms.take_profit_price.is_some() || terms.stop_loss_price.is_some();
        match (terms.exit_order_id, priced) {
            (None, false) => Ok(()),
            (None, true) => {
                let rule = "a bracket names the order that leaves again";
                Err(Refusal::of_field(Code::MissingField, "exit_order_id", rule))
            }
            (Some(_), false) => {
                let rule = "a bracket has a take profit price or a stop loss price";
                Err(Refusal::of_field(Code::MissingField, "take_profit_price", rule))
            }
            (Some(exit), true) if exit == self.order_id => {
                combination("exit_order_id", "the exit has an id of its own".to_owned())
            }
            (Some(_), true) if !enters(self.order_type) => {
                let rule =
                    format!("only a limit or a market order enters, this is {}", spoken(self.order_type));
                combination("exit_order_id", rule)
            }
            (Some(_), true) => Ok(()),
        }
    }

    fn check_replaced(&self) -> Result<(), Refusal> {
        let Some(replaced) = self.replaces else { return Ok(()) };
        if replaced == self.order_id {
            return combination("replaces", "the order that comes instead has an id of its own".to_owned());
        }
        if self.terms.exit_order_id.is_some() {
            let rule = "an order that comes in another's place is no bracket".to_owned();
            return combination("exit_order_id", rule);
        }
        Ok(())
    }
}

fn combination(field: &str, rule: String) -> Result<(), Refusal> {
    Err(Refusal::of_field(Code::InvalidCombination, field, rule))
}

fn spoken(order_type: OrderType) -> &'static str {
    match order_type {
        OrderType::Limit => "a limit order",
        OrderType::Market => "a market order",
        OrderType::Stop => "a stop order",
        OrderType::StopLimit => "a stop limit order",
        OrderType::TrailingStop => "a trailing stop",
        OrderType::Oco => "an oco order",
    }
}

#[cfg(test)]
mod tests;
