//! Scenarios as text. Each line is a step; `&` puts several messages into one step. What follows a
//! line, indented, is what was answered, said or parked.
//!
//! ```text
//! ACME lists tick 0.01 lot 1 close 187      ACME halts          ACME last 190
//! ann joins as trader                       fees 10 20          limit 2
//! a1: ann buys 10 ACME @ 187.25             a1: ann sells 5 ACME at market
//! a1: ann cancels                           … by loadtest       (default: by web)
//! portfolio refuses a1 insufficient_cash
//! book 1: opens a1 10                       book 2: fills 4 @ 187.25 b1 takes a1
//! book 3: drops a1 6 canceled_by_user
//! ```

use crate::domain::{desk::Desk, rows::Rows, sender::Sender, ticket::Ticket};
use crate::handlers::{self, Outcome};
use chassis::settings::{Fees, Limits};
use chassis::{Place, Poison};
use contracts::{
    Liquidity, Order, OrderId, OrderStatus, OrderType, Partitions, Refusal, Side, Symbol, TimeInForce,
    Timestamp, TradeId, UserId,
    accounts::User,
    intake::NewOrder,
    matching::{OrderFilled, OrderLeftBook, OrderOpened, Party},
    ordering::{OrderCommand, OrderingEvent},
    stock_data::{Instrument, InstrumentState, Quote},
    topology,
};
use std::collections::BTreeMap;
use std::fmt::Write;
use uuid::Uuid;

pub const LIMITS: Limits = Limits {
    open_orders_per_user: 100,
    market_collar_basis_points: 500,
    step_interval_ms: 0,
    price_interval_ms: 0,
    step_inputs: 1000,
    prefetch: 2000,
    snapshot_every: 1000,
    outbox_kept_s: 60,
};

pub fn at(second: i64) -> Timestamp {
    chrono::DateTime::from_timestamp(1_767_225_600 + second, 0).unwrap()
}

/// A partition with all its rows in memory instead of a database.
pub struct World {
    pub desk: Desk,
    pub tickets: BTreeMap<OrderId, Ticket>,
    second: i64,
    names: Vec<String>,
    instruments: BTreeMap<Symbol, Instrument>,
    owners: BTreeMap<OrderId, (UserId, Side)>,
}

impl World {
    pub fn new() -> Self {
        let partitions = Partitions { users: 1, symbols: 1 };
        let place = Place { service: topology::ORDERING, partition: 0, partitions };
        World {
            desk: Desk::new(place, LIMITS, Fees { maker_basis_points: 0, taker_basis_points: 0 }),
            tickets: BTreeMap::new(),
            second: 0,
            names: Vec::new(),
            instruments: BTreeMap::new(),
            owners: BTreeMap::new(),
        }
    }

    /// Everybody and everything that most scenarios need.
    pub fn with_people() -> Self {
        let mut world = World::new();
        for line in [
            "ann joins as trader",
            "bob joins as trader",
            "rob joins as bot",
            "ACME lists tick 0.01 lot 1 close 187",
        ] {
            assert_eq!(world.line(line), "");
        }
        world
    }

