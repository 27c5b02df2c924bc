//! The account book: who owns what, and how much of it is spoken for.
//!
//! Every change of cash or shares is a posting, and every posting has the partition's accounts on
//! its other side. **Invariant:** cash ≥ held ≥ 0 and quantity ≥ held ≥ 0 after every call; a
//! call that fails has changed nothing.

use super::{Hold, Holding, Kind, Posting, SystemAccount, Table};
use chassis::Poison;
use contracts::{
    AmountError, Code, Money, OrderId, Quantity, Refusal, Symbol, Timestamp, UserId,
    accounts::Role,
    portfolio::{Cash, HoldingChange, PortfolioChange},
};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use uuid::Uuid;

/// One deposit or withdrawal, in units: more than any honest one, and far from overflow.
const AMOUNT_MAX: i64 = 1_000_000_000 * contracts::amount::SCALE;
/// What deposits may fill an account to, in units. An `i64` has room for nine times that, so
/// what sales bring on top fits too.
const BALANCE_MAX: i64 = 1_000_000_000_000 * contracts::amount::SCALE;

/// An account with more than that is described well enough by these.
const NAMED_MAX: usize = 5;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    pub role: Role,
    pub cash: Money,
    pub held: Money,
    /// It is empty, and nothing comes in any more.
    pub is_closed: bool,
}

impl Account {
    pub fn new(role: Role) -> Self {
        Account { role, cash: Money::ZERO, held: Money::ZERO, is_closed: false }
    }

    pub fn available(&self) -> Money {
        self.cash.minus(self.held).expect("what is held is there")
    }

    pub fn view(&self) -> Cash {
        Cash { total: self.cash, held: self.held, available: self.available() }
    }
}

#[derive(Default)]
pub struct Books {
    pub accounts: Table<UserId, Account>,
    pub holdings: Table<(UserId, Symbol), Holding>,
    pub holds: Table<OrderId, Hold>,
    /// New lines of the ledger.
    pub postings: Vec<Posting>,
    /// What the partition's accounts gained from them. No symbol: cash.
    pub system: FxHashMap<(SystemAccount, Option<Symbol>), i128>,
}

impl Books {
    /// A user as accounts knows him now; his cash stays as it is.
    pub fn know(&mut self, user_id: UserId, role: Role) {
        let account = self.accounts.get(user_id).unwrap_or(Account::new(role));
        self.accounts.put(user_id, Account { role, ..account });
    }

    pub fn deposit(
        &mut self,
        user_id: UserId,
        id: Uuid,
        amount: Money,
        at: Timestamp,
    ) -> Result<Cash, Refusal> {
        let account = self.open_account(user_id)?;
        within("amount", amount.micros(), AMOUNT_MAX)?;
        let cash = account.cash.plus(amount).map_err(|e| too_large("amount", &e))?;
        if cash.micros() > BALANCE_MAX {
            return Err(too_large("amount", &"the account would hold too much"));
        }
        let account = Account { cash, ..account };
        self.put_account(user_id, account);
        self.post(Posting { cash: amount, ..Posting::blank(user_id, Kind::Deposit, id, at) });
        Ok(account.view())
    }

    pub fn withdraw(
        &mut self,
        user_id: UserId,
        id: Uuid,
        amount: Money,
        at: Timestamp,
    ) -> Result<Cash, Refusal> {
        let account = self.account(user_id)?;
        within("amount", amount.micros(), AMOUNT_MAX)?;
        let available = account.available();
        if amount > available {
            let message = format!("{amount} is asked for, {available} is available");
            return Err(Refusal::of_field(Code::InsufficientCash, "amount", message));
        }
        let cash = account.cash.minus(amount).expect("less than there is");
        let account = Account { cash, ..account };
        self.put_account(user_id, account);
        self.post(Posting { cash: -amount, ..Posting::blank(user_id, Kind::Withdrawal, id, at) });
        Ok(account.view())
    }

    /// Shares from outside, with what they had cost.
    pub fn deposit_shares(
        &mut self,
        user_id: UserId,
        id: Uuid,
        (symbol, quantity, cost): (Symbol, Quantity, Money),
        at: Timestamp,
    ) -> Result<Cash, Refusal> {
        let account = self.open_account(user_id)?;
        within("quantity", quantity.micros(), AMOUNT_MAX)?;
        if !(0..=BALANCE_MAX).contains(&cost.micros()) {
            let message = format!("0 to {} is possible, got {cost}", Money::from_micros(BALANCE_MAX));
            return Err(Refusal::of_field(Code::OutOfRange, "cost", message));
        }
        let holding =
            self.holding(user_id, symbol).bought(quantity, cost).map_err(|e| too_large("quantity", &e))?;
        if holding.quantity.micros() > BALANCE_MAX || holding.cost.micros() > BALANCE_MAX {
            return Err(too_large("quantity", &"the account would hold too much"));
        }
        self.put_holding(user_id, symbol, holding);
        let shares = Money::from_micros(quantity.micros());
        self.post(Posting { symbol: Some(symbol), shares, ..Posting::blank(user_id, Kind::Deposit, id, at) });
        Ok(account.view())
    }

    /// Lets nothing in any more, once nothing is there. All of the user's holdings must be at hand. What is held
    /// for orders is owned as well, so nothing is on its way either.
    pub fn close(&mut self, user_id: UserId) -> Result<Cash, Refusal> {
        let account = self.account(user_id)?;
        if let Some(what) = self.owned_by(user_id, account) {
            let rule = format!("the account still has {what}; sell and withdraw first");
            return Err(Refusal::new(Code::StillOwned, rule));
        }
        if !account.is_closed {
            self.put_account(user_id, Account { is_closed: true, ..account });
        }
        Ok(account.view())
    }

