//! Canceling many orders with one message: how many a step takes up, so that a few short messages
//! cannot make it read and say more than it can hold.

use contracts::UserId;
use contracts::intake::CancelOrders;
use rustc_hash::FxHashMap;

/// Of a step, together, and of one message: some megabytes of cancels, which fit one message of a
/// stream. Whoever has more orders than that sends his message again.
pub const ORDERS_SWEPT_MAX: u32 = 20_000;

/// Which live orders a step reads whole: those of each of these users, once.
#[derive(Debug, Default)]
pub struct Sweep(Vec<CancelOrders>);

impl Sweep {
    /// Of those who ask, as many as fit, the first in any case. `live` is how many orders each has.
    pub fn of<'a>(asked: impl IntoIterator<Item = &'a CancelOrders>, live: &FxHashMap<UserId, u32>) -> Self {
        let (mut sweep, mut orders) = (Sweep::default(), 0_u32);
        for asked in asked {
            if let Some(known) = sweep.0.iter_mut().find(|known| known.user_id == asked.user_id) {
                widen(known, asked);
                continue;
            }
            let more = live.get(&asked.user_id).copied().unwrap_or(0).min(ORDERS_SWEPT_MAX);
            if sweep.0.is_empty() || orders + more <= ORDERS_SWEPT_MAX {
                orders += more;
                sweep.0.push(*asked);
            }
        }
        sweep
    }

    /// One for each user, with the filter that all of his messages have in common.
    pub fn asked(&self) -> &[CancelOrders] {
        &self.0
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
    use contracts::{Side, Symbol};
    use uuid::Uuid;

    fn asked(user: u128, symbol: Option<&str>, side: Option<Side>) -> CancelOrders {
        let symbol = symbol.map(|symbol| symbol.parse::<Symbol>().unwrap());
        CancelOrders { user_id: UserId(Uuid::from_u128(user)), symbol, side }
    }

    #[test]
    fn a_user_is_read_once_and_as_widely_as_his_messages_ask() {
        let live = FxHashMap::default();
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
            assert_eq!(Sweep::of(&messages, &live).asked(), expected);
        }
    }

    #[test]
    fn no_more_is_read_than_fits_but_one_user_in_any_case() {
        let user = |n: u128| UserId(Uuid::from_u128(n));
        let live = FxHashMap::from_iter([
            (user(1), 1_000_000),
            (user(2), ORDERS_SWEPT_MAX - 10),
            (user(3), 11),
            (user(4), 10),
        ]);
        for (messages, expected) in
            [(vec![1, 2, 3, 5], vec![1, 5]), (vec![2, 3, 4, 3], vec![2, 4]), (vec![3, 4, 2], vec![3, 4])]
        {
            let messages: Vec<_> = messages.into_iter().map(|n| asked(n, None, None)).collect();
            let read: Vec<_> =
                Sweep::of(&messages, &live).asked().iter().map(|asked| asked.user_id.0.as_u128()).collect();
            assert_eq!(read, expected);
        }
    }
}
