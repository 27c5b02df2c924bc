//! The rows of the files as what they want.

use contracts::{
    Money, Quantity, Symbol, UserId, accounts::User, intake::NewOrder, portfolio::PortfolioCommand,
    stock_data::Instrument,
};
use uuid::Uuid;

/// The kinds of rows, in the order in which they are applied: each needs those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    People,
    Stocks,
    Cash,
    Holdings,
    Orders,
}

impl Kind {
    pub const ALL: [Kind; 5] = [Kind::People, Kind::Stocks, Kind::Cash, Kind::Holdings, Kind::Orders];

    pub const fn name(self) -> &'static str {
        match self {
            Kind::People => "people",
            Kind::Stocks => "stocks",
            Kind::Cash => "cash",
            Kind::Holdings => "holdings",
            Kind::Orders => "orders",
        }
    }

    pub const fn file(self) -> &'static str {
        match self {
            Kind::People => "people.csv",
            Kind::Stocks => "stocks.csv",
            Kind::Cash => "cash.csv",
            Kind::Holdings => "holdings.csv",
            Kind::Orders => "orders.csv",
        }
    }

    /// What a row has; what it may have besides is in `further_columns`.
    pub const fn columns(self) -> &'static [&'static str] {
        match self {
            Kind::People => &["user_id", "name", "role", "demo"],
            Kind::Stocks => {
                &["symbol", "name", "currency", "tick_size", "lot_size", "previous_close", "state"]
            }
            Kind::Cash => &["id", "user_id", "amount"],
            Kind::Holdings => &["id", "user_id", "symbol", "quantity", "cost"],
            Kind::Orders => &["order_id", "user_id", "symbol", "side", "type", "quantity", "limit_price"],
        }
    }

    /// Named as in `TradingRules`, so that who knows one knows the other.
    pub const fn further_columns(self) -> &'static [&'static str] {
        match self {
            Kind::Stocks => &[
                "hours.days",
                "hours.opens",
                "hours.closes",
                "price_band.basis_points",
                "price_band.limit_state_seconds",
                "price_band.halt_seconds",
                "auction_seconds",
            ],
            Kind::People | Kind::Cash | Kind::Holdings | Kind::Orders => &[],
        }
    }

    /// By their place in a record.
    pub(super) fn all_columns(self) -> impl Iterator<Item = &'static str> {
        self.columns().iter().chain(self.further_columns()).copied()
    }
}

/// A row and the line on which it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row<T> {
    pub line: u64,
    pub wants: T,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deposit {
    pub id: Uuid,
    pub user_id: UserId,
    pub amount: Money,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareDeposit {
    pub id: Uuid,
    pub user_id: UserId,
    pub symbol: Symbol,
    pub quantity: Quantity,
    /// What all of them had cost.
    pub cost: Money,
}

/// All that the files want. Made by the check alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    pub people: Vec<Row<User>>,
    pub stocks: Vec<Row<Instrument>>,
    pub cash: Vec<Row<Deposit>>,
    pub holdings: Vec<Row<ShareDeposit>>,
    pub orders: Vec<Row<NewOrder>>,
}

impl From<&Deposit> for PortfolioCommand {
    fn from(Deposit { id, user_id, amount }: &Deposit) -> Self {
        PortfolioCommand::Deposit { id: *id, user_id: *user_id, amount: *amount }
    }
}

impl From<&ShareDeposit> for PortfolioCommand {
    fn from(ShareDeposit { id, user_id, symbol, quantity, cost }: &ShareDeposit) -> Self {
        PortfolioCommand::DepositShares {
            id: *id,
            user_id: *user_id,
            symbol: *symbol,
            quantity: *quantity,
            cost: *cost,
        }
    }
}