    /// What an account has, in words; nothing if it is empty.
    fn owned_by(&self, user_id: UserId, account: Account) -> Option<String> {
        let cash = (!account.cash.is_zero()).then(|| format!("{} in cash", account.cash));
        let of_user = |((user, symbol), holding): ((UserId, Symbol), Holding)| {
            (user == user_id && !holding.quantity.is_zero()).then_some((symbol, holding.quantity))
        };
        let shares: BTreeMap<Symbol, Quantity> = self.holdings.all().filter_map(of_user).collect();
        let shares = shares.iter().map(|(symbol, quantity)| format!("{quantity} {symbol}"));
        let all: Vec<String> = cash.into_iter().chain(shares).collect();
        let more = all.len().saturating_sub(NAMED_MAX);
        let named = all.get(..NAMED_MAX).unwrap_or(&all).join(", ");
        match (all.is_empty(), more) {
            (true, _) => None,
            (false, 0) => Some(named),
            (false, more) => Some(format!("{named} and {more} more")),
        }
    }

    /// Keeps a hold instead of what it was, and sets aside the difference.
    pub fn replace(&mut self, order: OrderId, was: Option<Hold>, is: Hold) -> Result<(), Poison> {
        let overflow = |e: AmountError| Poison(format!("order {order}: {e}"));
        let had = was.map_or(Money::ZERO, |was| was.held_cash());
        let cash = is.held_cash().minus(had).map_err(overflow)?;
        let had = was.map_or(Quantity::ZERO, |was| was.held_shares());
        let shares = is.held_shares().minus(had).map_err(overflow)?;
        if !cash.is_zero() {
            let account = self.accounts.get(is.user_id).ok_or_else(|| no_account(is.user_id))?;
            let held = account.held.plus(cash).map_err(overflow)?;
            self.put_account(is.user_id, Account { held, ..account });
        }
        if !shares.is_zero() {
            let holding = self.holding(is.user_id, is.symbol).set_aside(shares).map_err(overflow)?;
            self.put_holding(is.user_id, is.symbol, holding);
        }
        self.holds.put(order, is);
        Ok(())
    }

    pub fn holding(&self, user: UserId, symbol: Symbol) -> Holding {
        self.holdings.get((user, symbol)).unwrap_or_default()
    }

    pub fn put_account(&mut self, user: UserId, account: Account) {
        assert!(Money::ZERO <= account.held && account.held <= account.cash, "{user}: {account:?}");
        self.accounts.put(user, account);
    }

    pub fn put_holding(&mut self, user: UserId, symbol: Symbol, holding: Holding) {
        assert!(
            Quantity::ZERO <= holding.held && holding.held <= holding.quantity,
            "{user} {symbol}: {holding:?}"
        );
        self.holdings.put((user, symbol), holding);
    }

    pub fn post(&mut self, posting: Posting) {
        for (account, symbol, gain) in posting.system_gains() {
            if !gain.is_zero() {
                *self.system.entry((account, symbol)).or_default() += i128::from(gain.micros());
            }
        }
        self.postings.push(posting);
    }

    /// What changed for each user, as it is now.
    pub fn changes(&self) -> Vec<PortfolioChange> {
        let mut changes: BTreeMap<UserId, Vec<HoldingChange>> = BTreeMap::new();
        for (user_id, _) in self.accounts.changed() {
            changes.entry(user_id).or_default();
        }
        for ((user_id, symbol), holding) in self.holdings.changed() {
            changes.entry(user_id).or_default().push(holding.change(symbol));
        }
        let of_user = |(user_id, mut holdings): (UserId, Vec<HoldingChange>)| {
            holdings.sort_by_key(|holding| holding.symbol);
            let cash = self.accounts.get(user_id).expect("holdings have an account").view();
            PortfolioChange { user_id, cash, holdings }
        };
        changes.into_iter().map(of_user).collect()
    }

    pub fn account(&self, user_id: UserId) -> Result<Account, Refusal> {
        self.accounts
            .get(user_id)
            .ok_or_else(|| Refusal::of_field(Code::UnknownUser, "user_id", format!("nobody is {user_id}")))
    }

    /// One that things may come into.
    fn open_account(&self, user_id: UserId) -> Result<Account, Refusal> {
        let account = self.account(user_id)?;
        let rule = || format!("the account of {user_id} is closed");
        let closed = || Refusal::of_field(Code::UnknownUser, "user_id", rule());
        (!account.is_closed).then_some(account).ok_or_else(closed)
    }
}

impl Posting {
    pub fn blank(user_id: UserId, kind: Kind, reference: Uuid, at: Timestamp) -> Self {
        let nothing = Money::ZERO;
        Posting { user_id, kind, symbol: None, cash: nothing, shares: nothing, fee: nothing, reference, at }
    }
}

pub fn no_account(user_id: UserId) -> Poison {
    Poison(format!("user {user_id} has a hold but no account"))
}

fn within(field: &str, micros: i64, most: i64) -> Result<(), Refusal> {
    if (1..=most).contains(&micros) {
        return Ok(());
    }
    let (got, most) = (Money::from_micros(micros), Money::from_micros(most));
    Err(Refusal::of_field(Code::OutOfRange, field, format!("more than 0, at most {most}; got {got}")))
}

pub fn too_large(field: &str, why: &dyn std::fmt::Display) -> Refusal {
    Refusal::of_field(Code::OutOfRange, field, why.to_string())
}
