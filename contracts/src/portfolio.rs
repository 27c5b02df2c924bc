//! What portfolio says: refusals to ordering, changes to web, answers to questions.

use crate::order::wire_enum;
use crate::schema::Moment;
use crate::{Money, OrderId, Price, Quantity, Refusal, Symbol, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// `portfolio.i>ordering.k`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PortfolioToOrdering {
    OrderRefused {
        order_id: OrderId,
        user_id: UserId,
        refusal: Refusal,
    },
    /// The order stays as it is.
    AmendmentRefused {
        order_id: OrderId,
        user_id: UserId,
        refusal: Refusal,
    },
}

/// `portfolio.i>web`: what changed for a user in one step, as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PortfolioEvent {
    PortfolioChanged(PortfolioChange),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PortfolioChange {
    pub user_id: UserId,
    pub cash: Cash,
    /// Only those that changed.
    pub holdings: Vec<HoldingChange>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Cash {
    pub total: Money,
    pub held: Money,
    pub available: Money,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HoldingChange {
    pub symbol: Symbol,
    pub quantity: Quantity,
    pub held: Quantity,
    pub available: Quantity,
    pub average_cost: Price,
    pub realised_profit: Money,
}

/// Sent on `requests` to `portfolio.i`, the partition of the user; answered after the commit.
/// `id` is the caller's: the same id again moves nothing and is answered as the first time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PortfolioCommand {
    Deposit {
        id: Uuid,
        user_id: UserId,
        amount: Money,
    },
    Withdraw {
        id: Uuid,
        user_id: UserId,
        amount: Money,
    },
    /// Shares that come from outside the exchange, with what they had cost. Admin only.
    DepositShares {
        id: Uuid,
        user_id: UserId,
        symbol: Symbol,
        quantity: Quantity,
        cost: Money,
    },
    /// Nothing comes in for the user from now on. Refused while he owns anything. From web; answered with a
    /// `Balance`.
    CloseBooks {
        user_id: UserId,
    },
}

/// Answers a `PortfolioCommand` that moves something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Moved {
    pub id: Uuid,
    pub cash: Cash,
}

/// Asked on `portfolio.questions`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    Portfolio {
        user_id: UserId,
    },
    /// What several users have at once, for the list of demo accounts.
    Balances {
        user_ids: Vec<UserId>,
    },
    Ledger {
        user_id: UserId,
        #[serde(default, skip_serializing_if = "LedgerFilter::is_everything")]
        only: LedgerFilter,
        #[serde(default)]
        cursor: Option<String>,
        limit: u16,
    },
    /// Which of these callers' ids have moved something already.
    KnownIds {
        ids: Vec<Uuid>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Portfolio {
    pub user_id: UserId,
    pub cash: Cash,
    pub holdings: Vec<Holding>,
    /// Of all holdings, at their last prices.
    pub market_value: Money,
    pub unrealised_profit: Money,
    pub realised_profit: Money,
    /// Cash and holdings together.
    pub total_value: Money,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Holding {
    pub symbol: Symbol,
    pub quantity: Quantity,
    pub held: Quantity,
    pub available: Quantity,
    pub average_cost: Price,
    /// Absent until the instrument has had a price.
    #[schema(required)]
    pub last_price: Option<Price>,
    #[schema(required)]
    pub market_value: Option<Money>,
    #[schema(required)]
    pub unrealised_profit: Option<Money>,
    pub realised_profit: Money,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balance {
    pub user_id: UserId,
    pub cash: Cash,
    /// Cash and holdings together, at the last prices. Absent if it is beyond all amounts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_value: Option<Money>,
}

wire_enum!(LedgerKind {
    Deposit = "deposit",
    Withdrawal = "withdrawal",
    Trade = "trade",
    Fee = "fee",
});

/// Which lines of a ledger are asked for: those of which all is so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LedgerFilter {
    pub kind: Option<LedgerKind>,
    /// Shares of it.
    pub symbol: Option<Symbol>,
    /// No shares.
    pub cash: bool,
}

impl LedgerFilter {
    fn is_everything(&self) -> bool {
        *self == Self::default()
    }
}

/// One line of a user's ledger: cash, or shares when there is a symbol.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LedgerLine {
    pub entry_id: String,
    pub kind: LedgerKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub symbol: Option<Symbol>,
    /// Signed: what the user gained or gave. Shares are counted in `quantity` units.
    pub amount: Money,
    /// The caller's id, or the trade's.
    pub reference: Uuid,
    #[schema(value_type = Moment)]
    pub at: Timestamp,
}
