//! Every row that a batch touches, and the texts that enums have in the database.

use crate::domain::{Books, HoldState, Kind, Movements, SystemAccount, Table};
use chassis::Poison;
use contracts::{Price, Symbol};

#[derive(Default)]
pub struct Rows {
    pub books: Books,
    pub movements: Movements,
    pub last_prices: Table<Symbol, Price>,
    /// The last event of each book that was applied here.
    pub sequences: Table<Symbol, u64>,
}

impl Rows {
    /// Whether a book's event is to be applied: not one that was, and none before its turn. Were a
    /// missing one passed over, it would count as applied when it comes at last.
    pub fn is_next(&self, symbol: Symbol, sequence: u64) -> Result<bool, Poison> {
        match self.sequences.get(symbol) {
            None => Ok(true),
            Some(last) if sequence <= last => Ok(false),
            Some(last) if sequence == last + 1 => Ok(true),
            Some(last) => Err(Poison(format!("event {sequence} of {symbol} came right after {last}"))),
        }
    }

    pub fn applied(&mut self, symbol: Symbol, sequence: u64) {
        self.sequences.put(symbol, sequence);
    }
}

impl HoldState {
    pub const fn as_str(self) -> &'static str {
        match self {
            HoldState::Pending => "pending",
            HoldState::Posted => "posted",
            HoldState::Voided => "voided",
            HoldState::Refused => "refused",
        }
    }

    pub fn of(text: &str) -> Option<Self> {
        [HoldState::Pending, HoldState::Posted, HoldState::Voided, HoldState::Refused]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

impl Kind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Deposit => "deposit",
            Kind::Withdrawal => "withdrawal",
            Kind::Trade => "trade",
        }
    }
}

impl SystemAccount {
    pub const fn as_str(self) -> &'static str {
        match self {
            SystemAccount::External => "external",
            SystemAccount::Clearing => "clearing",
            SystemAccount::House => "house",
        }
    }
}
