//! What an order has set aside: pending, then posted or voided, exactly once.
//!
//! A hold is always the worst that the rest of its order may cost. Fees round down, so the worst
//! of a whole is never less than the worsts of its parts together, and a fill always fits into
//! what the hold gives up for it.

use contracts::{AmountError, Money, Price, Quantity, Side, Symbol, UserId};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldState {
    Pending,
    /// Wholly filled.
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
    pub quantity: Quantity,
    /// Not filled; when the hold has ended, never will be.
    pub remaining: Quantity,
    /// The highest fee that a fill may cost a buyer.
    pub fee_basis_points: u32,
}

impl Hold {
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
            (Side::Sell, true) => self.remaining,
            (Side::Sell, false) | (Side::Buy, _) => Quantity::ZERO,
        }
    }

    pub fn is_pending(&self) -> bool {
        match self.state {
            HoldState::Pending => true,
            HoldState::Posted | HoldState::Voided | HoldState::Refused => false,
        }
    }

    /// The price of what remains, and the highest fee on it.
    pub fn worst_cost(&self) -> Result<Money, AmountError> {
        let cost = self.price.times(self.remaining)?;
        cost.plus(cost.fee(self.fee_basis_points))
    }

    /// Whether the order agreed to trade at this price.
    pub fn allows(&self, price: Price) -> bool {
        match self.side {
            Side::Buy => price <= self.price,
            Side::Sell => price >= self.price,
        }
    }

    /// Takes a fill. `None` when the fill is for more than what remains, or what would remain
    /// has no exact price.
    pub fn filled(self, quantity: Quantity) -> Option<Self> {
        let remaining = self.remaining.minus(quantity).ok().filter(|rest| *rest >= Quantity::ZERO)?;
        let state = if remaining.is_zero() { HoldState::Posted } else { HoldState::Pending };
        let filled = Hold { state, remaining, ..self };
        filled.worst_cost().is_ok().then_some(filled)
    }
}
