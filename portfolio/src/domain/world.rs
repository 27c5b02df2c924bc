//! Two partitions and a book that trades as it is told, with the sum of the world checked after
//! each act.

use super::{Account, Books, FeeRates, Hold, Kind, Posting, SystemAccount};
use chassis::Poison;
use contracts::{
    Code, Money, OrderId, OrderType, Price, Quantity, Refusal, Side, Symbol, TimeInForce, Timestamp, TradeId,
    UserId,
    accounts::Role,
    matching::{OrderFilled, OrderLeftBook, Party},
    ordering::PlaceOrder,
};
use std::collections::BTreeMap;
use uuid::Uuid;

#[derive(Default)]
pub struct World {
    pub partitions: [Books; 2],
    pub fees: FeeRates,
    /// Cash and the cost of shares, in less out.
    came_in: BTreeMap<UserId, Money>,
    ids: u128,
}

pub fn user(n: u128) -> UserId {
    UserId(Uuid::from_u128(n))
}

pub fn order(n: u128) -> OrderId {
    OrderId(Uuid::from_u128(n))
}

/// Users with odd ids live in the second partition.
fn partition_of(user: UserId) -> usize {
    (user.0.as_u128() % 2) as usize
}

impl World {
    pub fn of(&mut self, user: UserId) -> &mut Books {
        &mut self.partitions[partition_of(user)]
    }

    pub fn enter(&mut self, user: UserId) {
        self.of(user).know(user, Role::Trader);
    }

    fn next_id(&mut self) -> Uuid {
        self.ids += 1;
        Uuid::from_u128(self.ids)
    }

    pub fn deposit(&mut self, user: UserId, amount: Money) -> Result<(), Refusal> {
        let id = self.next_id();
        self.of(user).deposit(user, id, amount, Timestamp::UNIX_EPOCH)?;
        self.comes_in(user, amount);
        Ok(())
    }

    pub fn withdraw(&mut self, user: UserId, amount: Money) -> Result<(), Refusal> {
        let id = self.next_id();
        self.of(user).withdraw(user, id, amount, Timestamp::UNIX_EPOCH)?;
        self.comes_in(user, -amount);
        Ok(())
    }

    pub fn deposit_shares(
        &mut self,
        user: UserId,
        symbol: Symbol,
        quantity: Quantity,
        cost: Money,
    ) -> Result<(), Refusal> {
        let id = self.next_id();
        self.of(user).deposit_shares(user, id, (symbol, quantity, cost), Timestamp::UNIX_EPOCH)?;
        self.comes_in(user, cost);
        Ok(())
    }

    fn comes_in(&mut self, user: UserId, amount: Money) {
        let total = self.came_in.entry(user).or_default();
        *total = total.plus(amount).unwrap();
    }

    pub fn place(&mut self, order: &PlaceOrder) -> Option<Result<(), Refusal>> {
        let fee = self.fees.worst();
        self.of(order.user_id).hold(order, fee)
    }

    pub fn hold(&self, order: OrderId) -> Option<Hold> {
        self.partitions.iter().find_map(|books| books.holds.get(order))
    }

    /// The taker's order trades with the maker's; each partition hears of it.
    pub fn fill(
        &mut self,
        taker: OrderId,
        maker: OrderId,
        quantity: Quantity,
        price: Price,
    ) -> Result<(), Poison> {
        let nobody = |order| Poison(format!("order {order} has no hold"));
        let hold = self.hold(taker).ok_or_else(|| nobody(taker))?;
        let party = |order_id, user_id| Party { order_id, user_id, ordering: 0 };
        let fill = OrderFilled {
            trade_id: TradeId(self.next_id()),
            symbol: hold.symbol,
            sequence: 0,
            price,
            quantity,
            taker_side: hold.side,
            maker: party(maker, self.hold(maker).ok_or_else(|| nobody(maker))?.user_id),
            taker: party(taker, hold.user_id),
        };
        let fees = self.fees;
        for (n, books) in self.partitions.iter_mut().enumerate() {
            books.settle(&fill, |user| partition_of(user) == n, fees, Timestamp::UNIX_EPOCH)?;
        }
        Ok(())
    }

    pub fn leave(&mut self, order: OrderId) -> Result<(), Poison> {
        let hold = self.hold(order).ok_or_else(|| Poison(format!("order {order} has no hold")))?;
        self.of(hold.user_id).void(&OrderLeftBook {
            party: Party { order_id: order, user_id: hold.user_id, ordering: 0 },
            symbol: hold.symbol,
            sequence: 0,
            side: hold.side,
            price: hold.price,
            quantity: hold.remaining,
            rested: true,
            reason: Code::CanceledByUser,
        })
    }

    /// Nothing is made, lost, spent twice or held for nobody.
    pub fn check(&self) {
        let mut flat: BTreeMap<Option<Symbol>, i128> = BTreeMap::new();
        for books in &self.partitions {
            books.check_users(&self.came_in);
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

pub fn place_order(
    n: u128,
    user_id: UserId,
    side: Side,
    symbol: Symbol,
    quantity: Quantity,
    price: Price,
) -> PlaceOrder {
    PlaceOrder {
        order_id: order(n),
        user_id,
        ordering: 0,
        symbol,
        side,
        order_type: OrderType::Limit,
        time_in_force: TimeInForce::Gtc,
        post_only: false,
        quantity,
        price,
        tick_size: Price::from_micros(10_000),
        lot_size: Quantity::from_micros(1_000),
    }
}
