//! The prices that a message names, in ticks.

use crate::bots::{PRICE, TICKS_PER_UNIT};
use crate::plan::{Kind, Message};
use contracts::Side;

/// The standing quote's distance from the price: nearer than all that rests.
pub const QUOTE_TICKS: u16 = 50;
/// Past the quote that it takes, and short of what rests behind that.
const STOP_LIMIT_TICKS: u16 = 100;

/// Below the price to buy, above it to sell: what meets nobody.
pub fn away(side: Side, ticks: u16) -> i64 {
    let price = PRICE * TICKS_PER_UNIT;
    match side {
        Side::Buy => price - i64::from(ticks),
        Side::Sell => price + i64::from(ticks),
    }
}

/// Above the price to buy, below it to sell: what meets those who wait there.
fn past(side: Side, ticks: u16) -> i64 {
    away(side.opposite(), ticks)
}

pub fn limit(message: &Message) -> Option<i64> {
    let Message { side, ticks, .. } = *message;
    match message.kind {
        Kind::Rest | Kind::PostOnly | Kind::GoodTillDate | Kind::Swept | Kind::Amend | Kind::Replace => {
            Some(away(side, ticks))
        }
        Kind::Immediate | Kind::FillOrKill | Kind::Oco => Some(away(side, ticks)),
        Kind::CrossFirst | Kind::CrossSecond | Kind::Iceberg | Kind::SelfTrade(_) => Some(away(side, 0)),
        Kind::Reprice => Some(past(side, ticks)),
        Kind::StopLimit => Some(past(side, STOP_LIMIT_TICKS)),
        Kind::Market | Kind::Stop | Kind::Trailing | Kind::Bracket | Kind::Cancel | Kind::CancelAll => None,
    }
}

/// Met by the next trade at the quote.
pub fn stop(message: &Message) -> Option<i64> {
    matches!(message.kind, Kind::Stop | Kind::StopLimit | Kind::Oco).then(|| past(message.side, QUOTE_TICKS))
}

/// Half of the way between the quotes: a trade at one moves the stop price to where one at the other meets it.
pub fn trail(message: &Message) -> Option<i64> {
    (message.kind == Kind::Trailing).then_some(i64::from(QUOTE_TICKS))
}

/// Where the exit would take its profit, and where it stops its loss.
pub fn exit(message: &Message) -> Option<(i64, i64)> {
    let side = message.side.opposite();
    (message.kind == Kind::Bracket).then(|| (away(side, message.ticks), past(side, QUOTE_TICKS)))
}

/// `99.50`.
pub struct Ticks(pub i64);

impl std::fmt::Display for Ticks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{:02}", self.0 / TICKS_PER_UNIT, self.0 % TICKS_PER_UNIT)
    }
}
