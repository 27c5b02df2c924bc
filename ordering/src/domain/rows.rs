//! The rows that a step touches: as read, then as changed.

use super::ticket::Ticket;
use chassis::Poison;
use contracts::{Fill, OrderId, Symbol, UserId};
use rustc_hash::{FxHashMap, FxHashSet};

#[derive(Debug, Default)]
pub struct Rows {
    orders: FxHashMap<OrderId, Row>,
    /// In the order in which they first changed.
    changed: Vec<OrderId>,
    pub fills: Vec<SequencedFill>,
    /// The orders of users all of whose live ones were read, as far as a cancel of many asks.
    swept: FxHashMap<UserId, Vec<OrderId>>,
    /// Orders whose cancel such a message has sent on its way in this step.
    canceling: FxHashSet<OrderId>,
    /// Instruments and people whose entry in the desk changed.
    pub instruments: FxHashSet<Symbol>,
    pub people: FxHashSet<UserId>,
}

#[derive(Debug)]
struct Row {
    ticket: Ticket,
    /// Whether the database has it already.
    stored: bool,
    changed: bool,
}

/// A fill with its place in the book's events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SequencedFill {
    pub sequence: u64,
    pub fill: Fill,
}

impl Rows {
    pub fn of(stored: Vec<Ticket>) -> Self {
        let row = |ticket: Ticket| (ticket.order_id, Row { ticket, stored: true, changed: false });
        Rows { orders: stored.into_iter().map(row).collect(), ..Rows::default() }
    }

    /// All live orders of these users are among the stored.
    pub fn sweeping(stored: Vec<Ticket>, users: impl IntoIterator<Item = UserId>) -> Self {
        let mut swept: FxHashMap<UserId, Vec<OrderId>> =
            users.into_iter().map(|user_id| (user_id, Vec::new())).collect();
        let rows = Rows::of(stored);
        for (order_id, row) in &rows.orders {
            if let Some(orders) = swept.get_mut(&row.ticket.user_id) {
                orders.push(*order_id);
            }
        }
        for orders in swept.values_mut() {
            orders.sort_unstable_by_key(|id| (rows.orders[id].ticket.created_at, *id));
        }
        Rows { swept, ..rows }
    }

    /// A user's orders, the oldest first; nothing when not all of them were read.
    pub fn swept(&self, user_id: UserId) -> Option<impl Iterator<Item = &Ticket>> {
        let orders = self.swept.get(&user_id)?;
        Some(orders.iter().map(|order_id| &self.orders[order_id].ticket))
    }

    /// Answers whether this is the first time in this step.
    pub fn cancel_once(&mut self, order_id: OrderId) -> bool {
        self.canceling.insert(order_id)
    }

    pub fn order(&self, order_id: OrderId) -> Option<&Ticket> {
        self.orders.get(&order_id).map(|row| &row.ticket)
    }

    /// An order that some other service has from this partition.
    pub fn own_order(&self, order_id: OrderId, partition: u16) -> Result<&Ticket, Poison> {
        self.order(order_id)
            .filter(|ticket| ticket.ordering == partition)
            .ok_or_else(|| Poison(format!("order {order_id}: never placed here")))
    }

    /// Answers what the order was like before.
    pub fn put(&mut self, ticket: Ticket) -> Option<Ticket> {
        let order_id = ticket.order_id;
        let Some(row) = self.orders.get_mut(&order_id) else {
            self.changed.push(order_id);
            if let Some(orders) = self.swept.get_mut(&ticket.user_id) {
                orders.push(order_id);
            }
            self.orders.insert(order_id, Row { ticket, stored: false, changed: true });
            return None;
        };
        if !row.changed {
            self.changed.push(order_id);
            row.changed = true;
        }
        Some(std::mem::replace(&mut row.ticket, ticket))
    }

    /// The orders that changed, as they are now.
    pub fn changed(&self) -> impl Iterator<Item = &Ticket> {
        self.changed.iter().map(|order_id| &self.orders[order_id].ticket)
    }

    /// Those that the database does not have yet.
    pub fn inserts(&self) -> Vec<&Ticket> {
        self.changed
            .iter()
            .map(|id| &self.orders[id])
            .filter(|row| !row.stored)
            .map(|row| &row.ticket)
            .collect()
    }

    pub fn updates(&self) -> Vec<&Ticket> {
        self.changed
            .iter()
            .map(|id| &self.orders[id])
            .filter(|row| row.stored)
            .map(|row| &row.ticket)
            .collect()
    }
}
