//! What a user owns of one stock, and what it had cost: quantity ≥ held ≥ 0.

use contracts::{AmountError, Money, Price, Quantity, Symbol, portfolio::HoldingChange};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holding {
    pub quantity: Quantity,
    pub held: Quantity,
    /// Of the whole quantity, kept exactly; fees paid to buy are part of it.
    pub cost: Money,
    /// Of all that was sold, after fees.
    pub realised: Money,
}

impl Holding {
    pub fn available(&self) -> Quantity {
        self.quantity.minus(self.held).expect("what is held is owned")
    }

    /// Zero when nothing is owned.
    pub fn average_cost(&self) -> Price {
        if self.quantity.is_zero() { Price::ZERO } else { Price::average(self.cost, self.quantity) }
    }

    pub fn bought(self, quantity: Quantity, cost: Money) -> Result<Self, AmountError> {
        Ok(Holding { quantity: self.quantity.plus(quantity)?, cost: self.cost.plus(cost)?, ..self })
    }

    pub fn set_aside(self, quantity: Quantity) -> Result<Self, AmountError> {
        Ok(Holding { held: self.held.plus(quantity)?, ..self })
    }

    pub fn given_back(self, quantity: Quantity) -> Result<Self, AmountError> {
        Ok(Holding { held: self.held.minus(quantity)?, ..self })
    }

    /// Sells what was set aside. The part sold takes its share of the cost along.
    pub fn sold(self, quantity: Quantity, proceeds: Money) -> Result<Self, AmountError> {
        let cost = self.cost.share(quantity, self.quantity);
        Ok(Holding {
            quantity: self.quantity.minus(quantity)?,
            held: self.held.minus(quantity)?,
            cost: self.cost.minus(cost)?,
            realised: self.realised.plus(proceeds.minus(cost)?)?,
        })
    }

    pub fn change(&self, symbol: Symbol) -> HoldingChange {
        HoldingChange {
            symbol,
            quantity: self.quantity,
            held: self.held,
            available: self.available(),
            average_cost: self.average_cost(),
            realised_profit: self.realised,
        }
    }
}
