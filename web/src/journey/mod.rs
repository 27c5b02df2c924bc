//! An order's journey, put together from what each of those remembers who had a hand in it.
//!
//! Asks       ordering for the order; then the partitions that took it, each for its own part; and web
//!            itself (`own.rs`)
//! Promises   no answer is made up: what nobody remembers any more is told to be missing; nobody sees
//!            the other side of a trade but admins.

pub mod blanking;
pub mod own;

use crate::asking::{self, Services};
use chassis::ask::AskError;
use chassis::logbook::picking::{self, Witness};
use chassis::logbook::recalling::in_microseconds;
use chrono::TimeDelta;
use contracts::journey::{Direction, Hop, Kept, MemoryCommand, Recall, Recalled};
use contracts::ordering::{OrderOrigin, Question};
use contracts::{OrderId, OrderStatus, Partitions, StreamName, Symbol, Timestamp, UserId, topology};
use futures::future::join_all;
use own::Own;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;
use serde_json::value::to_raw_value;
use std::time::Duration;

/// Half of what an answer may take, each.
const DEADLINE: Duration = Duration::from_millis(900);
/// A step is dated by its beginning, and clocks differ.
const BEFORE: TimeDelta = TimeDelta::seconds(1);
/// What an order's last change leads to.
const AFTER: TimeDelta = TimeDelta::seconds(5);

#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Journey {
    pub order_id: OrderId,
    pub user_id: UserId,
    pub symbol: Symbol,
    pub status: OrderStatus,
    /// Whether these are all of its hops until now.
    pub is_complete: bool,
    /// What is not known, and why.
    pub missing: Vec<String>,
    /// From the first hop to the last.
    pub took_us: i64,
    pub hops: Vec<Told>,
}

#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = JourneyHop)]
pub struct Told {
    /// Since the first hop.
    pub after_us: i64,
    #[serde(flatten)]
    pub hop: Hop,
}

/// Whose journeys somebody may see, and with what of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Eyes {
    Owner(UserId),
    Admin,
}

pub async fn follow(
    services: &dyn Services,
    own: Option<&Own>,
    partitions: Partitions,
    order_id: OrderId,
    eyes: Eyes,
) -> Result<Journey, AskError> {
    let user_id = match eyes {
        Eyes::Owner(user_id) => Some(user_id),
        Eyes::Admin => None,
    };
    let question = Question::OrderOrigin { order_id, user_id };
    let origin: OrderOrigin = asking::ask(services, topology::ORDERING, &question, DEADLINE).await?;
    let order = &origin.detail.order;
    let recall = Recall {
        order_id,
        user_id: order.user_id,
        symbol: order.symbol,
        from: order.created_at - BEFORE,
        until: order.updated_at + AFTER,
    };
    let mut gathered = Gathered::new(order.created_at);
    let names = [
        topology::partition_name(topology::ORDERING, origin.ordering),
        asking::portfolio_of(order.user_id, partitions),
        topology::partition_name(topology::MATCHING, partitions.of_symbol(order.symbol)),
        topology::partition_name(topology::STOCK_DATA, 0),
    ];
    let command = MemoryCommand::Recall(recall.clone());
    let asked = names.iter().map(|name| asking::command::<Recalled>(services, name, &command, DEADLINE));
    for (name, answer) in names.iter().zip(join_all(asked).await) {
        gathered.partition(name, answer);
    }
    match own {
        Some(own) => gathered.own(own.recall(&recall, &gathered.of_owner())),
        None => gathered.missing.push("web's own hops: only web itself knows them".to_owned()),
    }
    gathered.database(&origin);
    if let Eyes::Owner(user_id) = eyes {
        gathered.hops.iter_mut().for_each(|hop| blanking::blank(hop, user_id));
    }
    Ok(gathered.journey(&origin))
}

struct Gathered {
    created_at: Timestamp,
    hops: Vec<Hop>,
    missing: Vec<String>,
}

impl Gathered {
    fn new(created_at: Timestamp) -> Self {
        Gathered { created_at, hops: Vec::new(), missing: Vec::new() }
    }

    fn partition(&mut self, name: &str, answer: Result<Recalled, AskError>) {
        match answer {
            Ok(recalled) => {
                self.remembers(name, recalled.since);
                if recalled.is_cut {
                    self.missing.push(format!("{name}: has more than an answer tells"));
                }
                self.hops.extend(recalled.hops);
            }
            Err(AskError::Refused(refusal)) => self.missing.push(format!("{name}: {}", refusal.message)),
            Err(AskError::Unavailable(_)) => self.missing.push(format!("{name}: gave no answer in time")),
        }
    }

