//! Orders that live, as the partition has read or written them not long ago: most of what its books
//! say is about these. Nobody else writes a partition's orders, so what is known is what is stored.

use super::orders;
use crate::domain::{rows::Rows, sweep::Sweep, ticket::Ticket};
use chassis::{Db, Fault};
use contracts::OrderId;
use lru::LruCache;
use rustc_hash::FxBuildHasher;

/// Of more, those that were touched last: some thirty megabytes.
const TICKETS_MAX: usize = 50_000;

pub struct LiveTickets(LruCache<OrderId, Ticket, FxBuildHasher>);

impl Default for LiveTickets {
    fn default() -> Self {
        // A cache with its capacity takes all the memory for it at once.
        LiveTickets(LruCache::unbounded_with_hasher(FxBuildHasher))
    }
}

impl LiveTickets {
    /// The stored orders among these ids, whichever partition keeps them, and all that are swept.
    pub async fn prefetch(
        &mut self,
        db: &Db,
        partition: u16,
        ids: Vec<OrderId>,
        sweep: &Sweep,
    ) -> Result<Rows, Fault> {
        let (mut tickets, mut unknown) = (Vec::with_capacity(ids.len()), Vec::new());
        for order_id in ids {
            match self.0.get(&order_id) {
                Some(ticket) => tickets.push(ticket.clone()),
                None => unknown.push(order_id),
            }
        }
        let mut stored = orders::with_ids(db, &unknown).await?;
        stored.extend(orders::live_of(db, sweep.asked()).await?);
        // Others' orders are others' to change: what is known of them may be old by the next step.
        stored.iter().filter(|ticket| ticket.ordering == partition).for_each(|ticket| self.keep(ticket));
        tickets.extend(stored);
        Ok(Rows::sweeping(tickets, sweep.asked().iter().map(|asked| asked.user_id)))
    }

    /// Takes over what a step is about to write. Should the step fail, all of this is forgotten.
    pub fn take_over(&mut self, rows: &Rows) {
        rows.changed().for_each(|ticket| self.keep(ticket));
    }

    fn keep(&mut self, ticket: &Ticket) {
        if !ticket.is_live() {
            self.0.pop(&ticket.order_id);
            return;
        }
        self.0.put(ticket.order_id, ticket.clone());
        if self.0.len() > TICKETS_MAX {
            self.0.pop_lru();
        }
    }
}
