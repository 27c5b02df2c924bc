//! The sum of the world: what must be right after every act, whatever it was.

use super::world::World;
use super::{Account, Books, Hold, HoldState, Kind, Posting, SystemAccount};
use contracts::{Money, Quantity, Symbol, UserId};
use std::collections::BTreeMap;

impl World {
    /// Nothing is made, lost, spent twice or held for nobody.
    pub fn check(&self) {
        let mut flat: BTreeMap<Option<Symbol>, i128> = BTreeMap::new();
        for books in &self.partitions {
            books.check_users(&self.came_in);
            books.check_holds();
            books.check_system();
            for ((account, symbol), balance) in &books.system {
                if *account == SystemAccount::Clearing {
                    *flat.entry(*symbol).or_default() += balance;
                }
            }
        }
        assert!(flat.values().all(|sum| *sum == 0), "clearing is not flat: {flat:?}");
    }
}

impl World {
    /// Every row, to see that nothing has changed.
    pub fn everything(&self) -> Vec<String> {
        let of = |books: &Books| {
            let accounts = books.accounts.all().map(|row| format!("{row:?}"));
            let holdings = books.holdings.all().map(|row| format!("{row:?}"));
            let holds = books.holds.all().map(|row| format!("{row:?}"));
            let mut rows: Vec<String> = accounts.chain(holdings).chain(holds).collect();
            rows.push(format!("{} postings", books.postings.len()));
            rows
        };
        let mut all: Vec<String> = self.partitions.iter().flat_map(of).collect();
        all.sort_unstable();
        all
    }
}

impl Books {
    fn check_users(&self, came_in: &BTreeMap<UserId, Money>) {
        let sum = |amounts: &mut dyn Iterator<Item = i64>| amounts.map(i128::from).sum::<i128>();
        for (user, Account { cash, held, .. }) in self.accounts.all() {
            let mine = || self.postings.iter().filter(|p| p.user_id == user);
            let holds = || self.holds.all().map(|(_, hold)| hold).filter(|h| h.user_id == user);
            assert!(Money::ZERO <= held && held <= cash, "{user}: {held} of {cash}");
            assert_eq!(i128::from(cash.micros()), sum(&mut mine().map(|p| p.cash.micros() - p.fee.micros())));
            assert_eq!(i128::from(held.micros()), sum(&mut holds().map(|h| h.held_cash().micros())));
            let mut worth = i128::from(cash.micros());
            for ((_, symbol), holding) in self.holdings.all().filter(|((owner, _), _)| *owner == user) {
                let of_symbol = |p: &&Posting| p.symbol == Some(symbol);
                let shares = sum(&mut mine().filter(of_symbol).map(|p| p.shares.micros()));
                let held = holds().filter(|h| h.symbol == symbol).map(|h| h.held_shares().micros());
                assert!(Quantity::ZERO <= holding.held && holding.held <= holding.quantity);
                assert_eq!(i128::from(holding.quantity.micros()), shares);
                assert_eq!(i128::from(holding.held.micros()), sum(&mut held.into_iter()));
                assert!(holding.cost >= Money::ZERO);
                assert!(!holding.quantity.is_zero() || holding.cost.is_zero(), "nothing costs nothing");
                worth += i128::from(holding.cost.micros()) - i128::from(holding.realised.micros());
            }
            let came_in = came_in.get(&user).copied().unwrap_or_default();
            assert_eq!(worth, i128::from(came_in.micros()), "profit does not explain the cash of {user}");
        }
    }

    /// What has ended holds nothing, and what holds nothing has ended or waits for its entry.
    fn check_holds(&self) {
        for (order, hold) in self.holds.all() {
            let Hold { quantity, remaining, awaited, .. } = hold;
            assert!(Quantity::ZERO <= remaining && remaining <= quantity, "{order}: {hold:?}");
            assert!(awaited >= Quantity::ZERO, "{order}: {hold:?}");
            let of_something = hold.held_micros() > 0 || awaited.is_positive();
            assert_eq!(hold.is_pending(), of_something, "{order}: {hold:?}");
            assert!(hold.is_pending() || hold.amendment.is_none(), "{order}: {hold:?}");
            let posted = remaining.is_zero() && quantity.is_positive();
            assert!(hold.state != HoldState::Posted || posted, "{order}: {hold:?}");
        }
    }

    fn check_system(&self) {
        let mut expected: BTreeMap<(SystemAccount, Option<Symbol>), i128> = BTreeMap::new();
        for p in &self.postings {
            let other = match p.kind {
                Kind::Deposit | Kind::Withdrawal => SystemAccount::External,
                Kind::Trade => SystemAccount::Clearing,
            };
            *expected.entry((other, None)).or_default() -= i128::from(p.cash.micros());
            *expected.entry((SystemAccount::House, None)).or_default() += i128::from(p.fee.micros());
            if p.symbol.is_some() {
                *expected.entry((other, p.symbol)).or_default() -= i128::from(p.shares.micros());
            }
        }
        for (key, balance) in expected {
            assert_eq!(self.system.get(&key).copied().unwrap_or(0), balance, "{key:?}");
        }
    }
}