    fn own(&mut self, recalled: own::Recalled) {
        self.remembers(topology::WEB, recalled.since);
        self.hops.extend(recalled.hops);
        let is_by = |hop: &Hop, service, direction| hop.service == service && hop.direction == direction;
        let came_by_web = self.hops.iter().any(|hop| {
            is_by(hop, topology::ORDERING, Direction::Received)
                && hop.sender.as_deref() == Some(topology::WEB)
        });
        let went_by_us = self.hops.iter().any(|hop| {
            is_by(hop, topology::WEB, Direction::Sent)
                && hop.door.as_deref() == Some(topology::ORDERS_EXCHANGE)
        });
        if came_by_web && !went_by_us && recalled.since <= self.created_at {
            self.missing.push("web: another instance took it, which alone remembers that".to_owned());
        }
    }

    /// What was before, it may have forgotten: it was started later, or has heard much since.
    fn remembers(&mut self, name: &str, since: Timestamp) {
        if since > self.created_at {
            let since = since.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
            self.missing.push(format!("{name}: remembers all only since {since}"));
        }
    }

    /// The messages to web in which portfolio told what the owner has after a step with this order.
    fn of_owner(&self) -> FxHashSet<(StreamName, u64)> {
        let sent = self.hops.iter().filter(|hop| {
            hop.direction == Direction::Sent
                && hop.service == topology::PORTFOLIO
                && hop.message == "portfolio_changed"
        });
        sent.filter_map(|hop| Some((hop.stream.clone()?, hop.seq?))).collect()
    }

    /// What ordering's database knows, where nobody remembers the message.
    fn database(&mut self, origin: &OrderOrigin) {
        let partition = topology::partition_name(topology::ORDERING, origin.ordering);
        let witness =
            Witness { service: topology::ORDERING, partition: &partition, clock: topology::ORDERING };
        let taken = |hop: &&Hop| hop.partition == partition && hop.direction == Direction::Received;
        let is_known = |name: &str| self.hops.iter().filter(taken).any(|hop| hop.message == name);
        let hop = |message: &str, at: Timestamp, body| Hop {
            message: message.to_owned(),
            committed_at: Some(at),
            source: Kept::Database,
            ..picking::empty(&witness, Direction::Received, body)
        };
        let mut made = Vec::new();
        if !is_known("place_order") && !is_known("replace_order") {
            let order = to_raw_value(&origin.detail.order).expect("an order is JSON");
            made.push(hop("place_order", origin.detail.order.created_at, order));
        }
        for fill in &origin.detail.fills {
            let trade = fill.trade_id.to_string();
            let is_known = self.hops.iter().filter(taken).any(|hop| hop.body.get().contains(&trade));
            if !is_known {
                made.push(hop("order_filled", fill.at, to_raw_value(fill).expect("a fill is JSON")));
            }
        }
        self.hops.extend(made);
    }

    fn journey(mut self, origin: &OrderOrigin) -> Journey {
        self.hops.iter_mut().for_each(in_microseconds);
        let hops = in_order(self.hops);
        let first = hops.first().and_then(Hop::at);
        let after = |hop: &Hop| {
            hop.at().zip(first).map_or(0, |(at, first)| (at - first).num_microseconds().unwrap_or(0))
        };
        let hops: Vec<Told> = hops.into_iter().map(|hop| Told { after_us: after(&hop), hop }).collect();
        let order = &origin.detail.order;
        Journey {
            order_id: order.order_id,
            user_id: order.user_id,
            symbol: order.symbol,
            status: order.status,
            is_complete: self.missing.is_empty(),
            missing: self.missing,
            took_us: hops.iter().map(|told| told.after_us).max().unwrap_or(0),
            hops,
        }
    }
}

/// By time; and what was received never before it was sent, whatever the clocks say.
fn in_order(mut hops: Vec<Hop>) -> Vec<Hop> {
    let place = |hop: &Hop| Some((hop.stream.clone()?, hop.seq?));
    let sent: FxHashMap<_, _> = hops
        .iter()
        .filter(|hop| hop.direction == Direction::Sent)
        .filter_map(|hop| Some((place(hop)?, hop.at()?)))
        .collect();
    hops.sort_by_cached_key(|hop| {
        let is_received = hop.direction == Direction::Received;
        let earliest = place(hop).filter(|_| is_received).and_then(|place| sent.get(&place)).copied();
        // At web one instant stands for both.
        let rank = match (hop.direction, hop.service == topology::WEB) {
            (Direction::Received, true) => 0,
            (Direction::Sent, _) => 1,
            (Direction::Received, false) => 2,
        };
        (hop.at().max(earliest), rank)
    });
    hops
}
