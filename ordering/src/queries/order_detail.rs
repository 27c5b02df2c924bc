//! `OrderDetail`: one order with its fills. Somebody else's is not found.

use crate::store::{fills, orders};
use chassis::{Db, Fault};
use contracts::{Code, OrderId, Refusal, UserId, ordering::OrderDetail};

pub async fn answer(
    db: &Db,
    user_id: UserId,
    order_id: OrderId,
) -> Result<Result<OrderDetail, Refusal>, Fault> {
    let known = orders::with_ids(db, &[order_id]).await?;
    let Some(ticket) = known.into_iter().find(|ticket| ticket.user_id == user_id) else {
        return Ok(Err(Refusal::of_field(Code::NotFound, "order_id", "no such order")));
    };
    let mut fills = fills::of_order(db, order_id).await?;
    // A step may have committed between the two queries: the fills are shown as of the order.
    let mut rest = ticket.filled_quantity;
    fills.retain(|fill| match rest.minus(fill.quantity) {
        Ok(left) if left.micros() >= 0 => {
            rest = left;
            true
        }
        Ok(_) | Err(_) => false,
    });
    Ok(Ok(OrderDetail { order: ticket.as_order(), fills }))
}
