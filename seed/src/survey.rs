//! Asks the running exchange for what is there, and lays it beside what the files want.

use crate::{
    Exchange, Patience,
    domain::{Deposit, Kind, Plan, Row, ShareDeposit, Standing, as_traded, of_order, of_person, of_stock},
};
use anyhow::Context;
use contracts::{
    UserId,
    accounts::User,
    intake::NewOrder,
    ordering::PAGE_LENGTH_MAX,
    portfolio::PortfolioCommand,
    stock_data::{Instrument, Stock},
};
use futures::{StreamExt, TryStreamExt, stream};
use std::{
    collections::{HashMap, HashSet},
    fmt,
};
use uuid::Uuid;

/// So many questions or messages are under way at once: enough to fill the services' steps.
pub const IN_FLIGHT_MAX: usize = 32;

/// One row: what it would have said, and how that stands to what is there.
pub struct Item {
    pub kind: Kind,
    pub line: u64,
    pub message: Message,
    pub standing: Standing,
}

pub enum Message {
    Register(User),
    List(Instrument),
    Deposit(UserId, PortfolioCommand),
    Place(NewOrder),
}

/// Every row of the plan, in the order in which rows are to be applied.
pub async fn survey(exchange: &impl Exchange, plan: Plan, patience: &Patience) -> anyhow::Result<Vec<Item>> {
    let Plan { people, stocks, cash, holdings, orders } = plan;
    let mut items = Vec::new();
    items.extend(survey_people(exchange, people, patience).await.context("asking accounts for its users")?);
    items
        .extend(survey_stocks(exchange, stocks, patience).await.context("asking stock-data for its stocks")?);
    let deposits = survey_deposits(exchange, cash, holdings, patience).await;
    items.extend(deposits.context("asking portfolio for the deposits it knows")?);
    items.extend(survey_orders(exchange, orders, patience).await.context("asking ordering for the orders")?);
    Ok(items)
}

async fn survey_people(
    exchange: &impl Exchange,
    rows: Vec<Row<User>>,
    patience: &Patience,
) -> anyhow::Result<Vec<Item>> {
    let mut there = HashMap::new();
    for page in rows.chunks(usize::from(PAGE_LENGTH_MAX)) {
        let ids = || page.iter().map(|row| row.wants.user_id).collect();
        let users = patience.ask(|| exchange.users(ids())).await?;
        there.extend(users.into_iter().map(|user| (user.user_id, user)));
    }
    let item = |Row { line, wants }: Row<User>| Item {
        kind: Kind::People,
        line,
        standing: of_person(&wants, there.get(&wants.user_id)),
        message: Message::Register(wants),
    };
    Ok(rows.into_iter().map(item).collect())
}

async fn survey_stocks(
    exchange: &impl Exchange,
    rows: Vec<Row<Instrument>>,
    patience: &Patience,
) -> anyhow::Result<Vec<Item>> {
    let stocks = patience.ask(|| exchange.stocks()).await?;
    let there: HashMap<_, Stock> = stocks.into_iter().map(|s| (s.instrument.symbol, s)).collect();
    let item = |Row { line, wants }: Row<Instrument>| {
        let is = there.get(&wants.symbol);
        let wants = as_traded(wants, is);
        let standing = of_stock(&wants, is);
        Item { kind: Kind::Stocks, line, standing, message: Message::List(wants) }
    };
    Ok(rows.into_iter().map(item).collect())
}

async fn survey_deposits(
    exchange: &impl Exchange,
    cash: Vec<Row<Deposit>>,
    holdings: Vec<Row<ShareDeposit>>,
    patience: &Patience,
) -> anyhow::Result<Vec<Item>> {
    let cash = cash.iter().map(|Row { line, wants }| {
        (Kind::Cash, *line, wants.id, Message::Deposit(wants.user_id, wants.into()))
    });
    let holdings = holdings.iter().map(|Row { line, wants }| {
        (Kind::Holdings, *line, wants.id, Message::Deposit(wants.user_id, wants.into()))
    });
    let rows: Vec<_> = cash.chain(holdings).collect();
    let mut there: HashSet<Uuid> = HashSet::new();
    for page in rows.chunks(usize::from(PAGE_LENGTH_MAX)) {
        let ids = || page.iter().map(|(_, _, id, _)| *id).collect();
        there.extend(patience.ask(|| exchange.known_ids(ids())).await?);
    }
    let item = |(kind, line, id, message)| {
        let standing = if there.contains(&id) { Standing::Same } else { Standing::Missing };
        Item { kind, line, message, standing }
    };
    Ok(rows.into_iter().map(item).collect())
}

async fn survey_orders(
    exchange: &impl Exchange,
    rows: Vec<Row<NewOrder>>,
    patience: &Patience,
) -> anyhow::Result<Vec<Item>> {
    let questions: Vec<_> = rows
        .into_iter()
        .map(|Row { line, wants }| async move {
            let is = patience.ask(|| exchange.order(wants.user_id, wants.order_id)).await?;
            let standing = of_order(&wants, is.as_ref());
            anyhow::Ok(Item { kind: Kind::Orders, line, standing, message: Message::Place(wants) })
        })
        .collect();
    stream::iter(questions).buffered(IN_FLIGHT_MAX).try_collect().await
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Message::Register(user) => write!(f, "{}, {}", user.name, user.role),
            Message::List(instrument) => write!(f, "{}, {}", instrument.symbol, instrument.name),
            Message::Deposit(user_id, PortfolioCommand::Deposit { amount, .. }) => {
                write!(f, "{amount} for {user_id}")
            }
            Message::Deposit(user_id, PortfolioCommand::DepositShares { symbol, quantity, .. }) => {
                write!(f, "{quantity} {symbol} for {user_id}")
            }
            Message::Deposit(_, PortfolioCommand::Withdraw { .. } | PortfolioCommand::CloseBooks { .. }) => {
                unreachable!("seed takes nothing away")
            }
            Message::Place(order) => {
                let price = order.limit_price.expect("an opening order has a limit");
                write!(
                    f,
                    "{} {} {} at {price} for {}",
                    order.side, order.quantity, order.symbol, order.user_id
                )
            }
        }
    }
}
