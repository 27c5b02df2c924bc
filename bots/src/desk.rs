//! Between the floor, which only thinks, and the exchange: what is heard is told, what is wished is
//! sent. An answer that does not come means nothing: the books tell what became of an order.

use crate::domain::{Fate, Floor, Heard, Manner, Wish};
use crate::ears::Ears;
use crate::tickets::Tickets;
use chassis::ask::{AskError, Asker};
use chassis::settings::Settings;
use contracts::intake::{Body, IntakeReply};
use contracts::portfolio::{self, Portfolio};
use contracts::stock_data::{self, Stock};
use contracts::{OrderStatus, StreamName, Symbol, UserId, topology};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc};

/// Longer than any step; past it whatever it was is unknown.
const DEADLINE: Duration = Duration::from_secs(2);
/// Messages that were not answered; past it the exchange is slow, and does not need more of them.
const IN_FLIGHT_MAX: usize = 200;
/// One account is asked what it has each second: reckoning goes wrong a little with every fee.
const STEPS_BETWEEN_ACCOUNTS: u64 = 10;
const STEPS_PER_SECOND: usize = 10;
/// Before it tries to begin again: an exchange without seed has nothing to trade with.
const STEPS_BETWEEN_BEGINNINGS: u64 = 20;

pub enum Reply {
    Order { ticket: u64, status: OrderStatus },
    Account { bot: usize, portfolio: Box<Portfolio> },
}

pub struct Desk {
    asker: Asker,
    told: mpsc::Sender<Reply>,
    ears: Ears,
    floor: Floor,
    hears: bool,
    /// Old orders are canceled, and everything is known.
    settled: bool,
    steps: u64,
    begin_at: u64,
    orders_per_second: usize,
    /// What is left over of earlier steps, in parts of [`STEPS_PER_SECOND`].
    credit: usize,
    in_flight: Arc<Semaphore>,
}

impl Desk {
    pub fn new(settings: &Settings, asker: Asker, told: mpsc::Sender<Reply>) -> Self {
        let bots = &settings.bots;
        let manner = Manner {
            spread_basis_points: bots.spread_basis_points,
            volatility_basis_points: bots.volatility_basis_points,
            levels: bots.levels,
            order_value: bots.order_value,
        };
        Desk {
            asker,
            told,
            floor: Floor::new(manner, bots.seed, bots.accounts.len()),
            ears: Ears { tickets: Tickets::beginning_now(), accounts: bots.accounts.clone() },
            hears: false,
            settled: false,
            steps: 0,
            begin_at: 0,
            orders_per_second: bots.orders_per_second as usize,
            credit: 0,
            in_flight: Arc::new(Semaphore::new(IN_FLIGHT_MAX)),
        }
    }

    pub fn is_at_work(&self) -> bool {
        self.settled && self.asker.is_connected()
    }

    /// Whoever hears nothing does nothing; and what he did before, he does not know any more.
    pub fn hears(&mut self, hears: bool) {
        self.hears = hears;
        self.missed();
    }

    /// What we think of our orders may be wrong from here on.
    pub fn missed(&mut self) {
        self.settled = false;
        self.begin_at = self.steps;
    }

    pub fn heard(&mut self, stream: &StreamName, events: &[u8]) {
        let news = match self.ears.hear(stream, events) {
            Ok(news) => news,
            Err(error) => {
                tracing::warn!(%stream, %error, "not understood");
                return self.missed();
            }
        };
        news.into_iter().for_each(|heard| self.floor.hear(heard));
    }

    pub fn replied(&mut self, reply: Reply) {
        match reply {
            // A cancel is refused too, when its order is over: the books have told that.
            Reply::Order { ticket, status: OrderStatus::Rejected } => {
                self.floor.hear(Heard::Fate { ticket, fate: Fate::Gone });
            }
            Reply::Order { .. } => {}
            Reply::Account { bot, portfolio } => self.floor.hear(account(bot, &portfolio)),
        }
    }

    pub async fn step(&mut self) {
        self.steps += 1;
        if !self.hears || !self.asker.is_connected() {
            return;
        }
        if !self.settled {
            return self.settle().await;
        }
        if self.steps.is_multiple_of(STEPS_BETWEEN_ACCOUNTS) {
            self.ask_account((self.steps / STEPS_BETWEEN_ACCOUNTS) as usize % self.ears.accounts.len());
        }
        self.credit += self.orders_per_second;
        let messages = (self.credit / STEPS_PER_SECOND).min(self.in_flight.available_permits());
        self.credit %= STEPS_PER_SECOND;
        for wish in self.floor.step(messages) {
            self.send(wish);
        }
        metrics::gauge!("bots_open_orders").set(self.floor.orders() as u32);
    }

