//! Order ids from tickets and back. Ids of one start are neighbours, which keeps the exchange's
//! indexes small, and those of two starts are never the same.

use contracts::OrderId;
use uuid::Uuid;

/// A trillion orders: at 500 a second, seventy years.
const TICKET_BITS: u32 = 40;
const TICKET_MASK: u128 = (1 << TICKET_BITS) - 1;

#[derive(Clone, Copy)]
pub struct Tickets(u128);

impl Tickets {
    pub fn beginning_now() -> Self {
        Tickets(Uuid::now_v7().as_u128() & !TICKET_MASK)
    }

    pub fn order_id(self, ticket: u64) -> OrderId {
        OrderId(Uuid::from_u128(self.0 | (u128::from(ticket) & TICKET_MASK)))
    }

    /// None for another's order, or one of an earlier start.
    pub fn ticket(self, order_id: OrderId) -> Option<u64> {
        let id = order_id.0.as_u128();
        (id & !TICKET_MASK == self.0).then_some((id & TICKET_MASK) as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_found_again_and_others_are_not() {
        let tickets = Tickets::beginning_now();
        for ticket in [1, 2, 1_000_000, TICKET_MASK as u64] {
            assert_eq!(tickets.ticket(tickets.order_id(ticket)), Some(ticket));
        }
        assert_eq!(tickets.ticket(OrderId(Uuid::nil())), None);
        assert_ne!(tickets.order_id(1), tickets.order_id(2));
        assert_eq!(tickets.order_id(7).0.get_version_num(), 7);
    }
}
