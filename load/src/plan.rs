//! What is sent, drawn before the run from the seed alone: the same seed, the same orders.
//!
//! Every order's fate is known beforehand, so that a reply or a push that says something else is
//! found out. What rests lies away from the market and meets nobody. Those who cross do so at one
//! price and one quantity, each sells or each buys all the run long, so that nobody meets himself.
//! Market orders have stocks of their own, where nobody crosses and a quote stands on both sides.
//! Where one order's fate hangs on another's (stops, prevented self-trades, cancels of many), one
//! user has the stock for himself, or the side: the exchange keeps the order of a user's messages.

mod drawing;
mod floor;
#[cfg(test)]
mod tests;

use crate::mix::Mix;
use contracts::{SelfTradePrevention, Side};
use drawing::Drawing;
use floor::Floor;

/// Of every order that crosses.
pub const CROSS_QUANTITY: u8 = 10;
/// Of those that are cross's partners and show a part of themselves.
pub const DISPLAY_QUANTITY: u8 = 3;
/// Of a message that may be sent at any time.
pub const ALONE: u32 = u32::MAX;
/// So many orders come before each cancel of many, and are canceled by it.
const SWEPT: u32 = 3;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Rest,
    PostOnly,
    /// It would trade, if it were not repriced.
    Reprice,
    GoodTillDate,
    Immediate,
    FillOrKill,
    /// The next message is its partner; nothing can come of it before that.
    CrossFirst,
    CrossSecond,
    /// As the first of a pair, but it shows a part of itself.
    Iceberg,
    Market,
    /// The next message triggers it.
    Stop,
    StopLimit,
    Oco,
    /// It is filled at once; the next message triggers its exit.
    Bracket,
    /// The next message moves its stop price, the one after that triggers it.
    Trailing,
    /// It meets an order of its own user, or is the first of five that do.
    SelfTrade(SelfTradePrevention),
    /// The next cancel of many is for it.
    Swept,
    /// Of the message `target`.
    Cancel,
    /// Changes the message `target` to its own quantity and price.
    Amend,
    /// Comes in the place of the message `target`.
    Replace,
    /// Of the three messages before it.
    CancelAll,
}

/// What becomes of an order, and what its owner is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// `open`, until somebody cancels it.
    Rests,
    /// `open`, and `expired` when its time is over.
    Expires,
    /// `closed`.
    Trades,
    /// `canceled`, and nothing before.
    Leaves,
    /// Perhaps `open`, and `canceled` by another message.
    IsTaken,
}

impl Kind {
    /// None: it is no order.
    pub fn fate(self) -> Option<Fate> {
        match self {
            Kind::Rest | Kind::PostOnly | Kind::Reprice | Kind::Replace => Some(Fate::Rests),
            Kind::GoodTillDate => Some(Fate::Expires),
            Kind::Immediate | Kind::FillOrKill => Some(Fate::Leaves),
            Kind::CrossFirst | Kind::CrossSecond | Kind::Iceberg | Kind::Market => Some(Fate::Trades),
            Kind::Stop | Kind::StopLimit | Kind::Oco | Kind::Bracket | Kind::Trailing => Some(Fate::Trades),
            Kind::SelfTrade(_) | Kind::Swept => Some(Fate::IsTaken),
            Kind::Cancel | Kind::Amend | Kind::CancelAll => None,
        }
    }
}

/// Sixteen bytes, as there may be millions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    pub user: u32,
    /// The message that it is about, or without which it would mean something else. `ALONE`: none.
    pub target: u32,
    pub symbol: u16,
    /// Away from the price: below it to buy, above it to sell.
    pub ticks: u16,
    pub quantity: u8,
    pub side: Side,
    pub kind: Kind,
}

#[derive(Debug)]
pub struct Plan {
    pub messages: Vec<Message>,
    pub users: u32,
    pub symbols: u16,
}

impl Plan {
    pub fn draw(count: usize, users: u32, symbols: u16, mix: Mix, seed: u64) -> Result<Self, String> {
        let floor = Floor::new(users, symbols, mix)?;
        let messages = Drawing::new(floor, count, seed).draw(&mix);
        Ok(Plan { messages, users, symbols })
    }

    /// The orders that are on the book at the end.
    pub fn left_resting(&self) -> Vec<u32> {
        let mut canceled = vec![false; self.messages.len()];
        for message in self.messages.iter().filter(|m| matches!(m.kind, Kind::Cancel | Kind::Replace)) {
            canceled[message.target as usize] = true;
        }
        let stands = |n: &u32| self.messages[*n as usize].kind.fate() == Some(Fate::Rests);
        let rests = |n: &u32| stands(n) && !canceled[*n as usize];
        (0..self.messages.len() as u32).filter(rests).collect()
    }

    /// The message from whose due time on the push of message `n` is waited for.
    pub fn counts_from(&self, n: u32) -> u32 {
        match self.messages[n as usize].kind {
            Kind::CrossFirst | Kind::Iceberg => n + 1,
            Kind::Stop | Kind::StopLimit | Kind::Oco | Kind::Bracket => n + 1,
            Kind::Trailing => n + 2,
            Kind::Rest | Kind::PostOnly | Kind::Reprice | Kind::GoodTillDate | Kind::Swept => n,
            Kind::Replace => n,
            Kind::Immediate | Kind::FillOrKill | Kind::CrossSecond | Kind::Market | Kind::SelfTrade(_) => n,
            Kind::Cancel | Kind::Amend | Kind::CancelAll => n,
        }
    }

    /// The cancel of many that an order of a group waits for, and all orders of that group.
    pub fn sweeper(&self, n: u32) -> Option<(u32, std::ops::Range<u32>)> {
        let is_sweeper = |n: &u32| self.messages.get(*n as usize).is_some_and(|m| m.kind == Kind::CancelAll);
        let sweeper = (n + 1..=n + SWEPT).find(is_sweeper)?;
        Some((sweeper, sweeper - SWEPT..sweeper))
    }
}
