//! `OrderRefused`: portfolio would not fund it, so it never reaches the book.

use crate::domain::{desk::Desk, rows::Rows};
use chassis::Poison;
use contracts::{OrderId, Refusal, Timestamp, UserId};

pub fn apply(
    desk: &mut Desk,
    rows: &mut Rows,
    order_id: OrderId,
    user_id: UserId,
    refusal: Refusal,
    at: Timestamp,
) -> Result<(), Poison> {
    let ticket = rows.own_order(order_id, desk.partition)?;
    if ticket.user_id != user_id {
        return Err(Poison(format!("order {order_id}: portfolio means another user")));
    }
    if let Some(next) = ticket.refused(refusal, at)? {
        desk.keep(rows, next);
    }
    Ok(())
}
