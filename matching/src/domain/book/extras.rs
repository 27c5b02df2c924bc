//! What the book keeps of the few orders that are more than a price and a quantity.

use super::stops::Stops;
use contracts::ordering::Trigger;
use contracts::{OrderId, Quantity, SelfTradePrevention, Side, Timestamp};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// What an order in no queue waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waits {
    /// It does not: it rests, or is just coming in.
    No,
    ForItsStop,
    /// Then it comes in, if it has a limit to rest at; else it waits for its stop.
    ForItsEntry {
        then_comes_in: bool,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extra {
    /// Who came first, among these orders.
    pub arrival: u64,
    pub prevention: SelfTradePrevention,
    pub waits: Waits,
    /// Of an iceberg: how much it shows at a time, and what it does not show now.
    pub display: Quantity,
    pub hidden: Quantity,
    pub expires_at: Option<Timestamp>,
    /// Not met yet.
    pub trigger: Option<Trigger>,
    /// Of an entry: what comes in when it ends.
    pub exit: Option<OrderId>,
    /// Of an exit that waits.
    pub entry: Option<OrderId>,
    /// What would have been filled if nothing were left now.
    pub whole: Quantity,
}

/// Orders by their numbers, by what they wait for, and by when they end.
///
/// **Invariant** An order is in `stops` when it has a trigger and does not wait for its entry; it
/// is in `ends` when it expires.
#[derive(Debug, Default)]
pub struct Extras {
    of: FxHashMap<u32, Extra>,
    pub stops: Stops,
    ends: BTreeMap<(Timestamp, u64), u32>,
    pub arrivals: u64,
}

impl Extras {
    pub fn next_arrival(&mut self) -> u64 {
        self.arrivals += 1;
        self.arrivals
    }

    pub fn is_empty(&self) -> bool {
        self.of.is_empty()
    }

    pub fn get(&self, at: u32) -> Option<&Extra> {
        self.of.get(&at)
    }

    /// Of an order that is marked as special.
    pub fn of(&self, at: u32) -> &Extra {
        &self.of[&at]
    }

    pub fn of_mut(&mut self, at: u32) -> &mut Extra {
        self.of.get_mut(&at).expect("a special order has its extra")
    }

    pub fn insert(&mut self, at: u32, extra: Extra) {
        if let Some(end) = extra.expires_at {
            self.ends.insert((end, extra.arrival), at);
        }
        self.of.insert(at, extra);
    }

    /// The order waits for its stop price from now on.
    pub fn arm(&mut self, at: u32, side: Side) {
        let extra = &self.of[&at];
        let trigger = extra.trigger.as_ref().expect("it has a stop price");
        self.stops.insert(side, trigger, extra.arrival, at);
    }

    /// Its trigger, which it has no more.
    pub fn disarm(&mut self, at: u32, side: Side) -> Option<Trigger> {
        let extra = self.of.get_mut(&at)?;
        let trigger = extra.trigger.take()?;
        self.stops.remove(side, &trigger, extra.arrival);
        Some(trigger)
    }

    /// The order has ended.
    pub fn remove(&mut self, at: u32, side: Side) -> Option<Extra> {
        self.disarm(at, side);
        let extra = self.of.remove(&at)?;
        if let Some(end) = extra.expires_at {
            self.ends.remove(&(end, extra.arrival));
        }
        Some(extra)
    }

    /// When the next order expires, and which it is.
    pub fn first_end(&self) -> Option<(Timestamp, u32)> {
        self.ends.first_key_value().map(|((end, _), at)| (*end, *at))
    }

    /// Orders in no queue, in the order in which they came.
    pub fn waiting(&self) -> Vec<u32> {
        let mut waiting: Vec<_> =
            self.of.iter().filter(|(_, e)| e.waits != Waits::No).map(|(at, e)| (e.arrival, *at)).collect();
        waiting.sort_unstable();
        waiting.into_iter().map(|(_, at)| at).collect()
    }
}
