//! A book's event, given to its handler.

use super::{
    book_refuses_amendment, order_amended, order_armed, order_filled, order_left_book, order_opened,
    order_reduced, order_triggered,
};
use crate::domain::{desk::Desk, rows::Rows};
use chassis::Poison;
use contracts::Timestamp;
use contracts::matching::{MatchingEvent, Party};

/// The orders that it changes. What others see of an iceberg, and what a book does with orders that
/// come, changes none.
pub fn parties(event: &MatchingEvent) -> impl Iterator<Item = &Party> {
    let parties = match event {
        MatchingEvent::OrderOpened(event) => [Some(&event.party), None],
        MatchingEvent::OrderFilled(event) => [Some(&event.maker), Some(&event.taker)],
        MatchingEvent::OrderLeftBook(event) => [Some(&event.party), None],
        MatchingEvent::OrderArmed(event) => [Some(&event.party), None],
        MatchingEvent::OrderTriggered(event) => [Some(&event.party), None],
        MatchingEvent::OrderReduced(event) => [Some(&event.party), None],
        MatchingEvent::OrderAmended(event) => [Some(&event.party), None],
        MatchingEvent::AmendmentRefused(event) => [Some(&event.party), None],
        MatchingEvent::OrderRefreshed(_)
        | MatchingEvent::PhaseChanged(_)
        | MatchingEvent::AuctionIndicated(_) => [None, None],
    };
    parties.into_iter().flatten()
}

pub fn apply(desk: &mut Desk, rows: &mut Rows, event: &MatchingEvent, at: Timestamp) -> Result<(), Poison> {
    match event {
        MatchingEvent::OrderOpened(event) => order_opened::apply(desk, rows, event, at),
        MatchingEvent::OrderFilled(event) => order_filled::apply(desk, rows, event, at),
        MatchingEvent::OrderLeftBook(event) => order_left_book::apply(desk, rows, event, at),
        MatchingEvent::OrderArmed(event) => order_armed::apply(desk, rows, event, at),
        MatchingEvent::OrderTriggered(event) => order_triggered::apply(desk, rows, event, at),
        MatchingEvent::OrderReduced(event) => order_reduced::apply(desk, rows, event, at),
        MatchingEvent::OrderAmended(event) => order_amended::apply(desk, rows, event, at),
        MatchingEvent::AmendmentRefused(event) => book_refuses_amendment::apply(desk, rows, event, at),
        MatchingEvent::OrderRefreshed(_)
        | MatchingEvent::PhaseChanged(_)
        | MatchingEvent::AuctionIndicated(_) => Ok(()),
    }
}
