//! `OrderOpened`: what is left of the order rests in the book.

use crate::domain::{
    desk::Desk,
    rows::Rows,
    ticket::{Happened, News},
};
use chassis::Poison;
use contracts::{Timestamp, matching::OrderOpened};

pub fn apply(desk: &mut Desk, rows: &mut Rows, event: &OrderOpened, at: Timestamp) -> Result<(), Poison> {
    let news = News {
        party: event.party,
        symbol: event.symbol,
        side: event.side,
        sequence: event.sequence,
        at,
        happened: Happened::Opened { rest: event.quantity },
    };
    if let Some(next) = rows.own_order(event.party.order_id, desk.partition)?.told(&news)? {
        desk.keep(rows, next);
    }
    Ok(())
}
