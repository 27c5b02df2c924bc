//! What the market makers own and what of it is free, as far as they know: told from time to time,
//! and reckoned in between. In millionths, like all amounts.

use contracts::{Side, Symbol};
use std::collections::BTreeMap;

#[derive(Clone, Debug, Default)]
pub struct Account {
    cash: i64,
    shares: BTreeMap<Symbol, i64>,
}

/// A market maker, by its place in the settings.
pub type Bot = usize;

pub struct Accounts(Vec<Account>);

impl Accounts {
    pub fn new(count: usize) -> Self {
        Accounts(vec![Account::default(); count])
    }

    /// What is free of an account, as its books say.
    pub fn told(&mut self, bot: Bot, cash: i64, shares: BTreeMap<Symbol, i64>) {
        self.0[bot] = Account { cash, shares };
    }

    pub fn own_any(&self, symbol: Symbol) -> bool {
        self.0.iter().any(|account| account.shares.get(&symbol).is_some_and(|shares| *shares > 0))
    }

    /// What the account could still sell, or buy at this price.
    pub fn free(&self, bot: Bot, symbol: Symbol, side: Side, price: i64) -> i64 {
        let account = &self.0[bot];
        match side {
            Side::Sell => account.shares.get(&symbol).copied().unwrap_or(0),
            Side::Buy => quantity_for(account.cash, price),
        }
    }

    /// Who can best afford it: whoever has most. So shares and cash come back to those who gave them.
    pub fn richest(&self, symbol: Symbol, side: Side, price: i64, but_not: &[Bot]) -> Option<Bot> {
        let bots = (0..self.0.len()).filter(|bot| !but_not.contains(bot));
        // Of several the first, so that the same is always chosen.
        bots.rev().max_by_key(|bot| self.free(*bot, symbol, side, price))
    }

    /// An order of it takes this away, or gives it back.
    pub fn change(&mut self, bot: Bot, symbol: Symbol, side: Side, quantity: i64, price: i64) {
        let account = &mut self.0[bot];
        match side {
            Side::Sell => *account.shares.entry(symbol).or_default() += quantity,
            Side::Buy => account.cash = account.cash.saturating_add(value_of(quantity, price)),
        }
    }
}

const MILLION: i128 = 1_000_000;

/// What so much costs at a price.
pub fn value_of(quantity: i64, price: i64) -> i64 {
    (i128::from(quantity) * i128::from(price) / MILLION) as i64
}

/// How much so much cash buys at a price.
pub fn quantity_for(cash: i64, price: i64) -> i64 {
    if price <= 0 {
        return 0;
    }
    i64::try_from(i128::from(cash) * MILLION / i128::from(price)).unwrap_or(i64::MAX)
}
