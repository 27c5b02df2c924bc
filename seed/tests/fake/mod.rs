//! An exchange that keeps in memory what it is told.

use chassis::ask::AskError;
use contracts::{
    Code, Money, Order, OrderId, OrderStatus, Quantity, Refusal, Symbol, UserId,
    accounts::User,
    intake::NewOrder,
    matching::Phase,
    portfolio::PortfolioCommand,
    stock_data::{Instrument, SimulateHistory, Stock},
};
use seed::Exchange;
use std::{collections::BTreeMap, sync::Mutex};
use uuid::Uuid;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct World {
    pub users: BTreeMap<UserId, User>,
    pub stocks: BTreeMap<Symbol, Stock>,
    pub deposits: BTreeMap<Uuid, PortfolioCommand>,
    pub orders: BTreeMap<OrderId, Order>,
    pub pasts: BTreeMap<Symbol, SimulateHistory>,
}

/// What goes wrong on the way.
#[derive(Clone, Copy, Default)]
pub struct Faults {
    /// Every so many-th thing said is done, but its answer is lost.
    pub lose_answer: Option<usize>,
    /// Every so many-th deposit or order comes before the news of its user.
    pub late_news: Option<usize>,
    /// Refused by portfolio: a deposit at once, an order after it was taken.
    pub refused: Option<Uuid>,
    pub silent: bool,
}

#[derive(Default)]
pub struct Fake {
    pub world: Mutex<World>,
    faults: Faults,
    pub said: Mutex<usize>,
}

fn refused(code: Code, message: &str) -> AskError {
    AskError::Refused(Refusal::new(code, message))
}

impl Fake {
    pub fn with(faults: Faults) -> Self {
        Fake { faults, ..Fake::default() }
    }

    pub fn world(&self) -> World {
        self.world.lock().unwrap().clone()
    }

    fn ask<T>(&self, answer: impl FnOnce(&World) -> T) -> Result<T, AskError> {
        if self.faults.silent {
            return Err(AskError::Unavailable("no answer within 5000 ms".into()));
        }
        Ok(answer(&self.world.lock().unwrap()))
    }

    fn say(
        &self,
        needs_news: bool,
        change: impl FnOnce(&mut World) -> Result<(), AskError>,
    ) -> Result<(), AskError> {
        let mut said = self.said.lock().unwrap();
        *said += 1;
        let falls_on = |n: Option<usize>| n.is_some_and(|n| said.is_multiple_of(n));
        if needs_news && falls_on(self.faults.late_news) {
            return Err(refused(Code::UnknownUser, "nobody has this id"));
        }
        change(&mut self.world.lock().unwrap())?;
        if falls_on(self.faults.lose_answer) {
            return Err(AskError::Unavailable("no answer within 5000 ms".into()));
        }
        Ok(())
    }
}

impl Exchange for Fake {
    async fn users(&self, user_ids: Vec<UserId>) -> Result<Vec<User>, AskError> {
        self.ask(|world| user_ids.iter().filter_map(|id| world.users.get(id).cloned()).collect())
    }

    async fn stocks(&self) -> Result<Vec<Stock>, AskError> {
        self.ask(|world| world.stocks.values().cloned().collect())
    }

    async fn known_ids(&self, ids: Vec<Uuid>) -> Result<Vec<Uuid>, AskError> {
        self.ask(|world| ids.into_iter().filter(|id| world.deposits.contains_key(id)).collect())
    }

    async fn order(&self, _: UserId, order_id: OrderId) -> Result<Option<Order>, AskError> {
        self.ask(|world| world.orders.get(&order_id).cloned())
    }

    async fn register(&self, user: &User) -> Result<(), AskError> {
        self.say(false, |world| {
            world.users.insert(user.user_id, user.clone());
            Ok(())
        })
    }

    async fn list(&self, instrument: &Instrument) -> Result<(), AskError> {
        self.say(false, |world| {
            world.stocks.insert(instrument.symbol, stock(instrument.clone()));
            Ok(())
        })
    }

    async fn make_up(&self, history: &SimulateHistory) -> Result<(), AskError> {
        self.say(false, |world| match world.pasts.insert(history.symbol, history.clone()) {
            Some(before) if before != *history => Err(refused(Code::InvalidValue, "another past")),
            Some(_) | None => Ok(()),
        })
    }

    async fn deposit(&self, _: UserId, deposit: &PortfolioCommand) -> Result<(), AskError> {
        let id = match deposit {
            PortfolioCommand::Deposit { id, .. }
            | PortfolioCommand::Withdraw { id, .. }
            | PortfolioCommand::DepositShares { id, .. } => *id,
            PortfolioCommand::CloseBooks { .. } => unreachable!("seed takes nothing away"),
        };
        self.say(true, |world| {
            if self.faults.refused == Some(id) {
                return Err(refused(Code::OutOfRange, "too much for one deposit"));
            }
            match world.deposits.insert(id, deposit.clone()) {
                Some(before) if before != *deposit => {
                    Err(refused(Code::IdReused, "this id moved something else"))
                }
                _ => Ok(()),
            }
        })
    }

    async fn place(&self, order: &NewOrder) -> Result<(), AskError> {
        let id = order.order_id;
        self.say(true, |world| {
            assert!(world.users.contains_key(&order.user_id) && world.stocks.contains_key(&order.symbol));
            let mut taken = taken(order);
            if self.faults.refused == Some(id.0) {
                taken.status = OrderStatus::Rejected;
                taken.reason = Some(Refusal::new(Code::InsufficientCash, "the order costs more"));
            }
            world.orders.entry(id).or_insert(taken);
            Ok(())
        })
    }
}

fn stock(instrument: Instrument) -> Stock {
    Stock {
        last_price: instrument.previous_close,
        instrument,
        open: None,
        high: None,
        low: None,
        volume: Quantity::ZERO,
        change: Money::ZERO,
        change_percent: "0.00".into(),
        at: None,
        phase: Phase::Continuous,
        feed: None,
    }
}

fn taken(order: &NewOrder) -> Order {
    Order {
        order_id: order.order_id,
        user_id: order.user_id,
        symbol: order.symbol,
        side: order.side,
        order_type: order.order_type,
        terms: order.terms,
        status: OrderStatus::Open,
        quantity: order.quantity,
        filled_quantity: Quantity::ZERO,
        limit_price: order.limit_price,
        average_price: None,
        triggered: false,
        entry_order_id: None,
        replaces: None,
        replaced_by: None,
        placed: None,
        amendment: None,
        reason: None,
        created_at: chrono::DateTime::UNIX_EPOCH,
        updated_at: chrono::DateTime::UNIX_EPOCH,
    }
}
