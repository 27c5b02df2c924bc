//! Those who send orders, cancels and money, and remember what they were told: yes, no, or nothing.

pub mod messages;

use chassis::incoming::Incoming;
use chassis::rules::ReplyTo;
use contracts::accounts::{AccountsCommand, Role, User};
use contracts::intake::IntakeReply;
use contracts::portfolio::{Moved, PortfolioCommand};
use contracts::refusal::Answer;
use contracts::stock_data::{
    BidAsk, FeedQuotes, FeedSource, Instrument, InstrumentState, StockDataCommand, TradingRules,
};
use contracts::{Code, OrderId, OrderStatus, Partitions, Symbol, Timestamp, UserId, topology};
use rand::{RngExt, rngs::StdRng};
use serde_json::json;
use uuid::Uuid;

/// What a client asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    Place {
        order_id: OrderId,
        /// Of a bracket: it is there if and only if the order is.
        exit: Option<OrderId>,
    },
    Cancel {
        order_id: OrderId,
        place: u64,
    },
    Amend {
        order_id: OrderId,
    },
    CancelMany,
    Move {
        id: Uuid,
    },
    /// An admin's command.
    Command,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    Nothing,
    Yes,
    No(Option<Code>),
}

#[derive(Clone, Debug)]
pub struct Op {
    pub number: u64,
    pub wish: Wish,
    pub user: UserId,
    /// The exchange and the key; of orders the key is the user.
    to: (&'static str, String),
    sender: &'static str,
    body: Vec<u8>,
    /// It is worth nothing so long after it was sent.
    patience_ms: Option<i64>,
    /// Sent once and, when the broker has it, never again: what is confirmed must not be forgotten.
    pub once: bool,
    pub told: Told,
    pub copies: u32,
    pub sent_ms: u64,
}

pub struct Clients {
    pub ops: Vec<Op>,
    pub users: Vec<UserId>,
    pub symbols: Vec<Symbol>,
    partitions: Partitions,
}

const SYMBOLS: [&str; 6] = ["ACME", "BOLT", "CRUX", "DYNE", "ECHO", "FLUX"];

impl Clients {
    pub fn new(partitions: Partitions, users: usize, rng: &mut StdRng) -> Self {
        let users = (0..users).map(|_| UserId(id(rng))).collect();
        Clients { ops: Vec::new(), users, symbols: symbols(partitions), partitions }
    }

