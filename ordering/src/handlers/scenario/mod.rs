//! Scenarios as text. Each line is a step; `&` puts several messages into one step. What follows a
//! line, indented, is what was answered, said or parked.
//!
//! ```text
//! ACME lists tick 0.01 lot 1 close 187      ACME halts          ACME last 190
//! ACME trades monday,friday 14:30 21:00     fees 10 20          limit 2
//! ACME follows binance, silent              ACME follows nothing
//! ann joins as trader
//! a1: ann buys 10 ACME @ 187.25             a1: ann sells 5 ACME at market
//! a1: ann buys 10 ACME …                    … stop 190 (@ 191), trail 5, oco @ 180 stop 190 (then 191)
//!                                           … post-only reprice, show 3, day, until +60, ioc, fok,
//!                                             prevent decrement
//!                                           … exit x1 take 200 loss 180
//! a2: ann buys 5 ACME @ 188 instead of a1
//! a1: ann cancels                           … by loadtest       (default: by web)
//! a1: ann amends to 20 @ 188                ann cancels all ACME sell
//! portfolio refuses a1 insufficient_cash    portfolio refuses a1's amendment insufficient_cash
//! book 1: opens a1 10 (@ 187)               book 2: fills 4 @ 187.25 b1 takes a1
//! book 3: drops a1 6 for a2                 book 3: reduces a2 by 1 to 4 filled_before_replaced
//! book 3: drops a1 6 canceled_by_user       book 2: fills 4 @ 187.25 b1 takes a1 in an auction
//! book 1: arms a1 10                        book 2: triggers a1 10 stop 190 @ 199.5
//! book 4: reduces a1 by 3 to 7 self_trade   book 5: amends a1 from 7 to 17 @ 188
//! book 6: refuses a1's amendment would_trade
//! ```
//!
//! What clients write goes through intake, so what is refused there is shown too.

mod lines;
mod show;

use crate::domain::{desk::Desk, rows::Rows, ticket::Ticket};
use crate::handlers;
use chassis::settings::{Fees, Limits};
use chassis::{Place, Poison};
use contracts::{
    OrderId, OrderStatus, OrderType, Partitions, Side, Symbol, Timestamp, UserId, matching::Party,
    stock_data::Instrument, topology,
};
use std::collections::BTreeMap;
use std::fmt::Write;
use uuid::Uuid;

pub const LIMITS: Limits = Limits {
    open_orders_per_user: 100,
    requests_per_user: 1,
    requests_per_address: 1,
    market_collar_basis_points: 500,
    step_interval_ms: 0,
    price_interval_ms: 0,
    step_inputs: 1000,
    prefetch: 2000,
    snapshot_every: 1000,
    outbox_kept_s: 60,
    logbook_bytes: 0,
};

pub fn at(second: i64) -> Timestamp {
    chrono::DateTime::from_timestamp(1_767_225_600 + second, 0).unwrap()
}

fn numbered_id(at: u128) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + at)
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
        numbered_id(at as u128)
    }

    fn name(&self, id: Uuid) -> &str {
        &self.names[(id.as_u128() & 0xffff) as usize]
    }

    /// With names instead of ids.
    fn named(&self, text: String) -> String {
        let numbered = self.names.iter().zip(0..);
        numbered.fold(text, |text, (name, at)| text.replace(&numbered_id(at).to_string(), name))
    }

    /// One step: its messages, separated by `&`.
    pub fn line(&mut self, line: &str) -> String {
        self.second += 1;
        let everybody: Vec<UserId> = self.desk.people.keys().copied().collect();
        let mut rows = Rows::sweeping(self.tickets.values().cloned().collect(), everybody);
        let mut out = String::new();
        for message in line.split(" & ") {
            if let Err(Poison(reason)) = self.message(message.trim(), &mut rows, &mut out) {
                writeln!(out, "  parked: {}", self.named(reason)).unwrap();
            }
        }
        self.tickets.extend(rows.changed().map(|ticket| (ticket.order_id, ticket.clone())));
        for event in handlers::announce::events(&rows) {
            writeln!(out, "  web: {}", self.event(event)).unwrap();
        }
        self.check_the_world();
        out
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

    /// What holds after every step, whatever happened.
    fn check_the_world(&self) {
        let mut live = BTreeMap::<UserId, u32>::new();
        for ticket in self.tickets.values() {
            assert!(ticket.filled_quantity <= ticket.quantity);
            assert_eq!(ticket.status == OrderStatus::Closed, ticket.remaining().is_zero());
            let ended_early =
                matches!(ticket.status, OrderStatus::Canceled | OrderStatus::Rejected | OrderStatus::Expired);
            assert_eq!(ended_early, ticket.reason.is_some());
            assert!(ticket.is_live() || ticket.amendment.is_none());
            self.check_the_exit(ticket);
            self.check_the_successor(ticket);
            assert_eq!(crate::store::read_back(ticket), *ticket);
            if ticket.is_live() {
                *live.entry(ticket.user_id).or_default() += 1;
            }
        }
        let counted: BTreeMap<UserId, u32> = self.desk.live_orders.iter().map(|(u, n)| (*u, *n)).collect();
        assert_eq!(counted, live);
    }

    /// Who came in its place says so.
    fn check_the_successor(&self, ticket: &Ticket) {
        let Some(by) = ticket.replaced_by.map(|by| &self.tickets[&by]) else { return };
        assert_eq!(by.replaces, Some(ticket.order_id));
        assert_eq!((by.user_id, by.symbol, by.side), (ticket.user_id, ticket.symbol, ticket.side));
        assert_eq!(ticket.status, OrderStatus::Canceled);
    }

    /// A bracket's two orders name each other.
    fn check_the_exit(&self, ticket: &Ticket) {
        if let Some(exit) = ticket.terms.exit_order_id {
            assert_eq!(self.tickets[&exit].entry_order_id, Some(ticket.order_id));
        }
        let Some(entry) = ticket.entry_order_id else { return };
        let entry = &self.tickets[&entry];
        assert_eq!(entry.terms.exit_order_id, Some(ticket.order_id));
        assert_eq!((entry.user_id, entry.side), (ticket.user_id, ticket.side.opposite()));
        assert!(matches!(ticket.order_type, OrderType::Oco | OrderType::Limit | OrderType::Stop));
    }
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
