//! `OrderDetail`: one order with its fills. Somebody else's is not found. `OrderOrigin`: the same, and
//! where it is kept.

use crate::store::{fills, orders};
use chassis::{Db, Fault};
use contracts::ordering::{OrderDetail, OrderOrigin};
use contracts::{Code, OrderId, Refusal, UserId};

pub async fn answer(
    db: &Db,
    user_id: UserId,
    order_id: OrderId,
) -> Result<Result<OrderDetail, Refusal>, Fault> {
    Ok(origin(db, Some(user_id), order_id).await?.map(|origin| origin.detail))
}

/// Without a user, whoever's it is.
pub async fn origin(
    db: &Db,
    user_id: Option<UserId>,
    order_id: OrderId,
) -> Result<Result<OrderOrigin, Refusal>, Fault> {
    let known = orders::with_ids(db, &[order_id]).await?;
    let is_shown = |owner| user_id.is_none_or(|user_id| user_id == owner);
    let Some(ticket) = known.into_iter().find(|ticket| is_shown(ticket.user_id)) else {
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
    let (ordering, order) = (ticket.ordering, ticket.as_order());
    Ok(Ok(OrderOrigin { ordering, detail: OrderDetail { order, fills } }))
}
