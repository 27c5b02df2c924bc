//! The account book: who owns what, and how much of it is spoken for.
//!
//! Every change of cash or shares is a posting, and every posting has the partition's accounts on
//! its other side. **Invariant:** cash ≥ held ≥ 0 and quantity ≥ held ≥ 0 after every call; a
//! call that fails has changed nothing.

use super::{Hold, HoldState, Holding, Kind, Posting, SystemAccount, Table};
use chassis::Poison;
use contracts::{
    Code, Money, OrderId, Quantity, Refusal, Side, Symbol, Timestamp, UserId,
    accounts::Role,
    matching::OrderLeftBook,
    ordering::PlaceOrder,
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

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    pub role: Role,
    pub cash: Money,
    pub held: Money,
}

impl Account {
    pub fn new(role: Role) -> Self {
        Account { role, cash: Money::ZERO, held: Money::ZERO }
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
        let account = self.account(user_id)?;
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
        let account = self.account(user_id)?;
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

    /// Sets aside what the order may cost, or says why not. Asked again about an order that it
    /// has decided: `None`, and nothing changes.
    pub fn hold(&mut self, order: &PlaceOrder, fee_basis_points: u32) -> Option<Result<(), Refusal>> {
        let hold = Hold {
            user_id: order.user_id,
            symbol: order.symbol,
            side: order.side,
            state: HoldState::Pending,
            price: order.price,
            quantity: order.quantity,
            remaining: order.quantity,
            fee_basis_points,
        };
        if let Some(earlier) = self.holds.get(order.order_id) {
            let message = "the order id was used by somebody else";
            let anothers = earlier.user_id != order.user_id;
            return anothers.then(|| Err(Refusal::of_field(Code::IdReused, "order_id", message)));
        }
        let decision = self.set_aside(&hold);
        let state = if decision.is_ok() { HoldState::Pending } else { HoldState::Refused };
        self.holds.put(order.order_id, Hold { state, ..hold });
        Some(decision)
    }

    fn set_aside(&mut self, hold: &Hold) -> Result<(), Refusal> {
        let account = self.account(hold.user_id)?;
        if !hold.price.is_positive() || !hold.quantity.is_positive() {
            let message = "price and quantity must be greater than 0";
            return Err(Refusal::of_field(Code::OutOfRange, "quantity", message));
        }
        let worst = hold.worst_cost().map_err(|e| too_large("quantity", &e))?;
        match hold.side {
            Side::Buy => {
                let available = account.available();
                if worst > available {
                    let message =
                        format!("the order may cost {worst} with its fee, {available} is available");
                    return Err(Refusal::new(Code::InsufficientCash, message));
                }
                let held = account.held.plus(worst).expect("no more than the balance");
                self.put_account(hold.user_id, Account { held, ..account });
            }
            Side::Sell => {
                let holding = self.holding(hold.user_id, hold.symbol);
                let available = holding.available();
                if hold.quantity > available {
                    let message =
                        format!("{} {} is to be sold, {available} is available", hold.quantity, hold.symbol);
                    return Err(Refusal::new(Code::InsufficientShares, message));
                }
                let holding = holding.set_aside(hold.quantity).expect("no more than is owned");
                self.put_holding(hold.user_id, hold.symbol, holding);
            }
        }
        Ok(())
    }

    /// Gives back what the rest of an order had set aside.
    pub fn void(&mut self, left: &OrderLeftBook) -> Result<(), Poison> {
        let order = left.party.order_id;
        let hold = self.pending(order, left.party.user_id, left.symbol, left.side)?;
        if hold.remaining != left.quantity {
            let Hold { remaining, .. } = hold;
            return Err(Poison(format!("{} left the book, {remaining} is held for {order}", left.quantity)));
        }
        let account = self.accounts.get(hold.user_id).ok_or_else(|| no_account(hold.user_id))?;
        match hold.side {
            Side::Buy => {
                let held = account.held.minus(hold.held_cash()).map_err(|e| Poison(e.to_string()))?;
                self.put_account(hold.user_id, Account { held, ..account });
            }
            Side::Sell => {
                let holding = self.holding(hold.user_id, hold.symbol).given_back(hold.held_shares());
                self.put_holding(hold.user_id, hold.symbol, holding.map_err(|e| Poison(e.to_string()))?);
            }
        }
        self.holds.put(order, Hold { state: HoldState::Voided, ..hold });
        Ok(())
    }

    /// The hold of an order that matching speaks of: it must be there, and not have ended.
    pub fn pending(&self, order: OrderId, user: UserId, symbol: Symbol, side: Side) -> Result<Hold, Poison> {
        let hold = self.holds.get(order).ok_or_else(|| Poison(format!("order {order} has no hold")))?;
        if (hold.user_id, hold.symbol, hold.side) != (user, symbol, side) {
            return Err(Poison(format!("the hold of order {order} is for something else")));
        }
        if !hold.is_pending() {
            return Err(Poison(format!("the hold of order {order} has ended: {:?}", hold.state)));
        }
        Ok(hold)
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

    fn account(&self, user_id: UserId) -> Result<Account, Refusal> {
        self.accounts
            .get(user_id)
            .ok_or_else(|| Refusal::of_field(Code::UnknownUser, "user_id", format!("nobody is {user_id}")))
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

fn too_large(field: &str, why: &dyn std::fmt::Display) -> Refusal {
    Refusal::of_field(Code::OutOfRange, field, why.to_string())
}
