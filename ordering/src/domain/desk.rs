//! What a partition knows by heart: instruments, people, how many live orders each has, and where
//! it may speak. All of it can be read again from the database.

use super::instrument::Instrument;
use super::rows::Rows;
use super::ticket::Ticket;
use chassis::Place;
use chassis::settings::{Fees, Limits};
use contracts::accounts::Role;
use contracts::{Code, Liquidity, Partitions, Refusal, StreamName, Symbol, UserId, topology};
use rustc_hash::FxHashMap;

pub struct Desk {
    pub partition: u16,
    partitions: Partitions,
    pub limits: Limits,
    pub fees: Fees,
    pub instruments: FxHashMap<Symbol, Instrument>,
    pub people: FxHashMap<UserId, Role>,
    /// Live orders of each user who has any, counted as they change.
    pub live_orders: FxHashMap<UserId, u32>,
    to_portfolio: Vec<StreamName>,
    pub to_web: StreamName,
}

impl Desk {
    pub fn new(place: Place, limits: Limits, fees: Fees) -> Self {
        Desk {
            partition: place.partition,
            partitions: place.partitions,
            limits,
            fees,
            instruments: FxHashMap::default(),
            people: FxHashMap::default(),
            live_orders: FxHashMap::default(),
            to_portfolio: place.streams_to_each(topology::PORTFOLIO),
            to_web: place.stream_to(topology::WEB),
        }
    }

    /// The stream to the partition of portfolio that has the user's money. An order and its
    /// cancel go the same way, so that neither overtakes the other.
    pub fn to_portfolio_of(&self, user_id: UserId) -> &StreamName {
        &self.to_portfolio[usize::from(self.partitions.of_user(user_id))]
    }

    pub fn fee_basis_points(&self, liquidity: Liquidity) -> u32 {
        match liquidity {
            // Of two orders that an auction brings together neither took.
            Liquidity::Maker | Liquidity::Auction => self.fees.maker_basis_points,
            Liquidity::Taker => self.fees.taker_basis_points,
        }
    }

    pub fn check_room_for(&self, more: u32, user_id: UserId) -> Result<(), Refusal> {
        let max = self.limits.open_orders_per_user;
        let open = self.live_orders.get(&user_id).copied().unwrap_or(0);
        if open.saturating_add(more) <= max {
            return Ok(());
        }
        let rule = format!("a user may have at most {max} open orders at a time, there are {open}");
        Err(Refusal::new(Code::TooManyOpenOrders, rule))
    }

    /// Takes over a new or changed order, and counts it.
    pub fn keep(&mut self, rows: &mut Rows, ticket: Ticket) {
        let (user_id, is_live) = (ticket.user_id, ticket.is_live());
        let was_live = rows.put(ticket).is_some_and(|before| before.is_live());
        match (was_live, is_live) {
            (false, true) => *self.live_orders.entry(user_id).or_default() += 1,
            (true, false) => {
                let count = self.live_orders.get_mut(&user_id).expect("a live order was counted");
                *count -= 1;
                if *count == 0 {
                    self.live_orders.remove(&user_id);
                }
            }
            (true, true) | (false, false) => {}
        }
    }
}