    /// Cancels what earlier starts have left, and asks for everything.
    async fn settle(&mut self) {
        if self.steps < self.begin_at {
            return;
        }
        self.begin_at = self.steps + STEPS_BETWEEN_BEGINNINGS;
        match self.begin().await {
            Ok(0) => tracing::info!("none of the accounts has shares yet; waiting for them"),
            Ok(stocks) => {
                tracing::info!(stocks, "making markets");
                self.settled = true;
            }
            Err(error) => tracing::warn!(%error, "cannot begin to make markets; trying again"),
        }
    }

    /// Answers in how many stocks there is something to sell.
    async fn begin(&mut self) -> Result<usize, AskError> {
        self.floor.forget();
        let mut owned: BTreeMap<Symbol, i64> = BTreeMap::new();
        for bot in 0..self.ears.accounts.len() {
            let user_id = self.ears.accounts[bot];
            self.cancel_all(user_id).await?;
            let portfolio = portfolio_of(&self.asker, user_id).await?;
            for holding in &portfolio.holdings {
                *owned.entry(holding.symbol).or_default() += holding.quantity.micros();
            }
            self.floor.hear(account(bot, &portfolio));
        }
        let question = stock_data::Question::Stocks {};
        let stocks: Vec<Stock> = self.asker.question(topology::STOCK_DATA, &question, DEADLINE).await?;
        let mut quoted = 0;
        for Stock { instrument, last_price, phase, feed, .. } in stocks {
            let owned = owned.get(&instrument.symbol).copied().unwrap_or_default();
            quoted += usize::from(owned > 0);
            self.floor.hear(Heard::Listed { instrument, last_price, phase, owned, feed });
        }
        Ok(quoted)
    }

    async fn cancel_all(&self, user_id: UserId) -> Result<(), AskError> {
        let id = user_id.to_string();
        let body = Body { kind: "cancel_orders".into(), user_id: id.into(), ..Default::default() };
        let reply: IntakeReply = self.asker.order(user_id, &body, DEADLINE).await?;
        match reply.code {
            // Nobody has seeded this account.
            Some(code) => Err(AskError::Unavailable(format!("{user_id} cannot trade: {code:?}"))),
            None => Ok(()),
        }
    }

    fn ask_account(&self, bot: usize) {
        let (asker, told, user_id) = (self.asker.clone(), self.told.clone(), self.ears.accounts[bot]);
        tokio::spawn(async move {
            if let Ok(portfolio) = portfolio_of(&asker, user_id).await {
                let _ = told.send(Reply::Account { bot, portfolio: Box::new(portfolio) }).await;
            }
        });
    }

    fn send(&self, wish: Wish) {
        match wish {
            Wish::Place { ticket, bot, symbol, side, price, quantity, rests } => {
                let (order_id, user_id) = (self.ears.tickets.order_id(ticket), self.ears.accounts[bot]);
                let body = Body {
                    kind: "place_order".into(),
                    order_id: Some(order_id.to_string().into()),
                    user_id: user_id.to_string().into(),
                    symbol: Some(symbol.to_string().into()),
                    side: Some(side.as_str().into()),
                    order_type: Some("limit".into()),
                    quantity: Some(quantity.to_string().into()),
                    limit_price: Some(price.to_string().into()),
                    time_in_force: Some(if rests { "gtc" } else { "ioc" }.into()),
                    ..Default::default()
                };
                self.publish(user_id, body, Some(ticket));
            }
            Wish::Cancel { ticket, bot } => {
                let (order_id, user_id) = (self.ears.tickets.order_id(ticket), self.ears.accounts[bot]);
                let body = Body {
                    kind: "cancel_order".into(),
                    order_id: Some(order_id.to_string().into()),
                    user_id: user_id.to_string().into(),
                    ..Default::default()
                };
                self.publish(user_id, body, None);
            }
        }
    }

    /// Beside the steps: nobody waits for the answer. Without room it is not sent at all, and the
    /// floor loses its patience with it.
    fn publish(&self, user_id: UserId, body: Body<'static>, ticket: Option<u64>) {
        let Ok(place) = self.in_flight.clone().try_acquire_owned() else { return };
        let (asker, told) = (self.asker.clone(), self.told.clone());
        metrics::counter!("bots_messages_total").increment(1);
        tokio::spawn(async move {
            let answered = asker.order(user_id, &body, DEADLINE).await;
            drop(place);
            if let (Ok(reply), Some(ticket)) = (answered, ticket) {
                let _ = told.send(Reply::Order { ticket, status: reply.status }).await;
            }
        });
    }
}

async fn portfolio_of(asker: &Asker, user_id: UserId) -> Result<Portfolio, AskError> {
    asker.question(topology::PORTFOLIO, &portfolio::Question::Portfolio { user_id }, DEADLINE).await
}

fn account(bot: usize, portfolio: &Portfolio) -> Heard {
    let shares = portfolio.holdings.iter().map(|holding| (holding.symbol, holding.available.micros()));
    Heard::Account { bot, cash: portfolio.cash.available.micros(), shares: shares.collect() }
}
