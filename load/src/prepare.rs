//! Makes the bots and stocks that are missing and gives them what the plan needs, with the messages
//! that `seed` uses. Done twice, the second time only looks.

use crate::bots::{self, QUOTER};
use crate::funds::{self, ENDOWMENT_CASH, ENDOWMENT_SHARES, Need};
use crate::plan::Plan;
use anyhow::{Context, Result};
use chassis::ask::{AskError, Asker};
use chassis::settings::Settings;
use contracts::accounts::{self, AccountsCommand, User};
use contracts::portfolio::{self, Moved, PortfolioCommand};
use contracts::stock_data::{self, Instrument, Stock, StockDataCommand};
use contracts::{Code, Partitions, UserId, topology};
use futures::{StreamExt, TryStreamExt, stream};
use rustc_hash::{FxHashMap, FxHashSet};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Enough to fill the services' steps.
const IN_FLIGHT_MAX: usize = 1_000;
/// Questions are answered six at a time.
const QUESTIONS_IN_FLIGHT_MAX: usize = 64;
/// As many as accounts takes.
const USERS_PAGE: usize = 200;
const IDS_PAGE: usize = 5_000;
const DEADLINE: Duration = Duration::from_secs(10);
/// How long one thing is asked for again and again.
const PATIENCE: Duration = Duration::from_secs(60);
const ASK_AGAIN: Duration = Duration::from_millis(50);

/// Told what is being done.
pub type Tell<'a> = &'a (dyn Fn(&str) + Sync);

pub async fn prepare(settings: &Settings, plan: &Plan, tell: Tell<'_>) -> Result<()> {
    let asker = Asker::connect(settings, topology::ADMIN).await?;
    tokio::time::timeout(DEADLINE, asker.connected()).await.context("RabbitMQ does not answer")?;
    let desk = Desk { asker, partitions: settings.partitions, tell };
    let fee = settings.fees.taker_basis_points.max(settings.fees.maker_basis_points);
    let quotes = funds::quotes(plan);
    let needs = funds::needs(plan, &quotes, fee);
    desk.list(plan.symbols).await.context("listing stocks")?;
    // All of them, also those whom this plan leaves out: an exchange with so many users is asked for.
    let quoter = (!quotes.is_empty()).then_some(QUOTER);
    let users: Vec<u32> = (0..plan.users).chain(quoter).collect();
    desk.register(&users).await.context("registering bots")?;
    desk.fund(&users, &needs, plan.symbols).await.context("funding bots")
}

struct Desk<'a> {
    asker: Asker,
    partitions: Partitions,
    tell: Tell<'a>,
}

/// Shares or cash for a bot.
struct Gift {
    user: u32,
    symbol: Option<u16>,
    id: Uuid,
    units: i64,
}

