//! Deposits and withdrawals by the caller's id: the same id moves something once, for ever.
//!
//! A refusal is not kept: it moved nothing, so the same id may be tried again when there is cash.

use super::Table;
use contracts::{Code, Money, Quantity, Refusal, Symbol, UserId, portfolio::Cash, portfolio::Moved};
use uuid::Uuid;

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Deposit { amount: Money },
    Withdrawal { amount: Money },
    Shares { symbol: Symbol, quantity: Quantity, cost: Money },
}

/// What was asked for, and the user's cash after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Movement {
    pub kind: Kind,
    pub cash: Cash,
}

#[derive(Default)]
pub struct Movements(pub Table<(UserId, Uuid), Movement>);

impl Movements {
    /// Moves something unless this id has done so already; then it is answered as the first time.
    pub fn once(
        &mut self,
        user_id: UserId,
        id: Uuid,
        kind: Kind,
        work: impl FnOnce() -> Result<Cash, Refusal>,
    ) -> Result<Moved, Refusal> {
        if let Some(earlier) = self.0.get((user_id, id)) {
            if earlier.kind != kind {
                return Err(Refusal::of_field(Code::IdReused, "id", "the id was used for something else"));
            }
            return Ok(Moved { id, cash: earlier.cash });
        }
        let cash = work()?;
        self.0.put((user_id, id), Movement { kind, cash });
        Ok(Moved { id, cash })
    }
}
