//! The running exchange as seed talks to it: four questions, five things to say. All of them may
//! be said again.

use chassis::ask::{AskError, Asker};
use contracts::{
    Code, Order, OrderId, Partitions, Refusal, UserId,
    accounts::{self, AccountsCommand, User},
    intake::{Body, NewOrder},
    ordering::{self, OrderDetail},
    portfolio::{self, Moved, PortfolioCommand},
    stock_data::{self, Instrument, SimulateHistory, Stock, StockDataCommand},
    topology,
};
use std::{future::Future, time::Duration};
use uuid::Uuid;

pub trait Exchange: Sync {
    /// Those of the users that there are.
    fn users(&self, user_ids: Vec<UserId>) -> impl Future<Output = Result<Vec<User>, AskError>> + Send;
    fn stocks(&self) -> impl Future<Output = Result<Vec<Stock>, AskError>> + Send;
    /// Those of the deposits' ids that have moved something.
    fn known_ids(&self, ids: Vec<Uuid>) -> impl Future<Output = Result<Vec<Uuid>, AskError>> + Send;
    fn order(
        &self,
        user_id: UserId,
        order_id: OrderId,
    ) -> impl Future<Output = Result<Option<Order>, AskError>> + Send;

    fn register(&self, user: &User) -> impl Future<Output = Result<(), AskError>> + Send;
    fn list(&self, instrument: &Instrument) -> impl Future<Output = Result<(), AskError>> + Send;
    fn make_up(&self, history: &SimulateHistory) -> impl Future<Output = Result<(), AskError>> + Send;
    fn deposit(
        &self,
        user_id: UserId,
        deposit: &PortfolioCommand,
    ) -> impl Future<Output = Result<(), AskError>> + Send;
    fn place(&self, order: &NewOrder) -> impl Future<Output = Result<(), AskError>> + Send;
}

/// Twice what a busy service takes; who asks again after that does no harm.
const DEADLINE: Duration = Duration::from_secs(5);

/// The exchange behind the message broker.
pub struct Running {
    asker: Asker,
    partitions: Partitions,
}

impl Running {
    pub fn new(asker: Asker, partitions: Partitions) -> Self {
        Running { asker, partitions }
    }
}

impl Exchange for Running {
    async fn users(&self, user_ids: Vec<UserId>) -> Result<Vec<User>, AskError> {
        self.asker.question(topology::ACCOUNTS, &accounts::Question::Users { user_ids }, DEADLINE).await
    }

    async fn stocks(&self) -> Result<Vec<Stock>, AskError> {
        self.asker.question(topology::STOCK_DATA, &stock_data::Question::Stocks {}, DEADLINE).await
    }

    async fn known_ids(&self, ids: Vec<Uuid>) -> Result<Vec<Uuid>, AskError> {
        self.asker.question(topology::PORTFOLIO, &portfolio::Question::KnownIds { ids }, DEADLINE).await
    }

    async fn order(&self, user_id: UserId, order_id: OrderId) -> Result<Option<Order>, AskError> {
        let question = ordering::Question::OrderDetail { user_id, order_id };
        match self.asker.question::<OrderDetail>(topology::ORDERING, &question, DEADLINE).await {
            Ok(detail) => Ok(Some(detail.order)),
            Err(AskError::Refused(refusal)) if refusal.code == Code::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn register(&self, user: &User) -> Result<(), AskError> {
        let command = AccountsCommand::RegisterUser(user.clone());
        let partition = topology::partition_name(topology::ACCOUNTS, 0);
        self.asker.command::<User>(&partition, &command, DEADLINE).await.map(drop)
    }

    async fn list(&self, instrument: &Instrument) -> Result<(), AskError> {
        let command = StockDataCommand::ListInstrument(instrument.clone());
        let partition = topology::partition_name(topology::STOCK_DATA, 0);
        self.asker.command::<Instrument>(&partition, &command, DEADLINE).await.map(drop)
    }

    async fn make_up(&self, history: &SimulateHistory) -> Result<(), AskError> {
        let command = StockDataCommand::SimulateHistory(history.clone());
        let partition = topology::partition_name(topology::STOCK_DATA, 0);
        self.asker.command::<SimulateHistory>(&partition, &command, DEADLINE).await.map(drop)
    }

    async fn deposit(&self, user_id: UserId, deposit: &PortfolioCommand) -> Result<(), AskError> {
        let partition = topology::partition_name(topology::PORTFOLIO, self.partitions.of_user(user_id));
        self.asker.command::<Moved>(&partition, deposit, DEADLINE).await.map(drop)
    }

    async fn place(&self, order: &NewOrder) -> Result<(), AskError> {
        let reply = self.asker.order(order.user_id, &body(order), DEADLINE).await?;
        match reply.code {
            None => Ok(()),
            Some(code) => {
                let message = reply.message.unwrap_or_default();
                Err(AskError::Refused(Refusal { code, message, field: reply.field }))
            }
        }
    }
}

fn body(order: &NewOrder) -> Body<'static> {
    Body {
        kind: "place_order".into(),
        order_id: Some(order.order_id.to_string().into()),
        user_id: order.user_id.to_string().into(),
        symbol: Some(order.symbol.to_string().into()),
        side: Some(order.side.as_str().into()),
        order_type: Some(order.order_type.as_str().into()),
        time_in_force: Some(order.terms.time_in_force.as_str().into()),
        quantity: Some(order.quantity.to_string().into()),
        limit_price: order.limit_price.map(|price| price.to_string().into()),
        // The files know no other terms.
        ..Body::default()
    }
}
