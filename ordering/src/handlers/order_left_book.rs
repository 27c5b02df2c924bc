//! `OrderLeftBook`: the rest of the order is gone without a fill, for a reason.

use crate::domain::{
    desk::Desk,
    rows::Rows,
    ticket::{Happened, News},
};
use chassis::Poison;
use contracts::{Timestamp, matching::OrderLeftBook};

pub fn apply(desk: &mut Desk, rows: &mut Rows, event: &OrderLeftBook, at: Timestamp) -> Result<(), Poison> {
    let news = News {
        party: event.party,
        symbol: event.symbol,
        side: event.side,
        sequence: event.sequence,
        at,
        happened: Happened::Left { rest: event.quantity, reason: event.reason },
    };
    if let Some(next) = rows.own_order(event.party.order_id, desk.partition)?.told(&news)? {
        desk.keep(rows, next);
    }
    Ok(())
}