    fn add(
        &mut self,
        wish: Wish,
        user: UserId,
        to: (&'static str, String),
        sender: &'static str,
        body: Vec<u8>,
    ) -> usize {
        let number = self.ops.len() as u64 + 1;
        let (told, copies, sent_ms) = (Told::Nothing, 0, 0);
        self.ops.push(Op {
            number,
            wish,
            user,
            to,
            sender,
            body,
            patience_ms: None,
            once: false,
            told,
            copies,
            sent_ms,
        });
        self.ops.len() - 1
    }

    fn request(
        &mut self,
        wish: Wish,
        user: UserId,
        partition: String,
        command: &impl serde::Serialize,
    ) -> usize {
        let body = serde_json::to_vec(command).expect("commands are JSON");
        self.add(wish, user, (topology::REQUESTS_EXCHANGE, partition), topology::ADMIN, body)
    }

    pub fn register(&mut self, n: usize, rng: &mut StdRng) -> usize {
        let user_id = self.users[n];
        let role = if n.is_multiple_of(2) { Role::Bot } else { Role::Trader };
        let name = format!("user {n}.{}", rng.random_range(0..3));
        let command = AccountsCommand::RegisterUser(User { user_id, name, role, demo: false });
        self.request(Wish::Command, user_id, "accounts.0".into(), &command)
    }

    pub fn list(&mut self, n: usize, state: InstrumentState, rules: TradingRules) -> usize {
        let instrument = Instrument {
            symbol: self.symbols[n],
            name: format!("{} Inc.", self.symbols[n]),
            currency: "USD".into(),
            tick_size: "0.01".parse().expect("a price"),
            lot_size: "1".parse().expect("a quantity"),
            previous_close: "10".parse().expect("a price"),
            state,
            rules,
        };
        self.request(
            Wish::Command,
            self.users[0],
            "stock-data.0".into(),
            &StockDataCommand::ListInstrument(instrument),
        )
    }

    /// What the first symbol costs elsewhere; some of it was heard a while ago.
    pub fn quote(&mut self, now: Timestamp, rng: &mut StdRng) -> usize {
        let bid = rng.random_range(900..1_100) * contracts::amount::SCALE / 100;
        let quote = BidAsk {
            bid: contracts::Price::from_micros(bid),
            ask: contracts::Price::from_micros(bid + contracts::amount::SCALE / 100),
            at: now - chrono::Duration::milliseconds(rng.random_range(0..800)),
        };
        let quotes = FeedQuotes::from([(self.symbols[0], quote)]);
        let command = StockDataCommand::TakeFeed { source: FeedSource::Simulated, quotes };
        let body = serde_json::to_vec(&command).expect("commands are JSON");
        let to = (topology::REQUESTS_EXCHANGE, "stock-data.0".into());
        let op = self.add(Wish::Command, self.users[0], to, topology::FEEDS, body);
        // The next word makes good for a lost one.
        self.ops[op].once = true;
        op
    }

    pub fn move_cash(&mut self, n: usize, amount: i64, rng: &mut StdRng) -> usize {
        let (user_id, id) = (self.users[n], id(rng));
        let amount_of = contracts::Money::from_micros(amount.abs() * contracts::amount::SCALE);
        let command = if amount > 0 {
            PortfolioCommand::Deposit { id, user_id, amount: amount_of }
        } else {
            PortfolioCommand::Withdraw { id, user_id, amount: amount_of }
        };
        self.request(Wish::Move { id }, user_id, self.purse_of(user_id), &command)
    }

    pub fn deposit_shares(&mut self, n: usize, symbol: usize, quantity: i64, rng: &mut StdRng) -> usize {
        let (user_id, id) = (self.users[n], id(rng));
        let command = PortfolioCommand::DepositShares {
            id,
            user_id,
            symbol: self.symbols[symbol],
            quantity: contracts::Quantity::from_micros(quantity * contracts::amount::SCALE),
            cost: contracts::Money::from_micros(quantity * 9 * contracts::amount::SCALE),
        };
        self.request(Wish::Move { id }, user_id, self.purse_of(user_id), &command)
    }

    fn purse_of(&self, user: UserId) -> String {
        topology::partition_name(topology::PORTFOLIO, self.partitions.of_user(user))
    }

    pub fn place(&mut self, now: Timestamp, rng: &mut StdRng) -> usize {
        let n = rng.random_range(0..self.users.len());
        let (user, symbol) = (self.users[n], self.symbols[rng.random_range(0..self.symbols.len())]);
        // Now and then an id that has been used already.
        let reused = self.places().take(20).next().and_then(|op| op.wish.order());
        let fresh = OrderId(id(rng));
        let order_id = reused.filter(|_| rng.random_bool(0.02)).unwrap_or(fresh);
        let mut body = messages::order(now, rng);
        body["type"] = "place_order".into();
        body["order_id"] = json!(order_id);
        body["user_id"] = json!(user);
        body["symbol"] = json!(symbol);
        let exit = messages::is_bracket(&body).then(|| OrderId(id(rng)));
        if let Some(exit) = exit {
            body["exit_order_id"] = json!(exit);
        }
        self.order(Wish::Place { order_id, exit }, user, n, &body, rng)
    }

    /// The newest first.
    fn places(&self) -> impl Iterator<Item = &Op> {
        self.ops.iter().rev().filter(|op| matches!(op.wish, Wish::Place { .. }))
    }

    /// One of the last orders: the operation, its user, and the order or its exit. Mostly the newest:
    /// it may still be on its way.
    fn recent(&self, rng: &mut StdRng) -> Option<(u64, UserId, OrderId)> {
        let places: Vec<&Op> = self.places().take(20).collect();
        let at = if rng.random_bool(0.4) { 0 } else { rng.random_range(0..places.len().max(1)) };
        let op = places.get(at)?;
        let Wish::Place { order_id, exit } = op.wish else { return None };
        let meant = exit.filter(|_| rng.random_bool(0.5)).unwrap_or(order_id);
        Some((op.number, op.user, meant))
    }

    fn position_of(&self, user: UserId) -> usize {
        self.users.iter().position(|known| *known == user).expect("an order's user is one of ours")
    }

    pub fn cancel(&mut self, rng: &mut StdRng) -> Option<usize> {
        let (place, user, order_id) = self.recent(rng)?;
        let body = json!({ "type": "cancel_order", "order_id": order_id, "user_id": user });
        Some(self.order(Wish::Cancel { order_id, place }, user, self.position_of(user), &body, rng))
    }

    pub fn amend(&mut self, rng: &mut StdRng) -> Option<usize> {
        let plain = self.places().take(20).filter(|op| messages::is_plain_limit(&op.body));
        let plain = plain.filter_map(|op| Some((op.user, op.wish.order()?))).nth(rng.random_range(0..4));
        let any = self.recent(rng).map(|(_, user, order_id)| (user, order_id));
        let (user, order_id) = plain.filter(|_| rng.random_bool(0.8)).or(any)?;
        let mut body = messages::change(rng);
        body["type"] = "amend_order".into();
        body["order_id"] = json!(order_id);
        body["user_id"] = json!(user);
        Some(self.order(Wish::Amend { order_id }, user, self.position_of(user), &body, rng))
    }

    pub fn cancel_many(&mut self, rng: &mut StdRng) -> usize {
        let n = rng.random_range(0..self.users.len());
        let symbol = self.symbols[rng.random_range(0..self.symbols.len())];
        let mut body = messages::filter(symbol, rng);
        body["type"] = "cancel_orders".into();
        body["user_id"] = json!(self.users[n]);
        self.order(Wish::CancelMany, self.users[n], n, &body, rng)
    }

    /// An order that waits for its answer for ever.
    #[cfg(test)]
    pub fn order_as_it_is(&mut self, wish: Wish, user: UserId, body: &serde_json::Value) -> usize {
        let to = (topology::ORDERS_EXCHANGE, String::new());
        self.add(wish, user, to, topology::WEB, body.to_string().into())
    }

    fn order(
        &mut self,
        wish: Wish,
        user: UserId,
        n: usize,
        body: &serde_json::Value,
        rng: &mut StdRng,
    ) -> usize {
        let sender = if n.is_multiple_of(2) { topology::LOADTEST } else { topology::WEB };
        let at =
            self.add(wish, user, (topology::ORDERS_EXCHANGE, String::new()), sender, body.to_string().into());
        self.ops[at].patience_ms = rng.random_bool(0.2).then_some(1_800);
        self.ops[at].once = rng.random_bool(0.4);
        at
    }

    /// Whether everybody has his answer who would ask again without one.
    pub fn all_told(&self) -> bool {
        !self.ops.iter().any(Op::asks_again)
    }

    /// What the client hears. Answers the operation that it is about.
    pub fn hear(&mut self, number: u64, body: &[u8]) -> Option<&Op> {
        let op = self.ops.iter_mut().find(|op| op.number == number)?;
        let told = match op.wish {
            Wish::Place { .. } | Wish::Cancel { .. } | Wish::Amend { .. } | Wish::CancelMany => {
                let reply: IntakeReply = serde_json::from_slice(body).expect("an order's answer");
                match (reply.status, reply.code) {
                    (OrderStatus::Rejected, Some(code)) => Told::No(Some(code)),
                    _ => Told::Yes,
                }
            }
            Wish::Move { .. } => match serde_json::from_slice(body).expect("an answer") {
                Answer::<Moved>::Ok(_) => Told::Yes,
                Answer::Refused(refusal) => Told::No(Some(refusal.code)),
            },
            Wish::Command => match serde_json::from_slice(body).expect("an answer") {
                Answer::<serde_json::Value>::Ok(_) => Told::Yes,
                Answer::Refused(refusal) => Told::No(Some(refusal.code)),
            },
        };
        // A yes stays one: a later no is about a second copy.
        if op.told != Told::Yes {
            op.told = told;
        }
        Some(op)
    }
}

impl Wish {
    /// The order that is placed.
    pub fn order(&self) -> Option<OrderId> {
        match self {
            Wish::Place { order_id, .. } => Some(*order_id),
            Wish::Cancel { .. }
            | Wish::Amend { .. }
            | Wish::CancelMany
            | Wish::Move { .. }
            | Wish::Command => None,
        }
    }
}

impl Op {
    pub fn asks_again(&self) -> bool {
        self.told == Told::Nothing && !self.once
    }

