//! Canceling many orders with one message: whose orders a step reads whole, and how many, so that a few
//! short messages cannot make it read and say more than it can hold.

use contracts::intake::CancelOrders;

/// Of a step, together, and of one message: some megabytes of cancels, which fit one message of a
/// stream. Whoever has more orders than that sends his message again.
pub const ORDERS_SWEPT_MAX: usize = 20_000;

/// Which live orders a step reads whole: those of each of these users, once.
#[derive(Debug, Default)]
pub struct Sweep(Vec<CancelOrders>);

impl Sweep {
    pub fn of<'a>(asked: impl IntoIterator<Item = &'a CancelOrders>) -> Self {
        let mut sweep = Sweep::default();
        for asked in asked {
            match sweep.0.iter_mut().find(|known| known.user_id == asked.user_id) {
                Some(known) => widen(known, asked),
                None => sweep.0.push(*asked),
            }
        }
        sweep
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One for each user, with the filter that all of his messages have in common.
    pub fn asked(&self) -> &[CancelOrders] {
        &self.0
    }
}

/// How many orders a step may still read for this.
#[derive(Debug)]
pub struct Room {
    left: usize,
    is_first: bool,
}

impl Default for Room {
    fn default() -> Self {
        Room { left: ORDERS_SWEPT_MAX, is_first: true }
    }
}

impl Room {
    /// As many are read of one user, to see whether they were all.
    pub fn limit(&self) -> usize {
        self.left + 1
    }

    /// Whether there is room for so many of a user. For the first of a step there is in any case: whoever
    /// has more is served with as many as fit.
    pub fn takes(&mut self, orders: usize) -> bool {
        if orders > self.left && !self.is_first {
            return false;
        }
        *self = Room { left: self.left.saturating_sub(orders), is_first: false };
        true
    }
}

/// Lets all pass that either lets pass.
fn widen(known: &mut CancelOrders, other: &CancelOrders) {
    if known.symbol != other.symbol {
        known.symbol = None;
    }
    if known.side != other.side {
        known.side = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::{Side, Symbol, UserId};
    use uuid::Uuid;

    fn asked(user: u128, symbol: Option<&str>, side: Option<Side>) -> CancelOrders {
        let symbol = symbol.map(|symbol| symbol.parse::<Symbol>().unwrap());
        CancelOrders { user_id: UserId(Uuid::from_u128(user)), symbol, side }
    }

    #[test]
    fn a_user_is_read_once_and_as_widely_as_his_messages_ask() {
        for (messages, expected) in [
            (vec![asked(1, Some("A"), None)], vec![asked(1, Some("A"), None)]),
            (
                vec![asked(1, Some("A"), None), asked(1, Some("A"), Some(Side::Buy))],
                vec![asked(1, Some("A"), None)],
            ),
            (vec![asked(1, Some("A"), None), asked(1, Some("B"), None)], vec![asked(1, None, None)]),
            (
                vec![asked(1, None, Some(Side::Buy)), asked(1, None, Some(Side::Sell))],
                vec![asked(1, None, None)],
            ),
            (
                vec![asked(1, None, None), asked(2, Some("B"), None)],
                vec![asked(1, None, None), asked(2, Some("B"), None)],
            ),
        ] {
            assert_eq!(Sweep::of(&messages).asked(), expected);
        }
    }

    #[test]
    fn no_more_is_read_than_fits_but_of_one_user_in_any_case() {
        const MAX: usize = ORDERS_SWEPT_MAX;
        for (orders, expected) in [
            (vec![MAX + 1, 1, 0], vec![true, false, true]),
            (vec![MAX - 10, 11, 10, 1], vec![true, false, true, false]),
            (vec![0, MAX + 1, MAX], vec![true, false, true]),
        ] {
            let mut room = Room::default();
            let taken: Vec<_> = orders.iter().map(|orders| room.takes((*orders).min(room.limit()))).collect();
            assert_eq!(taken, expected, "{orders:?}");
        }
    }
}
