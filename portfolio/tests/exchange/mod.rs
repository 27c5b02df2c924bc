//! A small exchange around the service under test: ann has 1000 in cash, bob 100 ACME that had
//! cost 2 each; ACME closed at 9.

#![allow(dead_code, unused_imports, reason = "each test binary uses its part of this")]

mod sayings;

pub use sayings::*;

use chassis::{
    Answers, Place,
    testing::{Bench, Said, fresh_database},
};
use contracts::{
    Partitions, Symbol, UserId,
    accounts::{AccountsEvent, Role, User},
    matching::MatchingEvent,
    ordering::OrderCommand,
    portfolio::{LedgerFilter, PortfolioCommand, Question},
    stock_data::{Instrument, InstrumentState, Quote, StockDataEvent},
    topology,
};
use portfolio::{Portfolio, Questions, Shared};
use sea_orm::FromQueryResult;
use serde_json::Value;
use uuid::Uuid;

pub const ANN: UserId = user_id(1001);
pub const BOB: UserId = user_id(1002);

pub const fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

pub const fn user_id(n: u128) -> UserId {
    UserId(id(n))
}

pub struct Exchange {
    pub bench: Bench<Portfolio>,
    seqs: Seqs,
}

/// How far each stream has been spoken.
#[derive(Default)]
struct Seqs(std::collections::HashMap<String, u64>);

impl Seqs {
    fn next(&mut self, stream: &str) -> u64 {
        let seq = self.0.entry(stream.to_owned()).or_default();
        *seq += 1;
        *seq
    }
}

impl Exchange {
    pub async fn start(maker_basis_points: u32, taker_basis_points: u32) -> Self {
        let url = fresh_database().await;
        migrations::migrate("portfolio", &url).await.unwrap();
        let place = chassis::testing::place(topology::PORTFOLIO);
        let fees = chassis::settings::Fees { maker_basis_points, taker_basis_points };
        let bench = Bench::open(&url, place, Shared { fees }).await;
        let mut exchange = Exchange { bench, seqs: Seqs::default() };
        exchange.say("accounts.0>*", &[person(ANN), person(BOB)]).await;
        exchange.stock_data(&[StockDataEvent::InstrumentChanged(acme())]).await;
        for command in [cash(1, ANN, "1000"), shares(2, BOB, "100", "200")] {
            let answer = exchange.ask("admin", &command).await;
            assert!(answer["ok"].is_object(), "{answer}");
        }
        exchange
    }

    async fn say<E: serde::Serialize>(&mut self, stream: &str, events: &[E]) -> Said {
        let seq = self.seqs.next(stream);
        self.bench.stream(stream, seq, events).await
    }

    pub async fn orders(&mut self, commands: &[OrderCommand]) -> Said {
        self.say("ordering.0>portfolio.0", commands).await
    }

    pub async fn matching(&mut self, events: &[MatchingEvent]) -> Said {
        self.say("matching.0>*", events).await
    }

    pub async fn stock_data(&mut self, events: &[StockDataEvent]) -> Said {
        self.say("stock-data.0>*", events).await
    }

    pub async fn accounts(&mut self, events: &[AccountsEvent]) -> Said {
        self.say("accounts.0>*", events).await
    }

    pub async fn ask(&mut self, sender: &str, command: &PortfolioCommand) -> Value {
        self.bench.request(sender, command).await.replies.remove(0)
    }

    pub async fn question(&self, question: Question) -> Value {
        let questions = Questions { db: self.bench.db().clone() };
        questions.answer(topology::WEB, question).await.unwrap().json()
    }

    pub async fn whole_ledger(&self, user_id: UserId) -> Vec<Value> {
        self.ledger(user_id, LedgerFilter::default()).await
    }

    /// All pages of one line each.
    pub async fn ledger(&self, user_id: UserId, only: LedgerFilter) -> Vec<Value> {
        let (mut lines, mut cursor) = (Vec::new(), None);
        loop {
            let page = self.question(Question::Ledger { user_id, only, cursor, limit: 1 }).await;
            lines.extend(page["ok"]["items"].as_array().unwrap().clone());
            let Some(next) = page["ok"]["next_cursor"].as_str() else { return lines };
            cursor = Some(next.to_owned());
        }
    }