    fn id(&mut self, name: &str) -> Uuid {
        let at = self.names.iter().position(|known| known == name).unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        });
        Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + at as u128)
    }

    fn name(&self, id: Uuid) -> &str {
        &self.names[(id.as_u128() & 0xffff) as usize]
    }

    /// One step: its messages, separated by `&`.
    pub fn line(&mut self, line: &str) -> String {
        self.second += 1;
        let mut rows = Rows::of(self.tickets.values().cloned().collect());
        let mut out = String::new();
        for message in line.split(" & ") {
            if let Err(Poison(reason)) = self.message(message.trim(), &mut rows, &mut out) {
                let reason = self.names.iter().fold(reason, |reason, name| {
                    let at = self.names.iter().position(|known| known == name).unwrap() as u128;
                    let id = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + at);
                    reason.replace(&id.to_string(), name)
                });
                writeln!(out, "  parked: {reason}").unwrap();
            }
        }
        for event in handlers::announce::events(&rows) {
            writeln!(out, "  web: {}", self.event(event)).unwrap();
        }
        self.tickets.extend(rows.changed().map(|ticket| (ticket.order_id, ticket.clone())));
        self.check_the_world();
        out
    }

    fn message(&mut self, message: &str, rows: &mut Rows, out: &mut String) -> Result<(), Poison> {
        let words: Vec<&str> = message.split_whitespace().collect();
        let (words, sender) = match words.as_slice() {
            [rest @ .., "by", sender] => (rest.to_vec(), Sender::named(sender)),
            rest => (rest.to_vec(), Sender::Trusted),
        };
        let now = at(self.second);
        match words.as_slice() {
            ["limit", count] => self.desk.limits.open_orders_per_user = count.parse().unwrap(),
            ["fees", maker, taker] => {
                self.desk.fees = Fees {
                    maker_basis_points: maker.parse().unwrap(),
                    taker_basis_points: taker.parse().unwrap(),
                };
            }
            [name, "joins", "as", role] => {
                let user_id = UserId(self.id(name));
                let user = User { user_id, name: name.to_string(), role: role.parse().unwrap(), demo: true };
                handlers::user_changed::apply(&mut self.desk, rows, &user);
            }
            [symbol, "lists", "tick", tick, "lot", lot, "close", close] => {
                let instrument = Instrument {
                    symbol: symbol.parse().unwrap(),
                    name: symbol.to_string(),
                    currency: "USD".into(),
                    tick_size: tick.parse().unwrap(),
                    lot_size: lot.parse().unwrap(),
                    previous_close: close.parse().unwrap(),
                    state: InstrumentState::Open,
                };
                self.instruments.insert(instrument.symbol, instrument.clone());
                return handlers::instrument_changed::apply(&mut self.desk, rows, &instrument);
            }
            [symbol, state @ ("halts" | "resumes")] => {
                let mut instrument = self.instruments[&symbol.parse().unwrap()].clone();
                instrument.state =
                    if *state == "halts" { InstrumentState::Halted } else { InstrumentState::Open };
                return handlers::instrument_changed::apply(&mut self.desk, rows, &instrument);
            }
            [symbol, "last", price] => {
                let quote = quote(symbol.parse().unwrap(), price.parse().unwrap(), now);
                return handlers::price_changed::apply(&mut self.desk, rows, &quote);
            }
            [order, user, "cancels"] => {
                let (order_id, user_id) =
                    (OrderId(self.id(order.trim_end_matches(':'))), UserId(self.id(user)));
                self.show(handlers::cancel_order::apply(&self.desk, rows, sender, order_id, user_id), out);
            }
            [order, user, verb @ ("buys" | "sells"), quantity, symbol, price @ ..] => {
                let limit_price = match price {
                    ["@", limit] | ["at", "market", "@", limit] => Some(limit.parse().unwrap()),
                    ["at", "market"] | [] => None,
                    other => panic!("no price: {other:?}"),
                };
                let order = NewOrder {
                    order_id: OrderId(self.id(order.trim_end_matches(':'))),
                    user_id: UserId(self.id(user)),
                    symbol: symbol.parse().unwrap(),
                    side: if *verb == "buys" { Side::Buy } else { Side::Sell },
                    order_type: if price.contains(&"market") { OrderType::Market } else { OrderType::Limit },
                    time_in_force: if price.contains(&"market") {
                        TimeInForce::Ioc
                    } else {
                        TimeInForce::Gtc
                    },
                    post_only: false,
                    quantity: quantity.parse().unwrap(),
                    limit_price,
                };
                self.owners.entry(order.order_id).or_insert((order.user_id, order.side));
                let outcome = handlers::place_order::apply(&mut self.desk, rows, sender, &order, now);
                self.show(outcome, out);
            }
            ["portfolio", "refuses", order, code] => {
                let (party, _) = self.party(order);
                let refusal = Refusal::new(code.parse().unwrap(), "says portfolio");
                let desk = &mut self.desk;
                return handlers::order_refused::apply(
                    desk,
                    rows,
                    party.order_id,
                    party.user_id,
                    refusal,
                    now,
                );
            }
            ["book", sequence, "opens", order, rest] => {
                let (party, side) = self.party(order);
                let event = OrderOpened {
                    party,
                    symbol: "ACME".parse().unwrap(),
                    sequence: sequence.trim_end_matches(':').parse().unwrap(),
                    side,
                    price: "187".parse().unwrap(),
                    quantity: rest.parse().unwrap(),
                };
                return handlers::order_opened::apply(&mut self.desk, rows, &event, now);
            }
            ["book", sequence, "drops", order, rest, reason] => {
                let (party, side) = self.party(order);
                let event = OrderLeftBook {
                    party,
                    symbol: "ACME".parse().unwrap(),
                    sequence: sequence.trim_end_matches(':').parse().unwrap(),
                    side,
                    price: "187".parse().unwrap(),
                    quantity: rest.parse().unwrap(),
                    rested: true,
                    reason: reason.parse().unwrap(),
                };
                return handlers::order_left_book::apply(&mut self.desk, rows, &event, now);
            }
            ["book", sequence, "fills", quantity, "@", price, taker, "takes", maker] => {
                let sequence = sequence.trim_end_matches(':').parse().unwrap();
                let (taker, taker_side) = self.party(taker);
                let event = OrderFilled {
                    trade_id: TradeId(Uuid::from_u128(u128::from(sequence))),
                    symbol: "ACME".parse().unwrap(),
                    sequence,
                    price: price.parse().unwrap(),
                    quantity: quantity.parse().unwrap(),
                    taker_side,
                    maker: self.party(maker).0,
                    taker,
                };
                return handlers::order_filled::apply(&mut self.desk, rows, &event, now);
            }
            other => panic!("no such line: {other:?}"),
        }
        Ok(())
    }

    /// `other.x1` is order x1 of another partition, of the user `other`.
    fn party(&mut self, order: &str) -> (Party, Side) {
        let order_id = OrderId(self.id(order));
        if order.starts_with("other.") {
            let user_id = UserId(self.id("other"));
            return (Party { order_id, user_id, ordering: 1 }, Side::Buy);
        }
        let unknown = (UserId(self.id("nobody")), Side::Buy);
        let (user_id, side) = self.owners.get(&order_id).copied().unwrap_or(unknown);
        (Party { order_id, user_id, ordering: 0 }, side)
    }

    fn show(&self, Outcome { reply, command }: Outcome, out: &mut String) {
        let order = reply.order_id.map_or("?", |id| self.name(id.0));
        write!(out, "  {order} answered {}", reply.status).unwrap();
        if let Some(code) = reply.code {
            let field = reply.field.map(|field| format!("{field}: ")).unwrap_or_default();
            write!(out, " {code}, {field}{}", reply.message.unwrap()).unwrap();
        }
        writeln!(out, "{}", if reply.order.is_some() { ", with the order" } else { "" }).unwrap();
        if let Some(command) = command {
            writeln!(out, "  portfolio: {}", self.command(command)).unwrap();
        }
    }

    fn command(&self, command: OrderCommand) -> String {
        match command {
            OrderCommand::PlaceOrder(o) => {
                let (order, user) = (self.name(o.order_id.0), self.name(o.user_id.0));
                format!(
                    "place {order} of {user}: {} {} {} {} @ {}",
                    o.order_type, o.side, o.quantity, o.symbol, o.price
                )
            }
            OrderCommand::CancelOrder(o) => format!("cancel {} {}", self.name(o.order_id.0), o.symbol),
        }
    }

    fn event(&self, event: OrderingEvent) -> String {
        match event {
            OrderingEvent::OrderFilled(fill) => {
                let how = match fill.liquidity {
                    Liquidity::Maker => "made",
                    Liquidity::Taker => "took",
                };
                let (user, order) = (self.name(fill.user_id.0), self.name(fill.order_id.0));
                format!("{user}'s {order} {how} {} @ {}, fee {}", fill.quantity, fill.price, fill.fee)
            }
            OrderingEvent::OrderChanged(order) => self.order(&order),
        }
    }

    fn order(&self, order: &Order) -> String {
        let name = self.name(order.order_id.0);
        let mut text = format!("{name} {} {}/{}", order.status, order.filled_quantity, order.quantity);
        if let Some(average) = order.average_price {
            write!(text, " @ {average}").unwrap();
        }
        if let Some(reason) = &order.reason {
            write!(text, ": {reason}").unwrap();
        }
        text
    }

    /// What holds after every step, whatever happened.
    fn check_the_world(&self) {
        let mut live = BTreeMap::<UserId, u32>::new();
        for ticket in self.tickets.values() {
            assert!(ticket.filled_quantity <= ticket.quantity);
            assert_eq!(ticket.status == OrderStatus::Closed, ticket.remaining().is_zero());
            let ended_early = matches!(ticket.status, OrderStatus::Canceled | OrderStatus::Rejected);
            assert_eq!(ended_early, ticket.reason.is_some());
            if ticket.is_live() {
                *live.entry(ticket.user_id).or_default() += 1;
            }
        }
        let counted: BTreeMap<UserId, u32> = self.desk.live_orders.iter().map(|(u, n)| (*u, *n)).collect();
        assert_eq!(counted, live);
    }
}

fn quote(symbol: Symbol, price: contracts::Price, at: Timestamp) -> Quote {
    let (last_price, open, high, low, previous_close) = (price, price, price, price, price);
    let volume = contracts::Quantity::ZERO;
    let (change, change_percent) = (contracts::Money::ZERO, "0.00".into());
    Quote { symbol, last_price, open, high, low, volume, previous_close, change, change_percent, at }
}

/// Runs a scenario among ann and bob (traders), rob (a bot) and ACME, closed at 187. The expected
/// text is the scenario too: its lines that are not indented.
pub fn check(expected: expect_test::Expect) {
    let mut world = World::with_people();
    let mut out = String::new();
    let lines: Vec<&str> = expected.data().lines().filter(|line| !line.trim().is_empty()).collect();
    let indent = lines.iter().map(|line| line.len() - line.trim_start().len()).min().unwrap();
    for line in lines.into_iter().map(|line| &line[indent..]).filter(|line| !line.starts_with(' ')) {
        writeln!(out, "{line}").unwrap();
        out += &world.line(line);
    }
    expected.assert_eq(&out);
}
