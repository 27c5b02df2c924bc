//! One line of the ledger. It moves cash, shares or both between a user and one account of the
//! partition, and the fee from the user to the house: every amount leaves one account and enters
//! another, so a posting sums to zero per asset by construction.

use contracts::{Money, Symbol, Timestamp, UserId};
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Deposit,
    Withdrawal,
    Trade,
}

/// The partition's own accounts: the other side of every posting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SystemAccount {
    /// The world outside: it owes what was deposited.
    External,
    /// What trades wait in until both sides have posted. Over all partitions together, nothing.
    Clearing,
    /// Fees.
    House,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posting {
    pub user_id: UserId,
    pub kind: Kind,
    pub symbol: Option<Symbol>,
    /// Signed: what the user gained or gave, before the fee.
    pub cash: Money,
    /// Signed, in units of the symbol.
    pub shares: Money,
    pub fee: Money,
    /// The caller's id, or the trade's.
    pub reference: Uuid,
    pub at: Timestamp,
}

impl Posting {
    /// Who is on the other side of cash and shares.
    pub fn counterpart(&self) -> SystemAccount {
        match self.kind {
            Kind::Deposit | Kind::Withdrawal => SystemAccount::External,
            Kind::Trade => SystemAccount::Clearing,
        }
    }

    /// What the partition's accounts gain: all that the user gives. No symbol: cash.
    pub fn system_gains(&self) -> [(SystemAccount, Option<Symbol>, Money); 3] {
        [
            (self.counterpart(), None, -self.cash),
            (self.counterpart(), self.symbol, -self.shares),
            (SystemAccount::House, None, self.fee),
        ]
    }
}
