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
}