impl Desk<'_> {
    async fn list(&self, symbols: u16) -> Result<()> {
        let question = stock_data::Question::Stocks {};
        let stocks: Vec<Stock> =
            insist(|| self.asker.question(topology::STOCK_DATA, &question, DEADLINE)).await?;
        let there: FxHashSet<_> = stocks.into_iter().map(|stock| stock.instrument.symbol).collect();
        let missing: Vec<Instrument> =
            (0..symbols).map(bots::instrument).filter(|i| !there.contains(&i.symbol)).collect();
        let to = topology::partition_name(topology::STOCK_DATA, 0);
        self.all("stocks listed", missing, async |instrument| {
            let command = StockDataCommand::ListInstrument(instrument);
            insist(|| self.asker.command::<Instrument>(&to, &command, DEADLINE)).await.map(drop)
        })
        .await
    }

    async fn register(&self, users: &[u32]) -> Result<()> {
        let pages = users.chunks(USERS_PAGE).map(async |page| {
            let user_ids: Vec<UserId> = page.iter().map(|user| bots::user_id(*user)).collect();
            let question = accounts::Question::Users { user_ids };
            insist(|| self.asker.question::<Vec<User>>(topology::ACCOUNTS, &question, DEADLINE)).await
        });
        let there: Vec<Vec<User>> =
            stream::iter(pages).buffered(QUESTIONS_IN_FLIGHT_MAX).try_collect().await?;
        let there: FxHashSet<UserId> = there.into_iter().flatten().map(|user| user.user_id).collect();
        let missing = users.iter().copied().filter(|user| !there.contains(&bots::user_id(*user))).collect();
        let to = topology::partition_name(topology::ACCOUNTS, 0);
        self.all("bots registered", missing, async |user| {
            let command = AccountsCommand::RegisterUser(bots::user(user));
            insist(|| self.asker.command::<User>(&to, &command, DEADLINE)).await.map(drop)
        })
        .await
    }

    async fn fund(&self, users: &[u32], needs: &FxHashMap<u32, Need>, symbols: u16) -> Result<()> {
        let mut gifts = Vec::new();
        for user in users {
            gifts.push(endowment(*user, None));
            // The quoter trades in whatever the plan says.
            let homes = if *user == QUOTER { Vec::new() } else { bots::homes(*user, symbols) };
            gifts.extend(homes.into_iter().map(|symbol| endowment(*user, Some(symbol))));
        }
        let given = self.given(&gifts).await?;
        let were_here =
            gifts.iter().filter(|gift| given.contains(&gift.id) && needs.contains_key(&gift.user));
        let were_here: FxHashSet<u32> = were_here.map(|gift| gift.user).collect();
        let owned = self.owned(were_here.into_iter().collect()).await?;
        let mut missing: Vec<Gift> = gifts.into_iter().filter(|gift| !given.contains(&gift.id)).collect();
        let mut endowed = FxHashMap::<(u32, Option<u16>), i64>::default();
        missing.iter().for_each(|gift| *endowed.entry((gift.user, gift.symbol)).or_default() += gift.units);
        let nothing = Need::default();
        for (user, Need { cash, shares }) in needs {
            let owned = owned.get(user).unwrap_or(&nothing);
            let mut top_up = |symbol: Option<u16>, needed: i64, owned: i64| {
                let has = owned + endowed.get(&(*user, symbol)).copied().unwrap_or(0);
                if has < needed {
                    // Twice what is needed, so that it lasts for another run.
                    missing.push(Gift { user: *user, symbol, id: Uuid::now_v7(), units: 2 * needed - has });
                }
            };
            top_up(None, *cash, owned.cash);
            for (symbol, needed) in shares {
                top_up(Some(*symbol), *needed, owned.shares.get(symbol).copied().unwrap_or(0));
            }
        }
        self.all("deposits made", missing, async |gift| self.give(&gift).await).await
    }

    /// Those of the gifts that were given before.
    async fn given(&self, gifts: &[Gift]) -> Result<FxHashSet<Uuid>> {
        let pages = gifts.chunks(IDS_PAGE).map(async |page| {
            let question = portfolio::Question::KnownIds { ids: page.iter().map(|gift| gift.id).collect() };
            insist(|| self.asker.question::<Vec<Uuid>>(topology::PORTFOLIO, &question, DEADLINE)).await
        });
        let known: Vec<Vec<Uuid>> =
            stream::iter(pages).buffered(QUESTIONS_IN_FLIGHT_MAX).try_collect().await?;
        Ok(known.into_iter().flatten().collect())
    }

    async fn owned(&self, users: Vec<u32>) -> Result<FxHashMap<u32, Need>> {
        let (total, begun) = (users.len(), Instant::now());
        let questions = users.into_iter().map(async |user| {
            let question = portfolio::Question::Portfolio { user_id: bots::user_id(user) };
            let owned: portfolio::Portfolio =
                insist(|| self.asker.question(topology::PORTFOLIO, &question, DEADLINE)).await?;
            anyhow::Ok((user, owned))
        });
        let mut answers = stream::iter(questions).buffer_unordered(QUESTIONS_IN_FLIGHT_MAX);
        let mut by_user = FxHashMap::default();
        while let Some(answer) = answers.next().await {
            let (user, owned) = answer?;
            let units = |micros: i64| micros / contracts::amount::SCALE;
            let shares = owned.holdings.iter().filter_map(|holding| {
                let number = holding.symbol.as_str().strip_prefix("LOAD")?.parse().ok()?;
                Some((number, units(holding.available.micros())))
            });
            let need = Need { cash: units(owned.cash.available.micros()), shares: shares.collect() };
            by_user.insert(user, need);
        }
        if total > 0 {
            (self.tell)(&format!("{total} portfolios looked at in {:.1} s", begun.elapsed().as_secs_f64()));
        }
        Ok(by_user)
    }

    async fn give(&self, gift: &Gift) -> Result<()> {
        let user_id = bots::user_id(gift.user);
        let command = match gift.symbol {
            None => PortfolioCommand::Deposit { id: gift.id, user_id, amount: funds::money(gift.units) },
            Some(symbol) => PortfolioCommand::DepositShares {
                id: gift.id,
                user_id,
                symbol: bots::symbol(symbol),
                quantity: funds::shares(gift.units),
                cost: funds::money(gift.units * bots::PRICE),
            },
        };
        let to = topology::partition_name(topology::PORTFOLIO, self.partitions.of_user(user_id));
        insist(|| self.asker.command::<Moved>(&to, &command, DEADLINE)).await.map(drop)
    }

    /// Does it to all, many at a time.
    async fn all<T>(&self, what: &str, items: Vec<T>, one: impl AsyncFn(T) -> Result<()>) -> Result<()> {
        let (total, begun) = (items.len(), Instant::now());
        if total == 0 {
            return Ok(());
        }
        let mut done = 0;
        let mut told = begun;
        let doing = items.into_iter().map(|item| one(item));
        let mut doing = stream::iter(doing).buffer_unordered(IN_FLIGHT_MAX);
        while let Some(result) = doing.next().await {
            result?;
            done += 1;
            if told.elapsed() > Duration::from_secs(1) {
                (self.tell)(&format!("{what}: {done} of {total}"));
                told = Instant::now();
            }
        }
        (self.tell)(&format!("{what}: {total} in {:.1} s", begun.elapsed().as_secs_f64()));
        Ok(())
    }
}

fn endowment(user: u32, symbol: Option<u16>) -> Gift {
    let units = if symbol.is_none() { ENDOWMENT_CASH } else { ENDOWMENT_SHARES };
    Gift { user, symbol, id: bots::endowment_id(user, symbol), units }
}

/// Asks until there is an answer. News of a user or a stock may not have got there yet.
async fn insist<T, F>(attempt: impl Fn() -> F) -> Result<T>
where
    F: Future<Output = Result<T, AskError>>,
{
    let begun = Instant::now();
    loop {
        let error = match attempt().await {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        let may_pass = match &error {
            AskError::Unavailable(_) => true,
            AskError::Refused(refusal) => {
                matches!(
                    refusal.code,
                    Code::UnknownUser
                        | Code::UnknownSymbol
                        | Code::Unavailable
                        | Code::NotSent
                        | Code::DeadlinePassed
                )
            }
        };
        if !may_pass || begun.elapsed() > PATIENCE {
            return Err(error.into());
        }
        tokio::time::sleep(ASK_AGAIN).await;
    }
}