    /// The message as it is sent now, and its key. Of an order the key is its user.
    pub fn message(&self, now: Timestamp) -> (Incoming, String) {
        let reply_to = ReplyTo {
            exchange: topology::REPLIES_EXCHANGE.into(),
            routing_key: "clients".into(),
            correlation_id: Some(self.number.to_string()),
        };
        let incoming = Incoming {
            exchange: self.to.0.into(),
            sender: self.sender.into(),
            body: self.body.clone(),
            reply_to: Some(reply_to),
            deadline: self.patience_ms.map(|ms| now + chrono::Duration::milliseconds(ms)),
            redelivered: false,
        };
        (incoming, self.to.1.clone())
    }

    pub fn is_order(&self) -> bool {
        self.to.0 == topology::ORDERS_EXCHANGE
    }
}

pub fn first_symbol() -> Symbol {
    SYMBOLS[0].parse().expect("a symbol")
}

/// Two, of two partitions of matching if there are so many.
fn symbols(partitions: Partitions) -> Vec<Symbol> {
    let all: Vec<Symbol> = SYMBOLS.iter().map(|name| name.parse().expect("a symbol")).collect();
    let first = partitions.of_symbol(all[0]);
    let elsewhere = all[1..].iter().find(|symbol| partitions.of_symbol(**symbol) != first);
    vec![all[0], *elsewhere.unwrap_or(&all[1])]
}

/// Like a UUIDv7, from the schedule's seed.
pub fn id(rng: &mut StdRng) -> Uuid {
    let random: u128 = rng.random();
    Uuid::from_u128(random & !(0xf000 << 64) & !(0xc << 60) | (0x7000 << 64) | (0x8 << 60))
}
