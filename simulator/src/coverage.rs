//! What a schedule has met: a simulator that never sends a message, or never crashes at a point,
//! finds nothing there and says nothing about it.

use std::collections::BTreeMap;

#[derive(Clone, Debug, Default)]
pub struct Coverage(BTreeMap<String, u64>);

impl Coverage {
    pub fn note(&mut self, what: &str) {
        self.add(what, 1);
    }

    pub fn add(&mut self, what: &str, times: u64) {
        match self.0.get_mut(what) {
            Some(count) => *count += times,
            None => {
                self.0.insert(what.to_owned(), times);
            }
        }
    }

    pub fn absorb(&mut self, other: &Coverage) {
        other.0.iter().for_each(|(what, times)| self.add(what, *times));
    }

    pub fn of(&self, what: &str) -> u64 {
        self.0.get(what).copied().unwrap_or(0)
    }

    /// Those of `EXPECTED` that never happened.
    pub fn missing(&self) -> Vec<&'static str> {
        EXPECTED.iter().copied().filter(|what| self.of(what) == 0).collect()
    }
}

impl std::fmt::Display for Coverage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|(what, times)| writeln!(f, "{times:>12}  {what}"))
    }
}

/// Every message between services, every answer's kind, every point at which a service can end, and
/// everything that can go wrong around it.
pub const EXPECTED: &[&str] = &[
    "message accounts>user_changed",
    "message stock-data>instrument_changed",
    "message stock-data>price_changed",
    "message stock-data>feed_changed",
    "refused an order: feed_stale",
    "message ordering>place_order",
    "message ordering>cancel_order",
    "message ordering>amend_order",
    "message portfolio>place_order",
    "message portfolio>cancel_order",
    "message portfolio>amend_order",
    "message portfolio>order_refused",
    "message portfolio>amendment_refused",
    "message matching>order_opened",
    "message matching>order_filled",
    "message matching>order_left_book",
    "message matching>order_armed",
    "message matching>order_triggered",
    "message matching>order_reduced",
    "message matching>order_amended",
    "message matching>order_refreshed",
    "message matching>amendment_refused",
    "message matching>phase_changed",
    "message matching>auction_indicated",
    "told of an order: yes",
    "told of an order: no",
    "told of a cancel: yes",
    "told of a cancel: no",
    "told of a cancel of many: yes",
    "told of an amendment: yes",
    "told of an amendment: no",
    "told of money: yes",
    "told of money: no",
    "told of a command: yes",
    "left the book: canceled_by_user",
    "left the book: self_trade",
    "left the book: no_liquidity",
    "left the book: not_fillable",
    "left the book: would_trade",
    "left the book: would_trigger",
    "left the book: expired",
    "left the book: entry_ended",
    "left the book: not_trading",
    "left the book: outside_price_band",
    "wake",
    "crash: idle",
    "crash: before the first statement",
    "crash: in the transaction",
    "crash: after the commit, before publishing",
    "crash: while publishing",
    "crash: published, not acknowledged",
    "commit: answer lost",
    "commit: failed",
    "statement: failed",
    "database: crashed",
    "broker: newest lost",
    "broker: queue lost",
    "broker: duplicate",
    "broker: link lost",
    "broker: consumer lost",
    "zombie: another instance takes over",
    "fence: found another instance",
    "stopped for a while",
    "clock: forward",
    "clock: back",
    "control: position",
    "control: replay",
    "control: wake",
    "heartbeat",
    "outbox: pruned",
    "snapshot: taken",
    "redelivered",
];
