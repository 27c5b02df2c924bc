//! What a book says as JSON: byte for byte what serde_json would write, in one piece of memory.
//!
//! The events that there are many of are written by hand: their ids and amounts go to places in a
//! line that is already there, instead of through a formatter each. All others are left to serde.

mod line;
#[cfg(test)]
mod tests;

use super::{MatchingEvent, OrderFilled, OrderLeftBook, OrderOpened, Party};
use line::Line;

/// A batch of events as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// With a comma between two of them.
    bytes: Vec<u8>,
    /// Where each of them ends.
    ends: Vec<usize>,
}

/// Of a trade; the others have less.
const EVENT_BYTES_TYPICAL: usize = 450;

impl Words {
    pub fn of(events: &[MatchingEvent]) -> Self {
        let mut words = Words {
            bytes: Vec::with_capacity(EVENT_BYTES_TYPICAL * events.len()),
            ends: Vec::with_capacity(events.len()),
        };
        let mut line = Line::default();
        events.iter().for_each(|event| words.push(event, &mut line));
        words
    }

    /// All of it: events with commas between them.
    pub fn list(&self) -> &[u8] {
        &self.bytes
    }

    /// Each of them.
    pub fn each(&self) -> impl Iterator<Item = &[u8]> {
        let begins = std::iter::once(0).chain(self.ends.iter().map(|end| end + 1));
        begins.zip(&self.ends).map(|(begin, end)| &self.bytes[begin..*end])
    }

    pub fn count(&self) -> usize {
        self.ends.len()
    }

    #[inline]
    fn push(&mut self, event: &MatchingEvent, line: &mut Line) {
        if !self.bytes.is_empty() {
            self.bytes.push(b',');
        }
        line.clear();
        match event {
            MatchingEvent::OrderOpened(event) => opened(line, event),
            MatchingEvent::OrderFilled(event) => filled(line, event),
            MatchingEvent::OrderLeftBook(event) => left(line, event),
            MatchingEvent::OrderArmed(_)
            | MatchingEvent::OrderTriggered(_)
            | MatchingEvent::OrderReduced(_)
            | MatchingEvent::OrderAmended(_)
            | MatchingEvent::OrderRefreshed(_)
            | MatchingEvent::AmendmentRefused(_)
            | MatchingEvent::PhaseChanged(_)
            | MatchingEvent::AuctionIndicated(_) => {
                serde_json::to_writer(&mut self.bytes, event).expect("our own events are JSON");
            }
        }
        self.bytes.extend_from_slice(line.written());
        self.ends.push(self.bytes.len());
    }
}

#[inline]
fn opened(line: &mut Line, event: &OrderOpened) {
    let OrderOpened { party, symbol, sequence, side, price, quantity, visible, repriced } = event;
    line.put(br#"{"order_opened":"#);
    party_of(line, party);
    line.put(br#","symbol":""#);
    line.symbol(*symbol);
    line.put(br#"","sequence":"#);
    line.number(*sequence);
    line.put(br#","side":""#);
    line.text(side.as_str());
    line.put(br#"","price":""#);
    line.decimal(price.micros());
    line.put(br#"","quantity":""#);
    line.decimal(quantity.micros());
    line.put(br#"""#);
    if let Some(visible) = visible {
        line.put(br#","visible":""#);
        line.decimal(visible.micros());
        line.put(br#"""#);
    }
    if *repriced {
        line.put(br#","repriced":true"#);
    }
    line.put(b"}}");
}

#[inline]
fn filled(line: &mut Line, event: &OrderFilled) {
    let OrderFilled { trade_id, symbol, sequence, price, quantity, taker_side, maker, taker, auction } =
        event;
    line.put(br#"{"order_filled":{"trade_id":""#);
    line.id(trade_id.0);
    line.put(br#"","symbol":""#);
    line.symbol(*symbol);
    line.put(br#"","sequence":"#);
    line.number(*sequence);
    line.put(br#","price":""#);
    line.decimal(price.micros());
    line.put(br#"","quantity":""#);
    line.decimal(quantity.micros());
    line.put(br#"","taker_side":""#);
    line.text(taker_side.as_str());
    line.put(br#"","maker":"#);
    party_of(line, maker);
    line.put(br#"},"taker":"#);
    party_of(line, taker);
    line.put(b"}");
    if let Some(auction) = auction {
        line.put(br#","auction":{"bid":""#);
        line.decimal(auction.bid.micros());
        line.put(br#"","ask":""#);
        line.decimal(auction.ask.micros());
        line.put(br#""}"#);
    }
    line.put(b"}}");
}

#[inline]
fn left(line: &mut Line, event: &OrderLeftBook) {
    let OrderLeftBook {
        party,
        symbol,
        sequence,
        side,
        price,
        quantity,
        rested,
        visible,
        reason,
        replaced_by,
    } = event;
    line.put(br#"{"order_left_book":"#);
    party_of(line, party);
    line.put(br#","symbol":""#);
    line.symbol(*symbol);
    line.put(br#"","sequence":"#);
    line.number(*sequence);
    line.put(br#","side":""#);
    line.text(side.as_str());
    line.put(br#"","price":""#);
    line.decimal(price.micros());
    line.put(br#"","quantity":""#);
    line.decimal(quantity.micros());
    line.put(br#"","rested":"#);
    line.text(if *rested { "true" } else { "false" });
    if let Some(visible) = visible {
        line.put(br#","visible":""#);
        line.decimal(visible.micros());
        line.put(br#"""#);
    }
    line.put(br#","reason":""#);
    line.text(reason.as_str());
    line.put(br#"""#);
    if let Some(replaced_by) = replaced_by {
        line.put(br#","replaced_by":""#);
        line.id(replaced_by.0);
        line.put(br#"""#);
    }
    line.put(b"}}");
}

/// Not closed: in some events it is flattened, and more of its fields follow.
#[inline]
fn party_of(line: &mut Line, party: &Party) {
    line.put(br#"{"order_id":""#);
    line.id(party.order_id.0);
    line.put(br#"","user_id":""#);
    line.id(party.user_id.0);
    line.put(br#"","ordering":"#);
    line.number(u64::from(party.ordering));
}
