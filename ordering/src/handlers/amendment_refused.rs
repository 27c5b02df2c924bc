//! `AmendmentRefused`: portfolio would not fund the change. The order stays as it is.

use super::of_portfolio;
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
    if let Some(next) = of_portfolio(desk, rows, order_id, user_id)?.amendment_refused(refusal, at) {
        desk.keep(rows, next);
    }
    Ok(())
}