    /// Every row of every table of the service.
    pub async fn everything(&self) -> Vec<String> {
        #[derive(FromQueryResult)]
        struct Line {
            line: String,
        }
        let mut all = Vec::new();
        for table in
            ["accounts", "holdings", "holds", "postings", "system_accounts", "movements", "last_prices"]
        {
            let sql = format!("select t::text as line from {table} t order by 1");
            let lines: Vec<Line> = self.bench.db().all(&sql, []).await.unwrap();
            all.extend(lines.into_iter().map(|line| format!("{table} {}", line.line)));
        }
        all
    }

    pub async fn must_be_sound(&self) {
        assert_eq!(portfolio::audit::check(self.bench.db()).await.unwrap(), []);
    }
}

/// Two instances' worth of the service on one database.
pub struct TwoPartitions {
    benches: [Bench<Portfolio>; 2],
    seqs: [Seqs; 2],
}

const TWO: Partitions = Partitions { users: 2, symbols: 1 };

impl TwoPartitions {
    pub async fn start() -> Self {
        let url = fresh_database().await;
        migrations::migrate("portfolio", &url).await.unwrap();
        let place = |partition| Place { service: topology::PORTFOLIO, partition, partitions: TWO };
        let fees = chassis::settings::Fees { maker_basis_points: 0, taker_basis_points: 0 };
        let benches = [
            Bench::open(&url, place(0), Shared { fees }).await,
            Bench::open(&url, place(1), Shared { fees }).await,
        ];
        TwoPartitions { benches, seqs: Default::default() }
    }

    pub fn user_of(&self, partition: u16) -> UserId {
        (5000..).map(user_id).find(|user| TWO.of_user(*user) == partition).unwrap()
    }

    pub fn db(&self) -> &chassis::Db {
        self.benches[0].db()
    }

    async fn say<E: serde::Serialize>(&mut self, to: usize, stream: &str, events: &[E]) -> Said {
        let seq = self.seqs[to].next(stream);
        let said = self.benches[to].stream(stream, seq, events).await;
        assert_eq!(said.committed.parked, 0);
        said
    }

    pub async fn people(&mut self, users: &[UserId]) {
        let events: Vec<_> = users.iter().map(|user| person(*user)).collect();
        for partition in 0..2 {
            self.accounts(partition, &events).await;
        }
    }

    pub async fn accounts(&mut self, to: usize, events: &[AccountsEvent]) -> Said {
        self.say(to, "accounts.0>*", events).await
    }

    pub async fn rich(&mut self, to: usize, user: UserId) {
        for command in [cash(1, user, "1000"), shares(2, user, "100", "200")] {
            let reply = self.benches[to].request("admin", &command).await.replies.remove(0);
            assert!(reply["ok"].is_object(), "{reply}");
        }
    }

    pub async fn orders(&mut self, to: usize, commands: &[OrderCommand]) -> Said {
        self.say(to, &format!("ordering.0>portfolio.{to}"), commands).await
    }

    pub async fn matching(&mut self, to: usize, events: &[MatchingEvent]) -> Said {
        self.say(to, "matching.0>*", events).await
    }
}

pub fn symbol() -> Symbol {
    "ACME".parse().unwrap()
}

pub fn person(user_id: UserId) -> AccountsEvent {
    AccountsEvent::UserChanged(User { user_id, name: "somebody".into(), role: Role::Trader, demo: true })
}

pub fn cash(n: u128, user_id: UserId, amount: &str) -> PortfolioCommand {
    PortfolioCommand::Deposit { id: id(n), user_id, amount: amount.parse().unwrap() }
}

pub fn shares(n: u128, user_id: UserId, quantity: &str, cost: &str) -> PortfolioCommand {
    let (quantity, cost) = (quantity.parse().unwrap(), cost.parse().unwrap());
    PortfolioCommand::DepositShares { id: id(n), user_id, symbol: symbol(), quantity, cost }
}

fn acme() -> Instrument {
    Instrument {
        symbol: symbol(),
        name: "Acme".into(),
        currency: "USD".into(),
        tick_size: "0.01".parse().unwrap(),
        lot_size: "1".parse().unwrap(),
        previous_close: "9".parse().unwrap(),
        state: InstrumentState::Open,
        rules: Default::default(),
    }
}

pub fn quote(price: &str) -> Quote {
    let price = price.parse().unwrap();
    Quote {
        symbol: symbol(),
        last_price: price,
        open: price,
        high: price,
        low: price,
        volume: "1".parse().unwrap(),
        previous_close: "9".parse().unwrap(),
        change: "0".parse().unwrap(),
        change_percent: "0.00".into(),
        at: chrono::DateTime::UNIX_EPOCH,
    }
}
