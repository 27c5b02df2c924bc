//! What an order's owner is told of it, against what the plan says.

use super::{ENDED, Hop, Tally};
use crate::bodies::{Known, field};
use crate::plan::{Fate, Kind};
use crate::prices::{self, Ticks};
use contracts::{Price, Quantity};
use std::sync::atomic::Ordering;

impl Tally {
    /// A private `order` event, as its owner's connection heard it.
    pub fn heard(&self, event: &[u8]) {
        let known = field(event, "\"order_id\":").and_then(|id| self.ids.order_of(id));
        let Some(Known { number, is_exit }) = known else { return };
        let Some(message) = self.plan.messages.get(number as usize) else { return };
        let Some(fate) = message.kind.fate() else { return };
        let status = field(event, "\"status\":").unwrap_or_default();
        // A bracket has done its work when its second order has.
        if message.kind == Kind::Bracket && !is_exit && status == b"closed" {
            return;
        }
        match (fate, status) {
            (_, b"pending") | (Fate::Trades, b"open") => {}
            (Fate::Rests, b"open") => {
                self.note(Hop::Pushed, number, number);
                self.heard_amended(number, event);
            }
            (Fate::Expires | Fate::IsTaken, b"open") | (Fate::Leaves, b"canceled") => {
                self.note(Hop::Pushed, number, number);
            }
            (Fate::Trades, b"closed") => self.note(Hop::Pushed, number, self.plan.counts_from(number)),
            (Fate::Rests, b"canceled") => self.heard_canceled(number),
            (Fate::Expires, b"expired") | (Fate::IsTaken, b"canceled") => self.heard_end(number),
            (_, status) => {
                self.note(Hop::Pushed, number, self.plan.counts_from(number));
                self.unexpected(number, &format!("pushed {}", String::from_utf8_lossy(status)));
            }
        }
    }

    fn heard_canceled(&self, number: u32) {
        self.note(Hop::Pushed, number, number);
        match self.canceled_by.get(&number) {
            Some(cancel) => self.note(Hop::Pushed, *cancel, *cancel),
            None if self.replaced_by.contains_key(&number) => {}
            None => self.unexpected(number, "pushed canceled"),
        }
    }

    /// Nothing more comes of it. The last of those that a message cancels is that message's push.
    fn heard_end(&self, number: u32) {
        self.note(Hop::Pushed, number, number);
        self.flags[number as usize].fetch_or(ENDED, Ordering::Relaxed);
        if self.plan.messages[number as usize].kind == Kind::Swept
            && let Some((sweeper, mut swept)) = self.plan.sweeper(number)
            && swept.all(|n| self.has(n, ENDED))
        {
            self.note(Hop::Pushed, sweeper, sweeper);
        }
    }

    /// Whether the order is now what a message wanted it to be.
    fn heard_amended(&self, number: u32, event: &[u8]) {
        let Some(amend) = self.amended_by.get(&number).copied() else { return };
        let has = |text: &[u8]| event.windows(text.len()).any(|window| window == text);
        if has(b"\"amendment\":") {
            if has(b"\"refused\":") {
                self.unexpected(amend, "pushed refused");
            }
            return;
        }
        let message = &self.plan.messages[amend as usize];
        let wanted = prices::limit(message).map(|ticks| Ticks(ticks).to_string());
        let price = |text: &str| text.parse::<Price>().ok();
        let text = |key| field(event, key).and_then(|text| std::str::from_utf8(text).ok());
        let quantity = text("\"quantity\":").and_then(|text| text.parse::<Quantity>().ok());
        let same_price = text("\"limit_price\":").and_then(price) == wanted.as_deref().and_then(price);
        if same_price && quantity == message.quantity.to_string().parse().ok() {
            self.note(Hop::Pushed, amend, amend);
        }
    }
}
